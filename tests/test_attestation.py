"""Passkeys for which their maker vouches (sign-in contract 6.5; FIDO Metadata Service 3.0): in real Chromium, whose virtual
authenticator has a maker's certificate, and by Graph."""

import base64
import contextlib
import datetime
import json
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import NameOID

from support.applications import type_pass
from support.graph import Graph
from support.server import Installation, binary, environment

FIDO2 = "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/Fido2"
# What Chromium's virtual authenticators say of themselves.
CHROMIUM = "01020304-0506-0708-0102-030405060708"

CREATE = """async () => {
  const made = await navigator.credentials.create({publicKey: {
    rp: {name: "x"}, user: {id: new Uint8Array(16), name: "x", displayName: "x"}, challenge: new Uint8Array(16),
    pubKeyCredParams: [{type: "public-key", alg: -7}], attestation: "direct"}});
  return made.toJSON().response.attestationObject;
}"""


def encoded(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Publisher:
    """The FIDO Alliance, with a CA of its own."""

    def __init__(self, folder, host="mds.fidoalliance.org"):
        self.key, self.ca = ec.generate_private_key(ec.SECP256R1()), folder / "publisher-ca.pem"
        ca_key = ec.generate_private_key(ec.SECP256R1())
        ca = self._certify("Publisher's CA", ca_key, ca_key, x509.BasicConstraints(ca=True, path_length=None))
        self.ca.write_bytes(ca.public_bytes(serialization.Encoding.PEM))
        self.leaf = self._certify(host, self.key, ca_key, x509.SubjectAlternativeName([x509.DNSName(host)]))

    def _certify(self, name, key, issuer, extension):
        def named(text):
            return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder().subject_name(named(name)).issuer_name(named("Publisher's CA"))
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(extension, critical=False).sign(issuer, hashes.SHA256()))

    def publish(self, path, *entries):
        leaf = base64.b64encode(self.leaf.public_bytes(serialization.Encoding.DER)).decode()
        header = {"alg": "ES256", "typ": "JWT", "x5c": [leaf]}
        due = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()
        payload = {"legalHeader": "…", "no": 7, "nextUpdate": due, "entries": entries}
        message = ".".join(encoded(json.dumps(part).encode()) for part in (header, payload))
        r, s = utils.decode_dss_signature(self.key.sign(message.encode(), ec.ECDSA(hashes.SHA256())))
        path.write_text(f"{message}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}")


def entry(root, status="FIDO_CERTIFIED_L1", make=CHROMIUM):
    return {"aaguid": make, "statusReports": [{"status": status}], "metadataStatement": {
        "description": "Chromium's key", "attestationRootCertificates": [base64.b64encode(root).decode()]}}


def certificate_in(attestation_object):
    """The one certificate of the format `packed`."""
    data = base64.urlsafe_b64decode(attestation_object + "==")
    begin = data.index(b"x5c\x81\x59") + 5
    return data[begin + 2:begin + 2 + int.from_bytes(data[begin:begin + 2], "big")]


def other_root():
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Another maker")])
    now = datetime.datetime.now(datetime.UTC)
    made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
            .serial_number(7).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
            .sign(key, hashes.SHA256()))
    return made.public_bytes(serialization.Encoding.DER)


def create_passkey(window):
    window.page.goto("/security-info/passkeys")
    window.page.get_by_role("button", name="Create passkey").click()


def test_only_passkeys_of_known_makers_are_registered(tmp_path, browse):
    publisher, metadata = Publisher(tmp_path), tmp_path / "metadata.jwt"
    publisher.publish(metadata)
    server = Installation.make(tmp_path / "data").serve(env={
        "LATCHKEY_PASSKEYS_METADATA": str(metadata), "LATCHKEY_OUTBOUND_CA": str(publisher.ca)})
    chromium = browse(server)
    # The maker's certificate, as any site gets it that asks for it.
    window = chromium.window()
    window.add_authenticator()
    window.page.goto("/sign-in")
    root = certificate_in(window.page.evaluate(CREATE))
    window.close()

    for entries, known in [([entry(other_root())], False), ([entry(root, "REVOKED")], False), ([], False),
                           ([entry(root)], True)]:
        publisher.publish(metadata, *entries)
        server.stop()
        server.start()
        with contextlib.closing(Graph(server)) as graph:
            graph.enable_passes()
            assert graph.request("PATCH", FIDO2, json={"isAttestationEnforced": True}).status_code == 204
            assert graph.get(FIDO2)["isAttestationEnforced"] is True
            user = graph.add_user()
            code = graph.add_pass(user["id"], isUsableOnce=False)["temporaryAccessPass"]
            window = chromium.window()
            window.add_authenticator()
            window.page.goto("/security-info")
            type_pass(window, user["userPrincipalName"], code)
            window.expect("Security info")
            create_passkey(window)
            if known:
                window.expect("Passkey created")
                window.page.get_by_role("button", name="Done").click()
                window.expect("Security info")
                [made] = graph.get(f"/users/{user['id']}/authentication/fido2Methods")["value"]
                assert (made["attestationLevel"], made["model"]) == ("attested", "Chromium's key")
                [thumbprint] = made["attestationCertificates"]
                assert len(bytes.fromhex(thumbprint)) == 20 and made["passkeyType"] == "deviceBound"
            else:
                window.page.get_by_role("alert").get_by_text("only takes passkeys that can prove").wait_for()
                window.look("passkey-not-attested")
                assert graph.get(f"/users/{user['id']}/authentication/fido2Methods")["value"] == []
            options = graph.get(f"/users/{user['id']}/authentication/fido2Methods/creationOptions")
            assert options["publicKey"]["attestation"] == "direct"
            assert not window.errors
            window.close()


@pytest.mark.parametrize("host,content,words", [
    ("mds.fidoalliance.org", "{}", "not the FIDO Alliance's metadata file"),
    ("example.com", None, "not signed in the name of mds.fidoalliance.org"),
    (None, None, "No such file")])
def test_metadata_that_cant_be_believed_stops_the_start(tmp_path, host, content, words):
    path = tmp_path / "metadata.jwt"
    env = {"LATCHKEY_PASSKEYS_METADATA": str(path)}
    if host:
        publisher = Publisher(tmp_path, host)
        publisher.publish(path, entry(other_root()))
        env["LATCHKEY_OUTBOUND_CA"] = str(publisher.ca)
    if content:
        path.write_text(content)
    installation = Installation.make(tmp_path / "data")
    done = subprocess.run([binary(), "serve", "--data", installation.data, "--listen", "127.0.0.1:0"],
                          env=environment(env), capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "passkeys.metadata" in done.stderr and words in done.stderr
