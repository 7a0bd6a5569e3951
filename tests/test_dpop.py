"""Tokens bound to a key that the client must show (DPoP, RFC 9449): at each grant, at Graph and at UserInfo, and what a
thief of tokens, codes and proofs would try."""

import base64
import hashlib
import json
import time
import urllib.parse
import uuid

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from support.applications import Registered, answered, signed_in

GRAPH = "https://graph.microsoft.com/.default"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """A client's key, which makes proofs."""

    KINDS = {"ES256": (lambda: ec.generate_private_key(ec.SECP256R1()), jwt.algorithms.ECAlgorithm),
             "EdDSA": (ed25519.Ed25519PrivateKey.generate, jwt.algorithms.OKPAlgorithm),
             "PS256": (lambda: rsa.generate_private_key(65537, 2048), jwt.algorithms.RSAAlgorithm)}

    def __init__(self, algorithm="ES256"):
        make, reader = self.KINDS[algorithm]
        self.algorithm, self.private = algorithm, make()
        jwk = json.loads(reader.to_jwk(self.private.public_key()))
        self.jwk = {name: jwk[name] for name in ("kty", "crv", "x", "y", "n", "e") if name in jwk}
        canonical = json.dumps(self.jwk, sort_keys=True, separators=(",", ":"))
        self.thumbprint = base64url(hashlib.sha256(canonical.encode()).digest())

    def proof(self, method, url, token=None, header=None, **changes):
        claims = {"jti": str(uuid.uuid4()), "htm": method, "htu": url, "iat": time.time(), **changes}
        if token:
            claims.setdefault("ath", base64url(hashlib.sha256(token.encode()).digest()))
        return jwt.encode({name: value for name, value in claims.items() if value is not None}, self.private,
                          algorithm=self.algorithm, headers={"typ": "dpop+jwt", "jwk": self.jwk, **(header or {})})


@pytest.fixture(scope="module")
def public(server, graph, listener):
    return Registered(server, graph, publicClient={"redirectUris": ["http://localhost"]})


@pytest.fixture(scope="module")
def ada(server, graph):
    _, visitor = signed_in(server, graph, "ada")
    with visitor:
        yield visitor


def endpoint(server, name):
    return f"{server.url}/{server.installation.tenant}/oauth2/v2.0/{name}"


def post(server, proofs=(), name="token", **fields):
    """An answer of an endpoint: status and body."""
    with server.client() as client:
        answer = client.post(endpoint(server, name), data=fields, headers=[("DPoP", proof) for proof in proofs])
    return answer.status_code, answer.json()


def by_itself(server, *proofs):
    info = server.installation.info["application"]
    return post(server, proofs, grant_type="client_credentials", client_id=info["clientId"],
                client_secret=info["clientSecret"], scope=GRAPH)


def code_for(app, visitor, listener, **changes):
    return answered(visitor, app.request(listener.url, scope="openid offline_access User.Read", **changes))


def redeem(server, app, listener, code, *proofs, **changes):
    return post(server, proofs, grant_type="authorization_code", client_id=app.client_id, code=code,
                redirect_uri=listener.url, code_verifier=app.verifier, **changes)


def refresh(server, app, token, *proofs, **changes):
    return post(server, proofs, grant_type="refresh_token", client_id=app.client_id, refresh_token=token, **changes)


def use(server, token, proof=None, scheme="DPoP", path="/v1.0/me", method="GET", **options):
    headers = [("Authorization", f"{scheme} {token}")] + ([("DPoP", proof)] if proof else [])
    with server.client() as client:
        return client.request(method, path, headers=headers, **options)


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


@pytest.mark.parametrize("algorithm", Key.KINDS)
def test_an_applications_own_token_is_bound(server, algorithm):
    key = Key(algorithm)
    status, body = by_itself(server, key.proof("POST", endpoint(server, "token")))
    assert (status, body["token_type"]) == (200, "DPoP"), body
    token = body["access_token"]
    assert claims_of(token)["cnf"] == {"jkt": key.thumbprint}
    users = f"{server.url}/v1.0/users"
    answer = use(server, token, key.proof("GET", f"{users}?not=compared", token), path="/v1.0/users?$top=1")
    assert answer.status_code == 200, answer.text
    info = server.installation.info["application"]
    _, told = post(server, name="introspect", token=token, client_id=info["clientId"],
                   client_secret=info["clientSecret"])
    assert told["active"] and told["cnf"] == {"jkt": key.thumbprint} and told["token_type"] == "DPoP"


def test_discovery_names_the_algorithms(server):
    with server.client() as client:
        found = client.get(f"/{server.installation.tenant}/v2.0/.well-known/openid-configuration").json()
    assert found["dpop_signing_alg_values_supported"] == ["ES256", "EdDSA", "RS256", "PS256"]


