"""The OAuth door: discovery, keys, client credentials and its errors (sign-in contract 9.2–9.6, 9.11)."""

import base64
import json
import time
import uuid

import jwt
import pytest

NOBODY = "22222222-2222-2222-2222-222222222222"


@pytest.fixture
def http(shared_site):
    with shared_site.server.client() as client:
        yield client


@pytest.fixture
def tenant(shared_site):
    return shared_site.installation.tenant


def form(site, **changes):
    """A request by client credentials; None leaves a parameter out."""
    application = site.installation.info["application"]
    given = {"grant_type": "client_credentials", "client_id": application["clientId"],
             "client_secret": application["clientSecret"], "scope": "https://graph.microsoft.com/.default", **changes}
    return {key: value for key, value in given.items() if value is not None}


def assert_error(answer, status, error, number):
    """The envelope of 9.11 with its number."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert body["error"] == error, body
    assert body["error_codes"] == [number], body
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert uuid.UUID(body["trace_id"]) and uuid.UUID(body["correlation_id"])
    time.strptime(body["timestamp"], "%Y-%m-%d %H:%M:%SZ")
    assert answer.headers["content-type"].startswith("application/json")
    assert "no-store" in answer.headers["cache-control"]


@pytest.mark.parametrize("segment", ["{tenant}", "{TENANT}", "example.com", "common", "organizations"])
def test_discovery(shared_site, http, tenant, segment):
    url = shared_site.server.url
    segment = segment.format(tenant=tenant, TENANT=tenant.upper())
    answer = http.get(f"/{segment}/v2.0/.well-known/openid-configuration")
    assert answer.status_code == 200
    found = answer.json()
    assert found["issuer"] == f"{url}/{tenant}/v2.0"
    named = segment if segment in ("common", "organizations") else tenant
    assert found["token_endpoint"] == f"{url}/{named}/oauth2/v2.0/token"
    assert found["authorization_endpoint"] == f"{url}/{named}/oauth2/v2.0/authorize"
    assert found["id_token_signing_alg_values_supported"] == ["RS256", "ES256", "EdDSA"]
    keys = http.get(found["jwks_uri"].removeprefix(url)).json()["keys"]
    assert all({"kty", "use", "kid"} <= set(key) for key in keys)
    assert not any(set(key) & {"d", "p", "q", "k"} for key in keys)
    assert http.get(f"/{segment}/.well-known/openid-configuration").json() == found


def test_a_token_is_signed_by_a_published_key(shared_site, http, tenant):
    answer = http.post(f"/{tenant}/oauth2/v2.0/token", data=form(shared_site))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert set(body) == {"token_type", "expires_in", "ext_expires_in", "access_token"}
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == body["ext_expires_in"] > 0
    keys = http.get(f"/{tenant}/discovery/v2.0/keys").json()["keys"]
    kid = jwt.get_unverified_header(body["access_token"])["kid"]
    [key] = [key for key in keys if key["kid"] == kid]
    claims = jwt.decode(body["access_token"], jwt.PyJWK(key).key, algorithms=["RS256"],
                        audience="https://graph.microsoft.com", issuer=f"{shared_site.server.url}/{tenant}/")
    assert (claims["tid"], claims["ver"], claims["idtyp"], claims["appidacr"]) == (tenant, "1.0", "app", "1")
    assert claims["appid"] == shared_site.installation.info["application"]["clientId"]
    assert abs(claims["exp"] - time.time() - body["expires_in"]) < 10
    assert "UserAuthenticationMethod.ReadWrite.All" in claims["roles"]


def test_basic_authentication_plain_and_percent_encoded(shared_site, http, tenant):
    application = shared_site.installation.info["application"]
    bare = form(shared_site, client_id=None, client_secret=None)
    for encode in (lambda text: text, lambda text: text.replace("-", "%2D").replace("_", "%5F")):
        pair = f"{encode(application['clientId'])}:{encode(application['clientSecret'])}"
        header = "Basic " + base64.b64encode(pair.encode()).decode()
        answer = http.post(f"/{tenant}/oauth2/v2.0/token", data=bare, headers={"Authorization": header})
        assert answer.status_code == 200, answer.text


def test_unknown_parameters_and_headers_are_tolerated(shared_site, http, tenant):
    answer = http.post(f"/{tenant}/oauth2/v2.0/token?client-request-id={uuid.uuid4()}", data=form(
        shared_site, client_info="1", claims=json.dumps({"access_token": {"xms_cc": {"values": ["CP1"]}}}), **{
            "x-client-SKU": "msal.js.node", "nonsense": "1"}), headers={
                "x-client-sku": "MSAL.Python", "x-ms-lib-capability": "retry-after, h429",
                "x-client-current-telemetry": "4|730,2|"})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("changes,status,error,number", [
    ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
    ({"client_secret": None}, 401, "invalid_client", 7000218),
    ({"client_id": NOBODY}, 400, "unauthorized_client", 700016),
    ({"client_id": "no guid"}, 400, "unauthorized_client", 700016),
    ({"client_id": None}, 400, "invalid_request", 900144),
    ({"grant_type": None}, 400, "invalid_request", 900144),
    ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
    ({"grant_type": "nonsense"}, 400, "unsupported_grant_type", 70003),
    ({"scope": "User.Read"}, 400, "invalid_scope", 1002012)])
def test_refusals_have_their_numbers(shared_site, http, tenant, changes, status, error, number):
    answer = http.post(f"/{tenant}/oauth2/v2.0/token", data=form(shared_site, **changes))
    assert_error(answer, status, error, number)


def test_the_tenant_must_be_this_one(shared_site, http):
    for segment, number in ((NOBODY, 90002), ("elsewhere.example", 90002), ("common", 9001023)):
        answer = http.post(f"/{segment}/oauth2/v2.0/token", data=form(shared_site))
        assert answer.status_code == 400
        assert answer.json()["error_codes"] == [number], answer.text


@pytest.mark.parametrize("content,kind", [
    (b"grant_type=client_credentials&grant_type=client_credentials", "application/x-www-form-urlencoded"),
    (b"{}", "application/json"), (b"%zz=1", "application/x-www-form-urlencoded"),
    (b"%ff=1", "application/x-www-form-urlencoded"), (b"", "application/x-www-form-urlencoded"),
    (b"a=" + b"b" * 3_000_000, "application/x-www-form-urlencoded")])
def test_a_body_that_can_not_be_read(http, tenant, content, kind):
    answer = http.post(f"/{tenant}/oauth2/v2.0/token", content=content, headers={"Content-Type": kind})
    assert answer.status_code in (400, 413)
    assert answer.json()["error"] == "invalid_request", answer.text


def test_the_wrong_verb(http, tenant):
    answer = http.get(f"/{tenant}/oauth2/v2.0/token")
    assert answer.status_code == 405
    assert answer.json()["error_codes"] == [900561]


def test_instance_discovery_knows_this_host_only(shared_site, http, tenant):
    answer = http.get("/common/discovery/instance", params={
        "api-version": "1.1", "authorization_endpoint": f"https://localhost/{tenant}/oauth2/v2.0/authorize"})
    assert answer.status_code == 200
    assert answer.json()["tenant_discovery_endpoint"] == (
        f"{shared_site.server.url}/{tenant}/v2.0/.well-known/openid-configuration")
    answer = http.get("/common/discovery/instance", params={
        "api-version": "1.1", "authorization_endpoint": f"https://evil.example/{tenant}/oauth2/v2.0/authorize"})
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_instance"
    assert http.get("/common/userrealm/ada@example.com?api-version=1.0").status_code == 404
