"""The Graph door against its own description, `docs/openapi/graph.json`: schemathesis makes requests from it, orderly ones
and broken ones, and no answer may be a fault of the server, of a status that is not described, or of another form.

A minute by itself; `LATCHKEY_OPENAPI_SECONDS=1800` looks for longer.
"""

import json
import os
import subprocess
import sys

import jsonschema
import pytest

from support.server import ROOT

DESCRIPTION = ROOT / "docs" / "openapi" / "graph.json"
SECONDS = int(os.environ.get("LATCHKEY_OPENAPI_SECONDS", "60"))
CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
          "unsupported_method", "ignored_auth"]
NOBODY = "22222222-2222-2222-2222-222222222222"
GRAPH = "00000003-0000-0000-c000-000000000000"


@pytest.fixture
def known(site):
    """What stands in the keys of paths, so that not every request ends at an object that is not there."""
    graph = site.graph
    ada, bob, group = graph.add_user(), graph.add_user(), graph.add_group()
    graph.add_member(group["id"], ada["id"])
    graph.post(f"/groups/{group['id']}/owners/$ref", {"@odata.id": f"https://x/v1.0/users/{ada['id']}"}, expect=204)
    graph.add_pass(ada["id"])
    gone = graph.add_user()
    graph.delete(f"/users/{gone['id']}")
    unit = graph.post("/directory/administrativeUnits", {"displayName": "North"})["id"]
    graph.post(f"/directory/administrativeUnits/{unit}/members/$ref",
               {"@odata.id": f"https://x/v1.0/users/{bob['id']}"}, expect=204)
    application = graph.post("/applications", {"displayName": "Tried", "web": {"redirectUris": ["https://app.example/cb"]},
                                               "groupMembershipClaims": "All"})
    principal = graph.post("/servicePrincipals", {"appId": application["appId"]})["id"]
    reader = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
    assignment = graph.assign_role(bob["id"], reader)["id"]
    resource = graph.get(f"/servicePrincipals(appId='{GRAPH}')?$select=id,oauth2PermissionScopes")
    grant = graph.post("/oauth2PermissionGrants", {
        "clientId": principal, "consentType": "AllPrincipals", "resourceId": resource["id"], "scope": "User.Read"})["id"]
    role = graph.get("/directoryRoles")["value"][0]["id"]
    return {
        "user": [ada["id"], bob["userPrincipalName"], NOBODY],
        "pass": [graph.passes_of(ada["id"])[0]["id"]],
        "method": ["28c10230-6103-485e-b985-444c60001490", NOBODY],
        "id": ["TemporaryAccessPass", "Fido2", "SoftwareOath", "Sms"],
        "strength": ["00000000-0000-0000-0000-000000000002", NOBODY],
        "object": [ada["id"], group["id"], gone["id"], NOBODY],
        "group": [group["id"], NOBODY],
        "member": [ada["id"], bob["id"]], "owner": [ada["id"]],
        "role": [role, reader, f"roleTemplateId={reader}"],
        "assignment": [assignment, NOBODY],
        "unit": [unit, NOBODY],
        "application": [application["id"], f"appId={application['appId']}"],
        "principal": [principal, resource["id"]],
        "grant": [grant, NOBODY],
        "record": [graph.get("/auditLogs/directoryAudits?$top=1")["value"][0]["id"], NOBODY],
        "tenant": [site.installation.tenant], "domain": ["example.com"],
    }


def parameters(node):
    """All parameters of a description."""
    for methods in node["paths"].values():
        for operation in methods.values():
            yield from operation["parameters"]