def test_only_a_fresh_proof_for_this_very_request_counts(server):
    key, url = Key(), endpoint(server, "token")
    good = key.proof("POST", url)
    assert by_itself(server, good)[0] == 200
    stranger = Key()
    forged = key.proof("POST", url, header={"jwk": stranger.jwk})
    with_private_part = key.proof("POST", url, header={"jwk": {**key.jwk, "d": "AAAA"}})
    unsigned = key.proof("POST", url).rsplit(".", 1)[0] + "."
    for proofs in (
            [good],
            [key.proof("POST", url), key.proof("POST", url)],
            [key.proof("GET", url)],
            [key.proof("POST", url.replace("/token", "/par"))],
            [key.proof("POST", url.replace("https://localhost", "https://evil.example"))],
            [key.proof("POST", url, iat=time.time() - 310)],
            [key.proof("POST", url, iat=time.time() + 310)],
            [key.proof("POST", url, iat=None)],
            [key.proof("POST", url, jti=None)],
            [key.proof("POST", url, header={"typ": "JWT"})],
            [forged], [with_private_part], [unsigned], ["x"], [""]):
        status, body = by_itself(server, *proofs)
        assert (status, body["error"]) == (400, "invalid_dpop_proof"), (proofs, body)
        assert "access_token" not in body


def test_a_bound_token_is_worth_nothing_to_a_thief(server, public, ada, listener):
    key = Key()
    code = code_for(public, ada, listener)["code"]
    status, body = redeem(server, public, listener, code, key.proof("POST", endpoint(server, "token")))
    assert (status, body["token_type"]) == (200, "DPoP"), body
    token = body["access_token"]
    for path in ("/v1.0/me", "/oidc/userinfo"):
        url = f"{server.url}{path}"
        proof = key.proof("GET", url, token)
        assert use(server, token, proof, path=path).status_code == 200
        thief = Key()
        other_token = by_itself(server)[1]["access_token"]
        for sent, scheme, word in (
                (proof, "DPoP", "invalid_dpop_proof"),
                (None, "DPoP", "invalid_dpop_proof"),
                (None, "Bearer", "invalid_token"),
                (key.proof("GET", url, token), "Bearer", "invalid_token"),
                (thief.proof("GET", url, token), "DPoP", "invalid_dpop_proof"),
                (key.proof("GET", url), "DPoP", "invalid_dpop_proof"),
                (key.proof("GET", url, other_token), "DPoP", "invalid_dpop_proof"),
                (key.proof("POST", url, token), "DPoP", "invalid_dpop_proof"),
                (key.proof("GET", f"{server.url}/v1.0/users", token), "DPoP", "invalid_dpop_proof"),
                (key.proof("GET", url, token, iat=time.time() - 310), "DPoP", "invalid_dpop_proof")):
            answer = use(server, token, sent, scheme, path)
            challenge = answer.headers["www-authenticate"]
            assert answer.status_code == 401, (sent, answer.text)
            assert challenge.startswith("DPoP ") and f'error="{word}"' in challenge and "ES256" in challenge, challenge
        # Nor does a bearer's token become bound by being sent so.
        answer = use(server, other_token, key.proof("GET", url, other_token), path=path)
        assert answer.status_code == 401 and "invalid_token" in answer.headers["www-authenticate"]


def test_a_batch_is_proved_once(server, public, ada, listener):
    key, url = Key(), f"{server.url}/v1.0/$batch"
    code = code_for(public, ada, listener)["code"]
    token = redeem(server, public, listener, code, key.proof("POST", endpoint(server, "token")))[1]["access_token"]
    batch = {"requests": [{"id": str(n), "method": "GET", "url": "/me"} for n in range(3)]}
    answer = use(server, token, key.proof("POST", url, token), path="/v1.0/$batch", method="POST", json=batch)
    assert [one["status"] for one in answer.json()["responses"]] == [200] * 3, answer.text
    for scheme, proof in (("Bearer", None), ("DPoP", None), ("DPoP", Key().proof("POST", url, token))):
        answer = use(server, token, proof, scheme, path="/v1.0/$batch", method="POST", json=batch)
        assert answer.status_code == 401, answer.text


def test_a_public_clients_refresh_tokens_are_bound(server, public, ada, listener):
    key, url = Key(), endpoint(server, "token")
    code = code_for(public, ada, listener)["code"]
    first = redeem(server, public, listener, code, key.proof("POST", url))[1]["refresh_token"]
    for proofs in ([], [Key().proof("POST", url)]):
        status, body = refresh(server, public, first, *proofs)
        assert (status, body["error"]) == (400, "invalid_grant"), body
    proof = key.proof("POST", url)
    status, body = refresh(server, public, first, proof)
    assert (status, body["token_type"]) == (200, "DPoP"), body
    assert claims_of(body["access_token"])["cnf"] == {"jkt": key.thumbprint}
    second = body["refresh_token"]
    assert refresh(server, public, second, proof)[1]["error"] == "invalid_dpop_proof"
    assert refresh(server, public, second)[1]["error"] == "invalid_grant"
    assert refresh(server, public, second, key.proof("POST", url))[0] == 200
    # A token without a key has none later, until a refresh shows one.
    code = code_for(public, ada, listener)["code"]
    plain = redeem(server, public, listener, code)[1]
    assert plain["token_type"] == "Bearer" and "cnf" not in claims_of(plain["access_token"])
    again = refresh(server, public, plain["refresh_token"])[1]
    assert again["token_type"] == "Bearer"
    late, url = Key(), endpoint(server, "token")
    bound = refresh(server, public, again["refresh_token"], late.proof("POST", url))[1]
    assert claims_of(bound["access_token"])["cnf"] == {"jkt": late.thumbprint}
    for token in (bound["refresh_token"], again["refresh_token"]):
        for proofs in ([], [Key().proof("POST", url)]):
            assert refresh(server, public, token, *proofs)[1]["error"] == "invalid_grant"
        assert refresh(server, public, token, late.proof("POST", url))[0] == 200


