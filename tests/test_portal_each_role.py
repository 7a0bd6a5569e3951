"""Each action of the portal with each directory role (sign-in contract 8): what isn't allowed is neither shown nor done
by a request that is right in everything else."""

import base64
import contextlib
import dataclasses
import re
import sqlite3
import uuid

from support import totp
from support.crawl import Crawl
from support.pages import landed

#: A certificate of nobody's key.
CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBczCCARmgAwIBAgIUa9Ao/1NyDfOlZR/Fh3klUDLUEO0wCgYIKoZIzj0EAwIw
DjEMMAoGA1UEAwwDYXBwMCAXDTI2MTEyMjE0NDkxMloYDzIwODEwODI1MTQ0OTEy
WjAOMQwwCgYDVQQDDANhcHAwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQTquig
DIv3k9EC+ChBUd1eqoz93w6f8wgr/56kINaolqXAHNykHDM2Kqu5KZLKYqesDTcX
2cqzcOIkmvamer1Jo1MwUTAdBgNVHQ4EFgQUl2YVtXKBoxKf+4Br267BEa3W9kkw
HwYDVR0jBBgwFoAUl2YVtXKBoxKf+4Br267BEa3W9kkwDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNIADBFAiAUVpu+1rgwUqzQrjPxNhWPRsPjgiwqolDiO2zZ
0cxv6gIhAMgEGWInTyy8vhWPheXV78WBzbrt73S4sE1ZrV7sxCpV
-----END CERTIFICATE-----
"""
PASSWORDLESS = "00000000-0000-0000-0000-000000000003"
GRAPH = "00000003-0000-0000-c000-000000000000"

# Roles by the letters that the tables below use.
ROLES = {
    "G": "Global Administrator", "P": "Privileged Authentication Administrator", "A": "Authentication Administrator",
    "Y": "Authentication Policy Administrator", "R": "Global Reader", "U": "User Administrator",
    "H": "Helpdesk Administrator", "W": "Password Administrator", "L": "Privileged Role Administrator",
    "r": "Reports Reader", "s": "Security Reader", "o": "Security Operator", "S": "Security Administrator",
    "M": "Groups Administrator", "B": "Application Administrator", "C": "Cloud Application Administrator",
}
LETTERS = {name: letter for letter, name in ROLES.items()}
#: No other role comes in.
PORTAL = "".join(ROLES)

#: Who sees which section; Home, People, Groups, Roles, Units and Applications are for all.
SECTIONS = {
    "/portal/policy": "GYR", "/portal/logs": "GRrsoS", "/portal/logs/sign-ins": "GRrsoS", "/portal/logs/audit": "GRrsS",
    "/portal/keys": "GRS", "/portal/settings": "GYR",
    "/portal/strengths": "GYR", "/portal/federation": "GRS",
}


@dataclasses.dataclass(frozen=True)
class Action:
    """A form: where it is posted, with what, and the letters of those who may."""

    path: str
    may: str
    fields: dict = dataclasses.field(default_factory=dict)
    #: Who is shown a form for it; those who may, unless told otherwise.
    shown: str | None = None
    #: Something is gone afterwards: done at the end, by a Global Administrator.
    last: bool = False
    #: It takes a provider that answers (test_portal_federation.py has one): only refused here.
    elsewhere: bool = False


#: The app role that stands for "assigned, without a role".
WITHOUT_ROLE = str(uuid.UUID(int=0))
NOW = {"lifetime": "", "when": "now", "once": "no"}
LIMITS = {"default": "60", "default-unit": "minutes", "minimum": "60", "minimum-unit": "minutes", "maximum": "8",
          "maximum-unit": "hours", "length": "24"}


def about_a_person(name, methods, account, sensitive, passwords, sessions):
    """What is done to somebody, by whom."""
    page = f"/portal/people/{{{name}}}"
    return [
        Action(f"{page}/pass", methods, {**NOW, "replace": "yes"}),
        Action(f"{page}/edit", account, {"displayName": f"The {name} one", "userPrincipalName": f"{name}@example.com",
                                         "jobTitle": "Changed {count}"}),
        Action(f"{page}/turn-off", sensitive),
        Action(f"{page}/turn-on", sensitive, shown=""),
        Action(f"{page}/reset-password", passwords),
        Action(f"{page}/end-sessions", sessions),
        Action(f"{page}/apps/{{app-of-{name}}}/delete", methods, last=True),
        Action(f"{page}/delete-pass", methods, last=True),
        Action(f"{page}/require-registration", methods, last=True),
        Action(f"{page}/delete", sensitive, last=True),
    ]


ACTIONS = [
    Action("/portal/people/new", "GU", {"displayName": "New", "userPrincipalName": "new-{count}@example.com"}),
    Action("/portal/passes", "GPA", {"source": "list", "list": "ordinary", "do": "preview", **NOW}),
    Action("/portal/passes/run", "GPA", {"list": "ordinary\t{held}", "form": "csv", "replace": "yes", **NOW}, shown=""),
    *about_a_person("ordinary", methods="GPA", account="GPAU", sensitive="GPAU", passwords="GPAUHW", sessions="GPAUH"),
    *about_a_person("protected", methods="GP", account="GPAU", sensitive="GP", passwords="GP", sessions="GP"),
    Action("/portal/people/deleted/{gone}/restore", "GPAU", shown="", last=True),
    Action("/portal/people/deleted/{lost}/purge", "GPAU", shown="", last=True),
    Action("/portal/groups/new", "GUM", {"displayName": "New {count}"}, shown="GUML"),
    Action("/portal/groups/{group}/edit", "GUM", {"displayName": "Changed {count}"}),
    Action("/portal/groups/{group}/add", "GUM", {"name": "bystander"}),
    Action("/portal/groups/{group}/owners/add", "GUM", {"owner": "bystander"}),
    Action("/portal/groups/{group}/remove", "GUM", {"member": "{clerk}"}, last=True),
    Action("/portal/groups/{group}/owners/remove", "GUM", {"owner": "{clerk}"}, last=True),
    Action("/portal/groups/{group}/delete", "GUM", last=True),
    Action("/portal/groups/{holder}/edit", "GL", {"displayName": "Changed {count}"}),
    Action("/portal/groups/{holder}/add", "GL", {"name": "bystander"}),
    Action("/portal/groups/{holder}/owners/add", "GL", {"owner": "bystander"}),
    Action("/portal/groups/{holder}/remove", "GL", {"member": "{clerk}"}, last=True),
    Action("/portal/groups/{holder}/owners/remove", "GL", {"owner": "{clerk}"}, last=True),
    Action("/portal/groups/{holder}/delete", "GL", last=True),
    Action("/portal/roles/{role}/give", "GL", {"name": "bystander"}),
    Action("/portal/roles/{role}/take", "GL", {"assignment": "{assignment}"}, last=True),
    Action("/portal/units/new", "GL", {"displayName": "New {count}"}),
    Action("/portal/units/{unit}/edit", "GL", {"displayName": "Changed {count}"}),
    Action("/portal/units/{unit}/add", "GL", {"name": "bystander"}),
    Action("/portal/units/{unit}/give", "GL", {"role": "729827e3-9c14-49f7-bb1b-9608f156bbb8", "holder": "bystander"}),
    Action("/portal/units/{unit}/remove", "GL", {"member": "{clerk}"}, last=True),
    Action("/portal/units/{unit}/take", "GL", {"assignment": "{unit-assignment}"}, last=True),
    Action("/portal/units/{unit}/delete", "GL", last=True),
    Action("/portal/applications/new", "GLBC", {"displayName": "New {count}"}),
    Action("/portal/applications/{plain}/edit", "GLBC", {"displayName": "Changed {count}"}),
    Action("/portal/applications/{plain}/secrets", "GLBC", {"name": "New", "days": "90"}),
    Action("/portal/applications/{plain}/certificates", "GLBC", {"name": "New", "certificate": CERTIFICATE}),
    Action("/portal/applications/{plain}/owners", "GLBC", {"owner": "bystander"}),
    Action("/portal/applications/{plain}/owners/remove", "GLBC", {"owner": "{clerk}"}, last=True),
    Action("/portal/applications/{plain}/assigned", "GLBC", {"assignee": "bystander"}),
    Action("/portal/applications/{plain}/assigned/remove", "GLBC", {"key": f"{{clerk}} {WITHOUT_ROLE}"}, last=True),
    Action("/portal/applications/{plain}/turn-off", "GLBC"),
    Action("/portal/applications/{plain}/turn-on", "GLBC", shown=""),
    Action("/portal/applications/{plain}/secrets/{secret}/delete", "GLBC", last=True),
    Action("/portal/applications/{plain}/consents/remove", "GL", {"key": "{graph-principal} everyone"}, last=True),
    Action("/portal/applications/{plain}/permissions", "GL", {"permission": "User.Read.All"}, last=True),
    # A demand takes the right to change the application and that to change policies.
    Action("/portal/applications/{plain}/strength", "G", {"strength": PASSWORDLESS}),
    Action("/portal/applications/{plain}/delete", "GLBC", last=True),
    # One that holds a permission can be changed by those only who could give it that.
    Action("/portal/applications/{mighty}/edit", "GL", {"displayName": "Changed {count}"}),
    Action("/portal/applications/{mighty}/secrets", "GL", {"name": "New", "days": "90"}),
    Action("/portal/applications/{mighty}/owners", "GL", {"owner": "bystander"}),
    Action("/portal/applications/{mighty}/owners/remove", "GL", {"owner": "{clerk}"}, last=True),
    # Whom it lets in is no power over it.
    Action("/portal/applications/{mighty}/assigned", "GLBC", {"assignee": "bystander"}),
    Action("/portal/applications/{mighty}/assigned/remove", "GLBC", {"key": f"{{clerk}} {WITHOUT_ROLE}"}, last=True),
    Action("/portal/applications/{mighty}/turn-off", "GL"),
    Action("/portal/applications/{mighty}/turn-on", "GL", shown=""),
    Action("/portal/applications/{mighty}/permissions", "GL", {"permission": "Group.Read.All"}),
    Action("/portal/applications/{mighty}/permissions/remove", "GL", {"key": "{graph-principal} {app-role}"}, last=True),
    Action("/portal/applications/{mighty}/certificates", "GL", {"name": "New", "certificate": CERTIFICATE}),
    Action("/portal/applications/{mighty}/strength", "G", {"strength": PASSWORDLESS}),
    Action("/portal/applications/{mighty}/delete", "GL", last=True),
    Action("/portal/policy/targets", "GY", {"enabled": "yes", "who": "everyone"}),
    Action("/portal/policy/limits", "GY", LIMITS),
    Action("/portal/strengths/new", "GY", {"displayName": "New {count}", "way fido2": "yes"}),
    Action("/portal/strengths/{strength}/edit", "GY", {"displayName": "Changed {count}", "way fido2": "yes"}),
    Action("/portal/strengths/{strength}/delete", "GY", last=True),
    Action("/portal/federation/example.com", "G", {
        "issuer": "https://localhost:1", "clientId": "latchkey", "nameClaim": "upn",
        "mfa": "rejectMfaByFederatedIdp"}, elsewhere=True),
    Action("/portal/federation/example.com/take-back", "G", shown="", elsewhere=True),
    Action("/portal/federation/forget", "G", {"name": "ordinary"}, shown="", elsewhere=True),
    Action("/portal/keys/rotate", "G"),
    Action("/portal/settings", "G", {"displayName": "Contoso {count}", "accent": "", "logo": ""}),
    Action("/portal/settings/notices", "G", {"passIssued.person": "yes", "administrators": "it{count}@example.com"}),
    Action("/portal/settings/sign-in", "GY", {"runs": "yes", "snoozeDays": "3", "method": "app"}),
]

#: Written without anybody changing anything.
BESIDES = {"audits", "audit_targets", "sign_ins", "silent_sign_ins", "sessions", "sign_in_days", "sign_in_days_state", "deliveries",
           "spent_challenges", "lockouts"}


class World:
    """One of each thing, and somebody of each role at the portal."""

    def __init__(self, site):
        self.site, graph = site, site.graph
        # Long codes: signing in with them takes no hash.
        graph.enable_passes(defaultLength=24)
        definitions = graph.get("/roleManagement/directory/roleDefinitions")["value"]
        self.roles = {role["displayName"]: role["id"] for role in definitions if role["isBuiltIn"]}
        known = graph.get("/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')")
        permission = next(role["id"] for role in known["appRoles"] if role["value"] == "User.Read.All")
        self.ids = {"role": self.roles["Reports Reader"], "graph-principal": known["id"], "app-role": permission}
        for name in ("bystander", "clerk", "ordinary", "protected"):
            self.ids[name] = graph.add_user(name, displayName=f"The {name} one")["id"]
        for name in ("gone", "lost"):
            self.ids[name] = graph.add_user(name)["id"]
            graph.delete(f"/users/{self.ids[name]}")
        for name in ("ordinary", "protected"):
            self.ids[f"app-of-{name}"] = self.add_app(self.ids[name], name)
        graph.assign_role(self.ids["protected"], self.roles["Global Administrator"])
        self.ids["assignment"] = self.plain_id(graph.assign_role(self.ids["clerk"], self.ids["role"]))
        for name, holds_roles in (("group", False), ("holder", True)):
            group = self.ids[name] = graph.add_group(displayName=name, isAssignableToRole=holds_roles)["id"]
            graph.add_member(group, self.ids["clerk"])
            graph.post(f"/groups/{group}/owners/$ref", self.reference("users", "clerk"), expect=204)
        unit = self.ids["unit"] = graph.post("/directory/administrativeUnits", {"displayName": "Unit"})["id"]
        graph.post(f"/directory/administrativeUnits/{unit}/members/$ref", self.reference("users", "clerk"), expect=204)
        self.ids["unit-assignment"] = self.plain_id(graph.post("/roleManagement/directory/roleAssignments", {
            "roleDefinitionId": self.roles["Helpdesk Administrator"], "principalId": self.ids["clerk"],
            "directoryScopeId": f"/administrativeUnits/{unit}"}))
        for name in ("plain", "mighty"):
            made = graph.post("/applications", {"displayName": name})
            self.ids[name] = made["id"]
            graph.post(f"/applications/{made['id']}/owners/$ref", self.reference("users", "clerk"), expect=204)
            principal = graph.post("/servicePrincipals", {"appId": made["appId"]})["id"]
            graph.post(f"/servicePrincipals/{principal}/appRoleAssignedTo", {
                "principalId": self.ids["clerk"], "resourceId": principal, "appRoleId": WITHOUT_ROLE})
            if name == "mighty":
                graph.post(f"/servicePrincipals/{principal}/appRoleAssignments", {
                    "principalId": principal, "resourceId": known["id"], "appRoleId": permission})
            else:
                graph.post("/oauth2PermissionGrants", {"clientId": principal, "consentType": "AllPrincipals",
                                                       "resourceId": known["id"], "scope": "User.Read"})
                secret = graph.post(f"/applications/{made['id']}/addPassword", {}, expect=200)
                self.ids["secret"] = secret["keyId"]
        self.ids["strength"] = graph.on("beta").post("/policies/authenticationStrengthPolicies", {
            "displayName": "strength", "allowedCombinations": ["fido2"]})["id"]
        self.count = 0

    def reference(self, kind, name):
        return {"@odata.id": f"{self.site.server.url}/v1.0/{kind}/{self.ids[name]}"}

    @staticmethod
    def plain_id(assignment):
        """The id of a role assignment as the portal's forms have it; Graph writes it in base64."""
        return str(uuid.UUID(bytes=base64.urlsafe_b64decode(assignment["id"].removesuffix("-1") + "==")))

    def add_app(self, user, name):
        """An authenticator app, registered by its owner, whose pass and session stay."""
        code = self.site.graph.add_pass(user)["temporaryAccessPass"]
        visitor = self.site.visitor()
        assert landed(visitor.sign_in_with_pass(f"{name}@example.com", code))
        key = visitor.open("/security-info/apps/scan").ids["key"]["data-plain"]
        page = visitor.submit(visitor.open("/security-info/apps/code"), "otc", totp.code(key))
        assert page.heading == "Authenticator app successfully registered", page
        [app] = self.site.graph.get(f"/users/{user}/authentication/softwareOathMethods")["value"]
        return app["id"]

    def holder_of(self, role):
        """Somebody of this role, signed in."""
        name = re.sub(r"\W", "", role)
        user = self.site.graph.add_user(name)
        self.site.graph.assign_role(user["id"], self.roles[role])
        code = self.site.graph.add_pass(user["id"], isUsableOnce=False)["temporaryAccessPass"]
        visitor = self.site.visitor()
        assert landed(visitor.sign_in_with_pass(user["userPrincipalName"], code))
        return visitor

    def filled(self, text):
        """With ids for names, and a number of its own."""
        if "{held}" in text:
            [held] = self.site.graph.passes_of(self.ids["ordinary"])
            text = text.replace("{held}", held["id"])
        return re.sub(r"\{([a-z-]+)\}", lambda found: str({**self.ids, "count": self.count}[found[1]]), text)

    def form(self, visitor, crawl, action):
        """The form for an action, as a page shows it; its token alone where no page does."""
        pages = [crawl.forms.get(action.path), self.filled(action.path), f"/portal/people/{self.ids['ordinary']}/pass",
                 "/security-info"]
        for path in filter(None, pages):
            forms = visitor.open(path).forms
            named = [form["fields"] for form in forms if crawl.name(form["action"]) == action.path]
            sealed = [{"csrf": form["fields"]["csrf"], "mark": form["fields"].get("mark", "")}
                      for form in forms if "csrf" in form["fields"]]
            if path != pages[0]:
                sealed.sort(key=lambda fields: not fields["mark"])
            if named or (sealed and path in pages[2:]):
                return (named or sealed)[0]
        raise AssertionError(f"no form for {action.path}")

    def do(self, visitor, fields, action):
        """Sends the form as a browser would; its status."""
        self.count += 1
        data = {**fields, **{name: self.filled(value) for name, value in action.fields.items()}}
        headers = {"Origin": self.site.server.url, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
        path = self.filled(action.path)
        if path == "/portal/settings" or path.endswith("/certificates"):
            parts = {name: ("app.pem" if name == "certificate" else None, value) for name, value in data.items()}
            answer = visitor.client.post(path, files=parts, headers=headers, follow_redirects=False)
        else:
            answer = visitor.client.post(path, data=data, headers=headers, follow_redirects=False)
        return answer.status_code

    def everything(self):
        """All that is stored, besides what is written without anybody changing anything."""
        database = self.site.installation.data / "latchkey.db"
        with contextlib.closing(sqlite3.connect(database)) as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables
                    if table not in BESIDES and not table.startswith("sqlite_")}


