"""The portal's federation in a real browser: a domain is handed to oidc-provider from npm, changed, taken back."""

from support.scripts import Script
from test_portal import GLOBAL_ADMINISTRATOR, administrator

SECRET = "a secret: of 3 words%"


def test_a_domain_is_handed_over_and_taken_back(site, browse):
    graph = site.graph
    graph.add_user("nora")
    chromium = browse(site.server)
    window = administrator(chromium, graph, GLOBAL_ADMINISTRATOR)
    window.page.get_by_role("link", name="Federation").click()
    window.expect("Federation")
    redirect_uri = window.page.locator("#redirect-uri").inner_text()
    post_logout_uri = window.page.locator("#post-logout-uri").inner_text()
    window.look("portal-federation")
    window.page.get_by_role("link", name="Hand over example.com").click()
    window.expect("example.com")
    window.look("portal-federation-hand-over")
    window.page.get_by_label("Issuer").fill("http://localhost:1")
    window.page.get_by_label("Client id").fill("latchkey")
    window.page.get_by_label("Client secret").fill(SECRET)
    window.page.get_by_label("The user principal name").check()
    window.page.get_by_role("button", name="Hand over").click()
    window.page.get_by_text("The provider can't be used.").wait_for()
    assert window.page.get_by_label("The user principal name").is_checked()
    window.look("portal-federation-wrong")

    with Script(site.server, "provider.mjs", REDIRECT_URI=redirect_uri, POST_LOGOUT_REDIRECT_URI=post_logout_uri,
                DOMAIN="example.com", CLIENT_SECRET=SECRET) as script:
        issuer = script.told()["issuer"]
        window.page.get_by_label("Issuer").fill(issuer)
        window.page.get_by_label("Client secret").fill(SECRET)
        window.page.get_by_role("button", name="Hand over").click()
        window.page.get_by_text("The provider answered.").wait_for()
        window.look("portal-federation-handed")

        # The claim is changed; the secret stays, and people sign in there.
        window.page.get_by_role("link", name="example.com").click()
        window.page.get_by_label("The account name there").check()
        window.look("portal-federation-domain")
        window.page.get_by_role("button", name="Save").click()
        window.page.get_by_text("Saved.").wait_for()
        person = chromium.window()
        person.page.goto("/sign-in")
        person.page.get_by_label("Account name").fill("nora@example.com")
        person.page.get_by_role("button", name="Next").click()
        person.page.wait_for_url(f"{issuer}/interaction/**")
        person.page.locator("input[name=login]").fill("nora")
        person.page.locator("input[name=password]").fill("anything")
        person.page.locator("button[type=submit]").click()
        person.expect("One more thing is needed")

    window.page.get_by_label("Whose link").fill("desk@example.com")
    window.page.get_by_role("button", name="Forget").click()
    window.page.get_by_text("never signed in at another provider").wait_for()
    window.page.get_by_label("Whose link").fill("nora@example.com")
    window.page.get_by_role("button", name="Forget").click()
    window.page.get_by_text("The link is forgotten.").wait_for()
    window.page.get_by_role("link", name="example.com").click()
    window.page.get_by_role("link", name="Take the domain back").click()
    window.expect("Take the domain back?")
    window.look("portal-federation-take-back")
    window.page.get_by_role("button", name="Take back").click()
    window.page.get_by_text("The domain is taken back.").wait_for()
    events = graph.get("/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Set federation settings on domain'")
    assert len(events["value"]) == 3 and SECRET not in str(events)
    assert window.errors == []
