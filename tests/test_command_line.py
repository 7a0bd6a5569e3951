"""The command line as a Graph client: what people read, what scripts get, exit codes, and what it keeps."""

import contextlib
import csv
import http.server
import json
import os
import pty
import re
import stat
import subprocess
import threading

import pytest

from support.pages import landed
from support.server import binary, environment

NOT_SIGNED_IN, NOT_ALLOWED, NOT_FOUND, REFUSED, UNREACHABLE, SOME = 3, 4, 5, 6, 7, 8
USAGE = 2
OTHER = 1


class CommandLine:
    """`latchkey …`, signed in by a file of its own."""

    def __init__(self, site, folder):
        self.site = site
        self.login = folder / "login.json"
        self.environment = environment({"LATCHKEY_LOGIN": str(self.login)})

    def run(self, *arguments, input=None, code=0):
        result = subprocess.run([binary(), *arguments], env=self.environment, input=input, capture_output=True,
                                text=True, timeout=120)
        assert result.returncode == code, (arguments, result.returncode, result.stdout, result.stderr)
        return result

    def sign_in(self, client_id=None, secret=None, code=0):
        info = self.site.installation.info
        return self.run("login", self.site.server.url, "--ca", info["caCertificate"], "--tenant", info["tenantId"],
                        "--client-id", client_id or info["application"]["clientId"], "--secret-file", "-",
                        input=secret or info["application"]["clientSecret"], code=code)

    @contextlib.contextmanager
    def sign_in_by_browser(self, code=0):
        """Signs in as a person: yields the page behind the typed code; the command must end so."""
        info = self.site.installation.info
        process = subprocess.Popen([binary(), "login", self.site.server.url, "--ca", info["caCertificate"]],
                                   env=self.environment, stderr=subprocess.PIPE, text=True)
        try:
            address = re.search(r"open +(\S+)", process.stderr.readline())[1]
            typed = re.search(r"type +(\S+)", process.stderr.readline())[1]
            with self.site.visitor() as visitor:
                yield visitor.submit(visitor.open(address.removeprefix(self.site.server.url)), "code", typed), visitor
            said = process.communicate(timeout=60)[1]
            assert process.returncode == code, said
        finally:
            process.kill()

    def people(self, *arguments, **options):
        return self.run(*arguments, **options).stdout

    def json(self, *arguments):
        """The objects that a script gets, a line each."""
        return [json.loads(line) for line in self.run(*arguments, "--json").stdout.splitlines()]


@pytest.fixture
def cli(shared_site, tmp_path):
    command_line = CommandLine(shared_site, tmp_path)
    command_line.sign_in()
    return command_line


def test_a_login_is_for_nobody_elses_eyes_and_can_be_forgotten(cli):
    assert stat.S_IMODE(cli.login.stat().st_mode) == 0o600
    assert list(cli.login.parent.iterdir()) == [cli.login]
    cli.run("logout")
    assert not cli.login.exists()
    assert "latchkey login" in cli.run("user", "list", code=NOT_SIGNED_IN).stderr


def test_a_wrong_secret_or_an_unknown_ca_signs_nobody_in(shared_site, tmp_path):
    cli = CommandLine(shared_site, tmp_path)
    assert "secret" in cli.sign_in(secret="wrong", code=NOT_SIGNED_IN).stderr.lower()
    info = shared_site.installation.info
    said = cli.run("login", shared_site.server.url, "--tenant", info["tenantId"], "--client-id",
                   info["application"]["clientId"], "--secret-file", "-", input="x", code=UNREACHABLE)
    assert "--ca FILE" in said.stderr
    cli.run("login", "http://id.example.com", "--client-id", "x", "--secret-file", "-", input="x", code=USAGE)
    assert not cli.login.exists()


def test_a_token_that_is_no_longer_taken_is_renewed(cli):
    login = json.loads(cli.login.read_text())
    cli.login.write_text(json.dumps({**login, "accessToken": "worn-out"}))
    assert cli.json("user", "show", "admin@example.com")[0]["displayName"]
    assert json.loads(cli.login.read_text())["accessToken"] not in ("worn-out", "")


