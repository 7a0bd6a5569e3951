# すべての利用者向けのページの文言（日本語）。

## ページ全体

direction = ltr
date = { $year }年{ $month }月{ $day }日
date-time = { date } { $clock } UTC

## 複数のページで使う言葉

temporary-access-pass = 一時アクセス パス
sign-in = サインイン
next = 次へ
continue = 続行
cancel = キャンセル
yes = はい
no = いいえ
try-again = 再試行
other-ways = その他のサインイン方法
back-to-name = アカウント名に戻る
back-to-change-name = 戻ってアカウント名を変更する
back-to-sign-in = サインインに戻る
password = パスワード
code = コード
enter-code = コードの入力
show = 表示
hide = 非表示
show-password = パスワードを表示
show-pass = 一時アクセス パスを表示
show-current-password = 現在のパスワードを表示
show-new-password = 新しいパスワードを表示
show-new-password-again = 新しいパスワード（確認）を表示
new-password = 新しいパスワード
new-password-again = 新しいパスワード（確認）
rules-title = 良いパスワードの条件
rules-length = { $shortest } 文字以上 { $longest } 文字以下であること。長いほど安全です
rules-kinds = 小文字、大文字、数字、記号のうち 3 種類を含むこと
rules-common = 単語に年を付けただけのような、ありふれたものでないこと
rules-name = 自分の名前やアカウント名を含まないこと
rules-note = 文字、数字、記号、空白を自由に使えます。互いに関係のない単語をいくつか並べると覚えやすくなります。
reference-number = 番号:
reference-correlation = 関連付け ID:
reference-time = 時刻:
time-left = 登録できる残り時間:
time-left-until = ({ $time } まで)

## サインイン

account-name = アカウント名
account-name-hint = 通常は職場のメール アドレスです
help = アカウントにアクセスできない場合
sign-in-options = サインイン オプション
choose-how-to-sign-in = サインイン方法の選択
enter-pass = 一時アクセス パスの入力
pass-hint = 管理者から受け取ったコードです。大文字と小文字は区別されます。
use-password = 代わりにパスワードを使用する
enter-password = パスワードの入力
use-pass = 代わりに一時アクセス パスを使用する
forgot-password = パスワードを忘れた場合
code-hint = スマートフォンで認証アプリを開き、<bdi>{ $tenant }</bdi> 用に表示されている 6 桁の数字を入力してください。
verify = 検証
no-app-now = 現在、認証アプリを使用できません
sign-in-with-passkey = パスキーでサインイン
passkey-heading = 顔、指紋、PIN、またはセキュリティ キー
passkey-lead = お使いのデバイスのウィンドウが開きます。表示される指示に従ってください。
passkey-demanded-by = <bdi><strong>{ $application }</strong></bdi> では、現在のサインインよりも強力な方法が必要です。
passkey-needs-script = パスキーには JavaScript が必要ですが、このブラウザーでは無効になっています。有効にするか、別のサインイン方法を選択してください。
owed-password = 新しいパスワードの設定
owed-password-lead = 現在のパスワードは初回専用であったか、有効期限が切れています。自分だけが知っているパスワードを設定すると、サインインが完了します。
way-pass = 一時アクセス パスを使用する
way-pass-hint = 管理者から受け取ったパス
way-passkey-hint = このデバイス、スマートフォン、またはキーのパスキーでサインインします
way-password = パスワードを使用する
way-password-hint = アカウントのパスワード
way-code = 認証アプリのコードを使用する
way-code-hint = アプリに現在表示されている 6 桁の数字
way-organization = 組織でサインインする
way-organization-hint = 確認が済むと、ここに戻ります
none-works = どの方法も使用できません
help-lead = ご安心ください。すぐに解決できます。<strong>一時アクセス パス</strong>という、短期間だけサインインできるコードが必要です。
help-step-ask = 管理者またはヘルプ デスクに一時アクセス パスを依頼してください。ご本人であることの確認があります。
help-step-type = ここに戻り、アカウント名、続いてパスを入力してください。
help-step-add = サインインしたら、パスキーなどの新しいサインイン方法を追加してください。
help-note = パスやパスワードを教えるように求められることは決してありません。このページ以外では入力しないでください。
stay = サインインの状態を維持しますか?
stay-text = 維持すると、このデバイスでサインインを求められる回数が減ります。ほかの人も使うデバイスでは [いいえ] を選択してください。
stay-again = 今後このメッセージを表示しない