def test_a_secret_binds_refresh_tokens_instead(server, graph, ada, listener):
    app = Registered(server, graph, web={"redirectUris": [listener.url]})
    secret = graph.post(f"/applications/{app.id}/addPassword", {}, expect=200)["secretText"]
    one, other, url = Key(), Key(), endpoint(server, "token")
    code = code_for(app, ada, listener)["code"]
    body = redeem(server, app, listener, code, one.proof("POST", url), client_secret=secret)[1]
    status, body = refresh(server, app, body["refresh_token"], other.proof("POST", url), client_secret=secret)
    assert status == 200 and claims_of(body["access_token"])["cnf"] == {"jkt": other.thumbprint}, body


def test_a_code_is_bound_before_it_is_made(server, public, ada, listener):
    key, url = Key(), endpoint(server, "token")
    code = code_for(public, ada, listener, dpop_jkt=key.thumbprint)["code"]
    for proofs in ([], [Key().proof("POST", url)]):
        status, body = redeem(server, public, listener, code, *proofs)
        assert (status, body["error"]) == (400, "invalid_grant"), body
    assert redeem(server, public, listener, code, key.proof("POST", url))[0] == 200
    for wrong in ("x", key.thumbprint + "=", key.thumbprint[1:] + "+"):
        refused = code_for(public, ada, listener, dpop_jkt=wrong)
        assert refused["error"] == "invalid_request" and "code" not in refused


def test_pushed_requests_bind_their_code(server, public, ada, listener):
    key, par = Key(), endpoint(server, "par")
    request = public.request(listener.url, scope="openid offline_access User.Read")
    fields = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(request).query))

    def push(*proofs, **more):
        return post(server, proofs, "par", **fields, **more)

    def code_of(pushed):
        query = urllib.parse.urlencode({"client_id": public.client_id, "request_uri": pushed["request_uri"]})
        return answered(ada, f"{endpoint(server, 'authorize')}?{query}")["code"]

    for proofs, more in (([key.proof("POST", par)], {}), ([], {"dpop_jkt": key.thumbprint}),
                         ([key.proof("POST", par)], {"dpop_jkt": key.thumbprint})):
        status, pushed = push(*proofs, **more)
        assert status == 201, pushed
        code = code_of(pushed)
        assert redeem(server, public, listener, code)[1]["error"] == "invalid_grant"
        assert redeem(server, public, listener, code, key.proof("POST", endpoint(server, "token")))[0] == 200
    assert push(key.proof("POST", par), dpop_jkt=Key().thumbprint)[0] == 400
    assert push(key.proof("POST", endpoint(server, "token")))[1]["error"] == "invalid_dpop_proof"


def test_devices_bind_their_tokens(server, graph, ada):
    app = Registered(server, graph, isFallbackPublicClient=True)
    key, url = Key(), endpoint(server, "token")
    _, begun = post(server, name="devicecode", client_id=app.client_id, scope="User.Read offline_access")
    page = ada.submit(ada.open("/devicelogin"), "code", begun["user_code"])
    if page.heading == "Pick an account":
        page = ada.submit(page, "request", **dict([page.form("request")["buttons"][0]]))
    assert ada.submit(page, "account", answer="yes").heading == "You're signed in", page
    grant = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": app.client_id,
             "device_code": begun["device_code"]}
    status, body = post(server, [key.proof("POST", url)], **grant)
    assert (status, body["token_type"]) == (200, "DPoP"), body
    assert refresh(server, app, body["refresh_token"])[1]["error"] == "invalid_grant"


def test_an_application_may_demand_it_of_itself(server, graph, ada, listener):
    app = Registered(server, graph, publicClient={"redirectUris": ["http://localhost"]},
                     latchkey={"dpopBoundAccessTokens": True})
    code = code_for(app, ada, listener)["code"]
    status, body = redeem(server, app, listener, code)
    assert (status, body["error"]) == (400, "invalid_request"), body
    assert redeem(server, app, listener, code, Key().proof("POST", endpoint(server, "token")))[0] == 200