def test_a_pass_is_issued_shown_once_and_signs_in(cli, shared_site):
    cli.run("user", "create", "ida@example.com", "--name", "Ida Lund", "--set", "department=Sales")
    said = cli.people("pass", "create", "ida@example.com", "--lifetime", "2h", "--once")
    code = re.search(r"^    (\S{8,})$", said, re.MULTILINE)[1]
    assert " ".join(code[:4]) in said and "It works once" in said
    spelled = {"capital", "small", "number"}
    assert all(any(f"{sign} {kind} " in said for kind in spelled) for sign in code)

    [kept] = cli.json("pass", "list", "ida@example.com")
    assert kept["temporaryAccessPass"] is None and kept["lifetimeInMinutes"] == 120 and kept["isUsableOnce"] is True
    assert code not in cli.people("pass", "show", "ida@example.com")

    # A pass that works is not replaced by accident.
    assert "--replace" in cli.run("pass", "create", "ida@example.com", code=USAGE).stderr
    assert cli.json("pass", "list", "ida@example.com") == [kept]
    with shared_site.visitor() as visitor:
        assert landed(visitor.sign_in_with_pass("ida@example.com", code))

    [another] = cli.json("pass", "create", "ida@example.com", "--replace")
    assert another["temporaryAccessPass"] not in (None, code) and another["id"] != kept["id"]
    cli.run("pass", "delete", "ida@example.com")
    assert cli.json("pass", "list", "ida@example.com") == []
    cli.run("pass", "show", "ida@example.com", code=NOT_FOUND)


def test_wrong_input_changes_nothing_and_says_why(cli):
    cli.run("user", "create", "jo@example.com", "--name", "Jo")
    for arguments, code, word in [
        (["pass", "create", "jo@example.com", "--lifetime", "9"], REFUSED, "LifetimeInMinutes"),
        (["pass", "create", "jo@example.com", "--lifetime", "soon"], USAGE, "90m"),
        (["pass", "create", "jo@example.com", "--start", "2021-20-11 11:19"], USAGE, "2026-11-22"),
        (["pass", "create", "jo@example.com", "--start", "2021-10-11 11:19"], REFUSED, "StartDateTime"),
        (["pass", "create", "jo@example.com", "--once", "--reusable"], USAGE, "--reusable"),
        (["pass", "create", "nobody@example.com"], NOT_FOUND, "not"),
        (["user", "create", "jo@example.com", "--name", "Jo again"], REFUSED, "userPrincipalName"),
        (["user", "create", "jo@elsewhere.example", "--name", "Jo"], REFUSED, "domain"),
        (["user", "update", "jo@example.com", "--set", "hair=red"], REFUSED, "hair"),
        (["user", "delete", "jo@example.com"], USAGE, "--yes"),
        (["user", "list", "--filter", "hair eq 'red'"], REFUSED, "hair"),
        (["group", "show", "No such group"], NOT_FOUND, "No such group"),
        (["role", "assign", "King", "jo@example.com"], NOT_FOUND, "King"),
        (["user", "show", ""], USAGE, "empty"),
        (["user", "show", " ", "--json"], USAGE, "empty"),
        (["user", "methods", ""], USAGE, "empty"),
        (["user", "update", "", "--name", "X"], USAGE, "empty"),
        (["user", "delete", "", "--yes"], USAGE, "empty"),
        (["pass", "list", "", "--json"], USAGE, "empty"),
        (["pass", "show", "jo@example.com", ""], USAGE, "empty"),
        (["group", "members", ""], USAGE, "empty"),
        (["role", "members", ""], USAGE, "empty"),
        (["app", "show", ""], USAGE, "empty"),
        (["logs", "sign-ins", "--user", ""], USAGE, "empty"),
        (["logs", "audits", "--by", ""], USAGE, "empty"),
        (["policy", "set"], USAGE, "--length"),
        (["policy", "set", "--length", "7"], REFUSED, ""),
    ]:
        said = cli.run(*arguments, code=code)
        assert word.lower() in said.stderr.lower(), (arguments, said.stderr)
        assert said.stdout == ""
    assert cli.json("pass", "list", "jo@example.com") == []



