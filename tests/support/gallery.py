"""Pictures of the pages, in the order in which somebody would come to them. See tests/screens.py."""

import re

from support import totp
from support.applications import Registered
from support.chromium import NARROW
from support.graph import PASSWORD
from support.organisation import give_name, sign_in_with_passkey

WIDE = {"width": 1120, "height": 680}


class Gallery:
    """Takes a page as it is now."""

    def __init__(self, organisation, chromium, pictures, listener):
        self.organisation, self.chromium, self.pictures, self.listener = organisation, chromium, pictures, listener

    def window(self, **options):
        window = self.chromium.window(**options)
        window.page.set_viewport_size(WIDE)
        return window

    def take(self, window, name, phone=False, whole=True):
        """Wide and light, all of it unless told otherwise; and on a telephone in the dark if asked for."""
        self.pictures.take(window.page, name, full_page=whole)
        if phone:
            window.page.set_viewport_size(NARROW)
            window.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
            self.pictures.take(window.page, f"{name}-phone", full_page=whole)
            window.page.set_viewport_size(WIDE)
            window.page.emulate_media(color_scheme="light", reduced_motion="no-preference")


def take(parts, organisation, chromium, pictures, listener):
    """Takes these parts; later ones show what earlier ones left."""
    gallery = Gallery(organisation, chromium, pictures, listener)
    for name in parts:
        PARTS[name](gallery)


def type_pass(window, code):
    window.page.get_by_label("Temporary Access Pass", exact=True).fill(code)
    window.page.get_by_role("button", name="Sign in", exact=True).click()


def ways_in(gallery):
    """The sign-in pages, up to what a wrong code is told."""
    window = gallery.window()
    page = window.page
    page.goto("/sign-in")
    gallery.take(window, "sign-in", phone=True)
    page.get_by_role("link", name="Sign-in options").click()
    window.expect("Sign-in options")
    gallery.take(window, "sign-in-options")
    page.get_by_role("link", name="None of these works for me").click()
    gallery.take(window, "help")
    page.goto("/security-info")
    give_name(window, gallery.organisation.upn("bruno"))
    window.expect("Enter Temporary Access Pass")
    gallery.take(window, "pass", phone=True)
    type_pass(window, "not this")
    page.get_by_role("alert").wait_for()
    gallery.take(window, "pass-wrong")
    page.get_by_role("link", name="Other ways to sign in").click()
    window.expect("Other ways to sign in")
    gallery.take(window, "other-ways")
    page.goto("/security-info")
    give_name(window, gallery.organisation.upn("grace"))
    window.expect("Enter password")
    gallery.take(window, "password")
    page.goto("/signed-out")
    gallery.take(window, "signed-out")
    page.goto("/nothing-here")
    gallery.take(window, "not-found")
    window.close()


def first_day(gallery):
    """From a pass to a passkey, as somebody is led there."""
    window = gallery.window()
    window.add_authenticator()
    window.answer_prompts(False)
    page = window.page
    code = gallery.organisation.add_pass("bruno", lifetimeInMinutes=480)
    page.goto("/security-info")
    give_name(window, gallery.organisation.upn("bruno"))
    type_pass(window, code)
    window.expect("Let's set up your account")
    gallery.take(window, "set-up", phone=True)
    page.get_by_role("link", name="Create a passkey").click()
    window.expect("Create a passkey")
    gallery.take(window, "passkey", phone=True)
    window.answer_prompts(True)
    page.get_by_role("button", name="Create passkey").click()
    window.expect("Passkey created")
    page.get_by_label("Name of the passkey").fill("Work laptop")
    gallery.take(window, "passkey-created")
    page.get_by_role("button", name="Done").click()
    window.expect("You're all set")
    gallery.take(window, "set-up-done")
    window.close()


