"""A small organisation to take pictures of: the demo's people, with something going on."""

import contextlib
import sqlite3
import time

from support.applications import Demo
from support.graph import Graph
from support.pages import Visitor
from support.server import Installation

DOMAIN = "northwind.example"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"


class Organisation:
    """A server with `--demo` where people who come in by a pass are led to set up their accounts."""

    def __init__(self, folder):
        installation = Installation.make(folder / "data", domain=DOMAIN, admin=f"admin@{DOMAIN}")
        self.server = installation.serve(
            options=["--demo"], env={"LATCHKEY_PASSES_AFTER_SIGN_IN": "registration_first"})
        self.demo = Demo(self.server)
        self.graph = Graph(self.server)
        self.people = {user["userPrincipalName"].split("@")[0]: user["id"] for user in self.graph.listed("/users")}
        self.graph.assign_role(self.people["jonas"], GLOBAL_ADMINISTRATOR)
        self._count_sign_ins(installation.data / "latchkey.db")
        self.let_somebody_guess("keiko", 2)

    def close(self):
        self.graph.close()
        self.server.stop()

    def upn(self, name):
        return f"{name}@{DOMAIN}"

    def add_pass(self, name, **properties):
        """The code of a new pass for several sign-ins, unless told otherwise."""
        return self.graph.add_pass(self.people[name], **{"isUsableOnce": False, **properties})["temporaryAccessPass"]

    def administrator(self, window, name):
        """Signs an administrator in, with a passkey that was registered a moment ago."""
        window.add_authenticator()
        window.answer_prompts(False)
        page = window.page
        code = self.add_pass(name)
        page.goto("/security-info")
        give_name(window, self.upn(name))
        window.expect("Enter Temporary Access Pass")
        page.get_by_label("Temporary Access Pass", exact=True).fill(code)
        page.get_by_role("button", name="Sign in", exact=True).click()
        window.expect("Let's set up your account")
        window.answer_prompts(True)
        page.get_by_role("link", name="Create a passkey").click()
        page.get_by_role("button", name="Create passkey").click()
        window.expect("Passkey created")
        page.get_by_role("button", name="Done").click()
        window.expect("You're all set")
        sign_in_with_passkey(window)
        [held] = self.graph.passes_of(self.people[name])
        self.graph.delete(f"/users/{self.people[name]}/authentication/temporaryAccessPassMethods/{held['id']}")

    def _count_sign_ins(self, database):
        """A month of sign-ins, as if it had been counted: more and more of them by passkey."""
        today = int(time.time()) // 86_400
        with contextlib.closing(sqlite3.connect(database)) as connection, connection:
            for ago in range(1, 30):
                weekend = (today - ago + 4) % 7 in (0, 6)
                for kind, count in (("passkey", 20 + 3 * (30 - ago)), ("app", 40 - ago), ("password", 2 * ago),
                                    ("pass", 9)):
                    connection.execute("INSERT INTO sign_in_days VALUES (?, ?, ?)",
                                       (today - ago, kind, count // (5 if weekend else 1)))

    def let_somebody_guess(self, name, guesses):
        """Wrong passwords for somebody; ten lock the account for a minute, and the eleventh meets the lock."""
        with Visitor(self.server) as visitor:
            page = visitor.name(self.upn(name))
            for guess in range(guesses):
                page = visitor.submit(page, "passwd", f"guess number {guess}")


def give_name(window, upn):
    window.expect("Sign in")
    window.page.get_by_label("Account name").fill(upn)
    window.page.get_by_role("button", name="Next").click()


def sign_in_with_passkey(window):
    """In place of whatever session there was."""
    window.context.clear_cookies()
    window.answer_prompts(False)
    window.page.goto("/sign-in")
    window.expect("Sign in")
    window.page.get_by_role("link", name="Sign-in options").click()
    window.expect("Sign-in options")
    window.answer_prompts(True)
    window.page.get_by_role("link", name="Face, fingerprint, PIN or security key").click()
    window.expect("Security info")
