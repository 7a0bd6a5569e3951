"""A domain that was handed to another OpenID Provider: oidc-provider from npm, unmodified, signs its people in, in
Chromium (sign-in contract 2.8)."""

import json
import subprocess
import urllib.parse

import jwt
import pytest

from support.applications import Listener, Registered, type_pass
from support.pages import Visitor
from support.scripts import Script
from support.server import binary, environment

SECRET = "a secret: of 3 words%"
SET = "Set federation settings on domain"


@pytest.fixture(scope="module")
def provider(server, tmp_path_factory):
    """The provider's issuer; example.com was handed to it."""
    secret = tmp_path_factory.mktemp("secret") / "secret"
    secret.write_text(f"{SECRET}\n")
    with Script(server, "provider.mjs", REDIRECT_URI=f"{server.url}/sign-in/federated",
                POST_LOGOUT_REDIRECT_URI=f"{server.url}/signed-out/organization", DOMAIN="example.com",
                CLIENT_SECRET=SECRET) as script:
        issuer = script.told()["issuer"]
        done = federation(server, "set", "example.com", "--issuer", issuer, "--client-id", "latchkey",
                          "--client-secret-file", secret)
        assert done.returncode == 0, done.stderr
        yield issuer


def federation(server, *arguments):
    """`latchkey admin federation …`, while the server runs."""
    command = [binary(), "admin", "federation", *arguments, "--data", server.installation.data]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, cwd="/")


def type_name(window, name):
    window.page.get_by_label("Account name").fill(name)
    window.page.get_by_role("button", name="Next").click()


def sign_in_there(window, provider, name):
    """The provider's own page: any name, any password."""
    window.page.wait_for_url(f"{provider}/interaction/**")
    window.page.locator("input[name=login]").fill(name)
    window.page.locator("input[name=password]").fill("anything")
    window.page.locator("button[type=submit]").click()


def test_a_person_signs_in_to_an_application_by_their_own_provider(server, graph, provider, browse):
    listener = Listener()
    application = Registered(server, graph, web={"redirectUris": [listener.url]})
    user = graph.add_user("nora")
    browser = browse(server)
    window = browser.window()
    window.page.goto(application.request(listener.url))
    type_name(window, user["userPrincipalName"])
    sign_in_there(window, provider, "nora")
    window.expect("Stay signed in?")
    window.page.get_by_role("button", name="No").click()
    code = listener.answer()["code"]
    secret = graph.post(f"/applications/{application.id}/addPassword", {}, expect=200)["secretText"]
    claims = application.claims(application.redeem(listener.url, code, client_secret=secret).json()["id_token"])
    assert claims["preferred_username"] == user["userPrincipalName"] and claims["oid"] == user["id"]
    assert claims["amr"] == ["fed"], "the provider said nothing of a second factor"

    # The second time nothing is linked any more.
    again = browser.window()
    again.page.goto(application.request(listener.url))
    type_name(again, user["userPrincipalName"])
    sign_in_there(again, provider, "nora")
    again.expect("Stay signed in?")
    listener.close()
    # The provider's own page asks for a font from elsewhere.
    assert not [error for error in window.errors if "fonts.googleapis.com" not in error]

    exported = subprocess.run(
        [binary(), "admin", "export", "sign-ins", "--data", server.installation.data],
        env=environment(), capture_output=True, text=True, timeout=60, cwd="/").stdout
    records = [json.loads(line) for line in exported.splitlines()]
    methods = [step["authenticationMethod"] for step in records[0]["authenticationDetails"]]
    assert methods == ["Federated"] and records[0]["status"]["errorCode"] == 0
    linked = graph.get("/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Link user to federated identity'")
    assert [target["id"] for event in linked["value"] for target in event["targetResources"]] == [user["id"]]
    audits = graph.get(f"/auditLogs/directoryAudits?$filter=activityDisplayName eq '{SET}'")["value"]
    assert [target["displayName"] for target in audits[0]["targetResources"]] == ["example.com"]


def test_a_pass_that_works_comes_before_the_provider(server, graph, provider, browse):
    user = graph.add_user("omar")
    code = graph.add_pass(user["id"])["temporaryAccessPass"]
    window = browse(server).window()
    window.page.goto(f"{server.url}/sign-in")
    type_name(window, user["userPrincipalName"])
    window.expect("Enter Temporary Access Pass")
    window.page.get_by_role("link", name="Other ways to sign in").click()
    window.page.get_by_role("link", name="Sign in at your organization").click()
    window.page.wait_for_url(f"{provider}/interaction/**")
    window.page.goto(f"{server.url}/sign-in")
    type_pass(window, user["userPrincipalName"], code)
    window.expect("Security info")