def test_what_a_role_may_not_do_is_neither_shown_nor_done(site):
    world = World(site)
    named = {identifier: name for name, identifier in world.ids.items() if name not in ("bystander", "clerk")}
    assert set(ROLES.values()) <= set(world.roles)
    paths = {action.path for action in ACTIONS}
    visitors = {role: world.holder_of(role) for role in world.roles}
    crawls = {role: Crawl(visitor, named) for role, visitor in visitors.items()}
    wrong = []

    # What is shown.
    for role, crawl in crawls.items():
        letter = LETTERS.get(role)
        refused = {path for path, page in crawl.pages.items() if page.status != 200}
        if letter is None:
            assert crawl.pages["/portal"].status == 403 and len(crawl.pages) == 1, role
            continue
        if refused:
            wrong.append(f"{role} is shown links to pages that are refused: {refused}")
        for section, letters in SECTIONS.items():
            if (letter in letters) != (section in crawl.pages):
                wrong.append(f"{role}: {section} is {'missing' if letter in letters else 'shown'}")
            status = visitors[role].open(section).status
            if (letter in letters) != (status == 200):
                wrong.append(f"{role}: {section} answers {status}")
        shown = {path for path in crawl.forms if "{other}" not in path}
        if unknown := shown - paths:
            wrong.append(f"{role} is shown actions that this test doesn't know: {unknown}")
        for action in ACTIONS:
            letters = action.may if action.shown is None else action.shown
            if (letter in letters) != (action.path in shown):
                wrong.append(f"{role}: {action.path} is {'not shown' if letter in letters else 'shown'}")
    assert not wrong, "\n".join(wrong)

    # What is refused, and changes nothing.
    before = world.everything()
    for role, visitor in visitors.items():
        fields = {"csrf": visitor.open("/security-info").form("csrf")["fields"]["csrf"]}
        for action in ACTIONS:
            if LETTERS.get(role, "") in action.may and role in LETTERS:
                continue
            status = world.do(visitor, fields, action)
            if status != 403:
                wrong.append(f"{role}: {action.path} answers {status}")
            if (after := world.everything()) != before:
                wrong.append(f"{role}: {action.path} changed {[table for table in after if after[table] != before[table]]}")
                before = after
    assert not wrong, "\n".join(wrong)

    # The same requests, of those who may, are done.
    for action in (action for action in ACTIONS if not action.elsewhere):
        able = [role for role, letter in LETTERS.items() if letter in action.may]
        for role in ["Global Administrator"] if action.last else able:
            before = world.everything()
            status = world.do(visitors[role], world.form(visitors[role], crawls[role], action), action)
            # Whoever is added for the second time is told that they are there.
            again = status == 400 and role != able[0] and action.path.endswith(("/add", "/give", "/owners", "/assigned"))
            if status not in (200, 303) and not again:
                wrong.append(f"{role}: {action.path} answers {status}")
            # The preview of many passes changes nothing; what one did, the next may find done.
            if role == able[0] and action.path != "/portal/passes" and world.everything() == before:
                wrong.append(f"{role}: {action.path} answers {status}, and nothing changed")
    assert not wrong, "\n".join(wrong)
