"""Who hears of what by notices, set in the portal; a mail to try it; the webhook, and how its receiver knows who calls."""

import base64
import contextlib
import hashlib
import json

import jwt
import pytest

from support.graph import Graph, passes
from support.post import Post, settings
from support.receiver import Authority, Receiver
from support.server import Installation, free_port
from test_portal import AUTHENTICATION_ADMINISTRATOR, GLOBAL_ADMINISTRATOR, administrator

PAGE = "/portal/settings/notices"


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path / "authority")


@pytest.fixture
def answers():
    """What the receiver says."""
    return {"status": 200}


@pytest.fixture
def receiver(authority, answers):
    receiver = Receiver(authority, lambda _: answers["status"])
    yield receiver
    receiver.close()


@pytest.fixture
def served(tmp_path, authority):
    """Starts a server that may call this machine, and a client of its Graph door."""
    installation = Installation.make(tmp_path / "data")
    with contextlib.ExitStack() as stack:
        def start(**env):
            server = installation.serve(env={
                "LATCHKEY_OUTBOUND_CA": str(authority.path), "LATCHKEY_OUTBOUND_PRIVATE_HOSTS": "localhost", **env})
            stack.callback(server.stop)
            graph = Graph(server)
            stack.callback(graph.close)
            graph.enable_passes()
            return server, graph
        yield start


def save(window, words):
    window.page.get_by_role("button", name="Save").click()
    window.page.get_by_text(words).wait_for()


def box(window, about, reader):
    return window.page.get_by_role("group", name=about, exact=True).get_by_label(reader)


def published_keys(server):
    tenant = f"{server.url}/{server.installation.tenant}"
    with server.client() as client:
        metadata = client.get(f"{tenant}/v2.0/.well-known/openid-configuration").json()
        return metadata["issuer"], jwt.PyJWKSet.from_dict(client.get(metadata["jwks_uri"]).json())


def test_the_webhook_is_told_and_can_check_who_tells(served, receiver, answers, browse):
    server, graph = served()
    window = administrator(browse(server), graph, GLOBAL_ADMINISTRATOR)
    ada = graph.add_user("ada", displayName="Ada Okafor")
    window.page.goto(PAGE)
    window.page.get_by_text("No mail is sent").wait_for()
    window.page.get_by_label("The webhook's address").fill(f"{receiver.url}/hook?key=7")
    save(window, "Saved.")
    issued = graph.add_pass(ada["id"])
    request = receiver.next()
    assert (request["path"], request["query"]) == ("/hook", {"key": "7"})
    assert request["type"].startswith("application/json")
    told = json.loads(request["body"])
    assert (told["kind"], told["tenantId"]) == ("passIssued", server.installation.tenant)
    assert told["user"] == {"id": ada["id"], "userPrincipalName": "ada@example.com", "displayName": "Ada Okafor"}
    assert told["pass"]["startDateTime"] < told["pass"]["endDateTime"]
    assert issued["temporaryAccessPass"] not in request["body"]

    issuer, keys = published_keys(server)
    token = request["headers"]["latchkey-signature"]
    header = jwt.get_unverified_header(token)
    assert header["typ"] == "notice+jwt"
    claims = jwt.decode(token, keys[header["kid"]], ["RS256"], issuer=issuer,
                        audience=f"{receiver.url}/hook?key=7", options={"require": ["iss", "aud", "iat", "exp"]})
    digest = base64.urlsafe_b64encode(hashlib.sha256(request["body"].encode()).digest()).rstrip(b"=").decode()
    assert (claims["body_sha256"], claims["tid"]) == (digest, server.installation.tenant)

    # A receiver that is out of order is seen on the first page, and is told when it is well again.
    answers["status"] = 503
    graph.delete(f"{passes(ada['id'])}/{issued['id']}")
    failed = receiver.next()
    assert (failed["status"], json.loads(failed["body"])["kind"]) == (503, "passDeleted")
    see(window, "/portal", "Notices that don't arrive")
    window.look("portal-home-notices")
    window.page.get_by_role("link", name="Webhook").click()
    window.page.get_by_text("status 503").wait_for()
    answers["status"] = 200
    while (again := receiver.next(timeout=60))["status"] != 200:
        pass
    assert json.loads(again["body"])["id"] == json.loads(failed["body"])["id"]

    # Only what is ticked is told.
    window.page.goto(PAGE)
    box(window, "A pass was issued", "The webhook").uncheck()
    save(window, "Saved.")
    issued = graph.add_pass(ada["id"])
    graph.delete(f"{passes(ada['id'])}/{issued['id']}")
    assert json.loads(receiver.next()["body"])["kind"] == "passDeleted"
    window.page.get_by_label("The webhook's address").fill("")
    save(window, "Saved.")
    changes = graph.get("/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Latchkey changed the notices'")
    assert len(changes["value"]) == 3 and "key=7" not in json.dumps(changes)
    assert window.errors == []


def see(window, path, words):
    """Opens a page until it says so."""
    for _ in range(50):
        window.page.goto(path)
        if window.page.get_by_text(words).count():
            return
    raise AssertionError(words)


def test_a_test_mail_shows_whether_mail_arrives(served, browse, authority):
    post = Post(free_port(), authority)
    with contextlib.closing(post):
        server, graph = served(**settings(post.port, authority))
        window = administrator(browse(server), graph, GLOBAL_ADMINISTRATOR)
        window.page.get_by_role("link", name="Settings", exact=True).click()
        window.page.get_by_role("link", name="Notices").click()
        window.page.get_by_text("mail.server").wait_for()
        window.page.get_by_role("button", name="Send a test mail").click()
        window.page.get_by_text("Your account has no mail address").wait_for()
        graph.patch("/users/desk@example.com", {"mail": "hugo@private.example"})
        window.page.get_by_role("button", name="Send a test mail").click()
        window.page.get_by_text("took a mail to hugo@private.example").wait_for()
        to, mail = post.next()
        assert to == "hugo@private.example" and mail["Subject"].endswith(": A test of the mail")
        assert "Hello Hugo Lindqvist," in mail.get_content()

        box(window, "A pass was issued", "The manager").uncheck()
        box(window, "A pass was issued", "Administrators").check()
        window.page.get_by_label("The administrators' address").fill("security")
        save(window, "This is not a mail address.")
        assert box(window, "A pass was issued", "Administrators").is_checked()
        window.look("portal-settings-notices-wrong")
        window.page.get_by_label("The administrators' address").fill("security@example.com")
        save(window, "Saved.")
        window.look("portal-settings-notices")
        graph.add_pass(graph.add_user("ada", displayName="Ada Okafor")["id"])
        to, mail = post.next()
        if to == "hugo@private.example":
            # Of his own sign-in with a pass, if he had his address before that was announced.
            to, mail = post.next()
        assert to == "security@example.com" and mail["Subject"].endswith("Ada Okafor got a Temporary Access Pass")
        assert window.errors == []


def test_others_neither_see_nor_change_it(served, browse):
    server, graph = served()
    window = administrator(browse(server), graph, AUTHENTICATION_ADMINISTRATOR)
    assert window.page.get_by_role("link", name="Settings", exact=True).count() == 0
    assert window.page.goto(PAGE).status == 403
