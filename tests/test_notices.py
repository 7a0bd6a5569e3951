"""Notices: people hear by mail what became of their ways to sign in, and nothing that signs in is in it."""

import contextlib
import re
import subprocess
import time

import pytest

from support import server as servers
from support.graph import Graph
from support.pages import Visitor, landed
from support.post import PASSWORD, Post, settings
from support.receiver import Authority
from support.server import Installation, free_port
from test_journey import register_passkey, sign_in_with_pass

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path / "authority")


@pytest.fixture
def post(authority):
    post = Post(free_port(), authority)
    yield post
    post.close()


@pytest.fixture
def served(tmp_path):
    """Starts a server with these settings, and a client of its Graph door."""
    installation = Installation.make(tmp_path / "data")
    with contextlib.ExitStack() as stack:
        def start(env):
            server = installation.serve(env=env)
            stack.callback(server.stop)
            graph = Graph(server)
            stack.callback(graph.close)
            graph.enable_passes()
            return server, graph
        yield start


def reader(graph, name, shown, **properties):
    return graph.add_user(name, displayName=shown, mail=f"{name}@private.example", **properties)


def words(mail):
    """The text of a mail that is plain text and says by itself that nobody wrote it."""
    assert mail.get_content_type() == "text/plain"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["From"] == "Contoso IT <latchkey@contoso.example>"
    return mail.get_content()


def test_a_newcomer_hears_of_the_pass_its_use_and_the_passkey(served, post, authority, browse):
    server, graph = served(settings(post.port, authority))
    ada = reader(graph, "ada", "Ada Okafor", preferredLanguage="de-DE")
    boss = reader(graph, "boss", "Bea Boss")
    graph.request("PUT", f"/users/{ada['id']}/manager/$ref", json={
        "@odata.id": f"{server.url}/v1.0/users/{boss['id']}"})
    issued = graph.add_pass(ada["id"], isUsableOnce=False)
    code = issued["temporaryAccessPass"]
    mails = post.by_reader(2)
    assert set(mails) == {"ada@private.example", "boss@private.example"}
    own, report = mails["ada@private.example"], mails["boss@private.example"]
    assert own["Subject"] == f"{tenant(graph)}: Sie haben einen befristeten Zugriffspass erhalten"
    assert own["Content-Language"] == "de"
    assert "Guten Tag Ada Okafor," in words(own) and "Konto: ada@example.com" in words(own)
    assert report["Subject"] == f"{tenant(graph)}: Ada Okafor got a Temporary Access Pass"
    assert "Account: ada@example.com" in words(report)
    for mail in (own, report):
        assert code not in mail.as_string() and code not in words(mail)
        assert issued["id"] not in words(mail)
    assert own["Message-ID"] != report["Message-ID"]

    window = browse(server).window()
    window.add_authenticator()
    window.answer_prompts(True)
    sign_in_with_pass(window, "ada@example.com", code)
    to, mail = post.next()
    assert (to, mail["Subject"].split(": ")[1]) == (
        "ada@private.example", "Ihr befristeter Zugriffspass wurde verwendet")
    assert "Von der Netzwerkadresse: 127.0.0.1" in words(mail)
    register_passkey(window, "Work laptop")
    to, mail = post.next()
    assert (to, mail["Subject"].split(": ")[1]) == ("ada@private.example", "Ihrem Konto wurde ein Passkey hinzugefügt")
    assert "Wenn Sie das nicht waren" in words(mail) and f"{server.url}/security-info" in words(mail)
    assert post.nothing_came()
    assert window.errors == []


def tenant(graph):
    return graph.get("/organization")["value"][0]["displayName"]


def test_this_was_not_me_reaches_the_administrators(served, post, authority, browse):
    server, graph = served(settings(post.port, authority))
    ada, gina = reader(graph, "ada", "Ada Okafor"), reader(graph, "gina", "Gina Global")
    graph.assign_role(gina["id"], GLOBAL_ADMINISTRATOR)
    code = graph.add_pass(ada["id"], isUsableOnce=False)["temporaryAccessPass"]
    chromium = browse(server)
    thief, window = chromium.window(), chromium.window()
    sign_in_with_pass(thief, "ada@example.com", code)
    thief.expect("Security info")
    sign_in_with_pass(window, "ada@example.com", code)
    window.expect("Security info")
    post.by_reader(1), post.by_reader(1)
    window.page.get_by_role("link", name="Recent sign-ins").click()
    window.page.get_by_role("link", name="This wasn't me").click()
    window.page.get_by_role("button", name="It wasn't me").click()
    window.expect("You're signed out everywhere")
    mails = post.by_reader(2)
    assert "If you can no longer sign in" in words(mails["ada@private.example"])
    alarm = mails["gina@private.example"]
    assert alarm["Subject"].endswith(": Ada Okafor says that a sign-in was somebody else's")
    assert f"{server.url}/portal/people/{ada['id']}" in words(alarm)
    assert "The sign-in: " in words(alarm)


