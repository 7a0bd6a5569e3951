"""The portal's authentication strengths in a real browser: made, demanded by an application, taken back."""

from test_portal import GLOBAL_ADMINISTRATOR, STRANGE, administrator


def test_a_strength_is_made_and_demanded(site, browse):
    graph = site.graph
    app = graph.post("/applications", {"displayName": "Payroll"})
    graph.post("/servicePrincipals", {"appId": app["appId"]})
    window = administrator(browse(site.server), graph, GLOBAL_ADMINISTRATOR)
    window.page.get_by_role("link", name="Strengths").click()
    window.expect("Authentication strengths")
    window.page.get_by_role("link", name="New strength").click()
    window.expect("New strength")
    window.page.get_by_label("Name (needed)").fill("The first day")
    window.page.get_by_role("button", name="Create").click()
    window.page.get_by_text("Tick at least one.").wait_for()
    window.look("portal-strength-wrong")
    window.page.get_by_label("What it is for").fill("A passkey, or the pass that leads to one")
    window.page.get_by_label("Passkey").check()
    window.page.get_by_label("Pass for one sign-in").check()
    window.look("portal-strength-edit")
    window.page.get_by_role("button", name="Create").click()
    window.expect("The first day")
    assert window.page.locator(".lines p").all_inner_texts() == ["Passkey", "Pass for one sign-in"]

    window.page.goto(f"/portal/applications/{app['id']}")
    window.page.get_by_label("Authentication strength").select_option("The first day")
    window.page.locator("form", has=window.page.get_by_label("Authentication strength")).get_by_role("button").click()
    window.page.get_by_text("It counts at the next sign-in").wait_for()
    window.look("portal-application-demand")
    principal = graph.get(f"/servicePrincipals(appId='{app['appId']}')")
    window.page.get_by_role("link", name="The first day").click()
    window.expect("The first day")
    assert principal["latchkey"]["requiredAuthenticationStrength"] == window.page.url.rsplit("/", 1)[1]
    window.look("portal-strength")
    assert window.page.get_by_role("link", name="Delete strength").count() == 0
    window.page.get_by_role("link", name="Payroll").click()
    window.page.get_by_label("Authentication strength").select_option("None")
    window.page.locator("form", has=window.page.get_by_label("Authentication strength")).get_by_role("button").click()
    window.page.get_by_text("every way to sign in will do").wait_for()

    window.page.get_by_role("link", name="Strengths").click()
    window.look("portal-strengths")
    window.page.get_by_role("link", name="Multifactor authentication").click()
    window.page.get_by_text("that this server doesn't offer").click()
    window.look("portal-strength-built-in")
    assert window.page.get_by_role("link", name="Edit").count() == 0
    window.page.get_by_role("link", name="Strengths", exact=True).click()
    window.page.get_by_role("link", name="The first day").click()
    window.page.get_by_role("link", name="Delete strength").click()
    window.expect("Delete the strength?")
    window.look("portal-strength-delete")
    window.page.get_by_role("button", name="Delete strength").click()
    window.page.get_by_text("The strength is deleted.").wait_for()

    for shown in STRANGE.values():
        graph.on("beta").post("/policies/authenticationStrengthPolicies",
                              {"displayName": shown, "description": shown, "allowedCombinations": ["fido2"]})
    window.page.reload()
    window.look("portal-strengths-strange")
    for shown in STRANGE.values():
        window.page.goto("/portal/strengths")
        window.page.get_by_role("link", name=shown).click()
        assert window.heading == shown
    assert window.errors == []
