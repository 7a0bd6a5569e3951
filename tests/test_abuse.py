"""What an attacker tries at the OAuth door, one test per trick, over real HTTP. What needs a moved clock is in the crates:
codes and refresh tokens of `authorization_tokens`, devices of `device_code`, signatures of `jwt_tests`."""

import base64
import hashlib
import hmac
import json
import time
import urllib.parse

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from support.applications import Registered, answered, signed_in
from support.pages import HOME, Visitor, landed
from support.server import Installation

SESSION = "__Host-lk_session"
#: As a cookie jar calls localhost.
HOST = "localhost.local"


class Shop(Registered):
    """An application with a secret."""

    def __init__(self, server, graph, listener):
        super().__init__(server, graph, web={"redirectUris": [listener.url]})
        self.secret = graph.post(f"/applications/{self.id}/addPassword", {}, expect=200)["secretText"]
        self.listener = listener

    def code(self, visitor, **changes):
        scope = "openid profile offline_access User.Read"
        visitor.open(self.request(self.listener.url, **{"scope": scope, **changes}))
        return self.listener.answer()

    def tokens(self, visitor):
        code = self.code(visitor)["code"]
        return self.redeem(self.listener.url, code, client_secret=self.secret).json()

    def at(self, endpoint, **form):
        with self.server.client() as client:
            return client.post(f"/{self.server.installation.tenant}/oauth2/v2.0/{endpoint}", data={
                "client_id": self.client_id, "client_secret": self.secret, **form})


@pytest.fixture(scope="module")
def shop(server, graph, listener):
    return Shop(server, graph, listener)


@pytest.fixture(scope="module")
def other_shop(server, graph, listener):
    return Shop(server, graph, listener)


@pytest.fixture(scope="module")
def visitor(server, graph):
    _, visitor = signed_in(server, graph, "vera")
    with visitor:
        yield visitor


@pytest.fixture(scope="module")
def tokens(shop, visitor):
    return shop.tokens(visitor)


def me(server, token):
    with server.client() as client:
        return client.get("/v1.0/me", headers={"Authorization": f"Bearer {token}"})


def parts(token):
    header, payload, signature = token.split(".")
    return json.loads(padded(header)), json.loads(padded(payload)), signature


