"""The whole path that Latchkey exists for, in a real browser: sign in with a pass, register what comes after it,
sign in with that (sign-in contract 2 and 6)."""

import re

import pytest

from support import totp
from support.graph import PASSWORD

NEW_PASSWORD = "violet anchor monday teapot"


def give_name(window, upn):
    """The first page of a sign-in."""
    window.expect("Sign in")
    window.page.get_by_label("Account name").fill(upn)
    window.page.get_by_role("button", name="Next").click()


def sign_in_with_pass(window, upn, code):
    window.page.goto("/security-info")
    give_name(window, upn)
    window.expect("Enter Temporary Access Pass")
    window.page.get_by_label("Temporary Access Pass", exact=True).fill(code)
    window.page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(window):
    window.page.get_by_role("button", name="Sign out", exact=True).click()
    window.expect("You're signed out")


def sign_in_with_passkey(window):
    """Without an account name."""
    window.page.goto("/security-info")
    window.expect("Sign in")
    window.page.get_by_role("link", name="Sign-in options").click()
    window.expect("Sign-in options")
    window.answer_prompts(True)
    window.page.get_by_role("link", name="Face, fingerprint, PIN or security key").click()
    window.expect("Security info")


def methods(window):
    """The headings of the listed methods."""
    return window.page.locator("ul.methods h3").all_inner_texts()


def register_passkey(window, name, look=lambda _: None):
    window.page.get_by_role("link", name="Add sign-in method").click()
    window.expect("Add a sign-in method")
    look("add")
    window.page.get_by_role("link", name=re.compile("Passkey")).click()
    window.expect("Create a passkey")
    look("passkey-create")
    window.page.get_by_role("button", name="Create passkey").click()
    window.expect("Passkey created")
    look("passkey-created")
    window.page.get_by_label("Name of the passkey").fill(name)
    window.page.get_by_role("button", name="Done").click()
    window.expect("Security info")


def register_app(window, look=lambda _: None):
    """Registers an authenticator app by its manual key, and returns that key."""
    window.page.get_by_role("link", name="Add sign-in method").click()
    window.page.get_by_role("link", name=re.compile("Authenticator app")).click()
    window.expect("Set up an authenticator app")
    look("app-intro")
    window.page.get_by_role("link", name="Next").click()
    window.expect("Scan the QR code")
    assert window.page.locator("svg[role=img]").is_visible()
    window.page.get_by_text("Can't scan the image?").click()
    key = window.page.locator("#key").inner_text()
    assert re.fullmatch(r"([A-Z2-7]{4} )+[A-Z2-7]{1,4}", key)
    look("app-scan")
    window.page.get_by_role("link", name="Next").click()
    window.expect("Enter code")
    window.page.get_by_label("Code").fill("000000" if totp.code(key) != "000000" else "111111")
    window.page.get_by_role("button", name="Next").click()
    window.page.get_by_role("alert").wait_for()
    look("app-code-wrong")
    window.page.get_by_label("Code").fill(totp.code(key))
    window.page.get_by_role("button", name="Next").click()
    window.expect("Authenticator app successfully registered")
    look("app-done")
    window.page.get_by_role("link", name="Done").click()
    window.expect("Security info")
    return key


