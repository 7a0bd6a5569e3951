"""The authorization endpoint in Chromium: pages, answers, several accounts, signing out (sign-in contract 9.4, 9.12)."""

import base64
import hashlib
import html
import secrets
import urllib.parse

import jwt
import pytest

from support.applications import Listener, type_pass
from support.graph import PASSWORD, Graph

BRUNO = "bruno@example.com"
ADA = "ada@example.com"


@pytest.fixture(scope="module")
def server(demo_server):
    return demo_server


@pytest.fixture
def app(server, demo):
    application = App(server, demo)
    yield application
    application.listener.close()


class App:
    """An application without a library."""

    def __init__(self, server, demo):
        self.server, self.demo = server, demo
        self.listener = Listener()
        self.verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        self.challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def request(self, **changes):
        given = {"client_id": self.demo.client_id, "response_type": "code", "redirect_uri": self.listener.url,
                 "scope": "openid profile User.Read", "state": "s&1=ä", "nonce": "n-1",
                 "code_challenge": self.challenge, "code_challenge_method": "S256", **changes}
        query = urllib.parse.urlencode({key: value for key, value in given.items() if value is not None})
        return f"{self.server.url}/{self.server.installation.tenant}/oauth2/v2.0/authorize?{query}"

    def redeem(self, code, **changes):
        with self.server.client() as client:
            return client.post(f"/{self.server.installation.tenant}/oauth2/v2.0/token", data={
                "grant_type": "authorization_code", "client_id": self.demo.client_id, "code": code,
                "redirect_uri": self.listener.url, "code_verifier": self.verifier, **changes})


def accept(window):
    window.expect("Permissions requested")
    window.page.get_by_role("button", name="Accept").click()


def test_every_way_back_and_signing_out(app, browse):
    window = browse(app.server).window()
    window.page.goto(app.request())
    type_pass(window, BRUNO, app.demo.codes["bruno"])
    window.expect("Permissions requested")
    window.page.get_by_role("button", name="Cancel").click()
    refused = app.listener.answer()
    assert (refused["error"], refused["state"]) == ("access_denied", "s&1=ä")
    assert refused["error_description"].startswith("AADSTS65004: ")

    window.page.goto(app.request())
    accept(window)
    answer = app.listener.answer()
    assert answer["state"] == "s&1=ä"
    assert answer["iss"] == f"{app.server.url}/{app.server.installation.tenant}/v2.0"
    tokens = app.redeem(answer["code"])
    assert tokens.status_code == 200 and tokens.headers["cache-control"] == "no-store", tokens.text
    assert "refresh_token" not in tokens.json(), "only with offline_access"
    claims = jwt.decode(tokens.json()["id_token"], options={"verify_signature": False})
    assert (claims["aud"], claims["nonce"]) == (app.demo.client_id, "n-1")
    again = app.redeem(answer["code"])
    assert again.status_code == 400 and again.json()["error_codes"] == [54005]
    with app.server.client() as client:
        me = client.get("/v1.0/me", headers={"Authorization": f"Bearer {tokens.json()['access_token']}"})
    assert me.status_code == 401, "a code that came twice ends its tokens"

    window.page.goto(app.request(response_mode="form_post", prompt="none"))
    posted = app.listener.answer()
    assert (posted["method"], posted["state"]) == ("POST", "s&1=ä") and posted["code"]

    window.page.goto(app.request(prompt="login"))
    window.expect("Enter Temporary Access Pass")
    type_code = window.page.get_by_label("Temporary Access Pass", exact=True)
    type_code.fill(app.demo.codes["bruno"])
    window.page.get_by_role("button", name="Sign in").click()
    hint = app.redeem(app.listener.answer()["code"]).json()["id_token"]

    query = urllib.parse.urlencode({"id_token_hint": hint, "state": "bye",
                                    "post_logout_redirect_uri": app.listener.url})
    window.page.goto(f"{app.server.url}/common/oauth2/v2.0/logout?{query}")
    assert app.listener.answer()["state"] == "bye"
    window.page.goto(app.request(prompt="none"))
    assert app.listener.answer()["error"] == "login_required"
    window.page.goto(f"{app.server.url}/common/oauth2/v2.0/logout?post_logout_redirect_uri=https://evil.example/")
    window.expect("You're signed out")
    assert not window.errors


