"""The released JavaScript clients, unmodified: Microsoft's Graph client and identity library, MSAL Node, openid-client
(clients contract 5 to 7). Each script in node/ is an application; a person without script takes part where one must."""

import os

import pytest

from support.pages import Visitor
from support.scripts import Script

BRUNO = "bruno@example.com"


@pytest.fixture(scope="module")
def server(demo_server):
    return demo_server


@pytest.mark.timeout(600)
def test_microsofts_graph_client_administers(server):
    # Each account costs a password's hash: by hand, LATCHKEY_PEOPLE=1000.
    people = os.environ.get("LATCHKEY_PEOPLE", "300")
    with Script(server, "graph_client.mjs", PEOPLE=people) as script:
        assert script.told() == {"done": True}
        script.ends()


def test_msal_node_signs_an_application_and_people_in(server, demo):
    with Script(server, "msal_node.mjs", demo.client_id) as script, Visitor(server) as person:
        page = person.open(script.told()["open"])
        page = person.submit(page, "loginfmt", BRUNO)
        page = person.submit(page, "accesspass", demo.codes["bruno"])
        assert page.heading == "Permissions requested", page
        assert person.submit(page, "request", answer="accept").heading == "Done"
        assert script.told() == {"signedIn": BRUNO}

        device = script.told()
        page = person.submit(person.open(device["open"]), "code", device["type"])
        assert page.heading == "Pick an account", page
        name, bruno = page.form("request")["buttons"][0]
        page = person.submit(page, "request", **{name: bruno})
        assert page.heading == "Is this your device?", page
        assert person.submit(page, "account", answer="yes").heading == "You're signed in"
        assert script.told() == {"signedIn": BRUNO}
        script.ends()


def test_openid_client_signs_a_person_in_and_out(server, demo):
    with Script(server, "openid_client.mjs") as script, Visitor(server) as person:
        page = person.open(script.told()["open"])
        page = person.submit(page, "loginfmt", "ada@example.com")
        page = person.submit(page, "accesspass", demo.codes["ada"])
        assert page.heading == "Permissions requested", page
        assert person.submit(page, "request", answer="accept").heading == "Done"
        assert person.open(script.told()["open"]).heading == "Done"
        done = script.told()
        assert done["signedIn"] == "ada@example.com"
        script.ends()
        # It names its person by the ID token: nobody is asked.
        assert not done["out"].startswith("http://") and person.signed_in
        person.client.follow_redirects = False
        person.open(done["out"])
        person.client.follow_redirects = True
        assert not person.signed_in