def test_people_groups_roles_and_the_policy(cli):
    cli.run("user", "create", "kim@example.com", "--name", "Kim Osei")
    cli.run("user", "update", "kim@example.com", "--name", "Kim O", "--disable", "--set", "department=IT")
    shown = cli.people("user", "show", "kim@example.com")
    assert re.search(r"^name +Kim O$", shown, re.MULTILINE) and re.search(r"^may sign in +no$", shown, re.MULTILINE)
    cli.run("user", "update", "kim@example.com", "--set", "department=")
    assert "department" not in cli.people("user", "show", "kim@example.com")
    assert "kim@example.com" in cli.people("user", "list", "--search", "kim")
    # Whoever comes in with a pass has no password.
    assert cli.json("user", "methods", "kim@example.com") == []

    cli.run("group", "create", "Night shift", "--description", "From ten to six")
    cli.run("group", "add", "Night shift", "kim@example.com", "admin@example.com")
    assert {one["userPrincipalName"] for one in cli.json("group", "members", "night shift")} == {
        "kim@example.com", "admin@example.com"}
    cli.run("group", "remove", "Night shift", "admin@example.com")
    assert len(cli.json("group", "members", "Night shift")) == 1
    cli.run("group", "delete", "Night shift", "--yes")
    cli.run("group", "show", "Night shift", code=NOT_FOUND)

    cli.run("role", "assign", "helpdesk administrator", "kim@example.com")
    assert "kim@example.com" in cli.people("role", "members", "Helpdesk Administrator")
    cli.run("role", "remove", "Helpdesk Administrator", "kim@example.com")
    cli.run("role", "remove", "Helpdesk Administrator", "kim@example.com", code=NOT_FOUND)
    cli.run("group", "create", "Night help", "--role-assignable")
    cli.run("group", "add", "Night help", "kim@example.com")
    cli.run("role", "assign", "Helpdesk Administrator", "Night help")
    assert "Night help" in cli.people("role", "members", "Helpdesk Administrator")
    cli.run("role", "remove", "Helpdesk Administrator", "night help")
    cli.run("role", "assign", "Helpdesk Administrator", "No such group", code=NOT_FOUND)
    cli.run("group", "delete", "Night help", "--yes")

    before = cli.json("policy", "show")[0]
    assert "10 signs" in cli.people("policy", "set", "--length", "10")
    assert cli.json("policy", "show")[0] == {**before, "defaultLength": 10}
    cli.run("policy", "set", "--length", str(before["defaultLength"]))


def test_an_application_is_registered_and_issues_a_pass(cli, shared_site, tmp_path):
    [made] = cli.json("app", "create", "Onboarding", "--redirect", "https://hr.example.com/back")
    assert made["web"]["redirectUris"] == ["https://hr.example.com/back"]
    cli.run("app", "set", "Onboarding", "--token-algorithm", "EdDSA")
    assert "EdDSA" in cli.people("app", "show", "Onboarding")
    cli.run("app", "set", "Onboarding", code=USAGE)
    [secret] = cli.json("app", "add-secret", "Onboarding", "--name", "HR", "--lifetime", "30d")
    assert secret["secretText"] not in cli.people("app", "show", made["appId"])
    cli.run("app", "grant", "Onboarding", "User.Read.All", "UserAuthMethod-TAP.ReadWrite.All")
    assert {role["value"] for role in cli.json("app", "permissions", "Onboarding")} == {
        "User.Read.All", "UserAuthMethod-TAP.ReadWrite.All"}

    cli.run("user", "create", "new@example.com", "--name", "New")
    (tmp_path / "hr").mkdir()
    application = CommandLine(shared_site, tmp_path / "hr")
    application.sign_in(made["appId"], secret["secretText"])
    application.run("pass", "create", "new@example.com")
    application.run("user", "delete", "new@example.com", "--yes", code=NOT_ALLOWED)
    # What is taken away is gone at once, whatever the token says.
    cli.run("app", "revoke", "Onboarding", "UserAuthMethod-TAP.ReadWrite.All")
    application.run("pass", "create", "new@example.com", "--replace", code=NOT_ALLOWED)

    cli.run("app", "remove-secret", "Onboarding", secret["keyId"])
    application.sign_in(made["appId"], secret["secretText"], code=NOT_SIGNED_IN)
    for arguments in [["grant", "Onboarding", "No.Such.Permission"], ["show", "Nothing of the kind"],
                      ["revoke", "Onboarding", "UserAuthMethod-TAP.ReadWrite.All"]]:
        cli.run("app", *arguments, code=NOT_FOUND)
    assert "Onboarding" in cli.people("app", "list")
    cli.run("app", "delete", "Onboarding", "--yes")
    cli.run("app", "show", "Onboarding", code=NOT_FOUND)


