"""The portal in a real browser: a help-desk person finds somebody and issues a pass (sign-in contract 7)."""

import re

import pytest

from test_journey import sign_in_with_pass

AUTHENTICATION_ADMINISTRATOR = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"

#: Names that pages must survive.
STRANGE = {
    "xss": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "rtl": "שלום עולם سارة الأحمد",
    "long": "Wolfeschlegelsteinhausenbergerdorff" * 5,
    "emoji": "🦀 Zoë 👩‍👩‍👧‍👦",
}


class Steps:
    """Counts what a person does: each click, each field filled."""

    def __init__(self, window):
        self.window, self.taken = window, []

    def click(self, role, name):
        self.taken.append(f"click {name}")
        self.window.page.get_by_role(role, name=name).first.click()

    def fill(self, label, text):
        self.taken.append(f"type {text}")
        self.window.page.get_by_label(label).fill(text)


def people(graph):
    """An organisation to look at."""
    jobs = [("ada", "Ada Okafor", "Software Engineer", "Engineering"),
            ("bruno", "Bruno Keller", "Site Reliability Engineer", "Engineering"),
            ("chiara", "Chiara Rossi", "Product Designer", "Design"),
            ("farid", "Farid Haddad", "Controller", "Finance")]
    made = {name: graph.add_user(name, displayName=shown, jobTitle=job, department=department, employeeId=f"E-{n}042")
            for n, (name, shown, job, department) in enumerate(jobs)}
    for name, shown in STRANGE.items():
        made[name] = graph.add_user(name, displayName=shown, jobTitle="Tester")
    return made


def administrator(chromium, graph, role, name="desk", **options):
    """Somebody of this role, at the portal."""
    user = graph.add_user(name, displayName="Hugo Lindqvist")
    graph.assign_role(user["id"], role)
    code = graph.add_pass(user["id"], isUsableOnce=False)["temporaryAccessPass"]
    window = chromium.window(**options)
    window.page.goto("/security-info")
    sign_in_with_pass(window, user["userPrincipalName"], code)
    window.expect("Security info")
    window.page.get_by_role("link", name="Portal").click()
    window.page.get_by_role("searchbox").wait_for()
    return window