@pytest.mark.timeout(SECONDS + 180)
def test_no_answer_differs_from_the_description(site, known, tmp_path):
    description = json.loads(DESCRIPTION.read_text())
    for parameter in parameters(description):
        if parameter.get("in") == "path" and parameter["name"] in known:
            parameter["schema"] = {"anyOf": [{"enum": known[parameter["name"]]}, parameter["schema"]]}
    # With an application's token /me is always the same refusal.
    description["paths"] = {path: item for path, item in description["paths"].items() if not path.startswith("/me")}
    described = tmp_path / "graph.json"
    described.write_text(json.dumps(description))
    token = site.graph.client.headers["Authorization"]
    run = subprocess.run([
        sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()", "run", str(described),
        "--url", f"{site.server.url}/v1.0", "--tls-verify", str(site.installation.ca),
        "--header", f"Authorization:{token}", "--checks", ",".join(CHECKS), "--phases", "coverage,fuzzing",
        "--max-examples", "25", "--seed", "20261122", "--generation-deterministic",
        "--max-time", str(SECONDS), "--continue-on-failure", "--warnings", "off", "--no-color", "--no-shrink",
        "--suppress-health-check", "all",
    ], capture_output=True, text=True, cwd=tmp_path, timeout=SECONDS + 120)
    print(run.stdout)
    assert run.returncode == 0, run.stdout[-20000:] + run.stderr[-2000:]


def test_an_application_with_all_that_can_be_set_is_as_described(site):
    """Schemathesis seldom meets an object whose every property has a value."""
    graph = site.graph
    scope, role = "11111111-1111-1111-1111-111111111111", "33333333-3333-3333-3333-333333333333"
    words = {"adminConsentDisplayName": "Read", "adminConsentDescription": "Reads.", "userConsentDisplayName": "Read",
             "userConsentDescription": "Reads."}
    made = graph.post("/applications", {
        "displayName": "Whole", "description": "All of it", "notes": "None", "tags": ["one"],
        "isFallbackPublicClient": True, "identifierUris": ["api://whole"], "groupMembershipClaims": "SecurityGroup",
        "web": {"redirectUris": ["https://whole.example/back"], "homePageUrl": "https://whole.example",
                "logoutUrl": "https://whole.example/bye",
                "implicitGrantSettings": {"enableIdTokenIssuance": True, "enableAccessTokenIssuance": True}},
        "spa": {"redirectUris": ["https://spa.example/"]}, "publicClient": {"redirectUris": ["http://localhost"]},
        "info": {"termsOfServiceUrl": "https://whole.example/terms", "privacyStatementUrl": "https://whole.example/privacy"},
        "api": {"requestedAccessTokenVersion": 2,
                "oauth2PermissionScopes": [{"id": scope, "value": "Files.Read", "isEnabled": True, "type": "User", **words}]},
        "appRoles": [{"id": role, "value": "Reader", "displayName": "Reader", "description": "Reads.", "isEnabled": True,
                      "allowedMemberTypes": ["User", "Application"]}],
        "requiredResourceAccess": [{"resourceAppId": GRAPH, "resourceAccess": [
            {"id": "e1fe6dd8-ba31-4d61-89e7-88639da4683d", "type": "Scope"}]}],
        "optionalClaims": {"idToken": [{"name": "login_hint"}], "accessToken": [{"name": "upn"}]},
        "latchkey": {"backChannelLogoutUrl": "https://whole.example/told", "tokenSigningAlgorithm": "ES256",
                     "requirePushedAuthorizationRequests": True, "dpopBoundAccessTokens": True}})
    principal = graph.post("/servicePrincipals", {"appId": made["appId"]})
    graph.post(f"/applications/{made['id']}/addPassword", {"passwordCredential": {"displayName": "First"}}, expect=200)
    components = json.loads(DESCRIPTION.read_text())["components"]
    for path, name in [(f"/applications/{made['id']}", "application"),
                       (f"/servicePrincipals/{principal['id']}", "servicePrincipal")]:
        # Validators know nothing of `components`; the reference finds it all the same.
        schema = {"components": components, "$ref": f"#/components/schemas/{name}"}
        answer = graph.get(path)
        errors = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
                  for error in jsonschema.Draft202012Validator(schema).iter_errors(answer)]
        assert not errors, errors
    assert graph.get(f"/applications/{made['id']}")["groupMembershipClaims"] == "SecurityGroup"