def test_from_the_admins_pass_to_a_passkey_and_a_password_with_an_app(any_site, browse):
    chromium = browse(any_site.server)
    graph = any_site.graph

    # The administrator signs in with the pass that `init` printed.
    admin = chromium.window()
    own = any_site.installation.admin
    sign_in_with_pass(admin, own["userPrincipalName"], own["temporaryAccessPass"])
    admin.expect("Security info")
    assert admin.errors == []
    admin.close()

    # A script issues a pass for somebody new.
    user = graph.add_user("ada", displayName="Ada Example")
    issued = graph.add_pass(user["id"], isUsableOnce=False)
    upn, code = user["userPrincipalName"], issued["temporaryAccessPass"]

    window = chromium.window()
    window.add_authenticator()
    window.answer_prompts(False)
    window.page.goto("/security-info")
    window.expect("Sign in")
    window.look("username")
    give_name(window, upn)
    window.expect("Enter Temporary Access Pass")
    assert window.page.get_by_text(upn).is_visible()
    window.look("pass")

    # A wrong code tells its number, and the field is empty again.
    window.page.get_by_label("Temporary Access Pass", exact=True).fill("wrongCode")
    window.page.get_by_role("button", name="Sign in", exact=True).click()
    alert = window.page.get_by_role("alert")
    alert.wait_for()
    assert "Number: 130503" in alert.inner_text()
    assert window.page.get_by_label("Temporary Access Pass", exact=True).input_value() == ""
    window.look("pass-wrong")

    # The right one opens security info, with the banner for those who have nothing but a pass and a password.
    window.page.get_by_label("Temporary Access Pass", exact=True).fill(f" {code} ")
    window.page.get_by_role("button", name="Sign in", exact=True).click()
    window.expect("Security info")
    clock = window.page.get_by_role("timer").first
    before = clock.inner_text()
    assert re.fullmatch(r"(9|10):\d\d|4:\d\d|5:00", before)
    window.page.wait_for_function("(shown) => document.querySelector('[data-countdown]').textContent !== shown",
                                  arg=before)
    assert "Temporary Access Pass" in methods(window)
    window.look("security-info-with-pass")

    window.answer_prompts(True)
    register_passkey(window, "Ada's laptop", window.look)
    assert "Ada's laptop" in methods(window)
    assert len(window.credentials()) == 1
    key = register_app(window, window.look)

    # A new password, without the old one, in the fresh session of a pass.
    window.page.get_by_role("link", name="Change password").click()
    window.expect("Change your password")
    assert window.page.get_by_label("Current password", exact=True).count() == 0
    window.look("password-set")
    window.page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    window.page.get_by_label("New password again", exact=True).fill(NEW_PASSWORD)
    window.page.get_by_role("button", name="Change password").click()
    window.expect("Security info")
    window.look("security-info-complete")

    window.answer_prompts(False)
    sign_out(window)
    window.look("signed-out")

    # From now on the passkey alone says who it is.
    sign_in_with_passkey(window)
    assert window.page.get_by_text(upn).first.is_visible()
    window.answer_prompts(False)
    sign_out(window)

    # Password and app. The pass is still good, so its page comes first.
    window.page.goto("/security-info")
    give_name(window, upn)
    window.expect("Enter Temporary Access Pass")
    window.page.get_by_role("link", name="Use your password instead").click()
    window.expect("Enter password")
    window.look("password")
    window.page.get_by_label("Password", exact=True).fill(NEW_PASSWORD)
    window.page.get_by_role("button", name="Sign in", exact=True).click()
    # As second factor too, a pass comes first; the app is another way.
    window.expect("Enter Temporary Access Pass")
    window.look("pass-as-second-factor")
    window.page.get_by_role("link", name="Other ways to sign in").click()
    window.expect("Other ways to sign in")
    window.look("ways-as-second-factor")
    window.page.get_by_role("link", name="Use a code from your authenticator app").click()
    window.expect("Enter code")
    window.look("code")
    # The step of the registration is spent; the next one is within the accepted skew.
    window.page.get_by_label("Code").fill(totp.code(key, step=1))
    window.page.get_by_role("button", name="Verify").click()
    window.expect("Security info")

    # Logs tell of each way in by its method.
    details = [entry["authenticationDetails"][0]["authenticationMethod"]
               for entry in graph.on("beta").get(f"/auditLogs/signIns?$filter=userId eq '{user['id']}'")["value"]
               if entry["status"]["errorCode"] == 0]
    assert "Temporary Access Pass" in details and any("Password" in name for name in details), details
    assert len(details) == 3, details

    # What Graph says about the methods now.
    kinds = sorted(item["@odata.type"] for item in graph.get(f"/users/{user['id']}/authentication/methods")["value"])
    assert kinds == [f"#microsoft.graph.{kind}AuthenticationMethod"
                     for kind in ("fido2", "password", "softwareOath", "temporaryAccessPass")]
    fido2 = graph.get(f"/users/{user['id']}/authentication/fido2Methods")["value"]
    assert [item["displayName"] for item in fido2] == ["Ada's laptop"]
    assert window.errors == []


def test_deleting_ones_own_pass_signs_out(site, browse):
    user = site.graph.add_user()
    issued = site.graph.add_pass(user["id"])
    window = browse(site.server).window()
    sign_in_with_pass(window, user["userPrincipalName"], issued["temporaryAccessPass"])
    window.expect("Security info")
    window.page.get_by_role("link", name=re.compile("^Delete Temporary Access Pass")).click()
    assert window.heading.startswith("Delete")
    window.look("delete-pass")
    window.page.get_by_role("button", name="Delete and sign out").click()
    window.expect("You're signed out")
    assert site.graph.passes_of(user["id"]) == []
    window.page.goto("/security-info")
    give_name(window, user["userPrincipalName"])
    window.expect("Enter password")
    assert window.errors == []


