"""What the pages answer, row by row (sign-in contract 2.3, 2.4, 4, 11.4), by a browser without script.

Rows that need the clock moved (expired passes) are tested in the crates."""

import datetime
import statistics
import time

import pytest

from support import totp
from support.graph import PASSWORD, POLICY, passes
from support.pages import landed

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def graph(shared_site):
    return shared_site.graph


@pytest.fixture
def user(graph):
    return graph.add_user()


def at_pass_page(site, user):
    """A visitor in front of the pass page, and that page."""
    visitor = site.visitor()
    page = visitor.name(user["userPrincipalName"])
    assert page.heading == "Enter Temporary Access Pass", page
    return visitor, page


def sign_ins(graph, user):
    """The numbers of a user's sign-in records, oldest first."""
    records = graph.listed(f"/auditLogs/signIns?$filter=userId eq '{user['id']}'")
    return [record["status"]["errorCode"] for record in reversed(records)]


# --- Which page comes first (2.3) ---


def test_the_pass_page_comes_only_while_a_pass_is_usable(site):
    graph = site.graph
    user = graph.add_user()

    def first_page():
        return site.visitor().name(user["userPrincipalName"]).heading

    assert first_page() == "Enter password"
    issued = graph.add_pass(user["id"], isUsableOnce=True)
    assert first_page() == "Enter Temporary Access Pass"
    with graph.policy(state="disabled"):
        assert first_page() == "Enter password"
    graph.patch(f"/users/{user['id']}", {"accountEnabled": False})
    assert first_page() == "Enter password"
    graph.patch(f"/users/{user['id']}", {"accountEnabled": True})
    assert landed(site.visitor().sign_in_with_pass(user["userPrincipalName"], issued["temporaryAccessPass"]))
    assert first_page() == "Enter password"
    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    graph.add_pass(user["id"], startDateTime=tomorrow.isoformat())
    assert first_page() == "Enter password"


@pytest.mark.parametrize("name", ["nobody@example.com", "nobody@elsewhere.example", "ADMIN2@EXAMPLE.COM"])
def test_an_unknown_name_gets_the_password_page(shared_site, name):
    assert shared_site.visitor().name(name).heading == "Enter password"


@pytest.mark.parametrize("name", ["", "   ", "not a name", "a" * 114 + "@example.com", "x\0@example.com", "@"])
def test_a_name_that_can_be_none_stays_on_the_first_page(shared_site, name):
    page = shared_site.visitor().name(name)
    assert page.form("loginfmt")
    assert page.status in (200, 400)


def test_the_name_is_found_whatever_its_case_and_width(shared_site, graph, user):
    graph.add_pass(user["id"])
    upn = user["userPrincipalName"]
    wide = upn.replace("@", "\uff20")
    for written in (f"  {upn.upper()}  ", wide):
        assert shared_site.visitor().name(written).heading == "Enter Temporary Access Pass", written


# --- What the pass page answers (2.4) ---


def test_row_11_blanks_around_are_dropped_and_case_matters(shared_site, graph, user):
    code = graph.add_pass(user["id"])["temporaryAccessPass"]
    visitor, page = at_pass_page(shared_site, user)
    assert visitor.submit(page, "accesspass", code.swapcase()).number == 130503
    visitor, page = at_pass_page(shared_site, user)
    assert landed(visitor.submit(page, "accesspass", f" \t{code}\n "))
    # Read out in groups, typed in groups.
    visitor, page = at_pass_page(shared_site, user)
    assert landed(visitor.submit(page, "accesspass", f"{code[:4]}-{code[4:6]} {code[6:]}"))
    assert sign_ins(graph, user) == [130503, 0, 0]


