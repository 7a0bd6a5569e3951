"""MSAL for Python, unmodified, lets a person in by the authorization code flow (clients contract 2)."""

import webbrowser

import msal
import pytest

from support.applications import Handed, in_background, type_pass


@pytest.fixture(scope="module")
def server(demo_server):
    return demo_server


@pytest.fixture(autouse=True)
def no_other_ca(monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def by_authority(server):
    return {"authority": f"{server.url}/{server.installation.tenant}", "instance_discovery": False}


def by_issuer(server):
    return {"oidc_authority": f"{server.url}/{server.installation.tenant}/v2.0"}


WAYS = pytest.mark.parametrize("way", [by_authority, by_issuer])


def application(server, client_id, way=by_authority):
    return msal.PublicClientApplication(client_id, **way(server), verify=server.installation.ca)


def sign_in_by_browser(app, window, demo):
    """The code flow with the library's own listener."""
    handed = Handed()
    webbrowser.register("handed", None, handed, preferred=True)
    results = in_background(lambda: app.acquire_token_interactive(["User.Read"], timeout=60))
    window.page.goto(handed.address())
    window.expect("Sign in")
    type_pass(window, "bruno@example.com", demo.codes["bruno"])
    accept = window.page.get_by_role("button", name="Accept")
    done = window.page.get_by_text("Authentication complete")
    accept.or_(done).first.wait_for()
    if accept.is_visible():
        window.expect("Permissions requested")
        window.look("consent")
        accept.click()
    done.wait_for()
    return results.get(timeout=30)


@WAYS
def test_interactive_silent_and_sign_out(server, demo, browse, way):
    app, window = application(server, demo.client_id, way), browse(server).window()
    result = sign_in_by_browser(app, window, demo)
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

    # The library forgets the account; the browser is signed out where discovery says.
    app.remove_account(account)
    assert app.get_accounts() == []
    with server.client() as client:
        discovery = client.get(f"/{server.installation.tenant}/v2.0/.well-known/openid-configuration").json()
    window.page.goto(f"{discovery['end_session_endpoint']}?id_token_hint={result['id_token']}")
    window.expect("You're signed out")
    assert "__Host-lk_session" not in {cookie["name"] for cookie in window.context.cookies(server.url)}
    # MSAL's own listener answers once and is gone before the browser asks it for an icon.
    assert not [error for error in window.errors if server.url in error]


@WAYS
def test_an_application_gets_its_own_token(server, way):
    info = server.installation.info["application"]
    scopes = ["https://graph.microsoft.com/.default"]

    def ask(secret):
        app = msal.ConfidentialClientApplication(
            info["clientId"], client_credential=secret, **way(server), verify=server.installation.ca)
        return app.acquire_token_for_client(scopes), app

    first, app = ask(info["clientSecret"])
    assert first["token_source"] == "identity_provider", first
    assert app.acquire_token_for_client(scopes)["token_source"] == "cache"
    refused, _ = ask("wrong")
    assert refused["error"] == "invalid_client" and refused["error_codes"] == [7000215], refused


@WAYS
def test_a_challenge_leads_to_a_stronger_sign_in(server, demo, browse, way):
    """`claims_challenge`, as an API sends it, with a sign-in that is not enough (sign-in contract 9.10)."""
    app = application(server, demo.client_id, way)
    result = sign_in_by_browser(app, browse(server).window(), demo)
    account, = app.get_accounts()
    challenge = '{"access_token":{"acrs":{"essential":true,"value":"%s"}}}'
    enough = app.acquire_token_silent_with_error(["User.Read"], account, claims_challenge=challenge % "c1")
    assert "access_token" in enough, enough
    refused = app.acquire_token_silent_with_error(["User.Read"], account, claims_challenge=challenge % "c3")
    assert (refused["error"], refused["error_codes"]) == ("interaction_required", [50076]), refused
    assert refused["claims"] == challenge % "c3" and refused["suberror"] == "basic_action"
    # What it has is still good.
    again = app.acquire_token_silent(["User.Read"], account, force_refresh=True)
    assert again["access_token"] != result["access_token"]
