"""A one-time pass opens one session, however many try at once, on however many nodes (sign-in contract 15, no. 8)."""

import collections
import concurrent.futures
import itertools
import threading

import pytest

from support.graph import Graph
from support.pages import Visitor, landed
from support.server import Installation

ATTEMPTS = 200
#: What those who come too late may be told: used already; too many at once for this name; the queue is full.
TOO_LATE = {130505, 50053, 503}


def outcome(page):
    if landed(page):
        return "session"
    return page.number or page.status


def redeem_at_once(servers, upn, code):
    """All attempts wait at the pass page, then submit together; how often each outcome came."""
    start = threading.Barrier(ATTEMPTS)

    def attempt(server):
        with Visitor(server) as visitor:
            page = visitor.name(upn)
            assert page.heading == "Enter Temporary Access Pass", page
            start.wait(60)
            return outcome(visitor.submit(page, "accesspass", code))

    with concurrent.futures.ThreadPoolExecutor(ATTEMPTS) as pool:
        servers = itertools.islice(itertools.cycle(servers), ATTEMPTS)
        return collections.Counter(pool.map(attempt, servers))


def assert_one_session(graph, servers, length):
    graph.enable_passes(defaultLength=length)
    user = graph.add_user()
    issued = graph.add_pass(user["id"], isUsableOnce=True)
    assert len(issued["temporaryAccessPass"]) == length
    outcomes = redeem_at_once(servers, user["userPrincipalName"], issued["temporaryAccessPass"])
    assert outcomes["session"] == 1, outcomes
    assert set(outcomes) <= TOO_LATE | {"session"}, outcomes

    [after] = graph.passes_of(user["id"])
    assert after["methodUsabilityReason"] == "OneTimeUsed"
    records = graph.listed(f"/auditLogs/signIns?$filter=userId eq '{user['id']}'")
    successes = [record for record in records if record["status"]["errorCode"] == 0]
    assert len(successes) == 1, outcomes


@pytest.mark.parametrize("length", [8, 24])
def test_two_hundred_at_once_give_one_session(any_site, length):
    assert_one_session(any_site.graph, [any_site.server], length)


@pytest.mark.parametrize("length", [8, 24])
def test_two_nodes_on_one_database_give_one_session(postgres, tmp_path, length):
    first = Installation.make(tmp_path / "one", postgres.database())
    second = first.node(tmp_path / "two")
    servers = [first.serve(), second.serve()]
    try:
        graph = Graph(servers[0])
        assert_one_session(graph, servers, length)
        # What one node issues, the other redeems, revokes and shows at once.
        user = graph.add_user()
        # A token names its issuer, and here each node has an address of its own.
        other = Graph(servers[1])
        issued = other.add_pass(user["id"])
        with Visitor(servers[0]) as here, Visitor(servers[1]) as there:
            assert landed(here.sign_in_with_pass(user["userPrincipalName"], issued["temporaryAccessPass"]))
            assert landed(there.sign_in_with_pass(user["userPrincipalName"], issued["temporaryAccessPass"]))
            graph.add_pass(user["id"])
            assert not here.signed_in
            assert not there.signed_in
    finally:
        for server in servers:
            server.stop()