def security_info(gallery):
    """What somebody has to sign in with, and what can be done to it."""
    organisation = gallery.organisation
    window = gallery.window()
    window.add_authenticator()
    window.answer_prompts(False)
    page = window.page
    code = organisation.add_pass("chiara")
    page.goto("/security-info")
    give_name(window, organisation.upn("chiara"))
    type_pass(window, code)
    window.expect("Let's set up your account")
    page.get_by_role("button", name="Skip for now").click()
    window.expect("Security info")
    gallery.take(window, "security-info", phone=True)
    page.get_by_role("link", name="Add sign-in method").click()
    window.expect("Add a sign-in method")
    gallery.take(window, "add")
    page.get_by_role("link", name=re.compile("Authenticator app")).click()
    window.expect("Set up an authenticator app")
    gallery.take(window, "app")
    page.get_by_role("link", name="Next").click()
    window.expect("Scan the QR code")
    page.get_by_text("Can't scan the image?").click()
    gallery.take(window, "app-scan")
    key = page.locator("#key").inner_text()
    page.get_by_role("link", name="Next").click()
    window.expect("Enter code")
    gallery.take(window, "app-code")
    page.get_by_label("Code").fill(totp.code(key))
    page.get_by_role("button", name="Next").click()
    window.expect("Authenticator app successfully registered")
    page.goto("/security-info/passkeys")
    window.answer_prompts(True)
    page.get_by_role("button", name="Create passkey").click()
    window.expect("Passkey created")
    page.get_by_label("Name of the passkey").fill("Studio computer")
    page.get_by_role("button", name="Done").click()
    window.expect("Security info")
    gallery.take(window, "complete", phone=True)
    page.get_by_role("link", name="Delete Studio computer").click()
    gallery.take(window, "delete-passkey")
    page.goto("/security-info/password")
    gallery.take(window, "change-password")
    sign_in_with_passkey(window)
    page.goto("/security-info/sign-ins")
    window.expect("Recent sign-ins")
    gallery.take(window, "own-sign-ins")
    page.get_by_role("link", name="This wasn't me").first.click()
    gallery.take(window, "not-me")
    page.goto("/security-info/sign-out-everywhere")
    gallery.take(window, "sign-out-everywhere")
    window.close()


def other_languages(gallery):
    """The same hand in other languages; not in Japanese, for which a test machine need not have letters."""
    organisation = gallery.organisation
    code = organisation.add_pass("grace")
    for locale in ("de", "fr", "es"):
        window = gallery.window(locale=locale)
        window.page.goto("/security-info")
        window.page.locator("#loginfmt").fill(organisation.upn("grace"))
        window.page.locator("button.main").click()
        gallery.take(window, f"pass-{locale}")
        if locale == "de":
            window.page.locator("#accesspass").fill(code)
            window.page.locator("button.main").click()
            window.page.wait_for_url("**/set-up**")
            gallery.take(window, f"set-up-{locale}")
        window.close()


def for_applications(gallery):
    """What an application's request leads to."""
    organisation = gallery.organisation
    app = Registered(organisation.server, organisation.graph, displayName="Leave planner",
                     publicClient={"redirectUris": ["http://localhost"]})
    window = gallery.window()
    page = window.page
    code = organisation.add_pass("deniz")
    page.goto(app.request(gallery.listener.url, client_id=organisation.demo.client_id))
    give_name(window, organisation.upn("deniz"))
    type_pass(window, code)
    window.expect("Let's set up your account")
    page.get_by_role("button", name="Skip for now").click()
    window.expect("Permissions requested")
    gallery.take(window, "consent", phone=True)
    page.get_by_role("button", name="Accept").click()
    gallery.listener.answer()
    page.goto(app.request(gallery.listener.url, prompt="select_account"))
    window.expect("Pick an account")
    gallery.take(window, "pick-an-account")
    page.goto(app.request("https://elsewhere.example/"))
    gallery.take(window, "wrong-request")
    window.close()

    # With a password, which no pass stands before any more.
    window = gallery.window()
    page = window.page
    user = organisation.graph.add_user("olivia", domain="northwind.example", displayName="Olivia Brand")
    page.goto(app.request(gallery.listener.url))
    give_name(window, user["userPrincipalName"])
    window.expect("Enter password")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    window.expect("Stay signed in?")
    gallery.take(window, "stay-signed-in")
    window.close()


def devices(gallery):
    """A device without a browser."""
    organisation = gallery.organisation
    with organisation.server.client() as client:
        begun = client.post(f"/{organisation.server.installation.tenant}/oauth2/v2.0/devicecode", data={
            "client_id": organisation.demo.client_id, "scope": "openid profile"}).json()
    window = gallery.window()
    page = window.page
    code = organisation.add_pass("deniz")
    page.goto("/devicelogin")
    window.expect("Enter code")
    gallery.take(window, "device-code", phone=True)
    page.get_by_label("Code").fill(begun["user_code"])
    page.get_by_role("button", name="Next").click()
    give_name(window, organisation.upn("deniz"))
    type_pass(window, code)
    window.expect("Is this your device?")
    gallery.take(window, "device-confirm")
    page.get_by_role("button", name="Yes, sign in").click()
    window.expect("Let's set up your account")
    page.get_by_role("button", name="Skip for now").click()
    window.expect("You're signed in")
    gallery.take(window, "device-done")
    window.close()