def test_an_application_is_told_of_the_end_of_a_session_where_the_command_line_said(cli):
    cli.run("app", "create", "Told", "--redirect", "https://told.example.com/back")

    def told():
        [app] = cli.json("app", "show", "Told")
        return app["latchkey"]["backChannelLogoutUrl"], app["web"]["logoutUrl"]

    back, front = "https://told.example.com/ended", "https://told.example.com/frame"
    assert told() == (None, None)
    cli.run("app", "set", "Told", "--back-channel-logout", back, "--front-channel-logout", front)
    assert told() == (back, front)
    shown = cli.people("app", "show", "Told")
    assert re.search(f"back-channel logout +{re.escape(back)}", shown), shown
    assert re.search(f"front-channel logout +{re.escape(front)}", shown), shown

    # What is wrong is refused with the reason, and the rest of the same command with it.
    for option, bad, reason in [
        ("--back-channel-logout", "http://told.example.com/ended", "backChannelLogoutUrl"),
        ("--back-channel-logout", "no address", "backChannelLogoutUrl"),
        ("--back-channel-logout", "https://told.example.com/ended#part", "backChannelLogoutUrl"),
        ("--front-channel-logout", "told.example.com/frame", "logoutUrl"),
        ("--front-channel-logout", "javascript:alert(1)", "logoutUrl"),
    ]:
        said = cli.run("app", "set", "Told", option, bad, "--token-algorithm", "ES256", code=REFUSED)
        assert reason in said.stderr and said.stdout == "", said.stderr
        assert told() == (back, front)
    assert "RS256" in cli.people("app", "show", "Told")

    # One at a time; an empty text takes the address away and leaves the redirect URI alone.
    cli.run("app", "set", "Told", "--front-channel-logout", "")
    assert told() == (back, None)
    cli.run("app", "set", "Told", "--back-channel-logout", "")
    assert told() == (None, None)
    assert cli.json("app", "show", "Told")[0]["web"]["redirectUris"] == ["https://told.example.com/back"]
    cli.run("app", "delete", "Told", "--yes")


def test_logs_tell_who_did_what(cli):
    cli.run("user", "create", "lea@example.com", "--name", "Lea\u202e Moss")
    newest = cli.people("logs", "audits", "--about", "lea@example.com", "--since", "1h").splitlines()
    assert newest[0].startswith("TIME (UTC)") and "Add user" in newest[1] and len(newest) == 2
    assert [one["activityDisplayName"] for one in cli.json("logs", "audits", "--about", "lea@example.com")] == ["Add user"]
    # A name can't steer the terminal.
    listed = cli.people("user", "list", "--all")
    assert "\u202e" not in listed and "Moss" in listed
    assert cli.json("logs", "sign-ins", "--user", "nobody-at-all@example.com", "--error", "50034") == []


def test_of_several_members_each_is_tried_and_who_fails_is_named(cli):
    for name in ("una", "vic"):
        cli.run("user", "create", f"{name}@example.com", "--name", name)
    cli.run("group", "create", "Day shift")
    people = ["una@example.com", "nobody@example.com", "vic@example.com"]
    members = lambda: sorted(one["userPrincipalName"] for one in cli.json("group", "members", "Day shift"))
    for change, left in (("add", ["una@example.com", "vic@example.com"]), ("remove", [])):
        said = cli.run("group", change, "Day shift", *people, code=SOME).stderr
        assert "nobody@example.com: " in said and "1 of 3 failed" in said
        assert members() == left
    cli.run("group", "add", "Day shift", "nobody@example.com", code=NOT_FOUND)


