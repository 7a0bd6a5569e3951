"""The authentication methods policy but passes: passkeys, authenticator apps, the registration campaign (graph
contract 5.1 and 5.3)."""

import uuid

import pytest

from support.graph import assert_error

WHOLE = "/policies/authenticationMethodsPolicy"
FIDO2 = f"{WHOLE}/authenticationMethodConfigurations/Fido2"
OATH = f"{WHOLE}/authenticationMethodConfigurations/SoftwareOath"
EVERYONE = [{"targetType": "group", "id": "all_users", "isRegistrationRequired": False}]
CAMPAIGN = "authenticationMethodsRegistrationCampaign"

DEFAULT_FIDO2 = {
    "@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration", "id": "Fido2", "state": "enabled",
    "isSelfServiceRegistrationAllowed": True, "isAttestationEnforced": False,
    "keyRestrictions": {"isEnforced": False, "enforcementType": "block", "aaGuids": []},
    "includeTargets": EVERYONE, "excludeTargets": []}
DEFAULT_OATH = {
    "@odata.type": "#microsoft.graph.softwareOathAuthenticationMethodConfiguration", "id": "SoftwareOath",
    "state": "enabled", "includeTargets": EVERYONE, "excludeTargets": []}


@pytest.fixture
def graph(shared_site):
    graph = shared_site.graph
    graph.delete(FIDO2)
    graph.delete(OATH)
    yield graph
    graph.delete(FIDO2)
    graph.delete(OATH)


def bare(body):
    return {key: value for key, value in body.items() if key != "@odata.context"}


def test_passkeys_are_read_changed_and_reverted(graph):
    assert bare(graph.get(FIDO2)) == DEFAULT_FIDO2
    key, group = str(uuid.uuid4()), graph.add_group()["id"]
    graph.patch(FIDO2, {
        "@odata.type": DEFAULT_FIDO2["@odata.type"], "isSelfServiceRegistrationAllowed": False,
        "keyRestrictions": {"@odata.type": "#microsoft.graph.fido2KeyRestrictions", "isEnforced": True,
                            "enforcementType": "allow", "aaGuids": [key, key.upper()]},
        "includeTargets": [{"@odata.type": "#microsoft.graph.passkeyAuthenticationMethodTarget", "targetType": "group",
                            "id": group, "isRegistrationRequired": False, "allowedPasskeyProfiles": []}],
        "passkeyProfiles": [], "defaultPasskeyProfile": None})
    changed = {**DEFAULT_FIDO2, "isSelfServiceRegistrationAllowed": False,
               "keyRestrictions": {"isEnforced": True, "enforcementType": "allow", "aaGuids": [key]},
               "includeTargets": [{**EVERYONE[0], "id": group}]}
    assert bare(graph.get(FIDO2.replace("Fido2", "fido2"))) == changed
    graph.patch(FIDO2, {"keyRestrictions": {"enforcementType": "block"}})
    changed["keyRestrictions"]["enforcementType"] = "block"
    assert bare(graph.get(FIDO2)) == changed, "what is not named stays"
    assert changed in graph.get(WHOLE)["authenticationMethodConfigurations"]
    graph.delete(FIDO2)
    assert bare(graph.get(FIDO2)) == DEFAULT_FIDO2


def test_apps_are_read_changed_and_reverted(graph):
    assert bare(graph.get(OATH)) == DEFAULT_OATH
    group = graph.add_group()["id"]
    graph.patch(OATH, {"state": "disabled", "excludeTargets": [{"targetType": "group", "id": group}]})
    assert bare(graph.get(OATH)) == {**DEFAULT_OATH, "state": "disabled",
                                     "excludeTargets": [{"targetType": "group", "id": group}]}
    graph.delete(OATH)
    assert bare(graph.get(OATH)) == DEFAULT_OATH