def padded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def packed(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def description(answer):
    return answer.json()["error_description"]


# Codes

def test_a_code_that_was_seen_by_somebody_is_of_no_use_and_takes_its_tokens_along(server, shop, visitor):
    code = shop.code(visitor)["code"]
    first = shop.redeem(shop.listener.url, code, client_secret=shop.secret).json()
    assert me(server, first["access_token"]).status_code == 200
    again = shop.redeem(shop.listener.url, code, client_secret=shop.secret)
    assert again.status_code == 400 and again.json()["error"] == "invalid_grant"
    assert me(server, first["access_token"]).status_code == 401


def test_a_code_is_of_one_application_one_address_and_one_verifier(shop, other_shop, visitor):
    tries = [
        (other_shop, {}, "invalid_grant"),
        (shop, {"redirect_uri": "https://localhost/elsewhere"}, "invalid_grant"),
        (shop, {"code_verifier": "x" * 43}, "invalid_grant"),
        # A downgrade: the code was asked for with a challenge.
        (shop, {"code_verifier": None}, None),
    ]
    for application, changes, error in tries:
        code = shop.code(visitor)["code"]
        form = {"code_verifier": shop.verifier, "redirect_uri": shop.listener.url, **changes}
        refused = application.at("token", grant_type="authorization_code", code=code,
                                 **{name: value for name, value in form.items() if value is not None})
        assert refused.status_code == 400 and "access_token" not in refused.json(), changes
        assert error is None or refused.json()["error"] == error, changes


def test_a_challenge_must_be_there_and_be_a_hash(server, graph, shop, listener, visitor):
    app = Registered(server, graph, publicClient={"redirectUris": ["http://localhost"]}, isFallbackPublicClient=True)
    for application, changes in [
        (app, {"code_challenge": None, "code_challenge_method": None}), (app, {"code_challenge_method": "plain"}),
        (shop, {"code_challenge_method": "plain"}), (shop, {"code_challenge_method": None}),
        (shop, {"code_challenge": None}), (shop, {"code_challenge": "short"}),
    ]:
        refused = answered(visitor, application.request(listener.url, **changes))
        assert refused["error"] == "invalid_request" and "code" not in refused, changes
        listener.answer()


def test_an_answer_names_who_gave_it_and_what_it_answers(server, shop, visitor):
    """Against mix-up (RFC 9207) and forged answers: `iss`, `state` as it was sent, `nonce` in the ID token."""
    state = "a b&c=d\u00e9"
    answer = shop.code(visitor, state=state)
    assert answer["iss"] == f"{server.url}/{server.installation.tenant}/v2.0" and answer["state"] == state
    refused = answered(visitor, shop.request(shop.listener.url, prompt="nonsense", state=state))
    assert refused["iss"] == answer["iss"] and refused["state"] == state
    shop.listener.answer()
    code = shop.code(visitor, nonce="other")["code"]
    id_token = shop.redeem(shop.listener.url, code, client_secret=shop.secret).json()["id_token"]
    assert parts(id_token)[1]["nonce"] == "other"


# Addresses

@pytest.mark.parametrize("trick", [
    "https://evil.example/", "{}@evil.example/", "{}.evil.example/", "{}/../evil", "{}/%2e%2e/evil", "{}/%2F%2Fevil.example",
    "{}//evil.example", "{}\\@evil.example", "{}/#fragment", "{}/?added=1", "{}\t", " {}", "{}\u3002evil.example",
    "javascript:alert(1)", "data:text/html,x", "//evil.example"])
def test_answers_go_only_to_the_very_address_that_was_registered(server, shop, visitor, trick):
    answer = visitor.client.get(shop.request(trick.format(shop.listener.url)), follow_redirects=False)
    assert answer.status_code == 400 and "location" not in answer.headers
    assert "evil" not in answer.headers.get("content-security-policy", "")


@pytest.mark.parametrize("target", [
    "https://evil.example/", "//evil.example/", "/\\evil.example", "https:evil.example", "javascript:alert(1)"])
def test_our_own_pages_send_nobody_elsewhere(server, target):
    """Wherever a page of ours takes an address along, it stays on this host."""
    quoted = urllib.parse.quote(target, safe="")
    with server.client() as fresh:
        for path in (f"/sign-in?next={quoted}", f"/sign-in?return={quoted}", f"/sign-in?ReturnUrl={quoted}",
                     f"/common/oauth2/v2.0/logout?post_logout_redirect_uri={quoted}"):
            answer = fresh.get(path, follow_redirects=False)
            assert "evil" not in answer.headers.get("location", ""), path
            assert f'href="{target}"' not in answer.text, path


# Tokens

def test_tokens_are_good_for_one_thing(server, shop, other_shop, tokens):
    """Each token where another one belongs."""
    assert me(server, tokens["access_token"]).status_code == 200
    for wrong in (tokens["id_token"], tokens["refresh_token"]):
        assert me(server, wrong).status_code == 401
    for form in ({"grant_type": "refresh_token", "refresh_token": tokens["access_token"]},
                 {"grant_type": "refresh_token", "refresh_token": tokens["id_token"]},
                 {"grant_type": "authorization_code", "code": tokens["refresh_token"],
                  "redirect_uri": shop.listener.url, "code_verifier": shop.verifier}):
        assert shop.at("token", **form).json()["error"] == "invalid_grant", form
    stolen = other_shop.at("token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert stolen.json()["error"] == "invalid_grant"
    assert other_shop.at("introspect", token=tokens["refresh_token"]).json() == {"active": False}
    # Somebody else's try costs the owner nothing.
    assert shop.at("introspect", token=tokens["refresh_token"]).json()["active"] is True


def test_a_signature_that_is_none_or_of_another_kind_is_none(server, tokens):
    header, payload, signature = parts(tokens["access_token"])
    with server.client() as client:
        keys = client.get(f"/{server.installation.tenant}/discovery/v2.0/keys").json()["keys"]
    public = jwt.PyJWK(next(key for key in keys if key["kid"] == header["kid"])).key
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    forged = {
        "none": f"{packed({**header, 'alg': 'none'})}.{packed(payload)}.",
        "None": f"{packed({**header, 'alg': 'None'})}.{packed(payload)}.{signature}",
        "no signature": f"{packed(header)}.{packed(payload)}.",
        "another algorithm's name": f"{packed({**header, 'alg': 'ES256'})}.{packed(payload)}.{signature}",
        "one claim more": f"{packed(header)}.{packed({**payload, 'scp': 'User.ReadWrite.All'})}.{signature}",
        "public key as secret": hs256(header, payload, pem),
    }
    for trick, token in forged.items():
        assert me(server, token).status_code == 401, trick


def hs256(header, payload, secret):
    signed = f"{packed({**header, 'alg': 'HS256'})}.{packed(payload)}"
    return f"{signed}.{packed(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def test_nobody_brings_a_key_along(server, tokens):
    """Keys are ours, whatever a header says of where to find one."""
    header, payload, _ = parts(tokens["access_token"])
    own = rsa.generate_private_key(65537, 2048)
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(own.public_key()))
    for injected in ({"jwk": jwk}, {"jku": "https://evil.example/keys"}, {"x5u": "https://evil.example/key"},
                     {"kid": "../../../../dev/null"}, {"kid": "' OR 1=1 --"}, {"kid": "x" * 5000}, {"kid": None},
                     {"crit": ["exp"]}, {"kid": header["kid"], "jwk": jwk}):
        token = jwt.encode(payload, own, "RS256", headers={**header, **injected} if injected.get("kid", "") is not None
                           else {key: value for key, value in header.items() if key != "kid"})
        assert me(server, token).status_code == 401, injected


def test_a_token_of_another_tenant_of_ours_is_foreign(server, tokens, tmp_path_factory):
    """The same product, another installation: other keys, another issuer."""
    elsewhere = Installation.make(tmp_path_factory.mktemp("elsewhere") / "data").serve()
    try:
        assert me(elsewhere, tokens["access_token"]).status_code == 401
    finally:
        elsewhere.stop()


@pytest.mark.parametrize("size", [10_000, 200_000, 5_000_000])
def test_oversized_tokens_are_refused_at_once(server, shop, size):
    token = f"{packed({'alg': 'RS256', 'kid': 'x'})}.{'A' * size}.{'A' * 342}"
    began = time.monotonic()
    with server.client() as client:
        try:
            answer = client.get("/v1.0/me", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code in (400, 401, 431)
        except OSError:
            pass  # The connection was closed while it was still coming: that is an answer, too.
        except Exception as error:  # httpx has its own names for it
            assert type(error).__module__.startswith("httpx"), error
    if size < 1_000_000:
        assert shop.at("introspect", token=token).status_code in (200, 400, 413)
    assert time.monotonic() - began < 5
    with server.client() as client:
        assert client.get("/healthz").status_code == 200


# Browsers

def test_a_session_that_was_planted_is_not_taken_over(server, graph):
    """Session fixation: whatever cookies a browser was given before, the sign-in makes its own."""
    user = graph.add_user()
    code = graph.add_pass(user["id"])["temporaryAccessPass"]
    with Visitor(server) as fresh:
        fresh.client.cookies.set(SESSION, "A" * 43, domain=HOST, path="/")
        page = fresh.submit(fresh.name(user["userPrincipalName"], "/sign-in"), "accesspass", code)
        assert landed(page), page
        values = [cookie.value for cookie in fresh.client.cookies.jar if cookie.name == SESSION]
        assert values and all("A" * 43 not in value for value in values), values
        assert user["userPrincipalName"] in fresh.open(HOME).text
    with Visitor(server) as nobody:
        nobody.client.cookies.set(SESSION, "A" * 43, domain=HOST, path="/")
        assert not nobody.signed_in


def test_no_page_can_be_put_into_a_frame_or_kept(server, shop, visitor):
    addresses = ["/sign-in", HOME, "/devicelogin", shop.request(shop.listener.url, prompt="select_account"),
                 shop.request("https://evil.example/"), "/common/oauth2/v2.0/logout"]
    for address in addresses:
        headers = visitor.client.get(address).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], address
        assert "no-store" in headers["cache-control"], address
        assert headers["x-content-type-options"] == "nosniff", address
        assert headers["referrer-policy"] in ("no-referrer", "same-origin", "strict-origin"), address


def test_other_sites_can_not_make_a_browser_act(server, graph):
    """A form of another site, with the person's cookies: refused before anything is looked at."""
    user, visitor = signed_in(server, graph, "carla")
    with visitor:
        info = visitor.open(HOME)
        [csrf] = {form["fields"]["csrf"] for form in info.forms if "csrf" in form["fields"]}
        for path, form in [("/sign-out", {}), ("/security-info/sign-out-everywhere", {}), ("/security-info/password", {
                "newpassword": "a b c d e f g h", "confirmpassword": "a b c d e f g h"})]:
            for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
                answer = visitor.client.post(path, data={"csrf": csrf, **form}, headers=headers)
                assert answer.status_code in (403, 404), (path, headers)
            wrong = visitor.client.post(path, data={"csrf": csrf[:-2] + "AA", **form},
                                        headers={"Origin": server.url})
            assert wrong.status_code != 200 or "again" in wrong.text or wrong.url.path == HOME, path
        assert visitor.signed_in
