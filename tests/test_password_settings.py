"""What the operator says about passwords and about guessing them, in the real program."""

import re

import pytest

from support.graph import PASSWORD, Graph
from support.pages import Visitor
from support.server import Installation


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    server = Installation.make(tmp_path_factory.mktemp("settings") / "data").serve(env={
        "LATCHKEY_SIGN_IN_LOCKOUT_THRESHOLD": "3",
        "LATCHKEY_SIGN_IN_LOCKOUT_SECONDS": "18000",
        "LATCHKEY_PASSWORDS_THREE_KINDS": "true",
        "LATCHKEY_PASSWORDS_BANNED_WORDS": "Contoso, widget",
    })
    graph = Graph(server)
    graph.enable_passes()
    yield server, graph
    graph.close()
    server.stop()


def test_a_name_is_locked_after_as_many_guesses_as_the_operator_says(served):
    server, graph = served
    user = graph.add_user()
    with Visitor(server) as visitor:
        for guess in ("Wrong-1-guess", "Wrong-2-guess", "Wrong-3-guess"):
            assert "is incorrect" in visitor.sign_in_with_password(user["userPrincipalName"], guess).text
        assert "sign-in is paused" in visitor.sign_in_with_password(user["userPrincipalName"], PASSWORD).text
    records = graph.listed(f"/auditLogs/signIns?$filter=userId eq '{user['id']}'")
    assert [record["status"]["errorCode"] for record in records] == [50053, 50126, 50126, 50126]


@pytest.mark.parametrize("password,number", [("Contoso2026!", 120002), ("Widget-C0ntoso", 120002),
                                             ("rainy tuesday", 120002), ("Rainy Tuesday", None)])
def test_passwords_follow_the_organisations_rules(served, password, number):
    _, graph = served
    body = {"passwordProfile": {"password": password, "forceChangePasswordNextSignIn": False}}
    user = graph.add_user()
    answer = graph.client.patch(f"/v1.0/users/{user['id']}", json=body)
    assert answer.status_code == (400 if number else 204), answer.text


def test_people_read_the_rules_before_they_choose(served):
    server, graph = served
    user = graph.add_user()
    issued = graph.add_pass(user["id"])
    with Visitor(server) as visitor:
        visitor.sign_in_with_pass(user["userPrincipalName"], issued["temporaryAccessPass"])
        page = visitor.open("/security-info/password")
        assert "has three of these: lower case, upper case, digits, signs" in page.text
        page = visitor.submit(page, "newpassword", "rainy tuesday", confirmpassword="rainy tuesday")
        assert "Use three of these" in page.text
        assert not re.search("done|Your new password is set", page.heading)