## アプリケーション向け

pick-account = アカウントの選択
pick-account-for = <bdi><strong>{ $application }</strong></bdi> に進みます
another-account = 別のアカウントを使用する
permissions-requested = 要求されているアクセス許可
approval-required = 承認が必要です
approval-required-text = これを許可できるのは管理者だけです。管理者に依頼してから、アプリケーションに再度サインインしてください。
consent-wants = <bdi><strong>{ $application }</strong></bdi> が{ $everyone ->
    [true] 、組織の全員について
   *[false] { "" }
}次のことを求めています:
consent-wants-by = <bdi>{ $publisher }</bdi> の <bdi><strong>{ $application }</strong></bdi> が{ $everyone ->
    [true] 、組織の全員について
   *[false] { "" }
}次のことを求めています:
needs-administrator = 管理者が必要
consent-answers-to-host = 応答は <bdi><strong>{ $host }</strong></bdi> に送られます。
consent-answers-to-this-device = 応答は<strong>このデバイス</strong>に送られます。
consent-answers-to-app = 応答は<strong>このデバイスのアプリ</strong>に送られます。
consent-answers-to-device = 応答は<strong>{ $place } のデバイス</strong>に送られます。
consent-trust = このアプリケーションを信頼できる場合にのみ承諾してください。
consent-read-both = { $terms }と{ $privacy }をお読みください。
consent-read-terms = { $terms }をお読みください。
consent-read-privacy = { $privacy }をお読みください。
terms-of-service = サービス利用規約
privacy-statement = プライバシーに関する声明
consent-for-everyone = 組織の代理として同意する
consent-for-everyone-hint = 今後は誰も確認を求められず、アプリケーションはサインインするすべての人についてこれを行えるようになります。
accept = 承諾
scope-user-read = サインインとプロファイルの読み取り
scope-user-read-write = プロファイルの読み取りと変更
scope-user-read-basic-all = 全員の基本プロファイルの読み取り
scope-openid = サインイン
scope-profile = 名前とアカウント名の表示
scope-email = メール アドレスの表示
scope-offline-access = 許可したアクセスを、使用していない間も維持
scope-methods-read = サインイン方法の読み取り
scope-methods-read-write = サインイン方法の読み取りと変更
scope-directory = あなたとしてディレクトリにアクセス
scope-other-detail = ご自身のロールの範囲内での、ディレクトリのアクセス許可
scope-itself = だれもサインインしていない状態で、アプリケーション自身として
back-to-application = アプリケーションに戻る
form-post-text = サインインしました。しばらくしても何も起こらない場合は、[続行] を選択してください。
authorize-problem = このサインインは続行できません
authorize-problem-text = 移動元のアプリケーションに誤りがあります。何も変更されていません。アプリケーションに戻ってもう一度お試しください。解決しない場合は、下の内容をアプリケーションの管理者に伝えてください。
device-code-lead = サインインするデバイスまたはアプリに表示されているコードを入力してください。
device-code-hint = 誰かから送られてきたコードは入力しないでください。送った人があなたとしてサインインすることになります。
device-confirm = これはあなたのデバイスですか?
device-confirm-lead = ネットワーク アドレス <strong>{ $place }</strong> にある別のデバイスで <bdi><strong>{ $application }</strong></bdi> にサインインしようとしています。
device-confirm-lead-by = ネットワーク アドレス <strong>{ $place }</strong> にある別のデバイスで、<bdi>{ $publisher }</bdi> の <bdi><strong>{ $application }</strong></bdi> にサインインしようとしています。
device-confirm-note = ご自身のデバイスまたはプログラムで、たった今ご自身がこの操作を始めた場合にのみ続行してください。誰かからコードが送られてきた場合や、入力するように言われた場合は、[いいえ] を選択してください。その人があなたとしてサインインすることになります。
yes-sign-in = はい、サインインします
signed-in = サインインしました
nothing-signed-in = サインインは行われませんでした
device-done-text = デバイスの <bdi><strong>{ $application }</strong></bdi> に戻ってください。このウィンドウは閉じてかまいません。
device-declined-text = サインインを望まないことをデバイスに伝えました。誰かにコードの入力を求められた場合は、管理者に知らせてください。このウィンドウは閉じてかまいません。
sign-out-question = サインアウトしますか?
ask-sign-out-lead = アプリケーションがサインアウトを求めています。ここでは次のアカウントでサインインしています:
sign-out-of-all = すべてサインアウト
stay-signed-in = サインインしたままにする
signed-out-of-apps = アプリケーションにも通知されます。
go-on-in-a-moment = まもなく次に進みます。
signing-out-frame = アプリケーションからのサインアウト