def test_a_mail_server_that_is_down_delays_nothing_and_gets_the_mail_later(served):
    port = free_port()
    server, graph = served(settings(port))
    ada = reader(graph, "ada", "Ada Okafor")
    code = graph.add_pass(ada["id"])["temporaryAccessPass"]
    with Visitor(server) as visitor:
        assert landed(visitor.sign_in_with_pass("ada@example.com", code))
    wait_for(lambda: "not delivered; trying again later" in server.log_text())
    assert "ada@private.example" not in server.log_text()
    post = Post(port)
    with contextlib.closing(post):
        subjects = sorted(post.next(timeout=60)[1]["Subject"].split(": ")[1] for _ in range(2))
        assert subjects == ["You got a Temporary Access Pass", "Your Temporary Access Pass was used"]
        assert post.nothing_came()


def wait_for(fact, seconds=20):
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_what_is_told_survives_a_crash(tmp_path):
    port = free_port()
    installation = Installation.make(tmp_path / "data")
    server = installation.serve(env=settings(port))
    with contextlib.closing(Graph(server)) as graph:
        graph.enable_passes()
        names = [f"u{n}" for n in range(5)]
        for name in names:
            graph.add_pass(reader(graph, name, name.title())["id"])
    server.kill()
    post = Post(port)
    with contextlib.closing(post):
        server = installation.serve(env=settings(port))
        try:
            readers = {post.next(timeout=90)[0] for _ in names}
            assert readers == {f"{name}@private.example" for name in names}
            assert post.nothing_came()
        finally:
            server.stop()


def test_a_wrong_address_is_given_up_and_others_are_not(served):
    port = free_port()
    post = Post(port, refuse={"ada@private.example": "550 5.1.1 <ada@private.example>: no such box",
                              "bob@private.example": "451 4.2.0 later"})
    with contextlib.closing(post):
        server, graph = served(settings(port))
        for name in ("ada", "bob", "cleo"):
            graph.add_pass(reader(graph, name, name.title())["id"])
        assert post.next()[0] == "cleo@private.example"
        wait_for(lambda: "will never be delivered" in server.log_text())
        wait_for(lambda: "trying again later" in server.log_text())
        assert "ada@private.example" not in server.log_text()


@pytest.mark.parametrize(("file", "message"), [
    ('[mail]\nserver = "mail.example.com"\n', ":2: mail.server: mail.from must say who sends"),
    ('[mail]\nfrom = "nobody"\n', ":2: mail.from must be a mail address"),
    ('[mail]\nserver = "mail.example.com"\nfrom = "a@b.example"\ntls = "none"\n', ":4: mail.tls: mail leaves"),
    ('[mail]\nserver = "mail.example.com"\nfrom = "a@b.example"\nuser = "x"\n', ":4: mail.user: mail.password"),
    ('[mail]\nserver = "https://mail.example.com"\n', ":2: mail.server must be a host name"),
    ('[mail]\nfrom = "a@b.example"\n', ":2: mail.from: without mail.server"),
    ('[mail]\ntls = "maybe"\n', ":2: mail.tls must be required, wrapped or none"),
    ('[mail]\nserver = "m.example"\nfrom = "a@b.example"\nuser = "x"\npassword_file = "/nowhere"\n',
     "mail.password_file: /nowhere"),
])
def test_impossible_settings_stop_the_start(tmp_path, file, message):
    installation = Installation.make(tmp_path / "data")
    (installation.data / "latchkey.toml").write_text(file)
    done = subprocess.run([servers.binary(), "serve", "--data", installation.data, "--listen", "127.0.0.1:0"],
                          env=servers.environment(), capture_output=True, text=True, timeout=30, cwd="/")
    assert done.returncode != 0
    assert message in done.stderr, done.stderr


def test_the_password_is_shown_to_nobody(tmp_path, authority):
    installation = Installation.make(tmp_path / "data")
    env = servers.environment(settings(25, authority))
    done = subprocess.run([servers.binary(), "config", "--data", installation.data], env=env,
                          capture_output=True, text=True, timeout=30, cwd="/")
    assert done.returncode == 0 and PASSWORD not in done.stdout + done.stderr
    assert re.search(r'mail\.password\b.*\*\*\*', done.stdout), done.stdout
