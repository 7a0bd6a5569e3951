"""The pages in the reader's language: by the browser's, by the application's wish."""

import datetime
import re
import urllib.parse

import pytest

from support.applications import Demo, Listener
from support.chromium import NARROW, WIDE
from support.server import Installation

#: What a page says, by language.
WORDS = {
    "de-AT": {
        "lang": "de", "sign in": "Anmelden", "account name": "Kontoname", "next": "Weiter",
        "enter pass": "Befristeten Zugriffspass eingeben", "pass": "Befristeter Zugriffspass",
        "wrong": "Ihr befristeter Zugriffspass ist falsch.", "number": "Nummer: 130503",
        "show": "Anzeigen", "hide": "Verbergen",
        "ways": "Anmeldeoptionen", "help": "Können Sie nicht auf Ihr Konto zugreifen?",
        "info": "Sicherheitsinformationen", "add": "Anmeldemethode hinzufügen",
        "add title": "Eine Anmeldemethode hinzufügen", "passkey": "Passkey", "create title": "Einen Passkey erstellen",
        "create": "Passkey erstellen", "created": "Passkey erstellt", "name": "Name des Passkeys", "done": "Fertig",
        "app": "Authentifikator-App",
        "app intro": "Authentifikator-App einrichten", "app scan": "QR-Code scannen",
        "by hand": "Können Sie das Bild nicht scannen?", "copy": "Kopieren", "copied": "Kopiert",
        "enter code": "Code eingeben", "change password": "Ihr Kennwort ändern", "recent": "Letzte Anmeldungen",
        "delete": "Laptop löschen", "delete title": "Passkey löschen?", "everywhere": "Überall abmelden",
        "everywhere title": "Überall abmelden?", "left": "Noch 1 Minute zum Registrieren.",
        "cancelled": "Das wurde abgebrochen oder hat zu lange gedauert.",
    },
    "ja": {
        "lang": "ja", "sign in": "サインイン", "account name": "アカウント名", "next": "次へ",
        "enter pass": "一時アクセス パスの入力", "pass": "一時アクセス パス",
        "wrong": "一時アクセス パスが正しくありません。", "number": "番号: 130503",
        "show": "表示", "hide": "非表示",
        "ways": "サインイン オプション", "help": "アカウントにアクセスできない場合",
        "info": "セキュリティ情報", "add": "サインイン方法の追加", "add title": "サインイン方法を追加する",
        "passkey": "パスキー", "create title": "パスキーを作成する", "create": "パスキーの作成",
        "created": "パスキーが作成されました", "name": "パスキーの名前", "done": "完了",
        "app": "認証アプリ", "app intro": "認証アプリのセットアップ",
        "app scan": "QR コードのスキャン", "by hand": "画像をスキャンできない場合", "copy": "コピー",
        "copied": "コピーしました", "enter code": "コードの入力", "change password": "パスワードを変更する",
        "recent": "最近のサインイン", "delete": "Laptop を削除", "delete title": "パスキーを削除しますか?",
        "everywhere": "すべての場所でサインアウト", "everywhere title": "すべての場所でサインアウトしますか?",
        "left": "登録できる残り時間は 1 分です。", "cancelled": "キャンセルされたか、時間がかかりすぎました。",
    },
}


def nothing_is_cut(window):
    """At 320 px every word of every button and heading is inside it."""
    window.page.set_viewport_size(NARROW)
    cut = window.page.evaluate("""() => [...document.querySelectorAll("button, .button, h1, h2, h3, p, a, label, li")]
        .filter((element) => element.checkVisibility() && !element.closest(".vh, .skip, .who")
                             && element.scrollWidth > element.clientWidth + 1 && element.clientWidth)
        .map((element) => element.outerHTML.slice(0, 200))""")
    assert cut == []


@pytest.mark.parametrize("locale", WORDS)
def test_signing_in_with_a_pass(site, browse, locale):
    words = WORDS[locale]
    user = site.graph.add_user("ada", displayName="Ada Example")
    issued = site.graph.add_pass(user["id"])
    window = browse(site.server).window(locale=locale)
    page = window.page

    def look(name):
        window.look(f"{words['lang']}-{name}")
        nothing_is_cut(window)

    page.goto("/security-info")
    window.expect(words["sign in"])
    html = page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == (words["lang"], "ltr")
    look("username")
    page.get_by_label(words["account name"]).fill(user["userPrincipalName"])
    page.get_by_role("button", name=words["next"]).click()
    window.expect(words["enter pass"])
    reveal = page.locator("[data-reveal]")
    assert reveal.inner_text() == words["show"]
    reveal.click()
    assert reveal.inner_text() == words["hide"]
    page.get_by_label(words["pass"], exact=True).fill("wrongCode")
    page.get_by_role("button", name=words["sign in"], exact=True).click()
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert words["wrong"] in alert.inner_text()
    assert words["number"] in alert.inner_text()
    look("pass-wrong")

    page.goto("/sign-in")
    page.get_by_role("link", name=words["help"]).click()
    window.expect(words["help"])
    look("help")
    page.goto("/sign-in")
    page.get_by_role("link", name=words["ways"]).click()
    window.expect(words["ways"])
    look("ways")
    page.goto("/signed-out")
    look("signed-out")

    page.goto("/security-info")
    page.get_by_label(words["account name"]).fill(user["userPrincipalName"])
    page.get_by_role("button", name=words["next"]).click()
    page.get_by_label(words["pass"], exact=True).fill(issued["temporaryAccessPass"])
    page.get_by_role("button", name=words["sign in"], exact=True).click()
    page.wait_for_url("**/security-info")
    assert window.errors == []