def test_a_help_desk_person_issues_a_pass(site, browse):
    graph = site.graph
    made = people(graph)
    group = graph.add_group(displayName="Everyone in the Berlin office")
    graph.add_member(group["id"], made["ada"]["id"])
    window = administrator(browse(site.server), graph, AUTHENTICATION_ADMINISTRATOR, permissions=["clipboard-read", "clipboard-write"])
    window.look("portal-home")

    # From the home page: type, choose, issue. Nothing more.
    steps = Steps(window)
    steps.fill("Find people", "okaf")
    steps.click("button", "Find")
    window.expect("People")
    window.look("portal-people")
    steps.click("link", re.compile("^Issue a pass"))
    window.expect("Issue a Temporary Access Pass")
    window.look("portal-issue")
    steps.click("button", "Issue pass")
    window.expect("The pass is ready")
    assert len(steps.taken) <= 4, steps.taken

    code = window.page.locator("#code").get_attribute("data-plain")
    assert re.fullmatch(r"[A-Za-z2-9]{8}", code)
    window.page.get_by_role("button", name="Copy the pass").click()
    assert window.page.evaluate("navigator.clipboard.readText()") == code
    window.page.get_by_text("Read it out on the telephone").click()
    assert window.page.locator(".spelled li").count() == 8
    before = window.page.get_by_role("timer").inner_text()
    window.page.wait_for_function("(shown) => document.querySelector('[data-left]').textContent !== shown", arg=before)
    window.look("portal-issued")
    sheet = window.page.locator(".sheet")
    assert not sheet.is_visible()
    window.page.emulate_media(media="print")
    assert sheet.is_visible() and not window.page.locator("header.bar").is_visible()
    if window.chromium.screenshots:
        window.page.screenshot(path=window.chromium.screenshots / "portal-sheet-print.png", full_page=True)
    window.page.emulate_media(media="screen")

    # A reload shows the person, not the code, and makes no second pass.
    passes = graph.passes_of(made["ada"]["id"])
    window.page.reload()
    window.expect("Ada Okafor")
    assert code not in window.page.content()
    assert graph.passes_of(made["ada"]["id"]) == passes
    window.look("portal-person")

    # Whoever got the pass comes in by it.
    ada = window.chromium.window()
    sign_in_with_pass(ada, made["ada"]["userPrincipalName"], code)
    ada.expect("Security info")
    assert ada.page.get_by_role("link", name="Portal").count() == 0
    ada.close()

    # Replacing is warned about and needs a click; so does everything that can't be taken back.
    window.page.get_by_role("link", name="Issue a pass").click()
    window.expect("Issue a Temporary Access Pass")
    assert window.page.get_by_label("Replace the present pass").is_visible()
    window.page.get_by_role("radio", name="Later").check()
    window.page.get_by_role("radio", name="Other").check()
    window.look("portal-issue-again")
    for link, heading in [("Delete the pass", "Delete the pass?"), ("Reset password", "Reset the password?"),
                          ("End all sessions", "End all sessions?"), ("Turn account off", "Turn the account off?"),
                          ("Delete account", "Delete the account?")]:
        window.page.goto(f"/portal/people/{made['ada']['id']}")
        window.page.get_by_role("link", name=link).click()
        window.expect(heading)
    window.look("portal-deed")
    window.page.get_by_role("link", name="Cancel").click()
    window.page.get_by_role("link", name="Edit").click()
    window.expect("Edit account")
    window.look("portal-edit")
    window.page.get_by_label("Job").fill("Principal Engineer")
    window.page.get_by_role("button", name="Save").click()
    window.expect("Ada Okafor")
    assert window.page.get_by_text("Principal Engineer").is_visible()
    window.page.get_by_role("link", name="Reset password").click()
    window.page.get_by_role("button", name="Reset password").click()
    window.expect("Temporary password")
    window.look("portal-password")
    assert window.errors == []


