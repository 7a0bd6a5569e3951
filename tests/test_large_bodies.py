"""Bodies that are too large, from clients that send everything before they listen: the door's own answer reaches them."""

import http.client
import urllib.parse

import pytest

FORM = "application/x-www-form-urlencoded"


def answer_of(server, path, kind, size, headers=()):
    """The status of the answer, and whether the connection may be used again."""
    place = urllib.parse.urlsplit(server.url)
    context = server.installation.trust()
    connection = http.client.HTTPSConnection(place.hostname, place.port, context=context, timeout=20)
    try:
        connection.request("POST", path, b"a" * size, {"Content-Type": kind, "Origin": server.url, **dict(headers)})
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Connection") != "close"
    finally:
        connection.close()


@pytest.mark.parametrize("size", [200_000, 5_000_000, 10_000_000])
def test_whoever_sends_too_much_reads_why(server, graph, size):
    tenant = server.installation.tenant
    bearer = {"Authorization": graph.client.headers["Authorization"]}
    for path, kind, headers in [
        ("/v1.0/users", "application/json", bearer),
        (f"/{tenant}/oauth2/v2.0/token", FORM, {}),
        ("/sign-in/pass", FORM, {}),
        ("/nowhere", FORM, {}),
    ]:
        for _ in range(3):
            status, goes_on = answer_of(server, path, kind, size, headers)
            assert 400 <= status < 500 and goes_on, (path, size)


def test_who_asks_before_sending_need_not_send(server):
    """`Expect: 100-continue`: the answer comes before the body, and none of it is asked for."""
    place = urllib.parse.urlsplit(server.url)
    context = server.installation.trust()
    connection = http.client.HTTPSConnection(place.hostname, place.port, context=context, timeout=20)
    connection.putrequest("POST", "/v1.0/users")
    for name, value in {"Content-Type": "application/json", "Content-Length": "10000000",
                        "Expect": "100-continue"}.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Connection")) == (401, "close")
    connection.close()