## フォームの入力に関する問題

problem-name-empty = 続行するには、アカウント名を入力してください。
problem-name-malformed = アカウント名の形式ではないようです。通常は name@example.com のような職場のメール アドレスです。
problem-pass-empty = 続行するには、一時アクセス パスを入力してください。
problem-password-empty = 続行するには、パスワードを入力してください。
problem-code-malformed = 認証アプリに現在表示されている 6 桁の数字を入力してください。
problem-device-name-refused = デバイスを見分けられるように、64 文字以内の名前を入力してください。
problem-device-code-empty = 続行するには、デバイスに表示されているコードを入力してください。
problem-passwords-differ = 2 つの新しいパスワードが一致しません。もう一度入力してください。
problem-passkey-refused = パスキーを確認できませんでした。何も変更されていません。もう一度試すか、別のデバイスを使用してください。
problem-passkey-known = このデバイスまたはキーには、お使いのアカウントのパスキーが既にあります。
problem-passkey-make = お使いの組織では、この種類のデバイスまたはアプリのパスキーは受け付けられません。何も変更されていません。別のものを使用するか、使用できるものを管理者にお問い合わせください。
problem-passkey-attestation = お使いの組織では、どのデバイスにあるかを証明できるパスキーだけを受け付けています。このパスキーは証明できません。何も変更されていません。組織が認めているセキュリティ キーまたはデバイスを使用し、ブラウザーに確認されたら製造元の情報の表示を許可してください。
problem-new-key = 間違ったコードの入力が多すぎたため、新しい QR コードを表示しています。アプリの古いエントリを削除し、こちらをスキャンしてください。
problem-first-code-wrong = そのコードは使用できませんでした。アプリに現在表示されているコードを入力し、スマートフォンの時刻が正しいことを確認してください。
problem-wrong-password = アカウント名またはパスワードが正しくありません。パスワードを思い出せない場合は、下の「パスワードを忘れた場合」を選択してください。
problem-locked = 間違った入力が多すぎたため、安全のためにサインインを一時停止しています。数分待ってから、もう一度お試しください。
problem-locked-until = 間違った入力が多すぎたため、安全のためにサインインを一時停止しています。{ $from } 以降にもう一度お試しください。
problem-password-expired = パスワードの有効期限が切れています。管理者に一時アクセス パスを依頼してください。
problem-account-disabled = お使いのアカウントは無効になっています。有効にするよう管理者に依頼してください。
problem-second-factor-missing = お使いのアカウントでは、ご本人であることを確認する 2 つ目の方法が必要ですが、まだ設定されていません。管理者に一時アクセス パスを依頼し、方法を追加してください。
problem-signed-out = アカウントに変更があったため、サインアウトされました。もう一度サインインしてください。
problem-not-allowed = お使いの組織では、このサインインは許可されていません。管理者にお問い合わせください。
problem-not-assigned = このアプリケーションはあなたに割り当てられていません。管理者にお問い合わせください。
problem-organization-silent = 組織のサインインが応答していません。しばらくしてからもう一度お試しください。繰り返す場合は、管理者にお問い合わせください。
problem-organization-refused = 組織のサインインで認証できませんでした。もう一度お試しください。繰り返す場合は、管理者にお問い合わせください。
problem-organization-unknown = 組織のサインインでは確認できましたが、ここにはアカウントがありません。管理者にお問い合わせください。
problem-code-wrong = そのコードは使用できませんでした。認証アプリに現在表示されているコードを入力してください。各コードは 1 回だけ使用できます。
problem-code-too-old = そのコードは古すぎます。認証アプリに現在表示されているコードを入力してください。
problem-device-code-wrong = そのコードは使用できませんでした。デバイスで確認してください。コードの有効期間は 15 分で、1 回だけ使用できます。それより古い場合は、デバイスで最初からやり直してください。
problem-pass-blocked = お使いの組織の規則により、現在この一時アクセス パスは使用できません。別の方法でサインインするか、管理者にお問い合わせください。
problem-pass-wrong = 一時アクセス パスが正しくありません。パスがわからない場合は、管理者にお問い合わせください。
problem-pass-early = 一時アクセス パスは正しいですが、まだ使用できません。{ $from } から使用できます。
problem-pass-expired = 一時アクセス パスの有効期限が切れています。新しいパスについては、管理者にお問い合わせください。
problem-pass-used = 1 回限りの一時アクセス パスは既に使用されています。新しいパスについては、管理者にお問い合わせください。
problem-pass-withdrawn = 一時アクセス パスは取り消されました。新しいパスについては、管理者にお問い合わせください。
problem-passkey-failed = そのパスキーはここでは使用できませんでした。もう一度試すか、別のサインイン方法を選択してください。
problem-passkeys-off = お使いの組織では、現在パスキーは許可されていません。別のサインイン方法を選択してください。
problem-present-password-wrong = 現在のパスワードが正しくありません。
problem-unknown = 問題が発生しました。もう一度お試しください。再び発生する場合は、管理者にお問い合わせください。
refusal-too-short = 8 文字以上にしてください。
refusal-too-long = 256 文字以内にしてください。
refusal-too-common = このパスワードは簡単に推測されます。互いに関係のない単語をいくつか組み合わせてください。
refusal-too-few-kinds = 小文字、大文字、数字、記号のうち 3 種類を使用してください。
refusal-contains-name = パスワードに自分の名前を使用しないでください。
refusal-same-as-before = 現在のパスワードとは別のものにしてください。