def test_a_domain_hint_leads_straight_to_the_provider(server, graph, provider, listener, browse):
    application = Registered(server, graph, web={"redirectUris": [listener.url]})
    user = graph.add_user("rosa")
    window = browse(server).window()
    # A pass that works comes first where it is known who comes.
    graph.add_pass(user["id"])
    window.page.goto(application.request(
        listener.url, domain_hint="example.com", login_hint=user["userPrincipalName"]))
    window.expect("Enter Temporary Access Pass")
    for hint in ("organizations", "consumers", "example.org", "nothing.example"):
        window.page.goto(application.request(listener.url, domain_hint=hint))
        window.expect("Sign in")
    window.page.goto(application.request(listener.url, domain_hint="Example.com"))
    sign_in_there(window, provider, "rosa")
    window.expect("Stay signed in?")
    window.page.get_by_role("button", name="No").click()
    assert listener.answer()["code"]


def test_signing_out_is_signing_out_at_the_provider(server, graph, provider, listener, browse):
    application = Registered(server, graph, web={"redirectUris": [listener.url]})
    user = graph.add_user("tove")
    window = browse(server).window()

    def sign_in():
        window.page.goto(application.request(listener.url, domain_hint="example.com"))
        sign_in_there(window, provider, "tove")
        window.page.get_by_role("button", name="No").click()
        return listener.answer()["code"]

    def confirm_there():
        """The provider's own question; it has our hint, and names nobody."""
        window.page.wait_for_url(f"{provider}/session/end**")
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(window.page.url).query)
        hint = jwt.decode(asked["id_token_hint"][0], options={"verify_signature": False})
        assert (hint["iss"], hint["sub"]) == (provider, "tove") and asked["client_id"] == ["latchkey"]
        window.page.get_by_role("button", name="Yes").click()

    # An application sends the person to sign out, and gets them back at the end.
    secret = graph.post(f"/applications/{application.id}/addPassword", {}, expect=200)["secretText"]
    token = application.redeem(listener.url, sign_in(), client_secret=secret).json()["id_token"]
    assert application.claims(token)["oid"] == user["id"]
    query = urllib.parse.urlencode({"id_token_hint": token, "state": "bye", "post_logout_redirect_uri": listener.url})
    window.page.goto(f"{server.url}/common/oauth2/v2.0/logout?{query}")
    confirm_there()
    assert listener.answer()["state"] == "bye"
    window.page.goto(application.request(listener.url, prompt="none"))
    assert listener.answer()["error"] == "login_required"

    # Our own page does the same, and the provider asks for the password again, as `sign_in` shows.
    sign_in()
    window.page.goto(f"{server.url}/common/oauth2/v2.0/logout")
    confirm_there()
    window.expect("You're signed out")

    # What nobody of ours sealed leads nowhere else.
    window.page.goto(f"{server.url}/signed-out/organization?state=https://evil.example/")
    window.expect("You're signed out")


def test_the_provider_speaks_only_for_people_of_its_domain(server, graph, provider, browse):
    user = graph.add_user("pia")
    browser = browse(server)
    for name in ["admin@example.org", "nobody", "Admin@Evil.example"]:
        window = browser.window()
        window.page.goto(f"{server.url}/sign-in")
        type_name(window, user["userPrincipalName"])
        sign_in_there(window, provider, name)
        window.expect("Sign in")
        assert "51004" in window.page.locator("main").inner_text(), name
        assert "__Host-lk_session" not in {cookie["name"] for cookie in window.context.cookies(server.url)}, name


def test_answers_that_nobody_asked_for_are_refused(server, provider):
    visitor = Visitor(server)
    for query in ["", "code=c-1", "code=c-1&state=x", f"error=access_denied&state={'x' * 3000}"]:
        page = visitor.open(f"{server.url}/sign-in/federated?{query}")
        assert page.status in (200, 400) and "__Host-lk_session" not in visitor.client.cookies, query
    visitor.close()


def test_what_can_not_be_handed_over_is_said(server, provider):
    unknown = federation(server, "set", "example.org", "--issuer", provider, "--client-id", "latchkey")
    assert unknown.returncode == 1 and "no such domain" in unknown.stderr
    other = federation(server, "set", "example.com", "--issuer", f"{provider}/", "--client-id", "latchkey")
    assert other.returncode == 1 and "issuer is another one" in other.stderr
    nobody = federation(server, "set", "example.com", "--issuer", "http://localhost:1", "--client-id", "latchkey")
    assert nobody.returncode == 1 and "http://localhost:1/.well-known/openid-configuration" in nobody.stderr
    plain = federation(server, "set", "example.com", "--issuer", "http://idp.example.net", "--client-id", "latchkey")
    assert plain.returncode == 1 and "https://" in plain.stderr
    listed = federation(server, "list")
    assert f"issuer     {provider}\n" in listed.stdout, "nothing was changed"
