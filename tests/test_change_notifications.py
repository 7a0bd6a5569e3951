"""Change notifications by Graph: subscribers are told, signed and again if need be, and nobody else is."""

import base64
import datetime
import hashlib
import json
import time

import jwt
import pytest

from support.graph import Graph
from support.receiver import Authority, Receiver
from support.server import Installation

SENDER = "0bf30f3b-4a52-48df-9a82-234910c4a086"


def willing(request):
    """Says that it wants notifications, and takes them."""
    return 200, request["query"].get("validationToken", "")


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path / "authority")


@pytest.fixture
def receiver(authority):
    receiver = Receiver(authority, willing)
    yield receiver
    receiver.close()


@pytest.fixture
def installation(tmp_path):
    return Installation.make(tmp_path / "data")


@pytest.fixture
def served(installation, authority):
    """Starts servers on one installation, that may tell this machine unless told otherwise."""
    started = []

    def start(private_hosts="localhost"):
        settings = {"LATCHKEY_OUTBOUND_CA": str(authority.path), "LATCHKEY_OUTBOUND_PRIVATE_HOSTS": private_hosts}
        server = installation.serve(env=settings)
        graph = Graph(server)
        started.append((server, graph))
        return server, graph

    yield start
    for server, graph in started:
        graph.close()
        server.stop()


def wish(receiver, seconds=3600, **properties):
    end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
    return {"changeType": "updated,deleted", "resource": "users", "notificationUrl": f"{receiver.url}/hook?key=7",
            "clientState": "it is me", "expirationDateTime": end.isoformat().replace("+00:00", "Z"), **properties}


def subscribe(graph, receiver, **properties):
    made = graph.post("/subscriptions", wish(receiver, **properties))
    asked = receiver.next()
    assert (asked["path"], asked["query"]["key"], asked["body"]) == ("/hook", "7", "")
    assert asked["type"].startswith("text/plain")
    return made


def values(request):
    assert request["type"].startswith("application/json")
    return json.loads(request["body"])["value"]


def test_a_subscriber_is_told_and_can_check_who_tells(served, receiver):
    server, graph = served()
    made = subscribe(graph, receiver)
    assert graph.get("/subscriptions")["value"][0]["id"] == made["id"]
    ada = graph.add_user("ada")
    request = receiver.next()
    [told] = values(request)
    place = f"Users/{ada['id']}"
    assert told["resource"] == place and told["changeType"] == "updated"
    assert told["resourceData"] == {"@odata.type": "#Microsoft.Graph.User", "@odata.id": place, "id": ada["id"]}
    assert (told["subscriptionId"], told["clientState"]) == (made["id"], "it is me")
    assert told["tenantId"] == server.installation.tenant

    tenant = f"{server.url}/{server.installation.tenant}"
    with server.client() as client:
        metadata = client.get(f"{tenant}/v2.0/.well-known/openid-configuration").json()
        keys = jwt.PyJWKSet.from_dict(client.get(metadata["jwks_uri"]).json())

    def claims(token):
        header = jwt.get_unverified_header(token)
        return jwt.decode(token, keys[header["kid"]], [header["alg"]], audience=made["applicationId"],
                          issuer=metadata["issuer"], options={"require": ["iss", "aud", "iat", "exp"]})

    [token] = json.loads(request["body"])["validationTokens"]
    assert (claims(token)["azp"], claims(token)["tid"]) == (SENDER, server.installation.tenant)
    digest = base64.urlsafe_b64encode(hashlib.sha256(request["body"].encode()).digest()).rstrip(b"=").decode()
    assert claims(request["headers"]["latchkey-signature"])["body_sha256"] == digest

    graph.delete(f"/users/{ada['id']}")
    assert values(receiver.next())[0]["changeType"] == "updated"
    graph.delete(f"/directory/deletedItems/{ada['id']}")
    assert values(receiver.next())[0]["changeType"] == "deleted"
    graph.delete(f"/subscriptions/{made['id']}")
    graph.add_user()
    graph.get(f"/subscriptions/{made['id']}", expect=404)
    assert receiver.nothing_came()