## メッセージだけのページ

restart-title = 最初からやり直してください
busy-title = 少々お待ちください
signed-out-title = サインアウトしました
signed-out-everywhere-title = すべての場所でサインアウトしました
session-ended-title = セッションが終了しました
registration-over-title = 登録できる時間が終了しました
confirm-again-title = ご本人であることを確認してください
stronger-needed-title = もう 1 つ必要なものがあります
form-expired-title = この手順をもう一度始めてください
limit-reached-title = これ以上追加できません
not-offered-title = この方法は提供されていません
not-administrator-title = ここは管理者専用です
pass-only-registers-title = パスでは開けません
form-used-title = この操作は既に完了しています
not-allowed-title = お持ちのロールでは許可されていません
not-found-title = ページが見つかりません
bad-request-title = 予期しない内容が届きました
broken-title = サーバー側で問題が発生しました
restart-text = このページがしばらく開いたままだったか、別のタブで開かれていました。何も変更されていません。最初からもう一度サインインしてください。すぐに終わります。
busy-text = 多くの人が同時にサインインしています。何も変更されておらず、パスも使用済みになっていません。しばらくしてからもう一度お試しください。
signed-out-text = このウィンドウは閉じてかまいません。
signed-out-everywhere-text = このデバイスとほかのすべてのデバイスで、すべてのセッションが終了しました。デバイスを紛失した場合は、もう一度サインインし、そのデバイスのパスキーまたは認証アプリをセキュリティ情報から削除してください。
disowned-text = お使いのセッションともう一方のセッションを含むすべてのセッションが終了し、管理者は何が起きたかを確認できます。もう一度サインインし、パスワードがある場合は変更し、心当たりのないサインイン方法を削除してください。
pass-deleted-text = 一時アクセス パスと、それによって開かれたセッションは削除されました。別の方法でサインインしてください。方法がない場合は、管理者に新しいパスを依頼してください。
session-ended-text = サインインに使用したものの有効期限が切れたか、置き換えられました。もう一度サインインしてください。ほかにサインイン方法がない場合は、管理者に新しい一時アクセス パスを依頼してください。
registration-over-text = 安全のため、サインイン方法を変更できるのはサインイン後の短い間だけで、1 回限りのパスは再使用できません。何も変更されていません。管理者に新しい一時アクセス パスを依頼してください。
confirm-again-text = 安全のため、サインイン方法を変更できるのはサインイン後の短い間だけです。もう一度サインインすると、元の場所に戻ります。
stronger-needed-text = サインイン方法はパスワードだけでは変更できないように保護されていますが、お使いのアカウントにはほかの方法がまだありません。管理者に一時アクセス パスを依頼してください。パスを使うと、パスキーまたは認証アプリを追加できます。
form-expired-text = ページがしばらく開いたままだったか、その間に再度サインインが行われました。何も変更されていません。
limit-reached-text = お使いのアカウントに登録できる上限に達しています。使わなくなったものを削除してから、もう一度お試しください。
not-offered-text = お使いの組織では、この種類のサインイン方法を自分で追加することは許可されていません。何も変更されていません。別の方法を選択するか、管理者にお問い合わせください。
not-administrator-text = お使いのアカウントには管理者ロールがないため、ここで行えることはありません。ほかの人のアカウントを管理している場合は、管理者にロールを依頼してください。
pass-only-registers-text = ここでは、一時アクセス パスはサインイン方法を追加するためだけに使用できます。セキュリティ情報で方法を追加し、その方法でサインインしてください。
form-used-text = フォームは既に送信されており、その応答は 1 回だけ表示されます。その後は何も変更されていません。コードやパスワードがわからなくなった場合は、対象者のページに戻って新しく作成してください。
not-allowed-text = 何も変更されていません。別の管理者ロールが必要であるか、アカウント自体が持つロールによって保護されています。より多くの権限を持つ人に依頼してください。
not-found-text = このアドレスには何もありません。入力ミスがないか確認してください。
bad-request-text = 何も変更されていません。前に戻り、ページを再読み込みして、もう一度お試しください。
broken-text = お客様の操作が原因ではありません。数分後にもう一度お試しください。再び発生する場合は、下の番号を管理者に伝えてください。
sign-in-again = もう一度サインイン
confirm-it-is-you = 本人確認を行う
sign-in-another-way = 別の方法でサインイン
start-again = もう一度始める
back-to-security-info = セキュリティ情報に戻る
back-to-portal = ポータルに戻る
go-to-security-info = セキュリティ情報に移動

