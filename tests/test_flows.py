"""What an application gets only if it was registered for it: ID tokens straight from the authorization endpoint, codes
for a page in the browser, a call when its people sign out (sign-in contract 9.4, 9.5, 9.12)."""

import base64
import hashlib
import secrets
import urllib.parse

import jwt
import pytest

from support.applications import Listener, type_pass
from support.graph import Graph
from support.pages import Visitor
from support.server import Installation


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Installation.make(tmp_path_factory.mktemp("flows") / "data").serve()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def graph(server):
    graph = Graph(server)
    graph.enable_passes()
    yield graph
    graph.close()


class Registered:
    """An application that Graph knows, with everybody's consent to what it asks for."""

    def __init__(self, server, graph, **properties):
        self.server = server
        self.verifier = secrets.token_urlsafe(48)
        made = graph.post("/applications", {"displayName": "App", **properties})
        self.id, self.client_id = made["id"], made["appId"]
        principal = graph.post("/servicePrincipals", {"appId": self.client_id})
        known = graph.get("/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')")
        graph.post("/oauth2PermissionGrants", {
            "clientId": principal["id"], "consentType": "AllPrincipals", "resourceId": known["id"],
            "scope": "openid profile offline_access User.Read"})
        self.principal = principal["id"]

    def request(self, redirect_uri, **changes):
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        given = {"client_id": self.client_id, "response_type": "code", "redirect_uri": redirect_uri,
                 "scope": "openid profile", "state": "s-1", "nonce": "n-1", "code_challenge": challenge,
                 "code_challenge_method": "S256", **changes}
        query = urllib.parse.urlencode({key: value for key, value in given.items() if value is not None})
        return f"{self.server.url}/{self.server.installation.tenant}/oauth2/v2.0/authorize?{query}"

    def redeem(self, redirect_uri, code, origin=None, **changes):
        with self.server.client() as client:
            return client.post(
                f"/{self.server.installation.tenant}/oauth2/v2.0/token", headers={"Origin": origin} if origin else {},
                data={"grant_type": "authorization_code", "client_id": self.client_id, "code": code,
                      "redirect_uri": redirect_uri, "code_verifier": self.verifier, **changes})

    def claims(self, id_token):
        """The claims of an ID token that any relying party would accept."""
        tenant = f"{self.server.url}/{self.server.installation.tenant}"
        with self.server.client() as client:
            keys = jwt.PyJWKSet.from_dict(client.get(f"{tenant}/discovery/v2.0/keys").json())
        key = keys[jwt.get_unverified_header(id_token)["kid"]]
        claims = jwt.decode(id_token, key, [key.algorithm_name], audience=self.client_id, issuer=f"{tenant}/v2.0")
        assert claims["nonce"] == "n-1"
        return claims


def signed_in(server, graph, name):
    """Somebody with a session."""
    user = graph.add_user(name)
    visitor = Visitor(server)
    visitor.sign_in_with_pass(user["userPrincipalName"], graph.add_pass(user["id"])["temporaryAccessPass"])
    return user, visitor


def answered(visitor, address):
    """The answer's parameters: in the fragment where tokens may be among them, else in the query."""
    url = visitor.open(address).answer.url
    return dict(urllib.parse.parse_qsl(url.fragment or url.query.decode()))


def answer_in_fragment(visitor, address):
    return dict(urllib.parse.parse_qsl(visitor.open(address).answer.url.fragment))


