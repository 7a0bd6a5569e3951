"""A web application with Flask and Authlib, unmodified, as docs/applications.md shows it (clients contract 7)."""

import threading

import flask
import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from werkzeug.serving import make_server

from support.pages import Visitor


@pytest.fixture(autouse=True)
def trusted(server, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(server.installation.ca))


class Shop:
    """The application. `seen` is what Authlib made of the last answer."""

    def __init__(self, server, graph, **changes):
        self.seen = None
        app = flask.Flask("shop")
        app.secret_key = "for this test"
        self._http = make_server("localhost", 0, app, threaded=True)
        self.url = f"http://localhost:{self._http.server_port}"
        registered = graph.post("/applications", {
            "displayName": "Shop", "web": {"redirectUris": [f"{self.url}/callback"]}})
        graph.post("/servicePrincipals", {"appId": registered["appId"]})
        secret = graph.post(f"/applications/{registered['id']}/addPassword", {}, expect=200)["secretText"]

        oauth = OAuth(app)
        oauth.register("latchkey", **{
            "client_id": registered["appId"], "client_secret": secret,
            "server_metadata_url": f"{server.url}/{server.installation.tenant}/v2.0/.well-known/openid-configuration",
            "client_kwargs": {"scope": "openid profile email offline_access", "code_challenge_method": "S256"},
            **changes})

        @app.route("/login")
        def login():
            return oauth.latchkey.authorize_redirect(f"{self.url}/callback")

        @app.route("/callback")
        def callback():
            try:
                self.seen = oauth.latchkey.authorize_access_token()
            except OAuthError as error:
                self.seen = error
            return "<h1>Shop</h1>"

        self.oauth = oauth.latchkey
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()


def sign_in(visitor, shop, graph, name):
    user = graph.add_user(name)
    code = graph.add_pass(user["id"])["temporaryAccessPass"]
    page = visitor.open(f"{shop.url}/login")
    page = visitor.submit(page, "loginfmt", user["userPrincipalName"])
    page = visitor.submit(page, "accesspass", code)
    assert page.heading == "Permissions requested", page
    return user, page


def test_a_web_application_signs_a_person_in(server, graph):
    with Shop(server, graph) as shop, Visitor(server) as visitor:
        user, page = sign_in(visitor, shop, graph, "flora")
        assert visitor.submit(page, "request", answer="accept").heading == "Shop"
        # Authlib has checked the ID token: signature by the published keys, issuer, audience, nonce, times.
        assert shop.seen["userinfo"]["preferred_username"] == user["userPrincipalName"], shop.seen
        assert shop.oauth.userinfo(token=shop.seen)["sub"] == shop.seen["userinfo"]["sub"]
        # Once more, by the session and the consent that are there.
        first, shop.seen = shop.seen, None
        assert visitor.open(f"{shop.url}/login").heading == "Shop"
        assert shop.seen["userinfo"]["sub"] == first["userinfo"]["sub"]


def test_a_no_reaches_the_application(server, graph):
    with Shop(server, graph) as shop, Visitor(server) as visitor:
        _, page = sign_in(visitor, shop, graph, "gregor")
        assert visitor.submit(page, "request", answer="cancel").heading == "Shop"
        assert shop.seen.error == "access_denied"


def test_an_application_with_a_wrong_secret_is_told_so(server, graph):
    with Shop(server, graph, client_secret="wrong") as shop, Visitor(server) as visitor:
        _, page = sign_in(visitor, shop, graph, "hanna")
        visitor.submit(page, "request", answer="accept")
        assert shop.seen.error == "invalid_client" and "7000215" in shop.seen.description