## セキュリティ情報: 各ページの周囲

skip-to-main = メイン コンテンツに移動
sign-out = サインアウト
my-account = マイ アカウント
security-info = セキュリティ情報
recent-sign-ins = 最近のサインイン
portal = ポータル
sign-out-everywhere = すべての場所でサインアウト
done = 完了
save = 保存
back = 戻る
delete = 削除
passkey = パスキー
authenticator-app = 認証アプリ
minutes-left = { $minutes ->
   *[other] 登録できる残り時間は { $minutes } 分です。
}
time-over = 登録できる時間が終了しました。ページを再読み込みすると、次の手順が表示されます。

## セキュリティ情報: 一覧

info-lead = アカウントにサインインする方法です。デバイスを紛失した場合に備えて、2 つ以上登録しておくと安心です。
done-passkey-added = パスキーの準備ができました。これからはパスキーでサインインできます。
done-passkey-named = パスキーの名前を変更しました。
done-password-set = 新しいパスワードを設定しました。以前のパスワードで開いたセッションはサインアウトされました。
done-password-set-freely = 新しいパスワードを設定しました。ほかのセッションはすべてサインアウトされました。
done-deleted = 方法を削除しました。今後サインインには使用できません。
done-default = 既定のサインイン方法を変更しました。
default-is-strongest = 既定のサインイン方法: 登録済みの最も安全な方法
default-is-app = 既定のサインイン方法: 認証アプリ
default-title = 既定のサインイン方法の変更
default-text = パスワードの後、最初にこの方法が求められます。その時に別の方法を選ぶこともできます。
default-strongest = 登録済みの最も安全な方法
banner-title = サインイン方法を今すぐ追加してください
banner-text = 一時アクセス パスは { $time } まで使用できます。その後は別の方法が必要です。最も早く追加できるのはパスキーです。
pass-session = 一時アクセス パスでサインインしています。このセッションはパスと同時に終了します: { $time }
changes-renewable = 方法を追加または変更するには、もう一度サインインを求められます。
changes-over = <strong>方法を追加または変更できる時間は終了しました。</strong>まだ必要な場合は、管理者に新しいパスを依頼してください。
lost-title = スマートフォン、ノート PC、キーを紛失しましたか?
lost-text = これらはパスを受け取る前に設定されたものです。ほかの人に使われないように、手元にないものは削除してください。それ以外はそのままにしてください。
lost-device = デバイスを紛失した場合:
add-method = サインイン方法の追加
your-methods = 登録済みのサインイン方法
delete-named = { $name } を削除
rename = 名前の変更
rename-named = { $name } の名前を変更
change = 変更
change-password = パスワードの変更
pass-once = 1 回限り
pass-several = 複数回使用可
pass-until = 有効期限: { $time }
pass-from = 開始: { $time }
pass-over = 期限切れ: { $time }
pass-used = 使用済み
pass-used-until = 使用済み。セッションの終了: { $time }
pass-stopped = 組織の規則により現在は使用できません
password-changed = 最終変更日: { $day }
pass-issued = 発行日: { $day }
method-added = 追加日: { $day }
method-used = 最終使用日: { $day }
method-unused = 未使用
passkey-synced = デバイス間で同期
passkey-on-one-device = 1 台のデバイスに保存