@pytest.mark.parametrize("locale", WORDS)
def test_security_info(site, browse, locale):
    words = WORDS[locale]
    user = site.graph.add_user("ada", displayName="Ada Example")
    code = site.graph.add_pass(user["id"], isUsableOnce=False)["temporaryAccessPass"]
    window = browse(site.server).window(locale=locale, permissions=["clipboard-read", "clipboard-write"])
    page = window.page
    window.add_authenticator()
    window.answer_prompts(False)

    def look(name):
        window.look(f"{words['lang']}-{name}")
        nothing_is_cut(window)
        window.page.set_viewport_size(WIDE)

    def press(name, role="button"):
        page.get_by_role(role, name=words.get(name, name), exact=True).click()

    page.goto("/security-info")
    page.get_by_label(words["account name"]).fill(user["userPrincipalName"])
    press("next")
    page.get_by_label(words["pass"], exact=True).fill(code)
    press("sign in")
    window.expect(words["info"])
    assert page.locator("html").get_attribute("lang") == words["lang"]
    # What a screen reader hears at one minute is the catalogue's, in its singular.
    assert page.locator("[data-countdown-words]").get_attribute("data-at-60") == words["left"]
    look("info-first-day")

    press("add", "link")
    window.expect(words["add title"])
    look("add")
    page.get_by_role("link", name=words["passkey"]).first.click()
    window.expect(words["create title"])
    look("passkey-create")
    # The browser's own window is closed without an answer: the script speaks the page's language.
    page.evaluate("""() => {
        navigator.credentials.create = () => Promise.reject(new DOMException("", "NotAllowedError"));
    }""")
    press("create")
    page.get_by_role("alert").wait_for()
    assert words["cancelled"] in page.get_by_role("alert").inner_text()
    page.reload()
    window.answer_prompts(True)
    press("create")
    window.expect(words["created"])
    look("passkey-created")
    page.get_by_label(words["name"]).fill("Laptop")
    press("done")
    window.expect(words["info"])
    assert "Laptop" in page.locator("ul.methods").inner_text()
    look("info")

    page.goto("/security-info/apps")
    window.expect(words["app intro"])
    look("app-intro")
    press("next", "link")
    window.expect(words["app scan"])
    page.get_by_text(words["by hand"]).click()
    copy = page.locator("[data-copy=key]")
    assert copy.inner_text() == words["copy"]
    look("app-scan")
    copy.click()
    page.locator("[data-copy=key]").filter(has_text=words["copied"]).wait_for()
    press("next", "link")
    window.expect(words["enter code"])
    look("app-code")

    page.goto("/security-info/password")
    window.expect(words["change password"])
    look("password-change")
    page.goto("/security-info/sign-ins")
    window.expect(words["recent"])
    assert words["pass"] in page.locator("ul.methods").inner_text()
    look("own-sign-ins")
    page.goto("/security-info")
    page.get_by_role("link", name=words["delete"]).click()
    window.expect(words["delete title"])
    look("delete")
    page.goto("/security-info/sign-out-everywhere")
    window.expect(words["everywhere title"])
    look("sign-out-everywhere")
    assert window.errors == []


def test_a_page_turns_round_for_those_who_read_from_the_right(site, browse):
    """No language does so far; the pages are ready for one."""
    user = site.graph.add_user("ada", displayName="سارة الأحمد")
    code = site.graph.add_pass(user["id"])["temporaryAccessPass"]
    window = browse(site.server).window()
    page = window.page
    page.goto("/security-info")
    page.get_by_label("Account name").fill(user["userPrincipalName"])
    page.get_by_role("button", name="Next").click()
    page.locator("html").evaluate("(html) => html.dir = 'rtl'")
    window.look("rtl-pass")
    brand, main = page.locator(".brand img").bounding_box(), page.locator("main").bounding_box()
    assert brand["x"] > main["x"] + main["width"] / 2
    page.get_by_label("Temporary Access Pass", exact=True).fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()
    window.expect("Security info")
    page.locator("html").evaluate("(html) => html.dir = 'rtl'")
    window.look("rtl-info")
    navigation, main = page.locator(".frame nav").bounding_box(), page.locator("main").bounding_box()
    assert navigation["x"] > main["x"]


