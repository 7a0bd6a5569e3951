# 手紙 (利用者へのメール) の文面、日本語。

letter-hello = { $name } 様
letter-own-subject = { $kind ->
    [passIssued] 一時アクセス パスが発行されました
    [passDeleted] 一時アクセス パスが削除されました
    [passUsed] 一時アクセス パスが使用されました
    [passBlocked] 一時アクセス パスがブロックされました
    [passkeyAdded] アカウントにパスキーが追加されました
    [appAdded] アカウントに認証アプリが追加されました
    [passkeyDeleted] アカウントのパスキーが削除されました
    [appDeleted] アカウントの認証アプリが削除されました
    [passwordReset] パスワードがリセットされました
    [passwordChanged] パスワードが変更されました
   *[signInDisowned] 心当たりのないサインインの報告を受け付けました
}
letter-own-text = { $kind ->
    [passIssued] お使いのアカウントに一時アクセス パスが発行されました。そのコードでサインインし、継続して使えるサインイン方法を設定します。コードがメールで届くことはありません。サポートの担当者からお受け取りください。
    [passDeleted] お使いのアカウントの一時アクセス パスが削除されました。コードはもう使えず、そのパスで始まったセッションは終了しました。
    [passUsed] 一時アクセス パスを使って、お使いのアカウントへの最初のサインインがありました。
    [passBlocked] 間違ったコードが何度も入力されたため、一時アクセス パスは完全にブロックされました。このパスでは誰もサインインできません。
    [passkeyAdded] 新しいパスキーで、お使いのアカウントにサインインできるようになりました。
    [appAdded] 新しい認証アプリで、お使いのアカウントのコードを作れるようになりました。
    [passkeyDeleted] パスキーの 1 つで、お使いのアカウントにサインインできなくなりました。
    [appDeleted] 認証アプリの 1 つで、お使いのアカウントのコードを作れなくなりました。
    [passwordReset] 別の人がお使いのアカウントに新しいパスワードを設定し、セッションを終了しました。
    [passwordChanged] お使いのアカウントのパスワードが新しくなりました。
   *[signInDisowned] お使いの名前でのサインインに心当たりがないとの報告を受け付けました。すべてのセッションを終了し、管理者に知らせました。
}
letter-about-subject = { $kind ->
    [passIssued] { $name } さんに一時アクセス パスが発行されました
    [passDeleted] { $name } さんの一時アクセス パスが削除されました
    [passUsed] { $name } さんの一時アクセス パスが使用されました
    [passBlocked] { $name } さんの一時アクセス パスがブロックされました
    [passkeyAdded] { $name } さんに新しいパスキーが追加されました
    [appAdded] { $name } さんに新しい認証アプリが追加されました
    [passkeyDeleted] { $name } さんのパスキーが削除されました
    [appDeleted] { $name } さんの認証アプリが削除されました
    [passwordReset] { $name } さんのパスワードがリセットされました
    [passwordChanged] { $name } さんがパスワードを変更しました
   *[signInDisowned] { $name } さんから心当たりのないサインインの報告がありました
}
letter-about-text = { $kind ->
    [passIssued] サインインと、継続して使える方法の設定のため、{ $name } さんに一時アクセス パスが発行されました。コードがメールで届くことはありません。
    [passDeleted] { $name } さんの一時アクセス パスが削除されました。
    [passUsed] { $name } さんの一時アクセス パスによる最初のサインインがありました。
    [passBlocked] { $name } さんについて間違ったコードが何度も入力されたため、一時アクセス パスは完全にブロックされました。誰かが推測している可能性があります。
    [passkeyAdded] 新しいパスキーで { $name } さんとしてサインインできるようになりました。
    [appAdded] 新しい認証アプリで { $name } さんのコードを作れるようになりました。
    [passkeyDeleted] パスキーの 1 つで { $name } さんとしてサインインできなくなりました。
    [appDeleted] 認証アプリの 1 つで { $name } さんのコードを作れなくなりました。
    [passwordReset] { $name } さんに新しいパスワードが設定されました。
    [passwordChanged] { $name } さんのパスワードが新しくなりました。
   *[signInDisowned] { $name } さんから、この名前でのサインインに心当たりがないとの報告がありました。すべてのセッションを終了しました。
}
letter-account = アカウント: { $upn }
letter-when = 日時: { $at }
letter-by = 実行者: { $by }
letter-by-server = 実行者: サーバーの運用者
letter-from = ネットワーク アドレス: { $from }
letter-valid = パスの有効期間: { $start } から { $end } まで
letter-sign-in = サインイン: { $at }、ネットワーク アドレス { $from }
letter-advice = { $advice ->
    [expected] 心当たりがない場合は、すぐに管理者またはヘルプ デスクに知らせてください。
    [own] 心当たりがない場合、他人がアカウントに入れる状態です。すぐに管理者またはヘルプ デスクに知らせてください。まだサインインできる場合は、ご自身でも対処できます。{ $origin }/security-info の「最近のサインイン」で「心当たりがない」を選択すると、すべてのセッションが終了します。
    [blocked] 管理者またはヘルプ デスクに新しいパスを依頼してください。間違ったコードを入力した覚えがない場合は、そのこともお伝えください。
    [disowned] もう一度サインインし、パスワードがある場合は変更し、心当たりのないサインイン方法を { $origin }/security-info で削除してください。サインインできなくなった場合は、管理者またはヘルプ デスクに一時アクセス パスを依頼してください。
   *[portal] 詳しい情報と対処方法: { $origin }/portal/people/{ $id }
}
letter-test-subject = メールの送信テスト
letter-test-text = このメールは、メールが届くことを確かめるために送信されました。届いていれば問題ありません。ほかに必要な操作はありません。
letter-footer = このメールは { $origin } が作成しました。返信は読まれません。このメールがコードやパスワードを尋ねることはありません。