## セキュリティ情報: 追加

add-title = サインイン方法を追加する
add-nothing = 現在追加できるものはありません。別のサインイン方法が必要な場合は、管理者にお問い合わせください。
add-question = どの方法を追加しますか?
add-passkey-hint = 最適な選択です。顔、指紋、デバイスの PIN、またはセキュリティ キーでサインインします。
add-app-hint = スマートフォンのアプリに 6 桁のコードが表示されます。パスワードと組み合わせて使用します。
add-password-hint = 自分で覚えて入力する文字列です。
add-pass-hint = 発行できるのは管理者だけです。
step = 手順 { $step } / { $steps }
app-intro-title = 認証アプリのセットアップ
app-intro-what = スマートフォンの認証アプリには、30 秒ごとに新しい 6 桁のコードが表示されます。パスワードの後にこのコードを入力するため、パスワードだけではサインインできません。
app-intro-which = 認証アプリは、Microsoft Authenticator、Google Authenticator、Aegis、2FAS など、どれでも使用できます。スマートフォンのアプリ ストアからインストールして開き、<strong>アカウントの追加</strong>を選択してください。
app-scan-title = QR コードのスキャン
app-scan-text = アプリで「QR コードをスキャン」を選択し、スマートフォンのカメラをここに向けてください。
app-scan-picture = 認証アプリ用の QR コード
app-scan-by-hand = 画像をスキャンできない場合
app-scan-by-hand-text = アプリで「セットアップ キーを入力」を選択し、次の 2 つを入力してください:
secret-key = 秘密鍵
copy = コピー
copied = コピーしました
copy-by-keyboard = 選択しました。キーボードでコピーしてください。
copy-account-name = アカウント名をコピー
copy-secret-key = 秘密鍵をコピー
secret-key-hint = この鍵は誰にも教えないでください。鍵を持つ人は、あなたのコードを作成できます。
app-code-hint = アプリに <bdi>{ $tenant }</bdi> 用として現在表示されている 6 桁の数字です。入力中に変わった場合は、新しい数字を使用してください。
app-numbered = 認証アプリ { $number }
app-done-title = 認証アプリの登録完了
app-done-heading = 認証アプリが正常に登録されました
app-done-alone = このアプリはパスワードに続く 2 番目の手順です。今すぐ自分のパスワードを設定してください。または、どちらも必要としないパスキーを追加してください。
app-done-text = 今後、パスワードでサインインするときは、スマートフォンをお手元にご用意ください。
add-a-passkey = パスキーを追加する
create-a-passkey = パスキーを作成する
create-passkey = パスキーの作成
create-passkey-what = パスキーを使うと、顔、指紋、PIN など、デバイスのロックを解除するのと同じ方法でサインインできます。セキュリティ キーも使用できます。覚えておくものはなく、偽のページに盗まれるものもありません。
create-passkey-step-keep = お使いのデバイスのウィンドウが開きます。パスキーの保存先を選択してください。
create-passkey-step-confirm = 顔、指紋、PIN、またはキーで確認してください。
create-passkey-step-name = ここに戻り、パスキーに名前を付けてください。
create-passkey-needs-script = パスキーには JavaScript が必要ですが、このブラウザーでは無効になっています。有効にしてページを再読み込みするか、前に戻って別の方法を選択してください。
passkey-created = パスキーが作成されました
passkey-created-text = 残りの手順は 1 つです。どのデバイスのパスキーか後でわかるように、名前を付けてください。その後、パスキーでサインインできます。
rename-passkey = パスキーの名前の変更
passkey-name = パスキーの名前
passkey-name-hint = 例:「職場のノート PC」、「青いセキュリティ キー」
name-android = Android スマートフォン
name-windows = Windows PC
name-linux = Linux PC
name-security-key = セキュリティ キー
passkey-cancelled = キャンセルされたか、時間がかかりすぎました。何も変更されていません。準備ができたら、もう一度お試しください。
passkey-wrong-address = このアドレスではパスキーを使用できません。管理者に知らせてください。
passkey-unsupported = このデバイスでは、この種類のパスキーを作成できません。別のデバイスまたはセキュリティ キーをお試しください。
passkey-not-created = パスキーを作成できませんでした。もう一度試すか、別の方法を選択してください。
passkey-not-used = パスキーを使用できませんでした。もう一度試すか、別のサインイン方法を選択してください。
passkey-unknown-to-browser = このブラウザーではパスキーを使用できません。別の方法を選択するか、新しいブラウザーをお試しください。
set-a-password = パスワードを設定する
set-password = パスワードの設定
change-your-password = パスワードを変更する
current-password = 現在のパスワード
set-password-hint = ほかのセッションはサインアウトされます。
set-password-hint-known = パスワードで開いたほかのセッションはサインアウトされます。

