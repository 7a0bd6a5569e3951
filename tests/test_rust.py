"""Rust's own clients, unmodified: `graph-rs-sdk` and `openidconnect` (clients contract 5). Each program in rust/ is an
application; a person takes part where one must."""

import os

import pytest

from support.applications import Demo
from support.pages import Visitor
from support.scripts import Script
from support.server import Installation


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Installation.make(tmp_path_factory.mktemp("rust") / "data").serve(options=["--demo"])
    yield server
    server.stop()


@pytest.mark.timeout(600)
def test_the_graph_sdk_administers(server):
    # Each account costs a password's hash: by hand, LATCHKEY_PEOPLE=1000.
    people = os.environ.get("LATCHKEY_PEOPLE", "150")
    with Script(server, "graph_client", PEOPLE=people) as script:
        assert script.told() == {"done": True}
        script.ends()


def test_openidconnect_signs_a_person_in(server):
    with Script(server, "openid_client") as script, Visitor(server) as person:
        page = person.open(script.told()["open"])
        page = person.submit(page, "loginfmt", "ada@example.com")
        page = person.submit(page, "accesspass", Demo(server).codes["ada"])
        assert page.heading == "Permissions requested", page
        assert person.submit(page, "request", answer="accept").heading == "Done"
        assert script.told() == {"signedIn": "ada@example.com"}
        script.ends()