def test_row_1_a_stale_or_forged_form(site):
    user = site.graph.add_user()
    code = site.graph.add_pass(user["id"], isUsableOnce=True)["temporaryAccessPass"]
    visitor, page = at_pass_page(site, user)
    fields = page.form("accesspass")["fields"]
    for changes in ({"csrf": "forged"}, {"flow": "forged"}, {"csrf": ""}, {"flow": ""}):
        answer = visitor.submit(page, "accesspass", code, **changes)
        assert not landed(answer), changes
        assert answer.number == 50089, answer
    # The form of one browser is worth nothing in another.
    stranger = site.visitor()
    stranger.open("/sign-in")
    assert not landed(stranger.submit(page, "accesspass", code))
    # No cookies at all.
    assert not landed(site.visitor().submit(page, "accesspass", code))
    # From another site.
    answer = visitor.client.post("/sign-in/pass", data={**fields, "accesspass": code},
                                 headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"})
    assert answer.url.path != "/security-info"
    # Nothing of this used the pass up.
    assert landed(site.visitor().sign_in_with_pass(user["userPrincipalName"], code))


@pytest.mark.parametrize("code", ["wrongpass", "x" * 300, "a\0b", "pässword", "'; DROP TABLE passes; --", "😀" * 8])
def test_row_4_a_wrong_code(shared_site, graph, user, code):
    right = graph.add_pass(user["id"])["temporaryAccessPass"]
    visitor, page = at_pass_page(shared_site, user)
    answer = visitor.submit(page, "accesspass", code)
    assert answer.number == 130503, answer
    assert "Your Temporary Access Pass is incorrect." in answer.text
    assert answer.form("accesspass")["fields"]["accesspass"] == ""
    assert landed(visitor.submit(answer, "accesspass", right))


def test_row_4_a_code_that_was_replaced_or_deleted_meanwhile(shared_site, graph, user):
    old = graph.add_pass(user["id"])["temporaryAccessPass"]
    visitor, page = at_pass_page(shared_site, user)
    new = graph.add_pass(user["id"])
    answer = visitor.submit(page, "accesspass", old)
    assert answer.number == 130503
    assert landed(visitor.submit(answer, "accesspass", new["temporaryAccessPass"]))
    visitor, page = at_pass_page(shared_site, user)
    graph.delete(f"{passes(user['id'])}/{new['id']}")
    assert visitor.submit(page, "accesspass", new["temporaryAccessPass"]).number == 130503


def test_row_5_a_disabled_account(shared_site, graph, user):
    code = graph.add_pass(user["id"])["temporaryAccessPass"]
    visitor, page = at_pass_page(shared_site, user)
    graph.patch(f"/users/{user['id']}", {"accountEnabled": False})
    answer = visitor.submit(page, "accesspass", "wrongpass")
    assert answer.number == 130503
    assert visitor.submit(answer, "accesspass", code).number == 50057
    assert sign_ins(graph, user) == [130503, 50057]


def test_row_7_a_used_code(shared_site, graph, user):
    code = graph.add_pass(user["id"], isUsableOnce=True)["temporaryAccessPass"]
    late, page = at_pass_page(shared_site, user)
    assert landed(shared_site.visitor().sign_in_with_pass(user["userPrincipalName"], code))
    # A wrong guess doesn't tell that there was a pass and that it is used.
    answer = late.submit(page, "accesspass", "wrongpass")
    assert answer.number == 130503
    answer = late.submit(answer, "accesspass", code)
    assert answer.number == 130505
    assert "already been used" in answer.text
    assert sign_ins(graph, user) == [0, 130503, 130505]


def test_row_8_stopped_by_policy(site):
    graph = site.graph
    user = graph.add_user()
    code = graph.add_pass(user["id"], isUsableOnce=False)["temporaryAccessPass"]
    for change in ({"state": "disabled"}, {"isUsableOnce": True}):
        visitor, page = at_pass_page(site, user)
        with graph.policy(**change):
            answer = visitor.submit(page, "accesspass", code)
            assert answer.number == 130502, change
    # Not used up by that.
    assert landed(site.visitor().sign_in_with_pass(user["userPrincipalName"], code))


def test_row_9_too_early(shared_site, graph, user):
    graph.add_pass(user["id"])
    visitor, page = at_pass_page(shared_site, user)
    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    code = graph.add_pass(user["id"], startDateTime=tomorrow.isoformat())["temporaryAccessPass"]
    answer = visitor.submit(page, "accesspass", "wrongpass")
    assert "too early" not in answer.text
    answer = visitor.submit(answer, "accesspass", code)
    assert answer.number == 130503
    assert "too early" in answer.text
    records = graph.listed(f"/auditLogs/signIns?$filter=userId eq '{user['id']}'")
    assert records[0]["status"]["additionalDetails"] == "NotYetValid"


def test_row_2_ten_wrong_codes_lock_the_name_even_for_the_right_one(site):
    user = site.graph.add_user()
    code = site.graph.add_pass(user["id"])["temporaryAccessPass"]
    visitor, page = at_pass_page(site, user)
    for _ in range(10):
        page = visitor.submit(page, "accesspass", "wrongpass")
        assert page.number == 130503
    page = visitor.submit(page, "accesspass", code)
    assert page.number == 50053
    # Somebody else is not touched by it.
    other = site.graph.add_user()
    issued = site.graph.add_pass(other["id"])
    assert landed(site.visitor().sign_in_with_pass(other["userPrincipalName"], issued["temporaryAccessPass"]))


def test_unknown_names_are_locked_alike(site):
    visitor = site.visitor()
    page = visitor.name("nobody@example.com")
    for guess in range(10):
        # Others each time: the last three are not counted again.
        page = visitor.submit(page, "passwd", f"wrong password {guess}")
        assert page.number == 50126
    assert visitor.submit(page, "passwd", "wrong password 10").number == 50053


def test_many_wrong_codes_from_one_place_pause_that_place(site):
    graph = site.graph
    numbers = []
    for _ in range(5):
        user = graph.add_user()
        graph.add_pass(user["id"])
        visitor, page = at_pass_page(site, user)
        for _ in range(8):
            page = visitor.submit(page, "accesspass", "wrongpass")
            numbers.append(page.number if page.status == 200 else page.status)
            if "accesspass" not in {name for form in page.forms for name in form["fields"]}:
                break
        if numbers[-1] != 130503:
            break
    assert numbers[:30] == [130503] * 30
    assert numbers[30] in (50053, 429), numbers


# --- Passwords and second factors ---


def test_a_password_alone_does_not_open_security_info(shared_site, user):
    visitor = shared_site.visitor()
    page = visitor.sign_in_with_password(user["userPrincipalName"], PASSWORD)
    assert not landed(page)
    assert not visitor.signed_in


def test_a_wrong_password_and_an_unknown_name_read_the_same(shared_site, user):
    visitor = shared_site.visitor()
    wrong = visitor.sign_in_with_password(user["userPrincipalName"], "wrong password")
    unknown = shared_site.visitor().sign_in_with_password("nobody@example.com", "wrong password")
    assert wrong.number == unknown.number == 50126
    assert wrong.status == unknown.status
    assert set(wrong.answer.headers) == set(unknown.answer.headers)
    neutral = [page.text.replace(name, "NAME").split("Correlation")[0] for page, name in (
        (wrong, user["userPrincipalName"]), (unknown, "nobody@example.com"))]
    assert neutral[0] == neutral[1]


def test_a_wrong_guess_takes_the_same_time_for_everyone(site):
    """Coarse: unknown names skip no hash, which would be some ten milliseconds."""
    known = [site.graph.add_user()["userPrincipalName"] for _ in range(6)]
    unknown = [f"nobody{number}@example.com" for number in range(6)]

    def seconds(name):
        visitor = site.visitor()
        page = visitor.name(name)
        took = []
        for _ in range(4):
            began = time.perf_counter()
            page = visitor.submit(page, "passwd", "wrong password")
            took.append(time.perf_counter() - began)
            assert page.number == 50126
        return took

    for_known = [took for name in known[:3] for took in seconds(name)]
    for_unknown = [took for name in unknown[:3] for took in seconds(name)]
    ratio = statistics.median(for_unknown) / statistics.median(for_known)
    assert 0.5 < ratio < 2, ratio


def test_an_app_code_is_accepted_once(shared_site, graph, user):
    visitor = shared_site.visitor()
    code = graph.add_pass(user["id"])
    assert landed(visitor.sign_in_with_pass(user["userPrincipalName"], code["temporaryAccessPass"]))
    page = visitor.open("/security-info/apps/scan")
    key = page.ids["key"]["data-plain"]
    form = visitor.open("/security-info/apps/code")
    # Two steps ahead is outside the accepted skew.
    early = visitor.submit(form, "otc", totp.code(key, step=3))
    assert early.heading == "Enter code"
    spent = totp.code(key)
    assert visitor.submit(early, "otc", spent).heading == "Authenticator app successfully registered"
    [app] = graph.get(f"/users/{user['id']}/authentication/softwareOathMethods")["value"]
    assert app["secretKey"] is None
    graph.delete(f"{passes(user['id'])}/{code['id']}")

    visitor = shared_site.visitor()
    page = visitor.sign_in_with_password(user["userPrincipalName"], PASSWORD)
    assert page.heading == "Enter code", page
    page = visitor.submit(page, "otc", spent)
    assert page.heading == "Enter code"
    page = visitor.submit(page, "otc", totp.code(key, step=1))
    assert landed(page), page
    graph.delete(f"/users/{user['id']}/authentication/softwareOathMethods/{app['id']}")
    assert graph.get(f"/users/{user['id']}/authentication/softwareOathMethods")["value"] == []


def test_after_a_recovery_older_methods_are_offered_for_deletion(shared_site, graph, user):
    first = graph.add_pass(user["id"])["temporaryAccessPass"]
    visitor = shared_site.visitor()
    page = visitor.sign_in_with_pass(user["userPrincipalName"], first)
    assert "Lost a phone" not in page.text
    key = visitor.open("/security-info/apps/scan").ids["key"]["data-plain"]
    page = visitor.submit(visitor.open("/security-info/apps/code"), "otc", totp.code(key))
    assert page.heading == "Authenticator app successfully registered", page
    second = graph.add_pass(user["id"])["temporaryAccessPass"]
    page = shared_site.visitor().sign_in_with_pass(user["userPrincipalName"], second)
    assert "Lost a phone" in page.text
    [app] = graph.get(f"/users/{user['id']}/authentication/softwareOathMethods")["value"]
    assert f"/security-info/apps/{app['id']}/delete" in page.links


# --- What a pass grants ends with the pass (4) ---


def test_deleting_or_replacing_a_pass_ends_its_sessions_at_once(shared_site, graph, user):
    def signed_in():
        issued = graph.add_pass(user["id"])
        visitor = shared_site.visitor()
        assert landed(visitor.sign_in_with_pass(user["userPrincipalName"], issued["temporaryAccessPass"]))
        return visitor, issued

    visitor, issued = signed_in()
    graph.delete(f"{passes(user['id'])}/{issued['id']}")
    assert not visitor.signed_in
    visitor, _ = signed_in()
    graph.add_pass(user["id"])
    assert not visitor.signed_in


def test_a_redeemed_one_time_pass_keeps_its_session(shared_site, graph, user):
    code = graph.add_pass(user["id"], isUsableOnce=True)["temporaryAccessPass"]
    visitor = shared_site.visitor()
    assert landed(visitor.sign_in_with_pass(user["userPrincipalName"], code))
    assert visitor.signed_in


def test_disabling_or_deleting_the_user_ends_the_session(shared_site, graph):
    for end in (lambda user: graph.patch(f"/users/{user['id']}", {"accountEnabled": False}),
                lambda user: graph.delete(f"/users/{user['id']}")):
        user = graph.add_user()
        code = graph.add_pass(user["id"])["temporaryAccessPass"]
        visitor = shared_site.visitor()
        assert landed(visitor.sign_in_with_pass(user["userPrincipalName"], code))
        end(user)
        assert not visitor.signed_in


def test_turning_the_policy_off_keeps_sessions(site):
    user = site.graph.add_user()
    code = site.graph.add_pass(user["id"])["temporaryAccessPass"]
    visitor = site.visitor()
    assert landed(visitor.sign_in_with_pass(user["userPrincipalName"], code))
    site.graph.patch(POLICY, {"state": "disabled"})
    assert visitor.signed_in


def test_signing_out_ends_the_session_on_the_server(shared_site, graph, user):
    code = graph.add_pass(user["id"])["temporaryAccessPass"]
    visitor = shared_site.visitor()
    page = visitor.sign_in_with_pass(user["userPrincipalName"], code)
    copied = {cookie.name: cookie.value for cookie in visitor.client.cookies.jar}
    form = next(form for form in page.forms if form["action"] == "/sign-out")
    # Not by a form of another site.
    visitor.client.post("/sign-out", data={"csrf": "forged"}, headers={"Origin": "https://evil.example"})
    assert visitor.signed_in
    page = visitor.submit(page, "csrf", form["fields"]["csrf"])
    assert page.heading == "You're signed out", page
    thief = shared_site.visitor()
    for name, value in copied.items():
        thief.client.cookies.set(name, value)
    assert not thief.signed_in


def test_aliases_of_security_info(shared_site):
    for path in ("/mysecurityinfo", "/mfasetup", "/security-info"):
        assert shared_site.visitor().open(path).form("loginfmt")


@pytest.mark.parametrize("content,kind", [
    (b"x" * 2_000_000, FORM), (b"loginfmt=a&loginfmt=b", FORM), (b"%ff%fe=%00", FORM), (b"a=b&" * 100_000, FORM),
    (b"{}", "application/json"), (b"", "text/plain")], ids=["long", "twice", "no text", "many", "JSON", "empty"])
def test_forms_that_no_page_sends(shared_site, content, kind):
    visitor = shared_site.visitor()
    for path in ("/sign-in", "/sign-in/pass", "/sign-in/password", "/sign-in/passkey", "/sign-in/code"):
        headers = {"Content-Type": kind, "Origin": visitor.server.url}
        answer = visitor.client.post(path, content=content, headers=headers)
        assert answer.status_code < 500, path
        assert answer.headers["content-type"].startswith("text/html"), path