## セキュリティ情報: 削除、サインアウト、自分のサインイン

delete-title = { $kind ->
    [pass] 一時アクセス パス
    [password] パスワード
    [passkey] パスキー
   *[app] 認証アプリ
}の削除
delete-question = { $kind ->
    [pass] 一時アクセス パス
    [password] パスワード
    [passkey] パスキー
   *[app] 認証アプリ
}を削除しますか?
delete-text = { $kind ->
    [pass] 一時アクセス パス
    [password] パスワード
    [passkey] パスキー
   *[app] 認証アプリ
}が削除されます。その後はサインインに使用できず、この操作は元に戻せません。
delete-text-named = <strong><bdi>{ $name }</bdi></strong> ({ $kind ->
    [pass] 一時アクセス パス
    [password] パスワード
    [passkey] パスキー
   *[app] 認証アプリ
}) が削除されます。その後はサインインに使用できず、この操作は元に戻せません。
delete-signs-out = <strong>この操作によりサインアウトされます。</strong>現在このパスでサインインしており、セッションもパスとともに終了します。ほかの方法がない場合は、先に追加してください。
delete-last = <strong>これは最後のサインイン方法です</strong>。ほかの方法がないと、管理者から新しいパスを受け取る必要があります。
delete-last-besides-pass = 一時アクセス パスを除いて、<strong>これは最後のサインイン方法です</strong>。ほかの方法がないと、管理者から新しいパスを受け取る必要があります。
delete-and-sign-out = 削除してサインアウト
keep-it = 残す
sign-out-text = このブラウザーのセッションが終了します。ほかのデバイスのセッションはそのまま残ります。
sign-out-now = 今すぐサインアウト
sign-out-everywhere-question = すべての場所でサインアウトしますか?
sign-out-everywhere-what = このブラウザー、スマートフォン、その他サインインしているすべての場所のセッションが終了します。デバイスを紛失した場合や、ほかの人にアカウントを使われていると思われる場合に行ってください。
sign-out-everywhere-methods = サインイン方法はそのまま残ります。紛失したデバイスにあったものは、併せて削除してください。
sign-out-everywhere-once = <strong>1 回限りのパスは再使用できません。</strong>先に別のサインイン方法を追加してください。追加しないと、管理者から新しいパスを受け取る必要があります。
sign-ins-lead = 過去 30 日間にこのアカウントで行われたサインインです。心当たりのないものがあれば知らせてください。
sign-ins-none = これ以上はありません。
sign-ins-older = 以前のもの
this-session = このセッション
sign-in-refused = 拒否: { $reason }
not-me = 心当たりがない
not-me-question = 心当たりがありませんか?
not-me-text = このセッションを含むすべてのセッションを直ちに終了し、管理者に知らせます。その後、もう一度サインインし、パスワードがある場合は変更し、心当たりのない方法を削除してください。
not-me-once = <strong>1 回限りのパスは再使用できません。</strong>先に別のサインイン方法を追加するか、管理者に新しいパスを依頼してください。
not-me-do = 心当たりがないため、すべての場所でサインアウト
browser-on-system = { $system } の { $browser }
method-code = OATH 確認コード
method-organization = 組織のサインイン
refused-stale = サインインに時間がかかりすぎたため失敗しました。
refused-locked = 間違った入力が多すぎたため、アカウントがロックされています。
refused-password = アカウント名またはパスワードが正しくありません。
refused-disabled = アカウントが無効になっています。
refused-pass = 一時アクセス パスが正しくありませんでした。
refused-pass-expired = 一時アクセス パスの有効期限が切れていました。
refused-pass-used = 1 回限りの一時アクセス パスは既に使用されていました。
refused-pass-policy = 一時アクセス パスによるサインインはポリシーによりブロックされました。
refused-pass-not-found = 一時アクセス パスが見つからないか、確認できませんでした。
refused-second-factor = 2 番目の確認に失敗しました。
refused-code = ワンタイム コードが無効です。
refused-passkey = パスキーを確認できませんでした。
refused-passkey-unknown = パスキーは誰にも登録されていません。
refused-passkey-policy = このパスキーはポリシーにより許可されていません。
refused-organization-silent = 組織のサインインが応答しませんでした。
refused-organization = 組織のサインインで認証されませんでした。
refused-organization-unknown = 組織のサインインで確認された人のアカウントがここにはありません。

