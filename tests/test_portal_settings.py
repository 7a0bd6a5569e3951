"""The portal's settings in a real browser: name, colour and logo, on the portal and on the sign-in page."""

import struct
import zlib

from test_portal import GLOBAL_ADMINISTRATOR, administrator


def png(colour, side=64):
    """A square picture of one colour."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\0" + bytes(colour) * side) * side
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def background(page, role, name):
    return page.get_by_role(role, name=name).evaluate("element => getComputedStyle(element).backgroundColor")


def test_name_colour_and_logo_are_seen_by_everybody(site, browse):
    chromium = browse(site.server)
    window = administrator(chromium, site.graph, GLOBAL_ADMINISTRATOR)
    window.page.get_by_role("link", name="Settings", exact=True).click()
    window.expect("Settings")
    window.page.get_by_label("Your organization's name").fill("Contoso & S\u00f6hne")
    window.page.get_by_label("Colour").fill("#ffcc00")
    window.page.get_by_role("button", name="Save").click()
    window.page.get_by_text("could not be read on white").wait_for()
    window.look("portal-settings-wrong")
    window.page.get_by_label("Colour").fill("#7a1f5c")
    window.page.get_by_label("Logo").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": png((122, 31, 92))})
    window.page.get_by_role("button", name="Save").click()
    window.page.get_by_text("Saved.").wait_for()
    window.look("portal-settings")

    visitor = chromium.window()
    visitor.page.goto("/sign-in")
    visitor.page.get_by_text("Contoso & S\u00f6hne").wait_for()
    assert background(visitor.page, "button", "Next") == "rgb(122, 31, 92)"
    logo = visitor.page.locator(".brand img")
    assert logo.evaluate("image => image.complete && image.naturalWidth") == 64
    visitor.look("sign-in-branded")

    window.page.get_by_label("Remove the logo").check()
    window.page.get_by_label("Colour").fill("")
    window.page.get_by_role("button", name="Save").click()
    window.page.get_by_text("Saved.").wait_for()
    visitor.page.reload()
    assert background(visitor.page, "button", "Next") != "rgb(122, 31, 92)"
    assert window.errors == [] and visitor.errors == []


def test_the_campaign_is_set_and_the_operators_choices_are_told(site, browse):
    window = administrator(browse(site.server), site.graph, GLOBAL_ADMINISTRATOR)
    window.page.get_by_role("link", name="Settings", exact=True).click()
    window.page.get_by_role("link", name="Signing in").click()
    window.expect("Settings")
    window.page.get_by_text("sign_in.uniform_prompt").wait_for()
    window.page.get_by_label("Ask people to add a method").check()
    window.page.get_by_label("Days that one can put it off").fill("15")
    window.page.get_by_role("button", name="Save").click()
    window.page.get_by_text("a whole number from 0 to 14").wait_for()
    window.look("portal-settings-sign-in-wrong")
    window.page.get_by_label("Ask people to add a method").check()
    window.page.get_by_label("Days that one can put it off").fill("7")
    window.page.get_by_role("button", name="Save").click()
    window.page.get_by_text("Saved.").wait_for()
    window.look("portal-settings-sign-in")
    policy = site.graph.get("/policies/authenticationMethodsPolicy")
    campaign = policy["registrationEnforcement"]["authenticationMethodsRegistrationCampaign"]
    assert (campaign["state"], campaign["snoozeDurationInDays"]) == ("enabled", 7)
    assert window.errors == []
