"""Keeping an installation: backup and restore, `latchkey doctor`, what the console says of the address."""

import json
import re
import shutil
import sqlite3
import stat
import subprocess
import threading

from support.graph import Graph
from support.pages import Visitor, landed
from support.server import Installation, binary, environment


def run(*arguments, code=0, env=None):
    done = subprocess.run([binary(), *arguments], env=environment(env), capture_output=True, text=True, timeout=120, cwd="/")
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done


def examined(installation, *arguments, code=0, env=None):
    """What the doctor says: the state and the text of each check; the worst, where it says several."""
    options = [*arguments, *(["--database", installation.database] if installation.database else [])]
    done = run("doctor", "--data", installation.data, "--json", *options, code=code, env=env)
    answer = json.loads(done.stdout)
    states = ["ok", "warning", "problem"]
    found = {}
    for check in sorted(answer["checks"], key=lambda check: states.index(check["state"])):
        found[check["check"]] = check["state"], check["text"]
    assert answer["problems"] == sum(check["state"] == "problem" for check in answer["checks"])
    return found


def every_file(folder):
    """Modes and content, but for what SQLite keeps beside a database that is open."""
    return {path: (path.stat().st_mode, path.read_bytes()) for path in folder.rglob("*")
            if path.is_file() and not path.name.endswith(("-wal", "-shm"))}


def test_a_backup_of_a_busy_server_is_served_again(site, tmp_path):
    person = site.graph.add_user("restored")
    code = site.graph.add_pass(person["id"])["temporaryAccessPass"]
    ended, made = threading.Event(), []

    def write():
        graph = Graph(site.server)
        while not ended.is_set():
            made.append(graph.add_group()["id"])
        graph.close()

    writer = threading.Thread(target=write)
    writer.start()
    backups = [tmp_path / f"backup{number}.db" for number in range(5)]
    try:
        for backup in backups:
            before = len(made)
            said = run("backup", backup, "--data", site.installation.data).stdout
            assert str(backup) in said and "master.key" in said and re.search(r"[0-9.]+ MiB .* in [0-9.]+ s", said)
            assert stat.S_IMODE(backup.stat().st_mode) == 0o600
            with sqlite3.connect(backup) as copy:
                kept = {row[0].hex() for row in copy.execute('SELECT id FROM "groups"')}
            assert {group.replace("-", "") for group in made[:before]} <= kept
    finally:
        ended.set()
        writer.join()
    assert len(made) > 5
    assert sorted(path.name for path in tmp_path.glob("backup*")) == [path.name for path in backups]
    content = backups[0].read_bytes()
    assert "already" in run("backup", backups[0], "--data", site.installation.data, code=1).stderr
    assert backups[0].read_bytes() == content

    # Elsewhere, with what was kept apart.
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    shutil.copy(backups[-1], elsewhere / "latchkey.db")
    shutil.copy(site.installation.data / "master.key", elsewhere)
    shutil.copytree(site.installation.data / "tls", elsewhere / "tls")
    restored = Installation(elsewhere, {**site.installation.info, "caCertificate": str(elsewhere / "tls" / "ca.pem")})
    assert {state for state, _ in examined(restored).values()} == {"ok"}
    server = restored.serve()
    with Visitor(server) as visitor:
        assert landed(visitor.sign_in_with_pass(person["userPrincipalName"], code))
    server.stop()


def test_a_backup_that_can_not_be_is_said_and_leaves_nothing(tmp_path):
    installation = Installation.make(tmp_path / "data")
    for arguments, word in [
        ([tmp_path / "copy.db", "--data", tmp_path / "typo"], "typo"),
        ([tmp_path / "absent" / "copy.db", "--data", installation.data], "absent"),
        ([tmp_path / "copy.db", "--data", installation.data, "--database", "postgres://me:s3cret@db/x"], "pg_dump"),
    ]:
        said = run("backup", *arguments, code=1).stderr
        assert word in said and "s3cret" not in said
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