def help_desk(gallery):
    """The portal as the service desk sees it: people and passes."""
    organisation = gallery.organisation
    window = gallery.window()
    page = window.page
    organisation.administrator(window, "hugo")
    person = f"/portal/people/{organisation.people['ada']}"
    page.goto("/portal/people?q=a")
    gallery.take(window, "portal-people", phone=True)
    page.goto(f"{person}/pass")
    window.expect("Issue a Temporary Access Pass")
    gallery.take(window, "portal-issue", phone=True)
    page.get_by_label("Replace the present pass").check()
    page.get_by_role("button", name="Issue pass").click()
    window.expect("The pass is ready")
    page.get_by_text("Read it out on the telephone").click()
    gallery.take(window, "portal-issued", phone=True)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1000})
    gallery.pictures.take(page, "portal-sheet")
    page.emulate_media(media="screen")
    page.set_viewport_size(WIDE)
    page.goto(f"/portal/people/{organisation.people['bruno']}")
    gallery.take(window, "portal-person", phone=True)
    for path, name in (("edit", "portal-edit"), ("delete", "portal-question")):
        page.goto(f"{person}/{path}")
        gallery.take(window, name)
    page.goto(f"{person}/reset-password")
    page.get_by_role("button", name="Reset password").click()
    window.expect("Temporary password")
    gallery.take(window, "portal-temporary-password")
    page.goto(f"/portal/people/{organisation.people['hugo']}/pass")
    gallery.take(window, "portal-not-allowed")

    page.goto("/portal/passes")
    page.get_by_label("Account names").fill("ada\ngrace\nliam\nnobody")
    gallery.take(window, "portal-many-choose")
    page.get_by_role("button", name="Preview").click()
    window.expect("What will happen")
    page.get_by_label("Replace passes that still work").check()
    gallery.take(window, "portal-many")
    page.get_by_role("button", name="Issue the passes").click()
    page.get_by_text(re.compile("of 4 passes issued")).wait_for()
    gallery.take(window, "portal-many-issued")
    window.close()


def everything(gallery):
    """The portal of a Global Administrator."""
    organisation, graph = gallery.organisation, gallery.organisation.graph
    window = gallery.window()
    page = window.page
    organisation.administrator(window, "jonas")
    unit = graph.post("/directory/administrativeUnits", {"displayName": "Berlin office", "description": "Third floor"})
    for name in ("ada", "bruno"):
        graph.post(f"/directory/administrativeUnits/{unit['id']}/members/$ref", {
            "@odata.id": f"{organisation.server.url}/v1.0/users/{organisation.people[name]}"}, expect=204)

    organisation.let_somebody_guess("farid", 11)
    page.goto("/portal")
    window.expect("Who needs help?")
    gallery.take(window, "portal-home", phone=True)
    for name, shown in (("theo", "Theo Brandt"), ("lina", "Lina Costa")):
        gone = graph.add_user(name, domain="northwind.example", displayName=shown)
        graph.delete(f"/users/{gone['id']}")
    page.goto("/portal/people?state=deleted")
    gallery.take(window, "portal-people-deleted", phone=True)
    page.goto("/portal/people/new")
    gallery.take(window, "portal-new-person")
    for things in ("groups", "roles", "units", "applications"):
        page.goto(f"/portal/{things}")
        gallery.take(window, f"portal-{things}")
    page.goto("/portal/groups/new")
    gallery.take(window, "portal-new-group")
    for things, link in (("groups", "Engineering and Design"), ("roles", "Authentication Administrator"),
                         ("units", "Berlin office"), ("applications", "Leave planner")):
        page.goto(f"/portal/{things}")
        page.get_by_role("link", name=link, exact=True).click()
        window.expect(link)
        gallery.take(window, f"portal-{things.removesuffix('s')}", phone=things == "groups")
    page.get_by_text("New secret").click()
    page.locator("#secret-name").fill("On the build server")
    page.get_by_role("button", name="Make secret").click()
    window.expect("The secret is ready")
    gallery.take(window, "portal-application-secret")
    page.goto("/portal/applications/new")
    gallery.take(window, "portal-new-application")
    page.goto("/portal/policy?q=a")
    window.expect("Pass policy")
    gallery.take(window, "portal-policy", phone=True)
    page.goto("/portal/logs/sign-ins")
    gallery.take(window, "portal-log", phone=True, whole=False)
    page.locator(".records .name").first.click()
    page.get_by_text("Correlation ID").wait_for()
    gallery.take(window, "portal-sign-in")
    page.goto("/portal/logs/audit")
    gallery.take(window, "portal-audit", whole=False)
    page.locator(".records .name").first.click()
    gallery.take(window, "portal-audit-record")
    for path in ("keys", "settings"):
        page.goto(f"/portal/{path}")
        gallery.take(window, f"portal-{path}")
    for path, name in (("strengths", "strengths"), ("strengths/new", "new-strength"), ("federation", "federation"),
                       ("settings/sign-in", "settings-sign-in"), ("settings/notices", "settings-notices"),
                       ("components", "components")):
        page.goto(f"/portal/{path}")
        gallery.take(window, f"portal-{name}")
    page.goto("/portal/keys/rotate")
    gallery.take(window, "portal-new-keys")
    assert not window.errors, window.errors
    window.close()


PARTS = {part.__name__: part for part in (
    ways_in, first_day, security_info, other_languages, for_applications, help_desk, everything, devices)}
