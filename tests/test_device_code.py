"""Signing in on a device without a browser, by MSAL and azure-identity, unmodified (sign-in contract 9.8, RFC 8628)."""

import queue

import msal
import pytest
from azure.identity import DeviceCodeCredential

from support.applications import in_background, type_pass
from support.pages import Visitor

BRUNO = "bruno@example.com"
ADA = "ada@example.com"


@pytest.fixture(scope="module")
def server(demo_server):
    return demo_server


@pytest.fixture(autouse=True)
def no_other_ca(monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def application(server, demo):
    return msal.PublicClientApplication(
        demo.client_id, authority=f"{server.url}/{server.installation.tenant}", instance_discovery=False,
        verify=server.installation.ca)


def test_msal_and_azure_identity_wait_for_their_person(server, demo, browse):
    app = application(server, demo)
    flow = app.initiate_device_flow(["User.Read"])
    assert flow["verification_uri"] == f"{server.url}/devicelogin" and flow["user_code"] in flow["message"], flow
    flow["interval"] = 1  # As often as that, too, it is told to wait and nothing else.
    result = in_background(lambda: app.acquire_token_by_device_flow(flow))

    window = browse(server).window()
    window.page.goto(flow["verification_uri"])
    window.expect("Enter code")
    window.look("device-code")
    window.page.get_by_label("Code").fill("BCDF-GHJK")
    window.page.get_by_role("button", name="Next").click()
    window.page.get_by_text("That code didn't work.").wait_for()
    window.look("device-code-wrong")
    window.page.get_by_label("Code").fill(flow["user_code"].lower())
    window.page.get_by_role("button", name="Next").click()
    window.expect("Sign in")
    type_pass(window, BRUNO, demo.codes["bruno"])
    window.expect("Is this your device?")
    assert "Sample application" in window.page.inner_text("main")
    assert "127.0.0.1" in window.page.inner_text("main") or "::1" in window.page.inner_text("main")
    window.look("device-confirm")
    window.page.get_by_role("button", name="Yes, sign in").click()
    window.expect("Permissions requested")
    window.page.get_by_role("button", name="Accept").click()
    window.expect("You're signed in")
    window.look("device-done")

    tokens = result.get(timeout=30)
    assert tokens["id_token_claims"]["preferred_username"] == BRUNO, tokens
    account, = app.get_accounts()
    assert "access_token" in app.acquire_token_silent(["User.Read"], account, force_refresh=True)

    # The same person once more, for another program: a choice and a yes are all.
    prompts = queue.Queue()
    credential = DeviceCodeCredential(
        demo.client_id, tenant_id=server.installation.tenant, authority=server.url,
        disable_instance_discovery=True, connection_verify=str(server.installation.ca),
        prompt_callback=lambda address, code, until: prompts.put((address, code)))
    result = in_background(lambda: credential.get_token("https://graph.microsoft.com/User.Read"))
    address, code = prompts.get(timeout=20)
    window.page.goto(address)
    window.page.get_by_label("Code").fill(code)
    window.page.get_by_role("button", name="Next").click()
    window.expect("Pick an account")
    window.page.get_by_role("button", name=BRUNO).click()
    window.expect("Is this your device?")
    window.page.get_by_role("button", name="Yes, sign in").click()
    window.expect("You're signed in")
    token = result.get(timeout=30)
    with server.client() as client:
        me = client.get("/v1.0/me", headers={"Authorization": f"Bearer {token.token}"})
    assert me.json()["userPrincipalName"] == BRUNO
    assert not window.errors


def test_without_script_a_person_says_no(server, demo):
    app = application(server, demo)
    flow = app.initiate_device_flow(["User.Read"])
    flow["interval"] = 1
    result = in_background(lambda: app.acquire_token_by_device_flow(flow))
    with Visitor(server) as visitor:
        page = visitor.open("/common/oauth2/v2.0/deviceauth")
        assert page.heading == "Enter code"
        page = visitor.submit(page, "code", flow["user_code"])
        page = visitor.submit(page, "loginfmt", ADA)
        page = visitor.submit(page, "accesspass", demo.codes["ada"])
        assert page.heading == "Is this your device?", page
        page = visitor.submit(page, "account", answer="no")
        assert page.heading == "Nothing was signed in", page
    assert result.get(timeout=30)["error"] == "authorization_declined"


def test_a_code_in_the_address_is_not_typed_for_anybody(server, demo):
    flow = application(server, demo).initiate_device_flow(["User.Read"])
    assert "verification_uri_complete" not in flow
    with Visitor(server) as visitor:
        page = visitor.open(f"/devicelogin?code={flow['user_code']}&user_code={flow['user_code']}")
        assert page.form("code")["fields"]["code"] == "" and flow["user_code"] not in page.text


def test_forms_of_others_approve_nothing(server, demo):
    flow = application(server, demo).initiate_device_flow(["User.Read"])
    for path in ("/devicelogin", "/authorize/device"):
        for origin, status in (("https://evil.example", 403), (server.url, 400)):
            with server.client() as client:
                forged = client.post(path, data={"code": flow["user_code"], "request": "x", "answer": "yes"},
                                     headers={"Origin": origin})
            assert forged.status_code == status, (path, origin)
