"""Names that attack, turn round, overflow or surprise, on every page that shows them; and ten thousand groups."""

import contextlib
import sqlite3
import time
import urllib.parse
import uuid

import pytest

from support.chromium import NARROW, WIDE
from support.crawl import Crawl
from test_journey import sign_in_with_pass
from test_portal import GLOBAL_ADMINISTRATOR

#: At most 256 characters, as names may have.
HOSTILE = {
    "script": "<script>window.hit=1</script>\"'><img src=x onerror=window.hit=1><svg onload=window.hit=1>{{7*7}}${7*7}",
    "turned": "\u202eevil\u202c \u2067שלום עולם\u2069 سارة الأحمد \u200f\u200e",
    "long": "Wolfeschlegelsteinhausenbergerdorff" * 5 + "Wolfeschlegelsteinhausenb",
    "emoji": "🦀 Zoë 👩\u200d👩\u200d👧\u200d👦 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f e\u0301\u0323" + "\u0300" * 20,
}
assert len(HOSTILE["long"]) == 200


def hostile_tenant(site):
    """One of each thing with each of the names; ids of the things by what they are called here."""
    graph, made = site.graph, {}
    with graph.policy():
        for kind, name in HOSTILE.items():
            user = graph.add_user(kind, displayName=name, jobTitle=name[:128], department=name[:64],
                                  officeLocation=name[:128], givenName=name[:64], surname=name[:64])
            made[f"person-{kind}"] = user["id"]
            graph.add_pass(user["id"], isUsableOnce=False)
            group = graph.add_group(displayName=name, description=name)
            graph.add_member(group["id"], user["id"])
            graph.post(f"/groups/{group['id']}/owners/$ref", {
                "@odata.id": f"{site.server.url}/v1.0/users/{user['id']}"}, expect=204)
            made[f"group-{kind}"] = group["id"]
            unit = graph.post("/directory/administrativeUnits", {"displayName": name, "description": name})
            graph.post(f"/directory/administrativeUnits/{unit['id']}/members/$ref", {
                "@odata.id": f"{site.server.url}/v1.0/users/{user['id']}"}, expect=204)
            made[f"unit-{kind}"] = unit["id"]
            app = graph.post("/applications", {"displayName": name[:120], "description": name})
            graph.post("/servicePrincipals", {"appId": app["appId"]})
            graph.post(f"/applications/{app['id']}/addPassword",
                       {"passwordCredential": {"displayName": name[:120]}}, expect=200)
            made[f"application-{kind}"] = app["id"]
    return made


@pytest.fixture
def window(site, browse):
    """A Global Administrator with such a name, in a tenant with such a name."""
    user = site.graph.add_user("chief", displayName=HOSTILE["script"])
    site.graph.assign_role(user["id"], GLOBAL_ADMINISTRATOR)
    code = site.graph.add_pass(user["id"], isUsableOnce=False)["temporaryAccessPass"]
    window = browse(site.server).window()
    sign_in_with_pass(window, user["userPrincipalName"], code)
    window.expect("Security info")
    window.page.goto("/portal/settings")
    window.page.get_by_label("Your organization's name").fill(HOSTILE["script"])
    window.page.get_by_role("button", name="Save").click()
    window.page.get_by_text("Saved.").wait_for()
    window.credentials_of = (user["userPrincipalName"], code)
    return window


def faults(window, name, path, barriers):
    """What is wrong with a page on a telephone."""
    window.errors.clear()
    window.page.set_viewport_size(NARROW)
    window.page.goto(path)
    found = [f"{name}: a script ran"] if window.page.evaluate("window.hit") else []
    if (wide := window.page.evaluate("document.documentElement.scrollWidth")) > NARROW["width"]:
        found.append(f"{name} is {wide} px wide")
    if barriers:
        found += [f"{name}: {barrier}" for barrier in window.barriers()]
    return found + [f"{name}: {error}" for error in window.errors]


def test_no_name_breaks_a_page(site, window):
    made = hostile_tenant(site)
    named = {identifier: name for name, identifier in made.items()}
    visitor = site.visitor()
    visitor.sign_in_with_pass(*window.credentials_of)
    pages = Crawl(visitor, named, start="/security-info", below="/").pages
    assert sum("{person-" in name for name in pages) > 4 * 6, sorted(pages)
    found = []
    for name, page in pages.items():
        # Barriers are looked for with one name; the others have the same markup.
        found += faults(window, name, str(page.answer.url), barriers="-" not in name or "-script}" in name)
    # What a search and a wrong form repeat.
    for text in HOSTILE.values():
        query = urllib.parse.quote(text)
        for path in ("people?q=", "groups?q=", "policy?q=", "logs/sign-ins?name=", "logs/audit?by=", "applications?q="):
            found += faults(window, path, f"/portal/{path}{query}", barriers=text is HOSTILE["script"])
    window.page.goto("/sign-in")
    window.page.get_by_label("Account name").fill(HOSTILE["script"][:113])
    window.page.get_by_role("button", name="Next").click()
    found += faults(window, "sign-in", window.page.url, barriers=True)
    assert not found, "\n".join(found)


def test_ten_thousand_groups(site, window):
    """Somebody is in all of them, one of them owns nothing; lists come in pages."""
    user = site.graph.add_user("joiner", displayName="Joins Everything")
    now = int(time.time() * 1_000_000)
    with contextlib.closing(sqlite3.connect(site.installation.data / "latchkey.db", timeout=30)) as database, database:
        ids = [uuid.uuid4().bytes for _ in range(10_000)]
        database.executemany(
            "INSERT INTO groups (id, display_name, display_name_key, description, mail_nickname, role_assignable, "
            "visibility, created_at) VALUES (?, ?, ?, NULL, 'group', 0, 'Private', ?)",
            [(group, f"Group {number:05}", f"group {number:05}", now) for number, group in enumerate(ids)])
        database.executemany("INSERT INTO group_members (group_id, kind, member_id) VALUES (?, 0, ?)",
                             [(group, uuid.UUID(user["id"]).bytes) for group in ids])
    page = window.page
    page.set_viewport_size(WIDE)
    for path in ("/portal/groups", "/portal/groups?q=group%2009", f"/portal/people/{user['id']}", "/portal/policy"):
        began = time.monotonic()
        assert faults(window, path, path, barriers=True) == []
        assert time.monotonic() - began < 10, path
    page.goto("/portal/groups?q=group%20099")
    assert page.locator(".rows .name").count() == 50
    page.get_by_role("link", name="Show more").click()
    page.get_by_text("Group 09950").wait_for()
    page.goto(f"/portal/people/{user['id']}")
    page.get_by_text("And more.").wait_for()
    # Many groups don't keep anybody from signing in.
    code = site.graph.add_pass(user["id"])["temporaryAccessPass"]
    assert site.visitor().sign_in_with_pass(user["userPrincipalName"], code).heading == "Security info"