def test_a_user_without_a_password_gets_the_banner_and_sets_a_first_one(site, browse):
    own = site.installation.admin
    window = browse(site.server).window()
    sign_in_with_pass(window, own["userPrincipalName"], own["temporaryAccessPass"])
    window.expect("Security info")
    assert window.page.get_by_role("heading", name="Add a way to sign in now").is_visible()
    window.look("security-info-banner")
    window.page.get_by_role("link", name="Add sign-in method").click()
    window.page.get_by_role("link", name=re.compile("^Password")).first.click()
    window.expect("Set a password")
    window.page.get_by_label("New password", exact=True).fill("password123")
    window.page.get_by_label("New password again", exact=True).fill("password123")
    window.page.get_by_role("button", name="Set password").click()
    window.page.get_by_role("alert").wait_for()
    window.look("password-weak")
    window.page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    window.page.get_by_label("New password again", exact=True).fill(NEW_PASSWORD)
    window.page.get_by_role("button", name="Set password").click()
    window.expect("Security info")
    assert window.errors == []


def test_a_new_passkey_is_said_to_be_ready_and_signs_in(site, browse):
    user = site.graph.add_user()
    issued = site.graph.add_pass(user["id"])
    window = browse(site.server).window()
    window.add_authenticator()
    window.answer_prompts(False)
    sign_in_with_pass(window, user["userPrincipalName"], issued["temporaryAccessPass"])
    window.expect("Security info")
    said = window.page.get_by_role("status").filter(has_text="Your passkey is ready")
    assert said.count() == 0

    window.answer_prompts(True)
    register_passkey(window, "Work laptop")
    assert said.inner_text().strip() == "Your passkey is ready. From now on you can sign in with it."
    window.look("passkey-ready")

    # It is true, and not said again.
    window.answer_prompts(False)
    sign_out(window)
    sign_in_with_passkey(window)
    assert said.count() == 0
    assert window.errors == []


def test_a_passkey_is_renamed_and_deleted_and_an_unverified_owner_is_refused(site, browse):
    user = site.graph.add_user()
    issued = site.graph.add_pass(user["id"])
    window = browse(site.server).window()
    window.add_authenticator()
    window.answer_prompts(False)
    sign_in_with_pass(window, user["userPrincipalName"], issued["temporaryAccessPass"])
    window.expect("Security info")
    window.answer_prompts(True)

    # An authenticator that can't verify its owner makes no passkey; nothing changes.
    window.verify_owner(False)
    window.page.get_by_role("link", name="Add sign-in method").click()
    window.page.get_by_role("link", name=re.compile("Passkey")).click()
    window.page.get_by_role("button", name="Create passkey").click()
    window.page.get_by_role("alert").wait_for()
    window.verify_owner(True)
    window.page.get_by_role("link", name="Cancel").click()
    assert site.graph.get(f"/users/{user['id']}/authentication/fido2Methods")["value"] == []

    register_passkey(window, "First name")
    window.page.get_by_role("link", name="Rename First name").click()
    window.expect("Rename passkey")
    window.page.get_by_label("Name of the passkey").fill("<b>Zweiter</b> “Name” 🗝")
    window.page.get_by_role("button", name="Save").click()
    window.expect("Security info")
    assert "<b>Zweiter</b> “Name” 🗝" in methods(window)

    # A second one on the same authenticator is refused by the browser.
    window.page.get_by_role("link", name="Add sign-in method").click()
    window.page.get_by_role("link", name=re.compile("Passkey")).click()
    window.page.get_by_role("button", name="Create passkey").click()
    window.page.get_by_role("alert").get_by_text("already has a passkey").wait_for()

    window.page.goto("/security-info")
    window.page.get_by_role("link", name=re.compile("^Delete .*Zweiter")).click()
    window.look("delete-passkey")
    window.page.get_by_role("button", name="Delete").click()
    window.expect("Security info")
    assert "<b>Zweiter</b> “Name” 🗝" not in methods(window)

    # Its key is still on the device, but opens nothing.
    window.answer_prompts(False)
    sign_out(window)
    window.page.goto("/security-info")
    window.page.get_by_role("link", name="Sign-in options").click()
    window.answer_prompts(True)
    window.page.get_by_role("link", name="Face, fingerprint, PIN or security key").click()
    alert = window.page.get_by_role("alert").get_by_text("Number: 135010")
    alert.wait_for()
    window.look("passkey-unknown")