def test_lists_say_when_there_is_more(cli):
    for number in range(3):
        cli.run("user", "create", f"more{number}@example.com", "--name", f"More {number}")
    two = cli.run("user", "list", "--limit", "2", "--json")
    assert len(two.stdout.splitlines()) == 2 and "--all" in two.stderr
    everybody = cli.run("user", "list", "--all", "--json")
    assert len(everybody.stdout.splitlines()) > 3 and "--all" not in everybody.stderr
    # Whoever reads no further is no error.
    shell = f"'{binary()}' user list --all --json | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", shell], env=cli.environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_import_creates_what_it_can_and_tells_the_rest(cli, tmp_path):
    people = tmp_path / "people.csv"
    with people.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["userPrincipalName", "displayName", "department", "accountEnabled"])
        for number in range(45):
            writer.writerow([f"imported{number}@example.com", f"Imported {number}", "Sales", "yes"])
        writer.writerow(["imported3@example.com", "Twice", "", ""])
        writer.writerow(["who@elsewhere.example", 'Comma, "quoted"', "", ""])
    failed = tmp_path / "failed.csv"
    said = cli.run("user", "import", str(people), "--failed", str(failed), code=SOME)
    assert "45 created, 2 failed" in said.stderr
    with failed.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["userPrincipalName"] for row in rows) == ["imported3@example.com", "who@elsewhere.example"]
    assert all(row["error"] for row in rows)
    made = cli.json("user", "list", "--filter", "startsWith(userPrincipalName,'imported')", "--all")
    assert len(made) == 45

    for text, word in [("displayName\nx\n", "userPrincipalName"), ("", "userPrincipalName")]:
        people.write_text(text)
        assert word in cli.run("user", "import", str(people), code=USAGE).stderr
    # A file that can't be read or written is no wrong usage.
    for arguments in (["absent.csv"], ["failed.csv", "--failed", str(tmp_path / "absent" / "failed.csv")]):
        arguments[0] = str(tmp_path / arguments[0])
        assert "absent" in cli.run("user", "import", *arguments, code=OTHER).stderr
    # What failed can be imported again, once it is put right.
    text = failed.read_text().replace("imported3@", "imported99@").replace("@elsewhere.example", "@example.com")
    people.write_text(text)
    again = tmp_path / "again.csv"
    assert "2 created, 0 failed" in cli.run("user", "import", str(people), "--failed", str(again)).stderr
    assert again.read_text().splitlines() == ["userPrincipalName,displayName,department,accountEnabled,error"]


def test_a_line_that_is_no_good_fails_alone(cli, tmp_path):
    people, failed = tmp_path / "people.csv", tmp_path / "failed.csv"
    lines = ["userPrincipalName,displayName", *(f"bulk{number}@example.com,Bulk {number}" for number in range(250)),
             "broken@example.com", "surplus@example.com,Surplus,what,is this"]
    people.write_bytes("\n".join(lines).encode() + b"\nlatin@example.com,J\xf6rg\nlast@example.com,Last\n")
    said = cli.run("user", "import", str(people), "--failed", str(failed), code=SOME).stderr
    assert "251 created, 3 failed" in said and "unknown" not in said
    header, broken, surplus, latin = failed.read_bytes().splitlines()
    assert header == b"userPrincipalName,displayName,error"
    assert broken == b"broken@example.com,,this line has 1 of 2 columns"
    # The reason has its place; what is too much stays, so that the line fails until it is put right.
    assert surplus == b"surplus@example.com,Surplus,this line has 4 of 2 columns,what,is this"
    assert latin.startswith(b"latin@example.com,J\xf6rg,not UTF-8")
    cli.run("user", "show", "last@example.com")
    # Without a file each is told by its number.
    said = cli.run("user", "import", str(people), code=SOME).stderr
    assert "line 252: this line has 1 of 2 columns" in said and "line 254: not UTF-8" in said
    # What fails again can take the place of what was read.
    said = cli.run("user", "import", str(failed), "--failed", str(failed), code=SOME).stderr
    assert "0 created, 3 failed" in said
    assert len(failed.read_bytes().splitlines()) == 4 and not (tmp_path / "failed.csv.new").exists()
    people.write_text('userPrincipalName,displayName\nq1@example.com,"Quoted\nq2@elsewhere.example,Q\n')
    said = cli.run("user", "import", str(people), code=SOME).stderr
    assert "lines 2 to 4, held together by a quotation mark:" in said


