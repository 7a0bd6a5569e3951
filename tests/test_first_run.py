"""The first start, the configuration, the service endpoints and the end of a server (design: operation)."""

import datetime
import functools
import json
import os
import re
import signal
import socket
import stat
import subprocess
import threading
import time

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from support import server as servers
from support.graph import Graph
from support.pages import Visitor, landed
from support.server import Installation, Server, binary, environment, free_port


def run(*arguments, cwd="/", env=None, timeout=30):
    return subprocess.run([binary(), *arguments], cwd=cwd, env=environment(env), capture_output=True, text=True,
                          timeout=timeout, stdin=subprocess.DEVNULL)


class BareServer(Server):
    """`latchkey serve` in a folder, with nothing said but the port."""

    def __init__(self, folder, log):
        super().__init__(None, log=log)
        self.folder = folder

    def _start_on(self, port):
        self.url = f"https://localhost:{port}"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [binary(), "serve", "--listen", f"127.0.0.1:{port}"], cwd=self.folder, env=environment(),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        servers.running.append(self)
        deadline = time.monotonic() + servers.START_LIMIT
        # Nobody knows the CA yet: it is what this start makes.
        with httpx.Client(verify=False) as client:
            while self.process.poll() is None and time.monotonic() < deadline:
                try:
                    if client.get(f"{self.url}/readyz").status_code == 200:
                        return True
                except httpx.TransportError:
                    time.sleep(0.02)
        return False


