"""MSAL for Python, unmodified, lets a person in by the authorization code flow (clients contract 2)."""

import queue
import threading
import webbrowser

import msal
import pytest

from support.applications import Demo, type_pass
from support.server import Installation


class Handed:
    """A "browser" that hands over the address."""

    def __init__(self):
        self.addresses = queue.Queue()

    def open(self, url, new=0, autoraise=True):
        self.addresses.put(url)
        return True


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    installation = Installation.make(tmp_path_factory.mktemp("msal") / "data")
    server = installation.serve(options=["--demo"])
    yield server
    server.stop()


def application(server, client_id):
    return msal.PublicClientApplication(
        client_id, authority=f"{server.url}/{server.installation.tenant}", instance_discovery=False,
        verify=server.installation.ca)


def test_interactive_silent_and_sign_out(server, browse, monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    demo = Demo(server)
    handed = Handed()
    webbrowser.register("handed", None, handed, preferred=True)
    app = application(server, demo.client_id)
    results = queue.Queue()
    thread = threading.Thread(target=lambda: results.put(
        app.acquire_token_interactive(["User.Read"], timeout=60)), daemon=True)
    thread.start()

    window = browse(server).window()
    window.page.goto(handed.addresses.get(timeout=20))
    window.expect("Sign in")
    type_pass(window, "bruno@example.com", demo.codes["bruno"])
    window.expect("Permissions requested")
    window.look("consent")
    window.page.get_by_role("button", name="Accept").click()
    window.page.get_by_text("Authentication complete").wait_for()

    result = results.get(timeout=30)
    assert "access_token" in result, result
    assert result["id_token_claims"]["preferred_username"] == "bruno@example.com"
    assert result["id_token_claims"]["amr"] == ["otp", "mfa"]
    account, = app.get_accounts()
    assert account["home_account_id"] == "{oid}.{tid}".format(**result["id_token_claims"])
    with server.client() as client:
        me = client.get("/v1.0/me", headers={"Authorization": f"Bearer {result['access_token']}"})
        assert me.status_code == 200, me.text
        assert me.json()["userPrincipalName"] == "bruno@example.com"
        info = client.get("/oidc/userinfo", headers={"Authorization": f"Bearer {result['access_token']}"})
        assert info.json()["sub"] == result["id_token_claims"]["sub"]

    again = app.acquire_token_silent(["User.Read"], account, force_refresh=True)
    assert again["access_token"] != result["access_token"]
    # MSAL's own listener answers once and is gone before the browser asks it for an icon.
    assert not [error for error in window.errors if server.url in error]