## アカウントのセットアップ

set-up-title = アカウントのセットアップ
set-up-heading = アカウントをセットアップしましょう
set-up-pass = 一時アクセス パスは { $time } まで使用できます。今後も使えるサインイン方法を設定してください。
set-up-pass-for = 一時アクセス パスは { $time } まで使用できます。今後も使えるサインイン方法を設定してから、<bdi><strong>{ $application }</strong></bdi> に進んでください。
set-up-demanded = <bdi><strong>{ $application }</strong></bdi> では、現在登録されているものより強力なサインイン方法が必要です。設定してから続行してください。
set-up-over = <strong>登録できる時間が終了しました</strong>。1 回限りのパスは再使用できません。管理者に新しいパスを依頼してください。
set-up-needs-script = パスキーには JavaScript が必要ですが、このブラウザーでは無効になっています。有効にしてページを再読み込みしてください。
set-up-needs-script-or = パスキーには JavaScript が必要ですが、このブラウザーでは無効になっています。有効にしてページを再読み込みするか、もう一方の方法を選択してください。
set-up-passkey-instead = 代わりにパスキーを作成する
set-up-app-instead = 代わりに認証アプリをセットアップする
set-up-password-instead = 代わりにパスワードを設定する
set-up-skip = 今はスキップ
set-up-skip-hint = スキップすると、次回パスでサインインしたときにもう一度確認されます。その後は、この方法なしではサインインできません。
set-up-skip-hint-until = スキップすると、次回パスでサインインしたときにもう一度確認されます。{ $time } を過ぎると、この方法なしではサインインできません。
all-set = セットアップが完了しました
all-set-passkey = これからはパスキーでサインインします。パスはもう必要ありません。
all-set-app = これからはパスワードと認証アプリのコードでサインインします。パスはもう必要ありません。
all-set-again = 残りの手順は 1 つです。その方法で今すぐサインインすると、<bdi><strong>{ $application }</strong></bdi> が開きます。
all-set-passkey-hint = このデバイスを紛失した場合に備えて、後で<strong>セキュリティ情報</strong>に別の方法を追加してください。
all-set-app-hint = パスキーはさらに速く安全です。後で<strong>セキュリティ情報</strong>から追加できます。
sign-in-with-your-passkey = パスキーでサインイン