def test_the_doctor_finds_a_good_installation_good_and_changes_nothing(any_site):
    data = any_site.installation.data
    for found in (examined(any_site.installation), examined(any_site.installation)):
        assert {state for state, _ in found.values()} == {"ok"}, found
    any_site.graph.enable_passes(state="disabled")
    assert examined(any_site.installation)["pass policy"][0] == "warning"
    # Not even when nobody serves.
    any_site.server.stop()
    before = every_file(data)
    examined(any_site.installation)
    assert every_file(data) == before
    text = run("doctor", "--data", data, *(["--database", any_site.installation.database]
                                           if any_site.installation.database else [])).stdout
    assert re.search(r"^ok +administrators +1 of 1", text, re.MULTILINE)
    any_site.server.start()


def test_the_doctor_names_what_is_wrong(tmp_path):
    installation = Installation.make(tmp_path / "data")
    data = installation.data
    assert {state for state, _ in examined(installation).values()} == {"ok"}

    (data / "master.key").chmod(0o644)
    state, text = examined(installation, code=1)["data folder"]
    assert state == "problem" and "chmod 600" in text and str(data / "master.key") in text
    (data / "master.key").chmod(0o600)
    data.chmod(0o755)
    state, text = examined(installation, code=1)["data folder"]
    assert state == "problem" and f"chmod 700 {data}" in text
    data.chmod(0o700)

    other = Installation.make(tmp_path / "other")
    wrong = {"LATCHKEY_MASTER_KEY_FILE": str(other.data / "master.key")}
    state, text = examined(installation, code=1, env=wrong)["sealed keys"]
    assert state == "problem" and "another database" in text
    found = examined(installation, code=1, env={"LATCHKEY_MASTER_KEY_FILE": str(tmp_path / "absent")})
    assert found["master keys"][0] == "problem" and "sealed keys" not in found and found["database"][0] == "ok"

    # Its own certificate must be for the name that people use.
    own = {"LATCHKEY_TLS_CERTIFICATE": str(data / "tls" / "ca.pem"), "LATCHKEY_TLS_KEY": str(data / "tls" / "ca.key"),
           "LATCHKEY_PUBLIC_URL": "https://id.example.com"}
    state, text = examined(installation, code=1, env=own)["certificate"]
    assert state == "problem" and "id.example.com" in text
    state, text = examined(installation, code=1, env={"LATCHKEY_LISTEN": "here"})["configuration"]
    assert state == "problem" and "LATCHKEY_LISTEN" in text
    state, text = examined(installation, code=1, env={"LATCHKEY_OUTBOUND_CA": "/absent.pem"})["configuration"]
    assert state == "problem" and "/absent.pem" in text

    with sqlite3.connect(data / "latchkey.db") as database:
        database.execute("DELETE FROM passes")
    state, text = examined(installation, code=1)["administrators"]
    assert state == "problem" and "latchkey admin recover" in text
    run("admin", "recover", installation.admin["userPrincipalName"], "--data", data)
    assert examined(installation)["administrators"][0] == "ok"
    with sqlite3.connect(data / "latchkey.db") as database:
        database.execute("DELETE FROM schema_version WHERE version = (SELECT MAX(version) FROM schema_version)")
    state, text = examined(installation, code=1)["database"]
    assert state == "problem" and "schema version" in text
    (data / "latchkey.db").write_bytes(b"no database " * 1000)
    assert examined(installation, code=1)["database"][0] == "problem"


def test_where_nothing_is_the_doctor_makes_nothing(tmp_path):
    said = run("doctor", "--data", tmp_path / "typo", code=1)
    assert re.search(r"^problem +data folder .*typo", said.stdout, re.MULTILINE) and "problems" in said.stderr
    assert not any(tmp_path.iterdir())


def test_the_console_knows_the_address_that_was_served(site):
    """The port was a flag of `serve`."""
    data, url = site.installation.data, site.server.url
    recovered = run("admin", "recover", site.installation.admin["userPrincipalName"], "--data", data).stdout
    assert f"sign in at {url}/security-info" in recovered
    assert f"{url}/" in run("admin", "federation", "list", "--data", data).stdout
    # What is configured goes before.
    chosen = run("admin", "federation", "list", "--data", data, env={"LATCHKEY_PUBLIC_URL": "https://id.example.com"})
    assert "https://id.example.com/" in chosen.stdout


def test_an_address_to_listen_on_is_told_by_an_example(tmp_path):
    said = run("serve", "--data", tmp_path / "data", "--listen", "localhost", code=2).stderr
    assert "such as 127.0.0.1:8443" in said
    assert not (tmp_path / "data").exists()