def half_hash(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


def test_id_tokens_come_at_once_only_for_those_registered_for_it(server, graph):
    listener = Listener()
    user, visitor = signed_in(server, graph, "ilse")
    web = {"redirectUris": [listener.url]}
    may = Registered(server, graph, web={**web, "implicitGrantSettings": {"enableIdTokenIssuance": True}})
    may_not = Registered(server, graph, web=web)
    with visitor:
        alone = answer_in_fragment(visitor, may.request(listener.url, response_type="id_token"))
        claims = may.claims(alone["id_token"])
        assert claims["preferred_username"] == user["userPrincipalName"] and alone["state"] == "s-1"
        assert "code" not in alone and "access_token" not in alone

        both = answer_in_fragment(visitor, may.request(listener.url, response_type="code id_token"))
        assert may.claims(both["id_token"])["c_hash"] == half_hash(both["code"])

        posted = visitor.open(may.request(listener.url, response_type="code id_token", response_mode="form_post"))
        assert {"code", "id_token", "state"} <= posted.form("id_token")["fields"].keys()

        for changes, number in [
            ({"response_type": "id_token"}, "AADSTS700054"),
            ({"response_type": "code id_token"}, "AADSTS700054"),
            ({"response_type": "code token"}, "AADSTS70005"),
        ]:
            refused = answered(visitor, may_not.request(listener.url, **changes))
            assert refused["error_description"].startswith(number), (changes, refused)
            assert "id_token" not in refused and "code" not in refused
        # Tokens don't travel in the query, where they would be logged.
        refused = visitor.open(may.request(listener.url, response_type="id_token", response_mode="query"))
        assert "id_token=" not in str(refused.answer.url)
    listener.close()


def test_a_page_in_the_browser_redeems_its_own_codes(server, graph):
    listener = Listener()
    page = Registered(server, graph, spa={"redirectUris": [listener.url]})
    _, visitor = signed_in(server, graph, "jana")

    def code():
        visitor.open(page.request(listener.url, scope="openid offline_access User.Read"))
        return listener.answer()["code"]

    with visitor:
        # Without Origin it is no page in a browser.
        refused = page.redeem(listener.url, code())
        assert (refused.status_code, refused.json()["error_codes"]) == (400, [9002327])
        granted = page.redeem(listener.url, code(), origin=listener.url)
        assert granted.status_code == 200, granted.text
        assert granted.headers["access-control-allow-origin"] == listener.url
        assert "access-control-allow-credentials" not in granted.headers
        elsewhere = page.redeem(listener.url, code(), origin="https://evil.example")
        assert elsewhere.headers.get("access-control-allow-origin") != "https://evil.example"
        assert elsewhere.status_code == 400, elsewhere.text

        # A page of somebody else can't redeem what a server's application was given.
        web = Registered(server, graph, web={"redirectUris": [listener.url]})
        visitor.open(web.request(listener.url))
        secret = graph.post(f"/applications/{web.id}/addPassword", {}, expect=200)["secretText"]
        refused = web.redeem(listener.url, listener.answer()["code"], origin=listener.url, client_secret=secret)
        assert (refused.status_code, refused.json()["error_codes"]) == (400, [9002326])
    listener.close()


def test_applications_hear_of_it_when_their_person_signs_out(server, graph, browse):
    listeners = [Listener(), Listener()]
    applications = [Registered(server, graph, web={
        "redirectUris": [listener.url], "logoutUrl": f"{listener.url}/signed-out"}) for listener in listeners]
    user = graph.add_user("kira")
    window = browse(server).window()
    for number, (application, listener) in enumerate(zip(applications, listeners, strict=True)):
        window.page.goto(application.request(listener.url))
        if number == 0:
            type_pass(window, user["userPrincipalName"], graph.add_pass(user["id"])["temporaryAccessPass"])
        code = listener.answer()["code"]
        secret = graph.post(f"/applications/{application.id}/addPassword", {}, expect=200)["secretText"]
        claims = application.claims(
            application.redeem(listener.url, code, client_secret=secret).json()["id_token"])
        application.sid = claims["sid"]
    window.page.goto(f"{server.url}/common/oauth2/v2.0/logout")
    if window.page.get_by_role("button", name="Sign out").count():
        window.page.get_by_role("button", name="Sign out").click()
    for application, listener in zip(applications, listeners, strict=True):
        heard = listener.answer()
        assert heard["path"] == "/signed-out"
        assert heard["iss"] == f"{server.url}/{server.installation.tenant}/v2.0" and heard["sid"] == application.sid
        listener.close()
    assert not window.errors
