"""Applications that prove who they are by a certificate's key: MSAL and azure-identity, unmodified, and what a thief of
tokens would try (sign-in contract 9.5, RFC 7523)."""

import datetime
import subprocess
import time
import uuid

import jwt
import msal
import pytest
from azure.identity import CertificateCredential
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from support.server import Installation, binary, environment

GRAPH = "https://graph.microsoft.com/.default"
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def add(installation, client_id, path):
    """`latchkey admin add-certificate`, while the server runs."""
    command = [binary(), "admin", "add-certificate", client_id, path, "--data", installation.data]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, cwd="/")


class Certificate:
    """A key with its certificate, both in PEM."""

    def __init__(self, key, days=(-1, 30)):
        now = datetime.datetime.now(datetime.timezone.utc)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "app")])
        certificate = (
            x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now + datetime.timedelta(days=days[0]))
            .not_valid_after(now + datetime.timedelta(days=days[1])).sign(key, hashes.SHA256()))
        self.key = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                     serialization.NoEncryption()).decode()
        self.public = certificate.public_bytes(serialization.Encoding.PEM).decode()
        self.sha1 = certificate.fingerprint(hashes.SHA1()).hex()

    def register(self, installation, folder):
        path = folder / f"{self.sha1}.pem"
        path.write_text(self.public)
        assert add(installation, installation.info["application"]["clientId"], path).returncode == 0
        return self


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture(scope="module")
def server(folder):
    server = Installation.make(folder / "data").serve()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def mine(server, folder):
    return Certificate(rsa.generate_private_key(65537, 2048)).register(server.installation, folder)


@pytest.fixture(scope="module")
def curve(server, folder):
    return Certificate(ec.generate_private_key(ec.SECP256R1())).register(server.installation, folder)


@pytest.fixture(autouse=True)
def no_other_ca(monkeypatch):
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


@pytest.mark.parametrize("shape", ["PS256 with x5t#S256", "RS256 with x5t"])
def test_msal(server, mine, shape):
    proof = {"private_key": mine.key, "public_certificate": mine.public}
    if shape.startswith("RS256"):
        proof["thumbprint"] = mine.sha1
    app = msal.ConfidentialClientApplication(
        server.installation.info["application"]["clientId"], authority=f"{server.url}/{server.installation.tenant}",
        instance_discovery=False, verify=server.installation.ca, client_credential=proof)
    first = app.acquire_token_for_client([GRAPH])
    assert claims_of(first["access_token"])["appidacr"] == "2", first
    # MSAL sends the same assertion again for nine minutes.
    app.remove_tokens_for_client()
    again = app.acquire_token_for_client([GRAPH])
    assert "access_token" in again and again["access_token"] != first["access_token"], again


def test_azure_identity(server, mine):
    credential = CertificateCredential(
        server.installation.tenant, server.installation.info["application"]["clientId"],
        certificate_data=(mine.key + mine.public).encode(), authority=server.url, disable_instance_discovery=True,
        connection_verify=str(server.installation.ca))
    token = credential.get_token(GRAPH).token
    with server.client() as client:
        users = client.get("/v1.0/users", headers={"Authorization": f"Bearer {token}"})
    assert users.status_code == 200, users.text


def sign(server, certificate, algorithm="PS256", headers=None, **changes):
    now, client_id = time.time(), server.installation.info["application"]["clientId"]
    claims = {"iss": client_id, "sub": client_id, "exp": now + 300, "iat": now, "jti": str(uuid.uuid4()),
              "aud": f"{server.url}/{server.installation.tenant}/oauth2/v2.0/token", **changes}
    return jwt.encode(claims, certificate.key, algorithm=algorithm, headers=headers)


def post(server, assertion, path="token", **fields):
    data = {"grant_type": "client_credentials", "scope": GRAPH, "client_assertion": assertion,
            "client_assertion_type": JWT_BEARER, **fields}
    with server.client() as client:
        answer = client.post(f"/{server.installation.tenant}/oauth2/v2.0/{path}", data=data)
    body = answer.json()
    return answer.status_code, body, (body.get("error_codes") or [0])[0]


def test_other_algorithms_and_endpoints(server, mine, curve):
    issuer = f"{server.url}/{server.installation.tenant}/v2.0"
    for assertion in (sign(server, mine, "RS256"), sign(server, mine), sign(server, curve, "ES256"),
                      sign(server, mine, aud=issuer), sign(server, mine, aud=[issuer]),
                      sign(server, mine, headers={"kid": mine.sha1.upper()})):
        status, body, _ = post(server, assertion)
        assert status == 200, body
    token = body["access_token"]
    status, body, _ = post(server, sign(server, mine), "introspect", token=token)
    assert status == 200 and body["active"], body
    status, body, _ = post(server, sign(server, mine), "revoke", token=token)
    assert (status, body["error"]) == (400, "unsupported_token_type"), body
    pushed = sign(server, mine, aud=f"{server.url}/{server.installation.tenant}/oauth2/v2.0/par")
    assert post(server, pushed, "introspect", token=token)[0] == 200
    unsigned = sign(server, mine).rsplit(".", 1)[0] + "."
    assert post(server, unsigned, "introspect", token=token)[::2] == (401, 700027)


def test_every_lie_has_its_number(server, mine, curve, folder):
    stranger = Certificate(rsa.generate_private_key(65537, 2048))
    over = Certificate(rsa.generate_private_key(65537, 2048), days=(-30, -1)).register(server.installation, folder)
    now = time.time()
    for assertion, number in (
            ("x", 50027), ("a.b.c", 50027), ("x" * 20000, 50027),
            (sign(server, stranger), 700027), (sign(server, over), 700027),
            (sign(server, curve, "ES256", {"kid": mine.sha1}), 700027),
            (sign(server, mine, "RS512"), 700027),
            # The certificate is no secret: it must not be one that both sides share.
            (jwt.api_jws.PyJWS().encode(b"{}", None, algorithm="none"), 700027),
            (sign(server, mine, iss="someone"), 700021), (sign(server, mine, sub="someone"), 700021),
            (sign(server, mine, aud="https://evil.example/token"), 700023),
            (sign(server, mine, aud=[f"{server.url}/common/oauth2/v2.0/token", "https://evil.example"]), 700023),
            (sign(server, mine, exp=now - 1), 700024), (sign(server, mine, exp=now + 3600), 700024),
            (sign(server, mine, nbf=now + 3600), 700024)):
        status, body, got = post(server, assertion, client_id=server.installation.info["application"]["clientId"])
        assert (status, body["error"], got) == (401, "invalid_client", number), (number, body)
    # Of another application, and together with a secret.
    status, body, number = post(server, sign(server, mine), client_id=str(uuid.uuid4()))
    assert (status, body["error"], number) == (400, "unauthorized_client", 700016)
    assert post(server, sign(server, mine), client_secret="x")[2] == 9002313
    assert post(server, sign(server, mine), client_assertion_type="saml")[2] == 900144


def test_the_command_line_refuses_what_is_no_certificate(server, folder):
    path = folder / "key.pem"
    path.write_text("-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n")
    refused = add(server.installation, server.installation.info["application"]["clientId"], path)
    assert refused.returncode != 0 and "not an X.509 certificate" in refused.stderr
    path.write_text(Certificate(ec.generate_private_key(ec.SECP256R1())).public)
    refused = add(server.installation, str(uuid.uuid4()), path)
    assert refused.returncode != 0 and "no such application" in refused.stderr
