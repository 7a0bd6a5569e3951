"""The portal's applications in a real browser: registered, given a secret, granted and taken away."""

from support.graph import fetch_token
from test_portal import GLOBAL_ADMINISTRATOR, STRANGE, administrator


def test_an_application_is_registered_and_gets_a_token(site, browse):
    graph = site.graph
    for shown in STRANGE.values():
        graph.post("/applications", {"displayName": shown})
    window = administrator(browse(site.server), graph, GLOBAL_ADMINISTRATOR)
    window.page.get_by_role("link", name="Applications").click()
    window.expect("Applications")
    window.look("portal-applications")
    window.page.get_by_role("link", name="New application").click()
    window.expect("New application")
    window.page.get_by_label("Name (needed)").fill("Leave planner")
    window.page.get_by_label("What it is for").fill("Who is away, and when")
    window.page.get_by_label("Web application").fill("https://leave.example.com/back\nhttp://leave.example.com/")
    window.page.get_by_role("button", name="Register").click()
    window.page.get_by_text("http is allowed for localhost only").wait_for()
    window.look("portal-application-wrong")
    window.page.get_by_label("Web application").fill("https://leave.example.com/back")
    window.page.get_by_role("button", name="Register").click()
    window.expect("Leave planner")
    client_id = window.page.locator("#client-id").inner_text()

    # A secret, shown once.
    window.page.get_by_text("New secret").click()
    window.page.locator("#secret-name").fill("On the build server")
    window.look("portal-application-new-secret")
    window.page.get_by_role("button", name="Make secret").click()
    window.expect("The secret is ready")
    secret = window.page.locator("#code").inner_text()
    window.look("portal-application-secret")
    window.page.reload()
    window.expect("Leave planner")
    assert secret not in window.page.content()

    # Granted, it reads people; taken away, no more.
    window.page.get_by_label("Grant a permission of Microsoft Graph").select_option("User.Read.All")
    window.page.get_by_role("button", name="Grant").click()
    window.page.get_by_text("The permission is granted.").wait_for()
    token = fetch_token(site.server, client_id, secret)
    assert graph.client.get("/v1.0/users", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    window.look("portal-application")
    window.page.get_by_role("button", name="Take away User.Read.All").click()
    window.page.get_by_text("The permission is taken away.").wait_for()
    assert graph.client.get("/v1.0/users", headers={"Authorization": f"Bearer {token}"}).status_code == 403

    # Whoever registered it owns it; somebody else can be added.
    owners = window.page.locator("section", has=window.page.get_by_role("heading", name="Owners"))
    assert owners.get_by_role("link", name="Hugo Lindqvist").is_visible()
    owners.get_by_label("Add an owner").fill("nobody")
    owners.get_by_role("button", name="Make owner").click()
    window.page.get_by_text("Nobody has this account name.").wait_for()
    assert owners.get_by_label("Add an owner").input_value() == "nobody"
    window.look("portal-application-owner-wrong")
    graph.add_user("ada", displayName="Ada Okafor")
    owners.get_by_label("Add an owner").fill("ada")
    owners.get_by_role("button", name="Make owner").click()
    window.page.get_by_text("Added to the owners.").wait_for()
    owners.get_by_role("button", name="Remove the owner Hugo Lindqvist").click()
    window.page.get_by_text("Removed from the owners.").wait_for()
    assert owners.get_by_role("link").all_inner_texts() == ["Ada Okafor"]

    window.page.get_by_role("link", name="Edit").click()
    window.expect("Edit application")
    window.look("portal-application-edit")
    window.page.get_by_label("Only for people who were assigned to it").check()
    window.page.get_by_role("button", name="Save").click()
    window.page.get_by_text("Those who were assigned to it").wait_for()
    for link, heading, button in [("Delete On the build server", "Delete the secret?", "Delete secret"),
                                  ("Turn application off", "Turn the application off?", "Turn off"),
                                  ("Delete application", "Delete the application?", "Delete application")]:
        window.page.get_by_role("link", name=link).click()
        window.expect(heading)
        window.page.get_by_role("button", name=button).click()
    window.expect("Applications")
    assert window.page.get_by_text("Leave planner").count() == 0

    for shown in STRANGE.values():
        window.page.goto("/portal/applications")
        window.page.get_by_role("link", name=shown).click()
        assert window.heading == shown
    window.look("portal-application-strange")
    assert window.errors == []
