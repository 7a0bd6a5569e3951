"""azure-identity for people, unmodified, in Python and in JavaScript: by the browser that it opens, and by the device code
(clients contract 4 and 7)."""

import os
import time
import webbrowser

import pytest
from azure.identity import InteractiveBrowserCredential

from support.applications import Handed, in_background, type_pass
from support.pages import Visitor
from support.scripts import Script

BRUNO = "bruno@example.com"
SCOPE = "https://graph.microsoft.com/User.Read"


def test_python_opens_a_browser(demo_server, demo, browse):
    handed = Handed()
    webbrowser.register("handed", None, handed, preferred=True)
    credential = InteractiveBrowserCredential(
        client_id=demo.client_id, tenant_id=demo_server.installation.tenant, authority=demo_server.url,
        disable_instance_discovery=True, connection_verify=str(demo_server.installation.ca), timeout=60)
    result = in_background(lambda: credential.get_token(SCOPE))
    window = browse(demo_server).window()
    window.page.goto(handed.address())
    type_pass(window, BRUNO, demo.codes["bruno"])
    window.expect("Permissions requested")
    window.page.get_by_role("button", name="Accept").click()
    token = result.get(timeout=30)
    with demo_server.client() as client:
        me = client.get("/v1.0/me", headers={"Authorization": f"Bearer {token.token}"})
    assert me.json()["userPrincipalName"] == BRUNO
    assert not [error for error in window.errors if demo_server.url in error]


@pytest.fixture
def told_address(tmp_path):
    """A "browser" for programs, which writes the address down; and what waits for that."""
    written, browser = tmp_path / "address", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > "{written}.new" && mv "{written}.new" "{written}"\n')
    browser.chmod(0o755)

    def wait():
        end = time.monotonic() + 30
        while not written.exists():
            assert time.monotonic() < end, "no browser was opened"
            time.sleep(0.05)
        return written.read_text()

    return browser, wait


def test_javascript_opens_a_browser_and_waits_for_a_device(demo_server, demo, told_address):
    browser, address = told_address
    with Script(demo_server, "azure_identity.mjs", demo.client_id, BROWSER=str(browser), PATH=os.environ["PATH"]) \
            as script, Visitor(demo_server) as person:
        page = person.open(address())
        page = person.submit(page, "loginfmt", "ada@example.com")
        page = person.submit(page, "accesspass", demo.codes["ada"])
        assert page.heading == "Permissions requested", page
        # The library wants its answer as a form, which a script sends in other browsers.
        page = person.submit(page, "request", answer="accept")
        person.submit(page, "code")
        assert script.told() == {"signedIn": "ada@example.com"}

        device = script.told()
        page = person.submit(person.open(device["open"]), "code", device["type"])
        assert page.heading == "Pick an account", page
        name, ada = page.form("request")["buttons"][0]
        page = person.submit(page, "request", **{name: ada})
        assert page.heading == "Is this your device?", page
        assert person.submit(page, "account", answer="yes").heading == "You're signed in"
        assert script.told() == {"signedIn": "ada@example.com"}
        script.ends()