def test_people_are_found_while_one_types_and_strange_names_break_nothing(site, browse):
    made = people(site.graph)
    window = administrator(browse(site.server), site.graph, AUTHENTICATION_ADMINISTRATOR)
    window.page.goto("/portal/people")
    window.expect("People")
    window.look("portal-people-all")
    window.page.get_by_label("Find people").press_sequentially("kel", delay=20)
    window.page.get_by_text("1 person.").wait_for()
    assert window.page.locator(".rows .name").all_inner_texts() == ["Bruno Keller"]
    assert window.page.url.endswith("/portal/people?q=kel")
    window.page.get_by_label("Find people").fill("nobody at all")
    window.page.get_by_text("Nobody found.").wait_for()
    window.look("portal-people-nobody")
    for name, shown in STRANGE.items():
        window.page.goto(f"/portal/people/{made[name]['id']}")
        assert window.heading == shown
        window.look(f"portal-person-{name}")
    window.page.goto("/portal/people?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    window.expect("People")
    assert window.errors == []


def test_by_keyboard_alone(site, browse):
    people(site.graph)
    window = administrator(browse(site.server), site.graph, AUTHENTICATION_ADMINISTRATOR)
    window.tab_to("Find people")
    window.page.keyboard.type("rossi")
    window.page.keyboard.press("Enter")
    window.expect("People")
    window.tab_to("Issue a pass to Chiara Rossi")
    window.page.keyboard.press("Enter")
    window.expect("Issue a Temporary Access Pass")
    window.tab_to("1 hour")
    window.page.keyboard.press("ArrowRight")
    window.tab_to("Issue pass")
    window.page.keyboard.press("Enter")
    window.expect("The pass is ready")
    assert re.match(r"3:59|4:00", window.page.get_by_role("timer").inner_text())
    assert window.errors == []


@pytest.mark.parametrize("zone, typed", [("Asia/Kolkata", "05:30"), ("America/St_Johns", "20:30")])
def test_a_start_is_typed_in_ones_own_zone(site, browse, zone, typed):
    made = people(site.graph)
    window = administrator(browse(site.server), site.graph, AUTHENTICATION_ADMINISTRATOR, zone=zone)
    window.page.goto(f"/portal/people/{made['farid']['id']}/pass")
    window.expect("Issue a Temporary Access Pass")
    window.page.get_by_role("radio", name="Later").check()
    assert window.page.locator("[data-zone]").inner_text() not in ("", "(UTC)")
    day = window.page.evaluate("new Date(Date.now() + 4 * 864e5).toISOString().slice(0, 10)")
    window.page.get_by_label("Date and time").fill(f"{day}T{typed}")
    window.page.get_by_role("button", name="Issue pass").click()
    window.expect("The pass is ready")
    start = site.graph.passes_of(made["farid"]["id"])[0]["startDateTime"]
    assert start.endswith("T00:00:00Z"), start


def test_the_policy_is_changed_and_asked_about(site, browse):
    graph = site.graph
    made = people(graph)
    group = graph.add_group(displayName="Staff of the Berlin office")
    graph.add_group(displayName="Staff on leave")
    graph.add_member(group["id"], made["ada"]["id"])
    window = administrator(browse(site.server), graph, GLOBAL_ADMINISTRATOR)
    window.page.get_by_role("link", name="Pass policy").click()
    window.expect("Pass policy")
    window.page.get_by_label("Some groups").check()
    window.page.get_by_label("Groups that may have a pass: add one").fill("staff")
    window.page.get_by_label("Groups that may have a pass: add one").press("Enter")
    window.page.get_by_label("Staff of the Berlin office").check()
    window.look("portal-policy-groups")
    window.page.get_by_role("button", name="Save").first.click()
    window.page.get_by_text("in force now").wait_for()
    window.page.get_by_label("Longest lifetime", exact=True).fill("31")
    window.page.get_by_role("button", name="Save").last.click()
    window.page.get_by_text("Look at the marked field").wait_for()
    window.look("portal-policy-wrong")

    # Asked while one types; what is not saved yet stays.
    window.page.get_by_label("Whose case").press_sequentially("o", delay=20)
    window.page.get_by_text("Can't get a pass").first.wait_for()
    assert window.page.get_by_label("Longest lifetime", exact=True).input_value() == "31"
    window.page.get_by_label("Whose case").fill("okafor")
    window.page.get_by_text("Can get and use a pass").wait_for()
    assert window.page.get_by_text("The policy is for members of “Staff of the Berlin office”.").is_visible()
    window.page.goto("/portal/policy?q=a")
    window.expect("Pass policy")
    window.look("portal-policy")
    for shown in STRANGE.values():
        window.page.get_by_label("Whose case").fill(shown)
    window.page.goto("/portal/policy?q=tester%20%3Cscript%3E")
    assert window.errors == []


def test_logs_are_filtered_followed_and_taken_away(site, browse):
    graph = site.graph
    made = people(graph)
    window = administrator(browse(site.server), graph, GLOBAL_ADMINISTRATOR)
    window.page.get_by_role("link", name="Logs").click()
    window.expect("Sign-ins")
    window.page.get_by_role("button", name="Live").click()
    site.visitor().sign_in_with_password(made["ada"]["userPrincipalName"], "a wrong password")
    window.page.get_by_text("Ada Okafor").first.wait_for()
    window.page.get_by_role("button", name="Live").click()
    window.look("portal-sign-ins")
    window.page.get_by_label("Account name").fill("ada")
    window.page.get_by_role("button", name="Show").click()
    window.page.get_by_text("1 record.").wait_for()
    assert "name=ada" in window.page.url
    with window.page.expect_download() as taken:
        window.page.get_by_role("link", name="JSON lines").click()
    assert '"userPrincipalName":"ada@example.com"' in taken.value.path().read_text()
    window.page.locator(".records .name").first.click()
    window.page.get_by_text("Correlation ID").wait_for()
    window.look("portal-sign-in")
    window.page.goto("/portal/logs/sign-ins?from=yesterday")
    window.look("portal-sign-ins-wrong")
    window.page.get_by_role("link", name="Audit").click()
    window.expect("Audit")
    window.look("portal-audit")
    window.page.get_by_label("Done to").fill("ada")
    window.page.get_by_role("button", name="Show").click()
    window.page.locator(".records .name").first.click()
    window.page.get_by_text("Record id").wait_for()
    window.look("portal-audit-record")
    assert window.errors == []


def test_many_passes_are_previewed_issued_and_printed(site, browse):
    graph = site.graph
    made = people(graph)
    graph.add_pass(made["bruno"]["id"])
    window = administrator(browse(site.server), graph, AUTHENTICATION_ADMINISTRATOR)
    window.page.get_by_role("link", name="People").click()
    window.page.get_by_role("link", name="Issue many passes").click()
    window.expect("Issue many passes")
    names = ["ada", "bruno", "chiara", "nobody", "desk", *STRANGE]
    window.page.get_by_label("Account names").fill("\n".join(f"{name}@example.com" for name in names))
    window.look("portal-many")
    window.page.get_by_role("button", name="Preview").click()
    window.expect("What will happen")
    window.look("portal-many-preview")
    window.page.get_by_label("Replace passes that still work").check()
    window.page.get_by_role("button", name="Issue the passes").click()
    window.page.get_by_text("7 of 9 passes issued").wait_for()
    window.look("portal-many-run")
    codes = window.page.locator(".run code").all_inner_texts()
    assert len({re.sub(r"\s", "", code) for code in codes}) == 7
    window.page.emulate_media(media="print")
    assert window.page.locator(".sheet").first.is_visible() and not window.page.locator(".entry-row").first.is_visible()
    if window.chromium.screenshots:
        window.page.pdf(path=window.chromium.screenshots / "portal-many.pdf")
        window.page.screenshot(path=window.chromium.screenshots / "portal-many-print.png", full_page=True)
    window.page.emulate_media(media="screen")
    visitor = site.visitor()
    assert visitor.sign_in_with_pass(made["bruno"]["userPrincipalName"], re.sub(r"\s", "", codes[1])).heading == "Security info"

    # A reload shows people, and makes nothing.
    before = graph.passes_of(made["ada"]["id"])
    window.page.reload()
    window.expect("People")
    assert graph.passes_of(made["ada"]["id"]) == before

    # As a file, sent while it is made.
    window.page.goto("/portal/passes")
    window.page.get_by_label("Account names").fill("farid")
    window.page.get_by_role("button", name="Preview").click()
    window.page.get_by_role("radio", name="CSV file").check()
    with window.page.expect_download() as taken:
        window.page.get_by_role("button", name="Issue the pass").click()
    lines = taken.value.path().read_text().splitlines()
    assert len(lines) == 2 and lines[1].startswith("farid@example.com,")
    assert window.errors == []


def test_somebody_joins_and_leaves_a_group(site, browse):
    graph = site.graph
    made = people(graph)
    group = graph.add_group(displayName="Everyone in the Berlin office", description="For the door and the printer")
    for name in ("ada", *STRANGE):
        graph.add_member(group["id"], made[name]["id"])
    window = administrator(browse(site.server), graph, GLOBAL_ADMINISTRATOR)
    window.page.get_by_role("link", name="Groups").click()
    window.expect("Groups")
    window.look("portal-groups")
    window.page.get_by_role("link", name="Everyone in the Berlin office").click()
    window.expect("Everyone in the Berlin office")
    window.look("portal-group")
    window.page.get_by_label("Add somebody").fill("bruno")
    window.page.get_by_role("button", name="Add").click()
    window.page.get_by_text("Added to the group.").wait_for()
    window.page.get_by_role("button", name="Remove Ada Okafor").click()
    window.page.get_by_text("Removed from the group.").wait_for()
    shown = set(window.page.locator(".rows .name").all_inner_texts())
    assert shown == {"Bruno Keller", *STRANGE.values()}
    assert window.errors == []
