"""A client of the Graph door with an application's token; each answer is held against the contract."""

import contextlib
import itertools
import uuid

import httpx

from support import contract

POLICY = "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/TemporaryAccessPass"
PASS_TYPE = "#microsoft.graph.temporaryAccessPassAuthenticationMethod"
POLICY_TYPE = "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration"
PASSWORD = "correct horse battery staple 1!"

#: The policy as a new tenant has it (graph contract 5.2).
DEFAULT_POLICY = {
    "state": "disabled", "defaultLifetimeInMinutes": 60, "minimumLifetimeInMinutes": 60,
    "maximumLifetimeInMinutes": 1440, "defaultLength": 8, "isUsableOnce": False, "excludeTargets": [],
    "includeTargets": [{"targetType": "group", "id": "all_users", "isRegistrationRequired": False}],
}

_numbers = itertools.count(1)


def fetch_token(server, client_id=None, client_secret=None):
    """An access token by client credentials, of the installation's own application unless told otherwise."""
    application = server.installation.info["application"]
    with server.client() as client:
        answer = client.post(f"/{server.installation.tenant}/oauth2/v2.0/token", data={
            "grant_type": "client_credentials", "scope": "https://graph.microsoft.com/.default",
            "client_id": client_id or application["clientId"],
            "client_secret": client_secret or application["clientSecret"]})
    assert answer.status_code == 200, answer.text
    return answer.json()["access_token"]


class Graph:
    """Requests below `/v1.0` (or another version) with a bearer token."""

    def __init__(self, server, version="v1.0", token=None):
        self.server = server
        self.version = version
        self.client = httpx.Client(
            base_url=server.url, verify=server.installation.trust(), timeout=30,
            headers={"Authorization": f"Bearer {token or fetch_token(server)}"},
            event_hooks={"response": [contract.check]})

    def close(self):
        self.client.close()

    def on(self, version):
        """The same caller on another version."""
        token = self.client.headers["Authorization"].removeprefix("Bearer ")
        return Graph(self.server, version, token)

    def request(self, method, path, **options):
        """A request to a path below the version."""
        return self.client.request(method, f"/{self.version}{path}", **options)

    def get(self, path, expect=200, **options):
        """The body of a GET."""
        answer = self.request("GET", path, **options)
        assert answer.status_code == expect, answer.text
        return answer.json()

    def post(self, path, body, expect=201, **options):
        """The body of the answer to a POST."""
        answer = self.request("POST", path, json=body, **options)
        assert answer.status_code == expect, answer.text
        return answer.json() if answer.content else None

    def patch(self, path, body, expect=204, **options):
        answer = self.request("PATCH", path, json=body, **options)
        assert answer.status_code == expect, answer.text

    def delete(self, path, expect=204):
        answer = self.request("DELETE", path)
        assert answer.status_code == expect, answer.text

    def listed(self, path, **options):
        """All items of a list, page by page."""
        items, page = [], self.get(path, **options)
        while True:
            items += page["value"]
            if "@odata.nextLink" not in page:
                return items
            link = page["@odata.nextLink"]
            assert link.startswith(f"{self.server.url}/{self.version}/"), link
            page = self.client.get(link).json()

    # --- What most tests need ---

    def enable_passes(self, **settings):
        """Turns the pass policy on."""
        self.patch(POLICY, {"@odata.type": POLICY_TYPE, "state": "enabled", **settings})

    @contextlib.contextmanager
    def policy(self, **settings):
        """Other settings for a while."""
        before = {key: value for key, value in self.get(POLICY).items() if key in DEFAULT_POLICY}
        self.patch(POLICY, settings)
        try:
            yield
        finally:
            self.patch(POLICY, before)

    def add_user(self, name=None, domain="example.com", **properties):
        """A new user; the name is made up unless given."""
        name = name or f"user{next(_numbers)}-{uuid.uuid4().hex[:6]}"
        return self.post("/users", {
            "accountEnabled": True, "displayName": f"Test {name}", "mailNickname": name.replace("#", ""),
            "userPrincipalName": f"{name}@{domain}",
            "passwordProfile": {"password": PASSWORD, "forceChangePasswordNextSignIn": False}, **properties})

    def add_group(self, **properties):
        name = f"group-{uuid.uuid4().hex[:8]}"
        return self.post("/groups", {"displayName": name, "mailNickname": name, "mailEnabled": False,
                                     "securityEnabled": True, **properties})

    def add_member(self, group, user):
        self.post(f"/groups/{group}/members/$ref",
                  {"@odata.id": f"{self.server.url}/v1.0/directoryObjects/{user}"}, expect=204)

    def assign_role(self, user, role, expect=201):
        return self.post("/roleManagement/directory/roleAssignments", {
            "@odata.type": "#microsoft.graph.unifiedRoleAssignment", "roleDefinitionId": role, "principalId": user,
            "directoryScopeId": "/"}, expect=expect)

    def add_pass(self, user, **properties):
        """A new pass with its code."""
        return self.post(passes(user), properties)

    def passes_of(self, user):
        return self.get(passes(user))["value"]


def passes(user):
    """The path of a user's passes."""
    return f"/users/{user}/authentication/temporaryAccessPassMethods"


def assert_error(answer, status, code, message=None):
    """The answer is this Graph error; the envelope itself is checked on every answer."""
    assert answer.status_code == status, f"{answer.status_code}, not {status}: {answer.text}"
    error = answer.json()["error"]
    assert error["code"] == code, error
    if message is not None:
        assert error["message"] == message, error
    return error
