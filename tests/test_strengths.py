"""Authentication strengths: an application that demands a passkey, and somebody who comes with a pass (sign-in contract
2.9, 3.3)."""

import pytest

from support.applications import Listener, Registered, type_pass

PHISHING_RESISTANT = "00000000-0000-0000-0000-000000000004"


@pytest.fixture
def listener():
    listener = Listener()
    yield listener
    listener.close()


def demand(graph, app, strength):
    graph.patch(f"/servicePrincipals/{app.principal}", {"latchkey": {"requiredAuthenticationStrength": strength}})


def test_a_pass_leads_to_a_passkey_and_that_into_the_application(any_site, browse, listener):
    graph = any_site.graph
    app = Registered(any_site.server, graph, displayName="Payroll",
                     publicClient={"redirectUris": ["http://localhost"]})
    demand(graph, app, PHISHING_RESISTANT)
    user = graph.add_user("ada", displayName="Ada Example")
    code = graph.add_pass(user["id"], isUsableOnce=True)["temporaryAccessPass"]

    window = browse(any_site.server).window()
    window.add_authenticator()
    window.answer_prompts(False)
    window.page.goto(app.request(listener.url))
    type_pass(window, user["userPrincipalName"], code)
    window.expect("Let's set up your account")
    assert window.page.get_by_role("link", name="authenticator app").count() == 0, "only a passkey will do"
    window.look("strength-set-up")
    window.page.goto(app.request(listener.url, prompt="none"))
    silent = listener.answer()
    assert silent["error"] == "interaction_required" and "AADSTS50079" in silent["error_description"]

    window.page.goto(app.request(listener.url))
    window.expect("Let's set up your account")
    window.answer_prompts(True)
    window.page.get_by_role("link", name="Create a passkey").click()
    window.page.get_by_role("button", name="Create passkey").click()
    window.expect("Passkey created")
    window.page.get_by_role("button", name="Done").click()
    window.expect("You're all set")
    window.page.get_by_role("link", name="Sign in with your passkey").click()
    window.expect("Stay signed in?")
    window.page.get_by_role("button", name="No", exact=True).click()
    answer = listener.answer()
    claims = app.claims(app.redeem(listener.url, answer["code"]).json()["id_token"])
    assert sorted(claims["amr"]) == ["fido", "mfa"]

    # From now on the application opens by itself.
    window.page.goto(app.request(listener.url, prompt="none"))
    assert listener.answer()["code"]
    assert not window.errors


def test_strengths_of_ones_own_by_graph(any_site):
    graph = any_site.graph.on("beta")
    made = graph.post("/policies/authenticationStrengthPolicies", {
        "displayName": "Bootstrap", "allowedCombinations": ["fido2", "temporaryAccessPassOneTime"]})
    listed = graph.get("/policies/authenticationStrengthPolicies")["value"]
    assert [one["policyType"] for one in listed] == ["builtIn"] * 3 + ["custom"]
    path = f"/policies/authenticationStrengthPolicies/{made['id']}"
    graph.patch(path, {"description": "For the first day"})
    assert graph.get(path)["description"] == "For the first day"
    graph.delete(path)