def test_the_first_start_needs_no_configuration_and_says_how_to_go_on(tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    server = BareServer(folder, tmp_path / "first.log").start()
    said = server.log_text()
    told = dict(re.findall(r"^(Sign in|as|with pass|tenant|client id|secret) +(\S+)", said, re.MULTILINE))
    assert told.keys() == {"Sign in", "as", "with pass", "tenant", "client id", "secret"}, said
    assert told["Sign in"] == f"{server.url}/security-info"
    ca = re.search(r"^(/\S+)$", said, re.MULTILINE)[1]
    [data] = list(folder.iterdir())

    # The admin's own one-time pass opens security info, and the application gets a token.
    application = {"clientId": told["client id"], "clientSecret": told["secret"]}
    server.installation = Installation(data, {
        "caCertificate": ca, "tenantId": told["tenant"], "application": application})
    with Visitor(server) as visitor:
        assert landed(visitor.sign_in_with_pass(told["as"], told["with pass"]))
    graph = Graph(server)
    assert [user["userPrincipalName"] for user in graph.get("/users")["value"]] == [told["as"]]

    # Only its owner may look into the folder and at the keys.
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    for path in data.rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0 or str(path) == ca, f"{path.name} has mode {mode:o}"
    assert stat.S_IMODE((data / "master.key").stat().st_mode) == 0o600
    server.stop()

    # The second start keeps all of it to itself.
    again = BareServer(folder, tmp_path / "second.log").start()
    repeated = again.log_text()
    assert told["with pass"] not in repeated
    assert told["secret"] not in repeated
    again.stop()


def test_init_prints_one_json_object(tmp_path):
    installation = Installation.make(tmp_path / "data")
    info = installation.info
    assert set(info) == {"url", "tenantId", "domain", "caCertificate", "admin", "application"}
    assert info["url"] == "https://localhost:8443"
    assert info["domain"] == "example.com"
    assert set(info["admin"]) == {"id", "userPrincipalName", "temporaryAccessPass"}
    assert info["admin"]["userPrincipalName"] == "admin@example.com"
    assert set(info["application"]) == {"clientId", "clientSecret"}
    assert re.fullmatch(r"[A-Za-z0-9_.~-]{20,}", info["application"]["clientSecret"])
    assert os.path.isabs(info["caCertificate"])
    assert "PRIVATE" not in open(info["caCertificate"]).read()

    # A second one refuses, and changes nothing.
    before = {path: path.read_bytes() for path in installation.data.rglob("*") if path.is_file()}
    again = run("init", "--data", installation.data, "--domain", "other.example", "--admin", "a@other.example",
                "--json")
    assert again.returncode != 0
    assert again.stdout == ""
    assert again.stderr
    kept = {path: path.read_bytes() for path in before if not path.name.endswith(("-wal", "-shm"))}
    assert kept == {path: content for path, content in before.items() if path in kept}


def test_what_is_shown_once_and_can_not_be_written_is_an_error_with_a_way_on(tmp_path):
    """A full disk behind standard output: no panic, and a hint how to get what was lost."""
    data = tmp_path / "data"
    into = functools.partial(subprocess.run, env=environment(None), stderr=subprocess.PIPE, text=True, timeout=60)
    setup = [binary(), "init", "--data", data, "--domain", "example.com", "--admin", "admin@example.com"]
    commands = [
        ([*setup, "--json"], "latchkey admin recover admin@example.com"),
        ([binary(), "admin", "recover", "admin@example.com", "--data", data], "again"),
        ([binary(), "config", "--data", data], "standard output"),
        ([binary(), "serve", "--data", tmp_path / "other", "--listen", f"127.0.0.1:{free_port()}"],
         "latchkey admin recover admin@latchkey.local"),
    ]
    for command, hint in commands:
        with open("/dev/full", "w") as full:
            done = into(command, stdout=full)
        assert done.returncode == 1, (command, done.stderr)
        assert hint in done.stderr and "panicked" not in done.stderr, (command, done.stderr)
    recovered = run("admin", "recover", "admin@example.com", "--data", data)
    assert "pass" in recovered.stdout


def test_commands_on_what_is_not_there_make_nothing(tmp_path):
    typo = tmp_path / "typo"
    for command in (["keys", "rotate"], ["admin", "export", "audit"], ["admin", "recover", "admin@example.com"],
                    ["admin", "federation", "list"]):
        done = run(*command, "--data", typo)
        assert done.returncode == 1 and str(typo) in done.stderr, (command, done.stderr)
        assert not typo.exists(), command
    said = run("serve", "--data", typo, "--database", "mysql://x").stderr
    assert "flag --database: database_url is no address of a database: a database is sqlite:PATH or" in said
    file = tmp_path / "file"
    file.write_text("")
    assert str(file) in run("serve", "--data", file).stderr


@pytest.mark.parametrize("arguments", [
    ["--domain", "example.com", "--admin", "admin@elsewhere.example"], ["--domain", "not a domain", "--admin", "a@b"],
    ["--domain", "example.com", "--admin", "nobody"]])
def test_init_refuses_what_can_not_be(tmp_path, arguments):
    done = run("init", "--data", tmp_path / "data", *arguments, "--json")
    assert done.returncode != 0
    assert done.stdout == ""
    assert "panicked" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_the_admins_pass_works_at_once(tmp_path):
    """Without any further setting: the policy of a new tenant would be off."""
    installation = Installation.make(tmp_path / "data")
    server = installation.serve()
    with Visitor(server) as visitor:
        admin = installation.admin
        assert landed(visitor.sign_in_with_pass(admin["userPrincipalName"], admin["temporaryAccessPass"]))
    server.stop()


def test_an_administrator_is_let_in_again_from_the_machines_console(site):
    admin = site.installation.admin
    assert landed(site.visitor().sign_in_with_pass(admin["userPrincipalName"], admin["temporaryAccessPass"]))
    done = run("admin", "recover", admin["userPrincipalName"], "--data", site.installation.data)
    assert done.returncode == 0, done.stderr
    code = re.search(r"^ *pass +(\S+)$", done.stdout, re.MULTILINE)[1]
    assert landed(site.visitor().sign_in_with_pass(admin["userPrincipalName"], code))
    events = site.graph.get(
        f"/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id eq '{admin['id']}')")["value"]
    assert any("temporary access pass" in (event["resultReason"] or "").lower() for event in events)
    for name in ("nobody@example.com", "not a name"):
        assert run("admin", "recover", name, "--data", site.installation.data).returncode != 0


def test_logs_are_printed_as_json_lines(site):
    admin = site.installation.admin
    assert landed(site.visitor().sign_in_with_pass(admin["userPrincipalName"], admin["temporaryAccessPass"]))
    for log, path in (("sign-ins", "/auditLogs/signIns"), ("audit", "/auditLogs/directoryAudits")):
        done = run("admin", "export", log, "--data", site.installation.data)
        assert done.returncode == 0, done.stderr
        printed = [json.loads(line) for line in done.stdout.splitlines()]
        listed = [{key: value for key, value in record.items() if not key.startswith("@")}
                  for record in site.graph.listed(path)]
        assert printed == listed and printed
        assert admin["temporaryAccessPass"] not in done.stdout
        later = run("admin", "export", log, "--from", "2999-01-01T00:00:00Z", "--data", site.installation.data)
        assert (later.returncode, later.stdout) == (0, "")
    assert run("admin", "export", "audit", "--to", "today", "--data", site.installation.data).returncode != 0


def test_the_demo_has_people_groups_and_passes_in_several_states(tmp_path):
    server = Server(Installation.make(tmp_path / "data"), options=["--demo"]).start()
    graph = Graph(server)
    people = graph.listed("/users")
    assert len(people) > 3
    assert graph.listed("/groups")
    found = [item for user in people for item in graph.passes_of(user["id"])]
    assert len({item["methodUsabilityReason"] for item in found}) > 1, found
    server.stop()
    # Once only.
    server = Server(server.installation, options=["--demo"]).start()
    graph = Graph(server)
    assert len(graph.listed("/users")) == len(people)
    server.stop()


# --- Configuration ---


def test_config_tells_what_is_in_force_and_where_from(tmp_path):
    port = free_port()
    done = run("config", "--data", tmp_path, env={"LATCHKEY_LISTEN": f"127.0.0.1:{port}"})
    assert done.returncode == 0, done.stderr
    [line] = [line for line in done.stdout.splitlines() if str(port) in line]
    assert line.strip().startswith("listen")
    assert "LATCHKEY_LISTEN" in line
    assert any("default" in line for line in done.stdout.splitlines())


@pytest.mark.parametrize("text,line,reason", [
    ('listen = "127.0.0.1:8443"\n\nlisten_adress = "x"\n', 3, "unknown key 'listen_adress'"),
    ('[tls]\ncertifikate = "x"\n', 2, "tls.certifikate"), ('[nonsense]\nlisten = 1\n', 1, "nonsense"),
    ('\n\nlisten = "nonsense"\n', 3, "listen must be"), ("listen = 8443\n", 1, "listen must be"),
    ('listen = "127.0.0.1:99999"\n', 1, "listen must be"), ("\nlisten = [\n", 2, ""),
    ("[hashing]\nthreads = 257\n", 2, "from 0 to 256"), ('\nhttp = "perhaps"\n', 2, "true or false"),
    ('public_url = "https://192.0.2.1"\n', 1, "host name"), ('[tls]\n\nkey = "k.pem"\n', 3, "belong together")])
def test_a_wrong_configuration_is_refused_with_line_and_reason(tmp_path, text, line, reason):
    path = tmp_path / "latchkey.toml"
    path.write_text(text)
    for command in ("config", "serve"):
        done = run(command, "--config", path, "--data", tmp_path / "data")
        assert done.returncode not in (0, 101), done.stdout
        assert reason in done.stderr
        assert f"latchkey.toml:{line}: " in done.stderr, done.stderr
    assert not (tmp_path / "data").exists()


def test_an_unknown_environment_variable_of_ours_is_told_of(tmp_path):
    """Told of, not refused: container platforms make variables for a service of our name."""
    done = run("config", "--data", tmp_path, env={"LATCHKEY_LISTEN_ADRESS": "x"})
    assert done.returncode == 0
    assert "LATCHKEY_LISTEN_ADRESS" in done.stderr


def test_plain_http_is_refused_off_the_loopback_address(tmp_path):
    Installation.make(tmp_path / "data")
    path = tmp_path / "latchkey.toml"
    path.write_text(f'listen = "0.0.0.0:{free_port()}"\nhttp = true\n')
    done = run("serve", "--config", path, "--data", tmp_path / "data")
    assert done.returncode != 0
    assert "plain HTTP" in done.stderr
    assert re.search(r":2\b", done.stderr), done.stderr


def test_plain_http_on_the_loopback_address(tmp_path):
    """Behind a proxy of one's own, or for a first look; people then reach it by `public_url`."""
    Installation.make(tmp_path / "data")
    port = free_port()
    process = subprocess.Popen(
        [binary(), "serve", "--data", tmp_path / "data", "--listen", f"127.0.0.1:{port}"], cwd="/",
        env=environment({"LATCHKEY_HTTP": "true"}), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + servers.START_LIMIT
        while True:
            try:
                assert httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
                break
            except httpx.TransportError:
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.02)
    finally:
        process.terminate()
        assert process.wait(servers.STOP_LIMIT) == 0


def test_ones_own_certificate(tmp_path):
    installation = Installation.make(tmp_path / "data")
    certificate, key = self_signed("localhost", tmp_path)
    mine = Installation(installation.data, {**installation.info, "caCertificate": str(certificate)})
    settings = {"LATCHKEY_TLS_CERTIFICATE": str(certificate), "LATCHKEY_TLS_KEY": str(key)}
    server = mine.serve(env=settings)
    assert server.client().get("/healthz").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/healthz", verify=installation.trust())
    server.stop()
    key.write_text("nonsense")
    done = run("serve", "--data", installation.data, "--listen", f"127.0.0.1:{free_port()}", env=settings)
    assert done.returncode not in (0, 101)
    assert str(key) in done.stderr


def self_signed(name, folder):
    """Paths of a certificate for this name and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256()))
    paths = folder / "own.pem", folder / "own.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return paths


# --- Service endpoints ---


def test_health_readiness_and_metrics(shared_site):
    with shared_site.server.client() as client:
        for path in ("/healthz", "/readyz"):
            assert client.get(path).status_code == 200
            assert client.head(path).status_code == 200
        shared_site.graph.get("/users")
        answer = client.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] in ("text/plain", "application/openmetrics-text")
        names = [line.split("{")[0].split(" ")[0] for line in answer.text.splitlines() if line and line[0] != "#"]
        assert names
        assert all(re.fullmatch(r"[a-z_][a-z0-9_]*", name) for name in names)
        for line in answer.text.splitlines():
            assert line.startswith("#") or float(line.rsplit(" ", 1)[1]) >= 0


def test_logs_are_structured_and_carry_the_id_that_the_answer_carries(tmp_path):
    installation = Installation.make(tmp_path / "data")
    server = installation.serve(env={"LATCHKEY_LOG_FORMAT": "json", "LATCHKEY_LOG_LEVEL": "debug"})
    graph = Graph(server)
    answer = graph.request("GET", "/users/nobody@example.com")
    request_id = answer.headers["request-id"]
    server.stop()
    lines = [json.loads(line) for line in server.log_text().splitlines() if line.startswith("{")]
    assert lines
    assert any(request_id in json.dumps(line) for line in lines), server.log_text()


def test_the_certificate_names_localhost(shared_site):
    installation = shared_site.installation
    with socket.create_connection(("localhost", shared_site.server.port)) as plain:
        with installation.trust().wrap_socket(plain, server_hostname="localhost") as tls:
            assert ("DNS", "localhost") in tls.getpeercert()["subjectAltName"]
            assert tls.version() in ("TLSv1.2", "TLSv1.3")
    for other in (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", b"\x16\x03\x01\x00\x05hello", b"\0" * 100):
        with socket.create_connection(("localhost", shared_site.server.port), timeout=10) as plain:
            plain.sendall(other)
            assert b"200" not in plain.recv(100)
    assert shared_site.server.client().get("/healthz").status_code == 200


# --- The end ---


def test_shutting_down_loses_no_answered_request(tmp_path):
    installation = Installation.make(tmp_path / "data")
    server = installation.serve()
    graph = Graph(server)
    graph.enable_passes(defaultLength=24)
    token = graph.client.headers["Authorization"].removeprefix("Bearer ")
    users = [graph.add_user() for _ in range(4)]
    acknowledged, cut = {}, []
    busy = threading.Event()

    def work(user):
        mine = Graph(server, token=token)
        try:
            while True:
                acknowledged[user["id"]] = mine.add_pass(user["id"])["id"]
                busy.set()
        except httpx.ConnectError:
            pass
        except httpx.TransportError as error:
            # An idle connection may be closed under a client; a request that got half an answer may not.
            cut.append(repr(error))
        mine.close()

    threads = [threading.Thread(target=work, args=(user,), daemon=True) for user in users]
    for thread in threads:
        thread.start()
    assert busy.wait(20)
    server.process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    assert server.process.wait(servers.STOP_LIMIT) == 0
    assert time.monotonic() - began < 10
    for thread in threads:
        thread.join(10)
    server.stop()
    assert [error for error in cut if "peer closed" in error or "incomplete" in error] == []
    server = installation.serve()
    graph = Graph(server)
    for user, ident in acknowledged.items():
        assert [item["id"] for item in graph.passes_of(user)] == [ident] or cut
    server.stop()


def test_idle_connections_do_not_hold_up_the_end(tmp_path):
    """Of browsers and SDKs that keep theirs open for the next request, or never said anything."""
    installation = Installation.make(tmp_path / "data")
    server = installation.serve()
    with server.client() as first, server.client(http1=False, http2=True) as second, \
            socket.create_connection(("localhost", server.port)) as silent, \
            installation.trust().wrap_socket(socket.create_connection(("localhost", server.port)),
                                             server_hostname="localhost") as waiting:
        assert first.get("/healthz").http_version == "HTTP/1.1"
        assert second.get("/healthz").http_version == "HTTP/2"
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 5
        assert silent and waiting


def test_a_second_server_on_the_same_port_says_so(shared_site, tmp_path):
    other = Installation.make(tmp_path / "data")
    done = run("serve", "--data", other.data, "--listen", f"127.0.0.1:{shared_site.server.port}")
    assert done.returncode not in (0, 101)
    assert str(shared_site.server.port) in done.stderr
