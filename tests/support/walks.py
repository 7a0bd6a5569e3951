"""The two walks of docs/walks.md: a pass is issued, a new joiner gets to a working passkey."""

from support import walk
from support.chromium import NARROW

WIDE = {"width": 1024, "height": 700}

INTRODUCTION = f"""# Two walks, with times

Made by `./test screens`, which goes through the pages of a running server in Chromium and writes this file: a debug build, on
loopback, with the people of `--demo`. No person was timed. The walk waits as long as a practised person would take, by the
times of the keystroke-level model (Card, Moran, Newell 1980), and the clock stands only while a picture is taken:

| for | seconds |
|---|---|
| a key, at 40 words a minute | {walk.KEY} |
| a key, copied off paper | {walk.COPIED_KEY} |
| pointing at something and clicking | {walk.POINT} |
| taking a new page in | {walk.READ} |
| the browser's own window, and a finger on the sensor | {walk.FINGER:.0f} |

What the server and the browser take is in the times as it was. Whoever has never seen
these pages reads longer; the goals leave room for that.
"""


def document(organisation, chromium, pictures):
    """Walks both ways; the text of docs/walks.md."""
    desk, code = issue_a_pass(organisation, chromium, pictures)
    joiner = first_day(organisation, chromium, pictures, code)
    assert desk[-1]["at"] < 20, f"the help desk took {desk[-1]['at']:.1f} s"
    assert joiner[-1]["at"] < 60, f"the joiner took {joiner[-1]['at']:.1f} s"
    return "\n".join([
        INTRODUCTION,
        *told("The help desk issues a pass", 20, desk,
              "Hugo of the service desk is on the portal's first page when the telephone rings: it is Ada's first day."),
        *told("A new joiner gets to a working passkey", 60, joiner,
              "Ada has a sheet of paper with the link, her account name and the pass, and her telephone in her hand.")])


def told(title, limit, steps, opening):
    """A walk as Markdown."""
    lines = [f"## {title}: {steps[-1]['at']:.1f} s", "", f"The goal is {limit} s. {opening}", ""]
    for step in steps:
        lines += [f"**{step['at']:.1f} s: “{step['heading']}”** {step['words']}", "",
                  f"![{step['heading']}](screens/walks/{step['picture']}.png)", ""]
    return lines


def issue_a_pass(organisation, chromium, pictures):
    window = chromium.window()
    organisation.administrator(window, "hugo")
    page = window.page
    page.set_viewport_size(WIDE)
    page.goto("/portal")
    way = walk.Walk(window, pictures, "issue")
    way.arrived("Who needs help?", "He clicks into the search, types `ada` and presses Enter.")
    way.click(page.get_by_role("searchbox"))
    way.type("ada")
    way.press("Enter")
    way.arrived("People", "There she is. *Issue a pass*.")
    way.click(page.get_by_role("link", name="Issue a pass to Ada Okafor"))
    way.arrived("Issue a Temporary Access Pass",
                "Her old pass from the demo still works, so he has to tick that it is replaced. Everything else is as the "
                "policy suggests. *Issue pass*.")
    way.click(page.get_by_label("Replace the present pass"))
    way.click(page.get_by_role("button", name="Issue pass"))
    way.arrived("The pass is ready", "The code, to read out, to copy or to print. The next page that he opens won't have it.")
    code = page.locator("#code").get_attribute("data-plain")
    assert not window.errors, window.errors
    window.close()
    return way.steps, code


def first_day(organisation, chromium, pictures, code):
    window = chromium.window()
    page = window.page
    page.set_viewport_size({**NARROW, "width": 390, "height": 700})
    window.add_authenticator()
    window.answer_prompts(False)
    page.goto("/security-info")
    way = walk.Walk(window, pictures, "joiner")
    way.arrived("Sign in", "The cursor is in the field already. She types her account name and presses Enter.")
    way.type(organisation.upn("ada"))
    way.press("Enter")
    way.arrived("Enter Temporary Access Pass", "She copies the eight characters off the sheet and presses Enter.")
    way.type(code, walk.COPIED_KEY)
    way.press("Enter")
    way.arrived("Let's set up your account", "A passkey comes first. *Create a passkey*.")
    way.click(page.get_by_role("link", name="Create a passkey"))
    way.arrived("Create a passkey",
                "*Create passkey*; the browser's own window asks for her finger (no picture can show it here: an "
                "authenticator made of software answers).")
    way.confirm_with_finger(page.get_by_role("button", name="Create passkey"))
    way.arrived("Passkey created", "A name is suggested, and she keeps it. *Done*.")
    way.click(page.get_by_role("button", name="Done"))
    way.arrived("You're all set", "The passkey is there. To see that it works she goes on, and signs out.")
    way.click(page.get_by_role("link", name="Done"))
    way.arrived("Security info", "*Sign out*.")
    # The field for the name offers passkeys, too; the authenticator made of software would take that at once.
    window.answer_prompts(False)
    way.click(page.get_by_role("button", name="Sign out", exact=True))
    window.expect("You're signed out")
    way.click(page.get_by_role("link", name="Sign in again"))
    way.arrived("Sign in", "*Sign-in options*, without a name.")
    way.click(page.get_by_role("link", name="Sign-in options"))
    way.arrived("Sign-in options", "*Face, fingerprint, PIN or security key*, and her finger once more.")
    way.confirm_with_finger(page.get_by_role("link", name="Face, fingerprint, PIN or security key"))
    way.arrived("Security info", "She is in, with nothing but her passkey.")
    assert not window.errors, window.errors
    window.close()
    return way.steps