def test_signing_out_everywhere_ends_the_other_browser_too(site, browse):
    user = site.graph.add_user()
    issued = site.graph.add_pass(user["id"])
    chromium = browse(site.server)
    here, there = chromium.window(), chromium.window()
    for window in (here, there):
        sign_in_with_pass(window, user["userPrincipalName"], issued["temporaryAccessPass"])
        window.expect("Security info")
    here.page.get_by_role("link", name="Sign out everywhere").first.click()
    here.look("sign-out-everywhere")
    here.page.get_by_role("button", name="Sign out everywhere").click()
    here.expect("You're signed out everywhere")
    there.page.goto("/security-info")
    assert there.page.get_by_label("Account name").or_(
        there.page.get_by_role("link", name="Sign in again")).first.is_visible()


@pytest.mark.parametrize("path,name", [
    ("/sign-in", "sign-in"), ("/sign-in/help", "help"), ("/sign-in/ways", "ways"), ("/signed-out", "signed-out"),
    ("/nothing-here", "not-found")])
def test_pages_without_a_session_have_no_barriers(site, browse, path, name):
    window = browse(site.server).window()
    answer = window.page.goto(path)
    assert answer.status == (404 if path == "/nothing-here" else 200)
    window.look(name)
    assert window.errors == []


def test_by_keyboard_alone(site, browse):
    user = site.graph.add_user()
    issued = site.graph.add_pass(user["id"])
    window = browse(site.server).window()
    window.add_authenticator()
    window.answer_prompts(False)
    keyboard = window.page.keyboard
    window.page.goto("/security-info")
    window.expect("Sign in")
    # The cursor stands in the field already.
    keyboard.type(user["userPrincipalName"])
    keyboard.press("Enter")
    window.expect("Enter Temporary Access Pass")
    keyboard.type(issued["temporaryAccessPass"])
    keyboard.press("Enter")
    window.expect("Security info")
    window.answer_prompts(True)
    window.tab_to("Add sign-in method")
    keyboard.press("Enter")
    window.expect("Add a sign-in method")
    window.tab_to("Passkey")
    keyboard.press("Enter")
    window.expect("Create a passkey")
    window.tab_to("Create passkey")
    keyboard.press("Enter")
    window.expect("Passkey created")
    keyboard.press("Control+A")
    keyboard.type("By keyboard")
    keyboard.press("Enter")
    window.expect("Security info")
    assert "By keyboard" in methods(window)
    window.answer_prompts(False)
    window.tab_to("Sign out")
    keyboard.press("Enter")
    window.expect("You're signed out")
    assert window.errors == []


def test_the_pages_work_without_script(site, browse):
    user = site.graph.add_user()
    issued = site.graph.add_pass(user["id"])
    window = browse(site.server).window(java_script_enabled=False)
    sign_in_with_pass(window, user["userPrincipalName"], issued["temporaryAccessPass"])
    window.expect("Security info")
    sign_out(window)
    window.page.goto("/security-info")
    give_name(window, user["userPrincipalName"])
    window.page.get_by_role("link", name="Use your password instead").click()
    window.page.get_by_label("Password", exact=True).fill(PASSWORD)
    window.page.get_by_role("button", name="Sign in", exact=True).click()
    # A password alone proves too little for security info; which page says so is told elsewhere.
    assert window.heading != "Enter password"


def test_a_sign_in_by_somebody_else_is_told(site, browse):
    user = site.graph.add_user("ada", displayName="Ada Okafor")
    code = site.graph.add_pass(user["id"], isUsableOnce=False)["temporaryAccessPass"]
    chromium = browse(site.server)
    thief, window = chromium.window(), chromium.window()
    sign_in_with_pass(thief, user["userPrincipalName"], code)
    thief.expect("Security info")
    sign_in_with_pass(window, user["userPrincipalName"], code)
    window.expect("Security info")
    window.page.get_by_role("link", name="Recent sign-ins").click()
    window.expect("Recent sign-ins")
    window.look("own-sign-ins")
    window.page.get_by_role("link", name="This wasn't me").click()
    window.expect("This wasn't you?")
    window.look("disown")
    window.page.get_by_role("button", name="It wasn't me").click()
    window.expect("You're signed out everywhere")
    window.look("disowned")
    thief.page.reload()
    thief.expect("Your session has ended")
    events = site.graph.get("/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Latchkey user disowned a sign-in'")
    assert [target["id"] for event in events["value"] for target in event["targetResources"]] == [user["id"]]
    assert window.errors == []