@pytest.mark.parametrize(("separator", "mark"), [(";", "\ufeff"), ("\t", "")])
def test_spreadsheets_of_other_countries_are_read_and_answered_in_kind(cli, tmp_path, separator, mark):
    people, failed = tmp_path / "people.csv", tmp_path / "failed.csv"
    name = f"sheet{ord(separator)}"
    lines = [["userPrincipalName", "displayName", "department"], [f"{name}@example.com", "Jörg, Ü.", "Sales"],
             [f"{name}@elsewhere.example", "Öse", ""]]
    people.write_text(mark + "".join(separator.join(line) + "\r\n" for line in lines))
    said = cli.run("user", "import", str(people), "--failed", str(failed), code=SOME).stderr
    assert "1 created, 1 failed" in said
    [made] = cli.json("user", "show", f"{name}@example.com")
    assert made["displayName"] == "Jörg, Ü."
    header, row = failed.read_text().splitlines()
    assert header == mark + separator.join([*lines[0], "error"])
    assert row.startswith(separator.join(lines[2]) + separator)


def test_a_server_that_goes_away_leaves_an_account_of_what_was_made(tmp_path):
    """Some batches are answered, from the fourth on none is."""
    batches = []

    class Door(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            wanted = json.loads(self.rfile.read(int(self.headers["content-length"])))["requests"]
            batches.append(wanted)
            if len(batches) > 3:
                self.close_connection = True
                return
            body = json.dumps({"responses": [{"id": one["id"], "status": 201, "body": {}} for one in wanted]}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    people, failed, login = (tmp_path / name for name in ("people.csv", "failed.csv", "login.json"))
    people.write_text("userPrincipalName,displayName\n" + "".join(f"p{number}@example.com,P\n" for number in range(1000)))
    with http.server.HTTPServer(("127.0.0.1", 0), Door) as door:
        threading.Thread(target=door.serve_forever).start()
        login.write_text(json.dumps({
            "url": f"http://127.0.0.1:{door.server_port}", "tenant": "x", "ca": None, "name": "x", "clientId": "x",
            "credential": {"clientSecret": "x"}, "accessToken": "x"}))
        done = subprocess.run([binary(), "user", "import", str(people), "--failed", str(failed), "--login", str(login)],
                              env=environment(), capture_output=True, text=True, timeout=120)
        door.shutdown()
    assert done.returncode == UNREACHABLE, done.stderr
    told = re.search(r"60 created, 0 failed, (\d+) unknown, (\d+) not sent \(from line (\d+) on\)", done.stderr)
    assert told, done.stderr
    unknown, left, first = map(int, told.groups())
    assert unknown % 20 == 0 and unknown >= 20 and 60 + unknown + left == 1000
    with failed.open(newline="") as file:
        rows = list(csv.DictReader(file))
    made = {one["body"]["userPrincipalName"] for batch in batches[:3] for one in batch}
    assert {row["userPrincipalName"] for row in rows} == {f"p{number}@example.com" for number in range(1000)} - made
    assert sum(row["error"] == "not sent" for row in rows) == left
    assert f"p{first - 2}@example.com" in {row["userPrincipalName"] for row in rows if row["error"] == "not sent"}


def test_a_login_that_is_written_wrongly_is_told_how(shared_site, tmp_path):
    cli = CommandLine(shared_site, tmp_path)
    info = shared_site.installation.info
    place = shared_site.server.url.removeprefix("https://")
    said = cli.run("login", place, "--ca", info["caCertificate"], code=USAGE).stderr
    assert f"https://{place}" in said
    application = ["--client-id", info["application"]["clientId"], "--secret-file", "-"]
    for tenant in ([], ["--tenant", "common"]):
        said = cli.run("login", shared_site.server.url, "--ca", info["caCertificate"], *application, *tenant, input="x",
                       code=USAGE).stderr
        assert "--tenant" in said
    assert not cli.login.exists()


def test_a_terminal_sees_a_bar_and_is_asked(cli, tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("userPrincipalName,displayName\nbar@example.com,Bar\n")
    assert "100 %" in in_terminal(cli, ["user", "import", str(people)])
    assert "Delete the account bar@example.com? [y/N]" in in_terminal(cli, ["user", "delete", "bar@example.com"], "n\n")
    cli.run("user", "show", "bar@example.com")
    in_terminal(cli, ["user", "delete", "bar@example.com"], "y\n")
    cli.run("user", "show", "bar@example.com", code=NOT_FOUND)


def in_terminal(cli, arguments, typed=""):
    """What a person sees who runs this in a terminal and types that."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([binary(), *arguments], env=cli.environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    os.write(ours, typed.encode())
    seen = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
    os.close(ours)
    process.wait(timeout=60)
    return seen.decode()


def test_a_person_signs_in_by_another_browser_and_may_what_their_role_allows(site, tmp_path):
    ordinary = site.graph.add_user("mio")
    admin = CommandLine(site, tmp_path / "admin")
    info = site.installation.info["admin"]
    with admin.sign_in_by_browser() as page_and_visitor:
        page, visitor = page_and_visitor
        page = visitor.submit(page, "loginfmt", info["userPrincipalName"])
        page = visitor.submit(page, "accesspass", info["temporaryAccessPass"])
        assert page.heading == "Is this your device?" and "Latchkey command line" in page.text, page
        page = visitor.submit(page, "account", answer="yes")
        assert page.heading == "Permissions requested", page
        page = visitor.submit(page, "request", answer="accept", everyone="on")
        assert page.heading == "You're signed in", page
    assert admin.json("user", "show", info["userPrincipalName"])[0]["id"] == info["id"]
    [made] = admin.json("pass", "create", ordinary["userPrincipalName"])

    # The next command gets its token by the refresh token.
    login = json.loads(admin.login.read_text())
    admin.login.write_text(json.dumps({**login, "accessToken": "worn-out"}))
    admin.run("user", "list")
    # The log of sign-ins in which no person took part has it, the other one has not.
    silent, interactive = ([json.loads(line) for line in admin.people(
        "admin", "export", log, "--data", str(site.installation.data)).splitlines()]
        for log in ("silent-sign-ins", "sign-ins"))
    assert "Latchkey command line" in {one["appDisplayName"] for one in silent}
    assert {one["isInteractive"] for one in silent} == {False} and {one["isInteractive"] for one in interactive} == {True}
    # Nobody manages their own pass.
    admin.run("pass", "create", info["userPrincipalName"], "--replace", code=NOT_ALLOWED)

    person = CommandLine(site, tmp_path / "person")
    with person.sign_in_by_browser() as page_and_visitor:
        page, visitor = page_and_visitor
        page = visitor.submit(page, "loginfmt", ordinary["userPrincipalName"])
        page = visitor.submit(page, "accesspass", made["temporaryAccessPass"])
        page = visitor.submit(page, "account", answer="yes")
        assert page.heading == "You're signed in", page
    assert "Authorization" in person.run("pass", "create", info["userPrincipalName"], code=NOT_ALLOWED).stderr
    person.run("user", "create", "x@example.com", "--name", "X", code=NOT_ALLOWED)
    person.run("logs", "sign-ins", code=NOT_ALLOWED)


def test_a_person_who_says_no_signs_nothing_in(site, tmp_path):
    cli = CommandLine(site, tmp_path)
    info = site.installation.info["admin"]
    with cli.sign_in_by_browser(code=REFUSED) as page_and_visitor:
        page, visitor = page_and_visitor
        page = visitor.submit(page, "loginfmt", info["userPrincipalName"])
        page = visitor.submit(page, "accesspass", info["temporaryAccessPass"])
        visitor.submit(page, "account", answer="no")
    assert not cli.login.exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_are_told_of_every_command(shell):
    done = subprocess.run([binary(), "completions", shell], env=environment(), capture_output=True, text=True)
    assert done.returncode == 0 and "sign-ins" in done.stdout and "replace" in done.stdout
    # Whoever reads no further is no error.
    piped = f"'{binary()}' completions {shell} | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", piped], env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
