"""Rows of docs/oidc-conformance.md that no other test shows: what OpenID Connect asks of a provider, over HTTP."""

import urllib.parse

import pytest

from support.applications import Registered, answered, signed_in
from support.pages import Visitor


@pytest.fixture(scope="module")
def shop(server, graph, listener):
    shop = Registered(server, graph, web={"redirectUris": [listener.url, f"{listener.url}/bye"]})
    shop.secret = graph.post(f"/applications/{shop.id}/addPassword", {}, expect=200)["secretText"]
    graph.patch(f"/oauth2PermissionGrants/{grant(graph, shop)}", {"scope": "openid profile email User.Read"})
    return shop


def grant(graph, shop):
    [found] = graph.get(f"/servicePrincipals/{shop.principal}/oauth2PermissionGrants")["value"]
    return found["id"]


def tokens(shop, listener, visitor, **changes):
    visitor.open(shop.request(listener.url, **changes))
    return shop.redeem(listener.url, listener.answer()["code"], client_secret=shop.secret).json()


def test_the_address_comes_with_the_scope_and_only_if_there_is_one(server, graph, listener, shop):
    user, visitor = signed_in(server, graph, "lena")
    graph.patch(f"/users/{user['id']}", {"mail": "lena.post@example.com"})
    with visitor:
        claims = shop.claims(tokens(shop, listener, visitor, scope="openid email")["id_token"])
        assert claims["email"] == "lena.post@example.com"
        assert "email" not in shop.claims(tokens(shop, listener, visitor, scope="openid profile")["id_token"])
    _, visitor = signed_in(server, graph, "max")
    with visitor:
        claims = shop.claims(tokens(shop, listener, visitor, scope="openid email")["id_token"])
        assert "email" not in claims


def test_userinfo_answers_get_and_post_alike_and_reads_no_token_from_the_body(server, graph, listener, shop):
    _, visitor = signed_in(server, graph, "nora")
    with visitor, server.client() as client:
        given = tokens(shop, listener, visitor)
        bearer = {"Authorization": f"Bearer {given['access_token']}"}
        by_get, by_post = client.get("/oidc/userinfo", headers=bearer), client.post("/oidc/userinfo", headers=bearer)
        assert by_get.status_code == by_post.status_code == 200 and by_get.json() == by_post.json()
        assert by_get.json()["sub"] == shop.claims(given["id_token"])["sub"]
        in_body = client.post("/oidc/userinfo", data={"access_token": given["access_token"]})
        assert in_body.status_code == 401 and in_body.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("changes", [
    {"display": "page"}, {"display": "popup"}, {"ui_locales": "de se"}, {"claims_locales": "se"},
    {"acr_values": "1 2"}, {"something_unheard_of": "1"},
    {"claims": '{"id_token":{"name":{"essential":true}},"userinfo":{"email":{"essential":true}}}'},
], ids=lambda changes: next(iter(changes)))
def test_what_has_no_effect_does_no_harm(server, graph, listener, shop, changes):
    _, visitor = signed_in(server, graph, f"olaf-{next(iter(changes)).replace('_', '-')}-{len(str(changes))}")
    with visitor:
        assert "id_token" in tokens(shop, listener, visitor, **changes)


def test_a_request_by_post_is_answered_as_one_by_get(server, graph, listener, shop):
    _, visitor = signed_in(server, graph, "paula")
    with visitor:
        address, query = shop.request(listener.url).split("?")
        answer = visitor.client.post(address, data=dict(urllib.parse.parse_qsl(query)),
                                     headers={"Origin": listener.url})
        assert answer.status_code == 200, answer
        assert listener.answer()["code"]


def sign_out(server, visitor, **parameters):
    visitor.client.follow_redirects = False
    return visitor.open(f"/{server.installation.tenant}/oauth2/v2.0/logout?{urllib.parse.urlencode(parameters)}").answer


def test_a_forged_hint_signs_nobody_out(server, graph, listener, shop):
    _, visitor = signed_in(server, graph, "quinn")
    with visitor:
        hint = tokens(shop, listener, visitor)["id_token"]
        head, body, signature = hint.split(".")
        forged = ".".join([head, body, ("A" if signature[0] != "A" else "B") + signature[1:]])
        for bad in (forged, "no token at all"):
            answer = sign_out(server, visitor, id_token_hint=bad, post_logout_redirect_uri=f"{listener.url}/bye")
            assert "location" not in answer.headers, answer.headers
            visitor.client.follow_redirects = True
            assert visitor.signed_in


def test_after_signing_out_state_goes_only_along_with_a_registered_address(server, graph, listener, shop):
    for name, parameters, lands in [
        ("rosa", {"post_logout_redirect_uri": f"{listener.url}/bye"}, f"{listener.url}/bye"),
        ("sara", {"post_logout_redirect_uri": f"{listener.url}/bye", "state": "s 1"}, f"{listener.url}/bye?state=s"),
        ("tina", {"state": "only"}, None),
        ("ulla", {"post_logout_redirect_uri": f"{listener.url}/bye?more=1"}, None),
        ("vera", {"post_logout_redirect_uri": "https://evil.example/"}, None),
    ]:
        _, visitor = signed_in(server, graph, name)
        with visitor:
            hint = tokens(shop, listener, visitor)["id_token"]
            answer = sign_out(server, visitor, id_token_hint=hint, **parameters)
            went = answer.headers.get("location", "")
            assert went.startswith(lands) if lands else not went.startswith(("http://", "https://evil")), (name, went)
            visitor.client.follow_redirects = True
            assert not visitor.signed_in, name


def test_mistakes_come_back_as_openid_connect_names_them(server, graph, listener, shop):
    with Visitor(server) as visitor:
        assert answered(visitor, shop.request(listener.url, prompt="none"))["error"] == "login_required"
        for changes in ({"response_type": "nonsense"}, {"prompt": "none login"}, {"max_age": "-1"}):
            given = answered(visitor, shop.request(listener.url, **changes))
            assert given["error"] in ("unsupported_response_type", "invalid_request"), (changes, given)
            assert given["state"] == "s-1" and given["iss"].endswith("/v2.0")


@pytest.mark.parametrize("endpoint", ["authorize", "logout"])
def test_pages_of_a_tenant_that_there_is_not(server, endpoint):
    with server.client() as client:
        for answer in (client.get(f"/nosuch.example/oauth2/v2.0/{endpoint}"),
                       client.post(f"/nosuch.example/oauth2/v2.0/{endpoint}", data={"client_id": "x"})):
            assert answer.status_code == 400 and "90002" in answer.text, answer.text
