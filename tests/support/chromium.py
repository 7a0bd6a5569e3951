"""Headless Chromium with a virtual authenticator, axe-core and a watch on the console."""

import base64
import hashlib
import importlib.resources
import socket

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

EXECUTABLE = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 800}


def leaf_key_hash(server):
    """Base64 SHA-256 of the public key that the server's certificate carries: what Chromium may trust."""
    with socket.create_connection(("localhost", server.port)) as plain:
        with server.installation.trust().wrap_socket(plain, server_hostname="localhost") as tls:
            certificate = x509.load_der_x509_certificate(tls.getpeercert(binary_form=True))
    key = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


class Chromium:
    """One browser process that trusts one server; `window()` is somebody with cookies of their own."""

    def __init__(self, server, screenshots=None):
        self.server = server
        self.screenshots = screenshots
        self.axe = importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
        self._playwright = sync_playwright().start()
        self.browser = self._playwright.chromium.launch(
            executable_path=EXECUTABLE,
            args=[*FLAGS, f"--ignore-certificate-errors-spki-list={leaf_key_hash(server)}"])

    def window(self, **options):
        return Window(self, **options)

    def close(self):
        self.browser.close()
        self._playwright.stop()


class Window:
    """A page in a context of its own."""

    def __init__(self, chromium, zone="UTC", locale="en-GB", **options):
        self.chromium = chromium
        self.context = chromium.browser.new_context(
            base_url=chromium.server.url, viewport=WIDE, locale=locale, timezone_id=zone, **options)
        self.context.set_default_timeout(15_000)
        self.page = self.context.new_page()
        self.cdp = self.context.new_cdp_session(self.page)
        self.errors = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _note(self, message):
        # A page that is answered with 4xx leaves a line of its own, which is no fault (clients contract 8).
        if message.type in ("error", "warning") and "the server responded with a status of 4" not in message.text:
            self.errors.append(f"{message.text} at {message.location.get('url')}")

    # --- A virtual authenticator ---

    def add_authenticator(self):
        """A platform authenticator whose owner always says yes."""
        self.cdp.send("WebAuthn.enable", {"enableUI": False})
        answer = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True}})
        self.authenticator = answer["authenticatorId"]
        return self.authenticator

    def answer_prompts(self, present):
        """Whether the owner of the authenticator is there."""
        self.cdp.send("WebAuthn.setAutomaticPresenceSimulation",
                      {"authenticatorId": self.authenticator, "enabled": present})

    def verify_owner(self, verified):
        """Whether the owner can prove who they are (fingerprint, PIN)."""
        self.cdp.send("WebAuthn.setUserVerified",
                      {"authenticatorId": self.authenticator, "isUserVerified": verified})

    def credentials(self):
        return self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})["credentials"]

    # --- Looking at a page ---

    @property
    def heading(self):
        return self.page.get_by_role("heading", level=1).inner_text()

    def expect(self, heading):
        """Waits until the page with this heading is there."""
        try:
            self.page.get_by_role("heading", level=1, name=heading, exact=True).wait_for()
        except PlaywrightError as error:
            shown = self.page.locator("main").inner_text(timeout=1000)
            raise AssertionError(f"“{heading}” didn't come; {self.page.url} shows: {shown}") from error

    def barriers(self):
        """What axe-core finds. It runs beside the page's scripts, so the page's CSP stays in force."""
        self.cdp.send("Runtime.evaluate", {"expression": self.chromium.axe})
        answer = self.cdp.send("Runtime.evaluate", {
            "expression": "axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations.map("
                          "(rule) => `${rule.id}: ${rule.help}\\n` + rule.nodes.map("
                          "(node) => `  ${node.html}\\n  ${node.failureSummary}`).join('\\n')))",
            "awaitPromise": True, "returnByValue": True})
        assert "exceptionDetails" not in answer, answer
        return answer["result"]["value"]

    def look(self, name):
        """No barriers, nothing wider than the window: on a wide light and a narrow dark screen."""
        problems = []
        for size, scheme in ((WIDE, "light"), (NARROW, "dark")):
            self.page.set_viewport_size(size)
            # Colours that are still changing when they are measured are nobody's colours.
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if self.chromium.screenshots:
                path = self.chromium.screenshots / f"{name}-{size['width']}-{scheme}.png"
                self.page.screenshot(path=path, full_page=True)
            where = f"{name} at {size['width']} px, {scheme}"
            problems += [f"{where}: {barrier}" for barrier in self.barriers()]
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > size["width"]:
                problems.append(f"{where}: content is {wide} px wide")
        self.page.set_viewport_size(WIDE)
        self.page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        assert not problems, "\n".join(problems)

    def tab_to(self, name):
        """Tabs until the control with this accessible name has the focus, which must be visible."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            found = self.page.evaluate(
                """() => {
                  const at = document.activeElement;
                  const style = getComputedStyle(at);
                  const label = at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent;
                  return {name: label.replace(/\\s+/g, " ").trim(),
                          visible: style.outlineStyle !== "none" || style.boxShadow !== "none"};
                }""")
            if name in found["name"]:
                assert found["visible"], f"the focus on “{name}” can't be seen"
                return
        raise AssertionError(f"“{name}” can't be reached by keyboard on {self.page.url}: {self.heading}")

    def close(self):
        self.context.close()
