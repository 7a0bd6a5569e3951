"""The portal's roles, units and keys in a real browser."""

import sqlite3
import time

from test_portal import GLOBAL_ADMINISTRATOR, STRANGE, administrator, people


def test_roles_are_given_for_the_tenant_and_for_a_unit(site, browse):
    graph = site.graph
    people(graph)
    window = administrator(browse(site.server), graph, GLOBAL_ADMINISTRATOR)
    window.page.get_by_role("link", name="Roles", exact=True).click()
    window.expect("Roles")
    window.look("portal-roles")
    window.page.get_by_role("link", name="Reports Reader", exact=True).click()
    window.expect("Reports Reader")
    window.page.get_by_label("Give it to somebody").fill("nobody")
    window.page.get_by_role("button", name="Give").click()
    window.page.get_by_text("Nobody has this account name.").wait_for()
    window.look("portal-role-wrong")
    window.page.get_by_label("Give it to somebody").fill("ada")
    window.page.get_by_role("button", name="Give").click()
    window.page.get_by_text("The role is given").wait_for()
    window.look("portal-role")
    window.page.get_by_role("link", name="Ada Okafor").click()
    window.page.get_by_role("link", name="Reports Reader").click()
    window.page.get_by_role("button", name="Take away from Ada Okafor").click()
    window.page.get_by_text("The role is taken away.").wait_for()

    window.page.get_by_role("link", name="Units", exact=True).click()
    window.expect("Administrative units")
    window.page.get_by_role("link", name="New unit").click()
    window.page.get_by_label("Name (needed)").fill("Berlin office")
    window.page.get_by_label("Restricted management").check()
    window.look("portal-unit-new")
    window.page.get_by_role("button", name="Create").click()
    window.expect("Berlin office")
    for name in ("ada", *STRANGE):
        window.page.get_by_label("Add somebody").fill(name)
        window.page.get_by_role("button", name="Add").click()
        window.page.get_by_text("Added to the unit.").wait_for()
    window.page.get_by_label("Role for this unit").select_option("Authentication Administrator")
    window.page.get_by_label("Give it to").fill("farid")
    window.page.get_by_role("button", name="Give").click()
    window.page.get_by_text("The role is given").wait_for()
    window.look("portal-unit")
    window.page.get_by_role("button", name="Remove Ada Okafor").click()
    window.page.get_by_text("Removed from the unit.").wait_for()
    window.page.goto("/portal/units")
    window.look("portal-units")
    assert window.errors == []


def test_keys_get_successors(site, browse):
    window = administrator(browse(site.server), site.graph, GLOBAL_ADMINISTRATOR)
    window.page.get_by_role("link", name="Keys", exact=True).click()
    window.expect("Keys")
    before = window.page.locator(".rows li").count()
    window.page.get_by_role("link", name="Make new keys").click()
    window.expect("Make new keys?")
    window.page.get_by_role("button", name="Make new keys").click()
    window.page.get_by_text("The new keys are published.").wait_for()
    assert window.page.locator(".rows li").count() == 2 * before
    window.look("portal-keys")
    assert window.errors == []


def test_sign_ins_are_drawn_by_day(site, browse):
    today = int(time.time()) // 86_400
    with sqlite3.connect(site.installation.data / "latchkey.db") as database:
        for ago in range(1, 30):
            weekend = (today - ago + 4) % 7 in (0, 6)
            for kind, count in (("passkey", 20 + 3 * (30 - ago)), ("app", 40 - ago), ("password", 2 * ago), ("pass", 9)):
                database.execute("INSERT INTO sign_in_days VALUES (?, ?, ?)",
                                 (today - ago, kind, count // (5 if weekend else 1)))
    for name, shown in (("ada", "Ada Okafor"), ("bruno", "Bruno Keller"), ("chiara", "Chiara Rossi")):
        site.graph.add_user(name, displayName=shown)
    window = administrator(browse(site.server), site.graph, GLOBAL_ADMINISTRATOR)
    window.page.get_by_role("heading", name="Sign-ins of the last 30 days").wait_for()
    assert window.page.locator(".chart g").count() == 29
    window.look("portal-home-chart")
    window.page.get_by_text("As a table").click()
    assert window.page.locator("tbody tr").count() == 29
    window.look("portal-home-table")
    assert window.errors == []


def test_a_group_is_made_owned_and_deleted(site, browse):
    people(site.graph)
    window = administrator(browse(site.server), site.graph, GLOBAL_ADMINISTRATOR)
    window.page.goto("/portal/groups")
    window.page.get_by_role("link", name="New group").click()
    window.expect("New group")
    window.look("portal-group-new")
    window.page.get_by_label("Name (needed)").fill("Night shift")
    window.page.get_by_role("button", name="Create").click()
    window.expect("Night shift")
    window.page.get_by_label("Add somebody").fill("ada")
    window.page.get_by_role("button", name="Add", exact=True).click()
    window.page.get_by_text("Added to the group.").wait_for()
    window.page.get_by_label("Add an owner").fill("bruno")
    window.page.get_by_role("button", name="Make owner").click()
    window.page.get_by_text("Added to the owners.").wait_for()
    window.look("portal-group-owned")
    window.page.get_by_role("button", name="Remove the owner Bruno Keller").click()
    window.page.get_by_text("Removed from the owners.").wait_for()
    window.page.get_by_role("link", name="Edit").click()
    window.page.get_by_label("What it is for").fill("The door at night")
    window.page.get_by_role("button", name="Save").click()
    window.page.get_by_text("The door at night").wait_for()
    window.page.get_by_role("link", name="Delete group").click()
    window.expect("Delete the group?")
    window.page.get_by_role("button", name="Delete group").click()
    window.expect("Groups")
    assert window.page.get_by_text("Night shift").count() == 0
    assert window.errors == []