def test_groups_and_the_audit_log_are_told_on_beta_too(served, receiver):
    _, graph = served()
    beta = graph.on("beta")
    ada, team = graph.add_user("ada"), graph.add_group()
    subscribe(beta, receiver, resource=f"groups/{team['id']}/members", changeType="updated")
    reference = {"@odata.id": f"{graph.server.url}/v1.0/directoryObjects/{ada['id']}"}
    graph.post(f"/groups/{team['id']}/members/$ref", reference, expect=204)
    [told] = values(receiver.next())
    assert told["resource"] == f"Groups/{team['id']}"
    assert told["resourceData"]["members@delta"] == [{"id": ada["id"]}]
    graph.delete(f"/groups/{team['id']}/members/{ada['id']}/$ref")
    assert values(receiver.next())[0]["resourceData"]["members@delta"] == [{"id": ada["id"], "@removed": "deleted"}]

    made = subscribe(beta, receiver, resource="auditLogs/directoryAudits", changeType="created")
    [told] = values(receiver.next())
    record = graph.get(f"/{told['resource']}")
    assert record["activityDisplayName"] == "Latchkey added a subscription"
    assert record["targetResources"][0]["id"] == made["id"]
    assert "it is me" not in json.dumps(record) and "key=7" not in json.dumps(record)
    beta.close()


def test_what_happened_is_told_after_a_restart(served, authority):
    answers = {"status": 200}
    receiver = Receiver(authority, lambda request: (answers["status"], willing(request)[1]))
    server, graph = served()
    subscribe(graph, receiver)
    answers["status"] = 503
    ada = graph.add_user("ada")
    assert receiver.next()["status"] == 503
    # What happens in the last moment is in the log, whether or not anybody had the time to look there.
    bob = graph.add_user("bob")
    server.kill()
    answers["status"] = 200
    served()
    heard = set()
    while len(heard) < 2:
        request = receiver.next(timeout=30)
        if request["status"] == 200:
            heard |= {told["resourceData"]["id"] for told in values(request)}
    assert heard == {ada["id"], bob["id"]}
    receiver.close()


def test_a_subscription_expires(served, receiver):
    _, graph = served()
    made = subscribe(graph, receiver, seconds=3)
    other = subscribe(graph, receiver)
    while any(one["id"] == made["id"] for one in graph.get("/subscriptions")["value"]):
        pass
    graph.get(f"/subscriptions/{made['id']}", expect=404)
    graph.add_user()
    assert {told["subscriptionId"] for told in values(receiver.next())} == {other["id"]}
    assert receiver.nothing_came()


@pytest.mark.parametrize("answer", [
    lambda request: 200, lambda request: (201, willing(request)[1]), lambda request: (404, willing(request)[1]),
    lambda request: (200, json.dumps(willing(request)[1])), lambda request: (200, willing(request)[1] + "\n")])
def test_who_does_not_say_so_is_not_told(served, authority, answer):
    receiver = Receiver(authority, answer)
    _, graph = served()
    error = graph.post("/subscriptions", wish(receiver), expect=400)["error"]
    assert error["code"] == "InvalidRequest"
    assert error["message"].startswith("Subscription validation request failed.")
    assert graph.get("/subscriptions")["value"] == []
    receiver.close()


def test_the_network_inside_is_never_reached(served, receiver):
    _, graph = served(private_hosts="")
    port = receiver.url.rsplit(":", 1)[1]
    refused = graph.post("/subscriptions", wish(receiver), expect=400)["error"]["message"]
    assert "not on the open internet" in refused
    for host in ["127.0.0.1", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "10.0.0.1", "172.16.0.1",
                 "192.168.1.1", "169.254.169.254", "[fd00:ec2::254]", "[fe80::1]", "100.64.0.1"]:
        body = wish(receiver, notificationUrl=f"https://{host}:{port}/hook")
        message = graph.post("/subscriptions", body, expect=400)["error"]["message"]
        assert message == refused, host
        body = wish(receiver, lifecycleNotificationUrl=f"https://{host}:{port}/life")
        assert graph.post("/subscriptions", body, expect=400)["error"]["message"] == refused, host
    # Other spellings of this machine's address, some of which are no names for TLS to begin with.
    for host in ["127.1", "2130706433", "0x7f000001", "LOCALHOST"]:
        body = wish(receiver, notificationUrl=f"https://{host}:{port}/hook")
        message = graph.post("/subscriptions", body, expect=400)["error"]["message"]
        assert message.startswith("Subscription validation request failed."), host
    assert receiver.nothing_came()


def test_what_was_allowed_once_is_judged_again_at_each_call(served, receiver):
    server, graph = served()
    subscribe(graph, receiver)
    server.stop()
    server, graph = served(private_hosts="other.example.com")
    graph.add_user()
    deadline = time.monotonic() + 15
    while "not on the open internet" not in server.log_text():
        assert time.monotonic() < deadline, server.log_text()
        time.sleep(0.1)
    assert receiver.nothing_came()