def test_a_moment_is_told_in_the_readers_language_and_zone(site, browse):
    """A pass whose time has not come says when it will, with and without script."""
    user = site.graph.add_user("ada")
    chromium = browse(site.server)
    moment = datetime.datetime.now(datetime.UTC).replace(hour=8, minute=30, second=0) + datetime.timedelta(days=2)
    for locale, zone, words in (("de-AT", "Europe/Vienna", r"Er gilt ab \d+\. \w+ 20\d\d um 09:30"),
                                ("ja", "Asia/Tokyo", r"20\d\d年\d+月\d+日 17:30 から使用できます。"),
                                ("fr", "Europe/Paris", r"à partir de : \d+ \w+ 20\d\d à 09:30"),
                                ("es", "Europe/Madrid", r"a partir de: \d+ de \w+ de 20\d\d a las 9:30")):
        site.graph.add_pass(user["id"])
        window = chromium.window(locale=locale, zone=zone)
        window.page.goto("/sign-in")
        window.page.locator("#loginfmt").fill(user["userPrincipalName"])
        window.page.locator("button.main").click()
        # While the page is open, the pass is replaced by one that starts later.
        issued = site.graph.add_pass(user["id"], startDateTime=moment.isoformat())
        window.page.locator("#accesspass").fill(issued["temporaryAccessPass"])
        window.page.locator("button.main").click()
        text = window.page.get_by_role("alert").inner_text()
        assert re.search(words, re.sub(r"\s+", " ", text)), text
        window.close()


def test_the_application_says_which_language(tmp_path, browse):
    server = Installation.make(tmp_path / "data").serve(options=["--demo"])
    listener = Listener()
    try:
        window = browse(server).window(locale="ja")
        query = f"client_id={Demo(server).client_id}&response_type=code&redirect_uri={listener.url}&scope=openid"
        address = f"{server.url}/{server.installation.tenant}/oauth2/v2.0/authorize?{query}"
        challenge = "&code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        window.page.goto(f"{address}{challenge}&ui_locales=sv+fr-CA+de")
        window.expect("Se connecter")
        # The whole sign-in stays in it.
        window.page.get_by_role("link", name="Options de connexion").click()
        window.expect("Options de connexion")
        window.page.go_back()
        window.page.get_by_label("Nom de compte").fill("bruno@example.com")
        window.page.get_by_role("button", name="Suivant").click()
        window.expect("Entrer le passe d’accès temporaire")
        # An application without a wish gets the browser's language.
        window.page.goto(f"{address}{challenge}&ui_locales=sv")
        window.expect("サインイン")
        assert window.errors == []
    finally:
        listener.close()
        server.stop()


@pytest.mark.parametrize("locale, headings", [
    ("de-AT", ["Angeforderte Berechtigungen", "Konto auswählen", "Code eingeben", "Ist das Ihr Gerät?"]),
    ("ja", ["要求されているアクセス許可", "アカウントの選択", "コードの入力", "これはあなたのデバイスですか?"])])
def test_on_the_way_to_applications_and_devices(tmp_path, browse, locale, headings):
    server = Installation.make(tmp_path / "data").serve(options=["--demo"])
    listener, demo = Listener(), Demo(server)
    try:
        window = browse(server).window(locale=locale)
        page = window.page
        begin = f"{server.url}/{server.installation.tenant}/oauth2/v2.0/authorize?" + urllib.parse.urlencode({
            "client_id": demo.client_id, "response_type": "code", "redirect_uri": listener.url, "scope": "openid User.Read",
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"})
        shown = []

        def look(name):
            shown.append(window.heading)
            window.look(f"{locale[:2]}-{name}")
            nothing_is_cut(window)
            page.set_viewport_size(WIDE)

        page.goto(begin)
        page.locator("#loginfmt").fill("bruno@example.com")
        page.locator("button.main").click()
        page.locator("#accesspass").fill(demo.codes["bruno"])
        page.locator("button.main").click()
        page.locator("form[action='/authorize/consent']").wait_for()
        look("consent")
        page.locator("button.main").click()
        assert listener.answer()["code"]
        page.goto(f"{begin}&prompt=select_account")
        look("accounts")
        with server.client() as client:
            device = client.post(f"/{server.installation.tenant}/oauth2/v2.0/devicecode", data={
                "client_id": demo.client_id, "scope": "openid User.Read"}).json()
        page.goto("/devicelogin")
        look("device-code")
        page.locator("input[name=code]").fill(device["user_code"])
        page.locator("button.main").click()
        page.get_by_role("button", name="bruno@example.com").click()
        page.locator("form[action='/authorize/device']").wait_for()
        look("device-confirm")
        assert shown == headings
        assert window.errors == []
    finally:
        listener.close()
        server.stop()