def test_several_accounts(app, browse):
    window = browse(app.server).window()
    window.page.goto(app.request(login_hint=ADA))
    window.expect("Enter Temporary Access Pass")
    window.page.get_by_label("Temporary Access Pass", exact=True).fill(app.demo.codes["ada"])
    window.page.get_by_role("button", name="Sign in").click()
    accept(window)
    app.listener.answer()

    window.page.goto(app.request(prompt="select_account"))
    window.expect("Pick an account")
    window.page.get_by_role("button", name="Use another account").click()
    type_pass(window, BRUNO, app.demo.codes["bruno"])
    if window.heading == "Permissions requested":
        accept(window)
    app.listener.answer()

    window.page.goto(app.request())
    window.expect("Pick an account")
    window.look("accounts")
    window.page.get_by_role("button", name=ADA).click()
    code = app.listener.answer()["code"]
    claims = jwt.decode(app.redeem(code).json()["id_token"], options={"verify_signature": False})
    assert claims["preferred_username"] == ADA
    window.page.goto(app.request(login_hint=BRUNO))
    code = app.listener.answer()["code"]
    claims = jwt.decode(app.redeem(code).json()["id_token"], options={"verify_signature": False})
    assert claims["preferred_username"] == BRUNO

    window.page.goto(f"{app.server.url}/common/oauth2/v2.0/logout")
    window.expect("Sign out?")
    window.look("ask-sign-out")
    window.page.get_by_role("button", name="Sign out of all").click()
    window.expect("You're signed out")
    assert not window.errors


@pytest.mark.parametrize("changes", [
    {"redirect_uri": "https://evil.example/"}, {"redirect_uri": "http://localhost@evil.example/"},
    {"redirect_uri": "http://localhost/%2e%2e/x"}, {"redirect_uri": "http://localh\u00f6st/"},
    {"client_id": "99999999-8888-7777-6666-555555555555"}])
def test_nobody_is_sent_where_they_must_not_go(app, changes):
    with app.server.client() as client:
        answer = client.get(app.request(**changes))
    assert answer.status_code == 400 and "location" not in answer.headers
    assert "This sign-in can't go on" in html.unescape(answer.text)
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


def test_the_error_page_is_plain(app, browse):
    window = browse(app.server).window()
    window.page.goto(app.request(redirect_uri="https://evil.example/"))
    window.expect("This sign-in can't go on")
    window.look("authorize-problem")


def test_forms_of_others_change_nothing(app, browse):
    """A forged consent: without the browser's own token nothing is accepted."""
    window = browse(app.server).window()
    window.page.goto(app.request(login_hint=BRUNO))
    with app.server.client() as client:
        for path in ("/authorize/consent", "/authorize/account", "/authorize/logout"):
            forged = client.post(path, data={"request": "x", "answer": "accept"},
                                 headers={"Origin": "https://evil.example"})
            assert forged.status_code == 403, path
            bare = client.post(path, data={"request": "x", "answer": "accept"}, headers={"Origin": app.server.url})
            assert bare.status_code == 400, path


def test_staying_signed_in(app, browse):
    graph = Graph(app.server)
    graph.post("/users", {
        "accountEnabled": True, "displayName": "Petra Passwort", "mailNickname": "petra",
        "userPrincipalName": "petra@example.com",
        "passwordProfile": {"password": PASSWORD, "forceChangePasswordNextSignIn": False}})
    graph.close()
    window = browse(app.server).window()
    window.page.goto(app.request(login_hint="petra@example.com"))
    window.page.get_by_label("Password", exact=True).fill(PASSWORD)
    window.page.get_by_role("button", name="Sign in").click()
    window.expect("Stay signed in?")
    window.look("stay-signed-in")
    window.page.get_by_role("button", name="Yes").click()
    accept(window)
    app.listener.answer()
    kept = {cookie["name"]: cookie["expires"] for cookie in window.context.cookies(app.server.url)}
    assert kept["__Host-lk_kept"] > 0 and kept["__Host-lk_session"] == -1

    # The browser is closed and opened again: only what outlives it is left.
    window.context.clear_cookies(name="__Host-lk_session")
    window.page.goto(app.request(prompt="none"))
    assert "code" in app.listener.answer()
    window.page.goto(f"{app.server.url}/common/oauth2/v2.0/logout")
    window.expect("You're signed out")
    window.page.goto(app.request(prompt="none"))
    assert app.listener.answer()["error"] == "login_required"
    assert not window.errors
