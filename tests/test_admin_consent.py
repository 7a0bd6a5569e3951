"""An administrator's consent for the whole tenant, asked for by an application's link, in Chromium (sign-in contract
9.7)."""

import urllib.parse

import pytest

from support.applications import Listener, type_pass

GRAPH = "00000003-0000-0000-c000-000000000000"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"


class Consenting:
    """An application that wants `User.Read` in people's names and `User.Read.All` in its own."""

    def __init__(self, server, graph):
        self.server, self.graph, self.listener = server, graph, Listener()
        known = graph.get(f"/servicePrincipals(appId='{GRAPH}')")
        scope = next(one["id"] for one in known["oauth2PermissionScopes"] if one["value"] == "User.Read")
        role = next(one["id"] for one in known["appRoles"] if one["value"] == "User.Read.All")
        made = graph.post("/applications", {
            "displayName": "Rota", "web": {"redirectUris": [self.listener.url]},
            "requiredResourceAccess": [{"resourceAppId": GRAPH, "resourceAccess": [
                {"id": scope, "type": "Scope"}, {"id": role, "type": "Role"}]}]})
        self.client_id = made["appId"]
        self.principal = graph.post("/servicePrincipals", {"appId": self.client_id})["id"]

    def link(self, path="adminconsent", **changes):
        given = {"client_id": self.client_id, "redirect_uri": self.listener.url, "state": "s&1", **changes}
        return f"{self.server.url}/common/{path}?{urllib.parse.urlencode(given)}"

    def granted(self):
        """Scopes for everyone, and how many roles."""
        grants = self.graph.get(f"/servicePrincipals/{self.principal}/oauth2PermissionGrants")["value"]
        roles = self.graph.get(f"/servicePrincipals/{self.principal}/appRoleAssignments")["value"]
        return {grant["scope"] for grant in grants if grant["consentType"] == "AllPrincipals"}, len(roles)


@pytest.fixture(scope="module")
def administrator(graph):
    """Somebody who may, and their pass."""
    user = graph.add_user("vera")
    graph.post("/roleManagement/directory/roleAssignments", {
        "principalId": user["id"], "roleDefinitionId": GLOBAL_ADMINISTRATOR, "directoryScopeId": "/"})
    return user["userPrincipalName"], graph.add_pass(user["id"])["temporaryAccessPass"]


@pytest.fixture
def application(server, graph):
    application = Consenting(server, graph)
    yield application
    application.listener.close()


def test_an_administrator_consents_for_everyone_by_a_link(graph, application, administrator, browse):
    window = browse(application.server).window()
    window.page.goto(application.link())
    type_pass(window, *administrator)
    window.expect("Permissions requested")
    text = window.page.locator("main").inner_text()
    assert "for everyone in your organization" in text
    assert "User.Read.All" in text and "As itself, with nobody signed in" in text
    window.look("admin-consent")
    window.page.get_by_role("button", name="Cancel").click()
    refused = application.listener.answer()
    assert (refused["error"], refused["state"]) == ("access_denied", "s&1") and "admin_consent" not in refused
    assert application.granted() == (set(), 0)

    # Whoever comes again says with which account.
    window.page.goto(application.link())
    window.expect("Pick an account")
    window.page.get_by_role("button", name=administrator[0]).click()
    window.page.get_by_role("button", name="Accept").click()
    answer = application.listener.answer()
    tenant = application.server.installation.tenant
    assert (answer["admin_consent"], answer["tenant"], answer["state"]) == ("True", tenant, "s&1")
    assert "code" not in answer
    assert application.granted() == ({"User.Read"}, 1)
    consents = graph.get("/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Consent to application'")
    assert {event["result"] for event in consents["value"]} == {"success"}
    assert not window.errors


def test_scopes_are_consented_to_by_name(application, administrator, browse):
    window = browse(application.server).window()
    window.page.goto(application.link("v2.0/adminconsent", scope="openid User.ReadBasic.All"))
    type_pass(window, *administrator)
    window.page.get_by_role("button", name="Accept").click()
    assert application.listener.answer()["scope"] == "User.ReadBasic.All openid"
    assert application.granted()[1] == 0, "scopes are no roles"
    window.page.goto(application.link("v2.0/adminconsent"))
    assert application.listener.answer()["error"] == "invalid_request"


def test_others_are_told_to_ask_an_administrator(graph, application, browse):
    user = graph.add_user("wim")
    code = graph.add_pass(user["id"])["temporaryAccessPass"]
    window = browse(application.server).window(locale="de-DE")
    window.page.goto(application.link())
    window.page.get_by_label("Kontoname").fill(user["userPrincipalName"])
    window.page.get_by_role("button", name="Weiter").click()
    window.page.locator("input[name=accesspass]").fill(code)
    window.page.locator("button[type=submit]").first.click()
    window.expect("Genehmigung erforderlich")
    assert "ohne dass jemand angemeldet ist" in window.page.locator("main").inner_text()
    window.page.locator("button[value=cancel]").click()
    assert application.listener.answer()["error"] == "access_denied"
    assert application.granted() == (set(), 0)