def test_the_campaign_is_changed_on_the_policy(graph):
    group = graph.add_group()["id"]
    wish = {"state": "enabled", "snoozeDurationInDays": 3,
            "includeTargets": [{"id": "all_users", "targetType": "group", "targetedAuthenticationMethod": "fido2"}],
            "excludeTargets": [{"id": group, "targetType": "group"}]}
    answer = graph.request("PATCH", WHOLE, json={"registrationEnforcement": {CAMPAIGN: wish}})
    assert answer.status_code == 200
    assert answer.json()["registrationEnforcement"] == {CAMPAIGN: wish}
    beta = graph.on("beta")
    answer = beta.request("PATCH", WHOLE, json={
        "registrationEnforcement": {CAMPAIGN: {"enforceRegistrationAfterAllowedSnoozes": True}}})
    assert answer.status_code == 200
    found = beta.get(WHOLE)["registrationEnforcement"][CAMPAIGN]
    assert found == {**wish, "enforceRegistrationAfterAllowedSnoozes": True}
    answer = graph.request("PATCH", WHOLE, json={"registrationEnforcement": {CAMPAIGN: {
        "state": "disabled", "snoozeDurationInDays": 0, "includeTargets": [], "excludeTargets": []}}})
    assert answer.json()["registrationEnforcement"][CAMPAIGN]["state"] == "disabled"


@pytest.mark.parametrize("path,change,target", [
    (FIDO2, {"isAttestationEnforced": True}, "isAttestationEnforced"),
    (FIDO2, {"keyRestrictions": {"aaGuids": ["no guid"]}}, "keyRestrictions"),
    (FIDO2, {"keyRestrictions": {"isEnforced": True, "enforcementType": "allow"}}, "keyRestrictions"),
    (FIDO2, {"keyRestrictions": {"enforcementType": "perhaps"}}, "enforcementType"),
    (FIDO2, {"includeTargets": []}, "includeTargets"),
    (FIDO2, {"includeTargets": [{"targetType": "group", "id": "22222222-2222-2222-2222-222222222222"}]},
     "includeTargets"),
    (OATH, {"state": "on"}, "state"), (OATH, {"id": "Fido2"}, "id"),
    (OATH, {"excludeTargets": [{"targetType": "group", "id": "all_users"}]}, "excludeTargets"),
    (WHOLE, {"registrationEnforcement": {CAMPAIGN: {"snoozeDurationInDays": 15}}}, "snoozeDurationInDays"),
    (WHOLE, {"registrationEnforcement": {CAMPAIGN: {"state": "on"}}}, "state"),
    (WHOLE, {"registrationEnforcement": {CAMPAIGN: {"includeTargets": [
        {"id": "all_users", "targetType": "group", "targetedAuthenticationMethod": "telepathy"}]}}},
     "targetedAuthenticationMethod"),
    (WHOLE, {"reconfirmationInDays": 3}, "reconfirmationInDays")])
def test_a_change_that_is_refused_changes_nothing(graph, path, change, target):
    before = graph.get(WHOLE)
    error = assert_error(graph.request("PATCH", path, json=change), 400, "badRequest")
    assert error["target"] == target
    assert graph.get(WHOLE) == before


def test_methods_that_there_are_not_stay_off(graph):
    for ident in ("MicrosoftAuthenticator", "Email", "Sms", "Voice", "X509Certificate"):
        path = FIDO2.replace("Fido2", ident)
        assert graph.get(path)["state"] == "disabled"
        assert_error(graph.request("PATCH", path, json={"state": "enabled"}), 400, "badRequest")
        assert_error(graph.request("DELETE", path), 400, "badRequest")


def test_changes_are_audited(graph):
    graph.patch(FIDO2, {"isSelfServiceRegistrationAllowed": False})
    newest = graph.get("/auditLogs/directoryAudits?$top=1")["value"][0]
    assert newest["activityDisplayName"] == "Authentication Methods Policy Update"
    [target] = newest["targetResources"]
    assert target["id"] == "Fido2"
    assert target["modifiedProperties"] == [
        {"displayName": "isSelfServiceRegistrationAllowed", "oldValue": '"true"', "newValue": '"false"'}]


def test_security_info_offers_what_may_be_added(graph, shared_site):
    user = graph.add_user()
    with graph.policy(state="enabled"):
        code = graph.add_pass(user["id"])["temporaryAccessPass"]
        visitor = shared_site.visitor()
        visitor.sign_in_with_pass(user["userPrincipalName"], code)
        offered = visitor.open("/security-info/add").text
        assert "security key" in offered and "Authenticator app" in offered
        graph.patch(FIDO2, {"state": "disabled"})
        offered = visitor.open("/security-info/add").text
        assert "security key" not in offered and "Authenticator app" in offered
        assert "This isn't offered to you" in visitor.open("/security-info/passkeys").text
