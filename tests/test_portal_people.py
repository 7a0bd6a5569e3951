"""The filters of the list of people in a real browser: chosen and typed, together with a search, kept in the address."""

import re

from test_portal import AUTHENTICATION_ADMINISTRATOR, GLOBAL_ADMINISTRATOR, administrator, people


def names(window):
    return sorted(window.page.locator("#results .rows .name").all_inner_texts())


def test_people_are_filtered_while_one_chooses_and_types(site, browse):
    graph = site.graph
    made = people(graph)
    for name, members in [("Berlin office", ["ada", "bruno"]), ("Berlin visitors", ["chiara"])]:
        group = graph.add_group(displayName=name)
        for member in members:
            graph.add_member(group["id"], made[member]["id"])
    graph.add_pass(made["ada"]["id"])
    graph.patch(f"/users/{made['bruno']['id']}", {"accountEnabled": False})
    window = administrator(browse(site.server), graph, AUTHENTICATION_ADMINISTRATOR)
    window.page.goto("/portal/people")
    window.page.get_by_label("In the group").fill("berlin")
    window.page.get_by_text("Which group?").wait_for()
    window.look("portal-people-which-group")
    window.page.get_by_role("link", name="Berlin office").click()
    window.page.get_by_text("2 people.").wait_for()
    assert names(window) == ["Ada Okafor", "Bruno Keller"]
    window.page.get_by_label("State").select_option("Turned off")
    window.page.get_by_text("1 person.").wait_for()
    assert names(window) == ["Bruno Keller"]
    window.look("portal-people-filtered")
    window.page.get_by_label("State").select_option("Any")
    window.page.get_by_label("Signs in with").select_option("A pass that works now")
    window.page.wait_for_url("**/portal/people?method=pass&group=*")
    window.page.get_by_text("1 person.").wait_for()
    assert names(window) == ["Ada Okafor"]
    window.page.get_by_label("Find people").fill("bru")
    window.page.get_by_text("Nobody found.").wait_for()
    # The address is the view.
    window.page.get_by_label("Signs in with").select_option("Anything or nothing")
    window.page.get_by_text("1 person.").wait_for()
    window.page.reload()
    assert names(window) == ["Bruno Keller"]
    assert window.page.get_by_label("Find people").input_value() == "bru"
    window.page.get_by_role("link", name="Everyone instead").click()
    window.page.get_by_text("In Berlin office").wait_for(state="detached")
    assert window.errors == []


def test_deleted_people_are_restored_and_deleted_for_good(site, browse):
    graph = site.graph
    made = people(graph)
    window = administrator(browse(site.server), graph, GLOBAL_ADMINISTRATOR)
    window.page.goto(f"/portal/people/{made['ada']['id']}")
    window.page.get_by_role("link", name="Delete account").click()
    window.expect("Delete the account?")
    window.page.get_by_role("button", name="Delete account").click()
    window.page.get_by_text("The account is deleted.").wait_for()
    graph.delete(f"/users/{made['bruno']['id']}")

    window.page.get_by_label("State").select_option("Deleted")
    window.page.get_by_text("2 people.").wait_for()
    shown = window.page.locator("#results .rows .name").all_inner_texts()
    assert shown == ["Bruno Keller", "Ada Okafor"], "the last deletion first"
    window.look("portal-people-deleted")
    window.page.get_by_role("link", name="Restore Ada Okafor").click()
    window.expect("Restore the account?")
    window.look("portal-restore")
    window.page.get_by_role("button", name="Restore account").click()
    window.expect("Ada Okafor")
    assert graph.get(f"/users/{made['ada']['id']}")["displayName"] == "Ada Okafor"

    window.page.goto("/portal/people?state=deleted")
    window.page.get_by_role("link", name=re.compile("Delete for good.*Bruno Keller")).click()
    window.expect("Delete the account for good?")
    window.page.get_by_role("link", name="Cancel").click()
    window.page.get_by_text("1 person.").wait_for()
    window.page.get_by_role("link", name=re.compile("Delete for good.*Bruno Keller")).click()
    window.page.get_by_role("button", name="Delete for good").click()
    window.page.get_by_text("The account is deleted for good.").wait_for()
    assert window.page.get_by_text("Nobody found.").is_visible()
    assert graph.request("GET", f"/directory/deletedItems/{made['bruno']['id']}").status_code == 404
    assert window.errors == []
