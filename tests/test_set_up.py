"""What follows a sign-in with a pass: setting up a lasting way to sign in, for security info and on the way to an
application (sign-in contract 2.9, 6.3)."""

import contextlib

import pytest

from support.applications import Listener, Registered, type_pass
from support.graph import Graph
from support.server import Installation


def serving(folder, **env):
    installation = Installation.make(folder / "data")
    return installation.serve(env={"LATCHKEY_PASSES_AFTER_SIGN_IN": "registration_first", **env})


@pytest.fixture
def listener():
    listener = Listener()
    yield listener
    listener.close()


def joiner(graph, name):
    """Somebody new, with a pass for several sign-ins."""
    user = graph.add_user(name, displayName=f"{name.title()} Example")
    return user["userPrincipalName"], graph.add_pass(user["id"], isUsableOnce=False)["temporaryAccessPass"]


def create_passkey(window):
    window.expect("Let's set up your account")
    window.page.get_by_role("link", name="Create a passkey").click()
    window.expect("Create a passkey")
    assert window.page.get_by_role("navigation").count() == 0
    window.page.get_by_role("button", name="Create passkey").click()
    window.expect("Passkey created")
    window.page.get_by_label("Name of the passkey").fill("Work laptop")
    window.page.get_by_role("button", name="Done").click()


def test_a_first_day_leads_to_a_passkey_and_on(tmp_path, browse, listener):
    server = serving(tmp_path)
    with contextlib.closing(Graph(server)) as graph:
        graph.enable_passes()
        app = Registered(server, graph, displayName="Payroll", publicClient={"redirectUris": ["http://localhost"]})
        chromium = browse(server)

        # For security info.
        upn, code = joiner(graph, "ada")
        window = chromium.window()
        window.add_authenticator()
        window.answer_prompts(False)
        window.page.goto("/security-info")
        type_pass(window, upn, code)
        window.expect("Let's set up your account")
        assert window.page.get_by_role("timer").inner_text().startswith(("4:", "5:"))
        window.look("set-up")
        window.answer_prompts(True)
        create_passkey(window)
        window.expect("You're all set")
        window.look("set-up-done")
        window.page.get_by_role("link", name="Done").click()
        window.expect("Security info")
        assert not window.errors

        # On the way to an application, in the middle of which the browser is closed.
        upn, code = joiner(graph, "eve")
        window = chromium.window()
        window.page.goto(app.request(listener.url))
        type_pass(window, upn, code)
        window.expect("Let's set up your account")
        window.close()
        window = chromium.window()
        window.add_authenticator()
        window.page.goto(app.request(listener.url))
        window.answer_prompts(False)
        type_pass(window, upn, code)
        window.expect("Let's set up your account")
        assert window.page.get_by_text("then go on to Payroll").is_visible()
        window.look("set-up-application")
        window.answer_prompts(True)
        create_passkey(window)
        window.expect("You're all set")
        window.page.get_by_role("link", name="Continue").click()
        assert listener.answer()["code"]
        assert not window.errors

        # Skipped.
        upn, code = joiner(graph, "bob")
        window = chromium.window()
        window.page.goto(app.request(listener.url))
        type_pass(window, upn, code)
        window.expect("Let's set up your account")
        window.page.get_by_role("button", name="Skip for now").click()
        assert listener.answer()["code"]
    server.stop()


def test_a_pass_that_only_registers_is_followed_by_a_sign_in_with_what_was_registered(tmp_path, browse, listener):
    server = serving(tmp_path, LATCHKEY_PASSES_SESSION="registration_only")
    with contextlib.closing(Graph(server)) as graph:
        graph.enable_passes()
        app = Registered(server, graph, displayName="Payroll", publicClient={"redirectUris": ["http://localhost"]})
        upn, code = joiner(graph, "ada")
        window = browse(server).window()
        window.add_authenticator()
        window.answer_prompts(False)
        window.page.goto(app.request(listener.url))
        type_pass(window, upn, code)
        window.expect("Let's set up your account")
        window.page.get_by_role("button", name="Back to the application").click()
        refused = listener.answer()
        assert refused["error"] == "access_denied" and "AADSTS53003" in refused["error_description"]

        window.page.goto(app.request(listener.url))
        window.expect("Let's set up your account")
        window.answer_prompts(True)
        create_passkey(window)
        window.expect("You're all set")
        window.look("set-up-done-application")
        window.page.get_by_role("link", name="Sign in with your passkey").click()
        window.expect("Stay signed in?")
        window.page.get_by_role("button", name="No", exact=True).click()
        claims = app.claims(app.redeem(listener.url, listener.answer()["code"]).json()["id_token"])
        assert sorted(claims["amr"]) == ["fido", "mfa"]
        assert not window.errors
    server.stop()
