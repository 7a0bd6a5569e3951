"""Passkeys made for a user: creation options and the answer (graph contract 6.3)."""

import base64
import datetime
import hashlib
import json
import os

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from support.graph import assert_error

FIDO2 = "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/Fido2"


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Key:
    """A security key, and the program that brings it to the server."""

    aaguid = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"

    def __init__(self, origin):
        self.origin = origin
        self.id = os.urandom(20)
        self.key = ec.generate_private_key(ec.SECP256R1())

    def answer(self, options, **client):
        point = self.key.public_key().public_numbers()
        cose = (bytes.fromhex("a5010203262001215820") + point.x.to_bytes(32, "big") + bytes.fromhex("225820")
                + point.y.to_bytes(32, "big"))
        data = (hashlib.sha256(options["rp"]["id"].encode()).digest() + b"\x45" + bytes(4)
                + bytes.fromhex(self.aaguid.replace("-", "")) + len(self.id).to_bytes(2, "big") + self.id + cose)
        attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)]) + data
        told = {"type": "webauthn.create", "challenge": options["challenge"], "origin": self.origin,
                "crossOrigin": False, **client}
        return {"id": encoded(self.id), "clientExtensionResults": {}, "response": {
            "clientDataJSON": encoded(json.dumps(told).encode()), "attestationObject": encoded(attestation)}}


@pytest.fixture
def graph(shared_site):
    return shared_site.graph


@pytest.fixture
def user(graph):
    return graph.add_user()


@pytest.fixture
def key(graph):
    return Key(graph.server.url)


def methods(user):
    return f"/users/{user['id']}/authentication/fido2Methods"


def options_of(graph, user, arguments=""):
    return graph.get(f"{methods(user)}/creationOptions{arguments}")


def post(graph, user, credential, name="Blue key"):
    return graph.request("POST", methods(user), json={"displayName": name, "publicKeyCredential": credential})


def test_a_passkey_is_made_for_somebody(graph, user, key):
    options = options_of(graph, user, "()")["publicKey"]
    assert options["user"]["name"] == user["userPrincipalName"]
    assert options["authenticatorSelection"]["userVerification"] == "required"
    answer = post(graph, user, key.answer(options))
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["id"], made["displayName"], made["aaGuid"]) == (encoded(key.id), "Blue key", key.aaguid)
    assert graph.client.get(answer.headers["location"]).json()["id"] == made["id"]
    [listed] = graph.get(methods(user))["value"]
    assert listed["id"] == made["id"]
    newest = graph.get("/auditLogs/directoryAudits?$top=2")["value"]
    assert [one["activityDisplayName"] for one in newest] == [
        "Admin registered security info", "Get passkey creation options"]
    # The challenge is used up, and the key is known.
    assert_error(post(graph, user, key.answer(options)), 400, "badRequest")
    again = options_of(graph, user)["publicKey"]
    assert [one["id"] for one in again["excludeCredentials"]] == [made["id"]]
    assert_error(post(graph, user, key.answer(again)), 400, "badRequest")


@pytest.mark.parametrize("arguments,minutes", [
    ("", 5), ("()", 5), ("(challengeTimeoutInMinutes=43200)", 43200),
    ("(challengeTimeoutInMinutes=@challengeTimeoutInMinutes)?challengeTimeoutInMinutes=10", 10),
    ("(challengeTimeoutInMinutes=@challengeTimeoutInMinutes)?@challengeTimeoutInMinutes=60", 60)])
def test_how_long_the_challenge_lasts(graph, user, arguments, minutes):
    for version in ("v1.0", "beta"):
        end = options_of(graph.on(version), user, arguments)["challengeTimeoutDateTime"]
        left = datetime.datetime.fromisoformat(end) - datetime.datetime.now(datetime.UTC)
        assert abs(left.total_seconds() - minutes * 60) < 30


@pytest.mark.parametrize("minutes,code", [("4", "badRequest"), ("43201", "badRequest"), ("x", "BadRequest"),
                                          ("-5", "BadRequest"), ("@nothing", "BadRequest")])
def test_a_time_out_of_bounds(graph, user, minutes, code):
    path = f"{methods(user)}/creationOptions(challengeTimeoutInMinutes={minutes})"
    assert_error(graph.request("GET", path), 400, code)


def test_what_is_wrong_with_an_answer_stores_nothing(graph, user, key):
    other = graph.add_user()

    def options(of=user):
        return options_of(graph, of)["publicKey"]

    foreign = options(other)
    unknown = {**options(), "challenge": encoded(bytes(16))}
    for credential in (key.answer(foreign), key.answer(unknown), key.answer(options(), origin="https://evil.example"),
                       key.answer(options(), type="webauthn.get"), {"id": "x"}, {}):
        assert_error(post(graph, user, credential), 400, "badRequest")
    assert_error(post(graph, user, key.answer(options()), name=""), 400, "badRequest")
    assert_error(graph.request("POST", methods(user), json={"displayName": "x"}), 400, "badRequest")
    assert graph.get(methods(user))["value"] == graph.get(methods(other))["value"] == []


def test_the_policy_counts(graph, user, key):
    options = options_of(graph, user)["publicKey"]
    graph.patch(FIDO2, {"keyRestrictions": {"isEnforced": True, "enforcementType": "block", "aaGuids": [key.aaguid]}})
    try:
        assert_error(post(graph, user, key.answer(options)), 400, "badRequest")
        graph.patch(FIDO2, {"state": "disabled"})
        assert_error(graph.request("GET", f"{methods(user)}/creationOptions"), 400, "badRequest")
    finally:
        graph.delete(FIDO2)
    assert graph.get(methods(user))["value"] == []
