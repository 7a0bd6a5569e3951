"""OpenID Connect Back-Channel Logout 1.0: applications are called, server to server, when a session ends."""

import time
import urllib.parse

import jwt
import pytest

from support.applications import Listener, Registered, answered, signed_in
from support.graph import Graph
from support.receiver import Authority, Receiver
from support.server import Installation

EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path / "authority")


@pytest.fixture
def receiver(authority):
    receiver = Receiver(authority)
    yield receiver
    receiver.close()


@pytest.fixture
def served(tmp_path):
    """Starts servers on one installation, with settings."""
    installation = Installation.make(tmp_path / "data")
    started = []

    def start(**settings):
        settings = {"OUTBOUND_PRIVATE_HOSTS": "localhost", **settings}
        server = installation.serve(env={f"LATCHKEY_{name}": str(value) for name, value in settings.items()})
        graph = Graph(server)
        graph.enable_passes()
        started.append((server, graph))
        return server, graph

    yield start
    for server, graph in started:
        graph.close()
        server.stop()


def let_in(server, graph, receiver, name="nora"):
    """Somebody whom an application let in; it hears at `receiver`. The claims of the ID token come along."""
    listener = Listener()
    application = Registered(server, graph, web={"redirectUris": [listener.url]},
                             latchkey={"backChannelLogoutUrl": f"{receiver.url}/bye"})
    user, visitor = signed_in(server, graph, name)
    code = answered(visitor, application.request(listener.url))["code"]
    secret = graph.post(f"/applications/{application.id}/addPassword", {}, expect=200)["secretText"]
    tokens = application.redeem(listener.url, code, client_secret=secret).json()
    listener.close()
    return application, user, visitor, application.claims(tokens["id_token"])


def logout_token(server, application, request):
    """The claims of a logout token that any relying party would accept (section 2.6)."""
    assert (request["path"], request["type"]) == ("/bye", "application/x-www-form-urlencoded")
    form = urllib.parse.parse_qs(request["body"], strict_parsing=True)
    assert list(form) == ["logout_token"]
    token = form["logout_token"][0]
    tenant = f"{server.url}/{server.installation.tenant}"
    with server.client() as client:
        metadata = client.get(f"{tenant}/v2.0/.well-known/openid-configuration").json()
        keys = jwt.PyJWKSet.from_dict(client.get(metadata["jwks_uri"]).json())
    assert metadata["backchannel_logout_supported"] and metadata["backchannel_logout_session_supported"]
    header = jwt.get_unverified_header(token)
    assert header["typ"] == "logout+jwt"
    claims = jwt.decode(token, keys[header["kid"]], [header["alg"]], audience=application.client_id,
                        issuer=metadata["issuer"], options={"require": ["iss", "aud", "iat", "exp", "jti", "events"]})
    assert claims["events"] == {EVENT: {}} and "nonce" not in claims
    return claims


def test_an_application_is_called_when_its_person_signs_out(served, authority, receiver):
    server, graph = served(OUTBOUND_CA=authority.path)
    application, _, visitor, id_token = let_in(server, graph, receiver)
    visitor.open(f"{server.url}/common/oauth2/v2.0/logout")
    claims = logout_token(server, application, receiver.next())
    assert (claims["sid"], claims["sub"]) == (id_token["sid"], id_token["sub"])
    assert "latchkey_deliveries_done_total 1" in metrics(server, "deliveries_done_total 1")
    assert receiver.nothing_came()


def test_it_is_called_when_an_administrator_ends_sessions_too(served, authority, receiver):
    server, graph = served(OUTBOUND_CA=authority.path)
    application, user, _, id_token = let_in(server, graph, receiver)
    graph.post(f"/users/{user['id']}/revokeSignInSessions", {}, expect=200)
    assert logout_token(server, application, receiver.next())["sid"] == id_token["sid"]


def test_who_fails_is_called_again(served, authority):
    answers = iter([503, 200])
    receiver = Receiver(authority, lambda _: next(answers))
    server, graph = served(OUTBOUND_CA=authority.path)
    application, _, visitor, _ = let_in(server, graph, receiver)
    visitor.open(f"{server.url}/common/oauth2/v2.0/logout")
    first, second = receiver.next(), receiver.next()
    assert (first["status"], second["status"]) == (503, 200)
    tokens = [logout_token(server, application, request) for request in (first, second)]
    assert tokens[0]["sid"] == tokens[1]["sid"] and tokens[0]["jti"] != tokens[1]["jti"]
    assert "status 503" in server.log_text()
    receiver.close()


def test_nobody_hears_it_without_a_certificate_that_is_trusted(served, receiver):
    server, graph = served()
    _, _, visitor, _ = let_in(server, graph, receiver)
    visitor.open(f"{server.url}/common/oauth2/v2.0/logout")
    assert "latchkey_deliveries_waiting 1" in metrics(server, "deliveries_failed_total 1")
    assert receiver.nothing_came()
    assert "UnknownIssuer" in server.log_text()


def test_whoever_owns_an_application_does_not_reach_into_the_network(served, authority, receiver):
    server, graph = served(OUTBOUND_CA=authority.path, OUTBOUND_PRIVATE_HOSTS="")
    _, _, visitor, _ = let_in(server, graph, receiver)
    visitor.open(f"{server.url}/common/oauth2/v2.0/logout")
    assert "latchkey_deliveries_waiting 1" in metrics(server, "deliveries_failed_total 1")
    assert receiver.nothing_came()
    assert "it is not on the open internet" in server.log_text()


def test_what_waits_is_delivered_after_a_restart(served, authority):
    answers = {"status": 503}
    receiver = Receiver(authority, lambda _: answers["status"])
    server, graph = served(OUTBOUND_CA=authority.path)
    application, _, visitor, _ = let_in(server, graph, receiver)
    visitor.open(f"{server.url}/common/oauth2/v2.0/logout")
    assert receiver.next()["status"] == 503
    metrics(server, "deliveries_failed_total 1")
    server.kill()
    answers["status"] = 200
    server, _ = served(OUTBOUND_CA=authority.path)
    assert receiver.next(timeout=30)["status"] == 200
    receiver.close()


def test_an_address_must_be_one_that_can_be_called(served):
    _, graph = served()
    for wrong in ["http://app.example.com/bye", "http://localhost:8080/bye", "https://", "app.example.com", "ftp://app.example.com/"]:
        refused = graph.post("/applications", {
            "displayName": "App", "latchkey": {"backChannelLogoutUrl": wrong}}, expect=400)
        assert refused["error"]["message"].count("'backChannelLogoutUrl'") == 1
    made = graph.post("/applications", {"displayName": "App"})
    assert made["latchkey"]["backChannelLogoutUrl"] is None
    for url in ["https://app.example.com/bye", None]:
        graph.patch(f"/applications/{made['id']}", {"latchkey": {"backChannelLogoutUrl": url}})
        assert graph.get(f"/applications/{made['id']}")["latchkey"]["backChannelLogoutUrl"] == url


def metrics(server, until):
    """The figures, as soon as they say so."""
    deadline = time.monotonic() + 15
    with server.client() as client:
        while True:
            text = client.get("/metrics").text
            if until in text:
                return text
            assert time.monotonic() < deadline, text
            time.sleep(0.1)
