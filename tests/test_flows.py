"""What an application gets only if it was registered for it: ID tokens straight from the authorization endpoint, codes
for a page in the browser, a call when its people sign out (sign-in contract 9.4, 9.5, 9.12)."""

import base64
import hashlib
import urllib.parse

from support.applications import Listener, Registered, answered, signed_in, type_pass


def answer_in_fragment(visitor, address):
    return dict(urllib.parse.parse_qsl(visitor.open(address).answer.url.fragment))


def half_hash(text):
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


def test_id_tokens_come_at_once_only_for_those_registered_for_it(server, graph):
    listener = Listener()
    user, visitor = signed_in(server, graph, "ilse")
    web = {"redirectUris": [listener.url]}
    may = Registered(server, graph, web={**web, "implicitGrantSettings": {"enableIdTokenIssuance": True}})
    may_not = Registered(server, graph, web=web)
    with visitor:
        alone = answer_in_fragment(visitor, may.request(listener.url, response_type="id_token"))
        claims = may.claims(alone["id_token"])
        assert claims["preferred_username"] == user["userPrincipalName"] and alone["state"] == "s-1"
        assert "code" not in alone and "access_token" not in alone

        both = answer_in_fragment(visitor, may.request(listener.url, response_type="code id_token"))
        assert may.claims(both["id_token"])["c_hash"] == half_hash(both["code"])

        posted = visitor.open(may.request(listener.url, response_type="code id_token", response_mode="form_post"))
        assert {"code", "id_token", "state"} <= posted.form("id_token")["fields"].keys()

        for changes, number in [
            ({"response_type": "id_token"}, "AADSTS700054"),
            ({"response_type": "code id_token"}, "AADSTS700054"),
            ({"response_type": "code token"}, "AADSTS70005"),
        ]:
            refused = answered(visitor, may_not.request(listener.url, **changes))
            assert refused["error_description"].startswith(number), (changes, refused)
            assert "id_token" not in refused and "code" not in refused
        # Tokens don't travel in the query, where they would be logged.
        refused = visitor.open(may.request(listener.url, response_type="id_token", response_mode="query"))
        assert "id_token=" not in str(refused.answer.url)
    listener.close()


def test_a_page_in_the_browser_redeems_its_own_codes(server, graph):
    listener = Listener()
    page = Registered(server, graph, spa={"redirectUris": [listener.url]})
    _, visitor = signed_in(server, graph, "jana")

    def code():
        visitor.open(page.request(listener.url, scope="openid offline_access User.Read"))
        return listener.answer()["code"]

    with visitor:
        # Without Origin it is no page in a browser.
        refused = page.redeem(listener.url, code())
        assert (refused.status_code, refused.json()["error_codes"]) == (400, [9002327])
        granted = page.redeem(listener.url, code(), origin=listener.url)
        assert granted.status_code == 200, granted.text
        assert granted.headers["access-control-allow-origin"] == listener.url
        assert "access-control-allow-credentials" not in granted.headers
        elsewhere = page.redeem(listener.url, code(), origin="https://evil.example")
        assert elsewhere.headers.get("access-control-allow-origin") != "https://evil.example"
        assert elsewhere.status_code == 400, elsewhere.text

        # A page of somebody else can't redeem what a server's application was given.
        web = Registered(server, graph, web={"redirectUris": [listener.url]})
        visitor.open(web.request(listener.url))
        secret = graph.post(f"/applications/{web.id}/addPassword", {}, expect=200)["secretText"]
        refused = web.redeem(listener.url, listener.answer()["code"], origin=listener.url, client_secret=secret)
        assert (refused.status_code, refused.json()["error_codes"]) == (400, [9002326])
    listener.close()


def test_applications_hear_of_it_when_their_person_signs_out(server, graph, browse):
    listeners = [Listener(), Listener()]
    applications = [Registered(server, graph, web={
        "redirectUris": [listener.url], "logoutUrl": f"{listener.url}/signed-out"}) for listener in listeners]
    user = graph.add_user("kira")
    window = browse(server).window()
    for number, (application, listener) in enumerate(zip(applications, listeners, strict=True)):
        window.page.goto(application.request(listener.url))
        if number == 0:
            type_pass(window, user["userPrincipalName"], graph.add_pass(user["id"])["temporaryAccessPass"])
        code = listener.answer()["code"]
        secret = graph.post(f"/applications/{application.id}/addPassword", {}, expect=200)["secretText"]
        claims = application.claims(
            application.redeem(listener.url, code, client_secret=secret).json()["id_token"])
        application.sid = claims["sid"]
    window.page.goto(f"{server.url}/common/oauth2/v2.0/logout")
    if window.page.get_by_role("button", name="Sign out").count():
        window.page.get_by_role("button", name="Sign out").click()
    for application, listener in zip(applications, listeners, strict=True):
        heard = listener.answer()
        assert heard["path"] == "/signed-out"
        assert heard["iss"] == f"{server.url}/{server.installation.tenant}/v2.0" and heard["sid"] == application.sid
        listener.close()
    assert not window.errors
