"""What applications need that let people sign in: a place for the answer, and Chromium on the way to it."""

import base64
import hashlib
import http.server
import queue
import re
import secrets
import threading
import urllib.parse

import jwt

from support.pages import Visitor

PERSON = re.compile(r"^  (?P<name>.{18}) (?P<upn>\S+@\S+) +(?P<job>.{26}) (?P<code>\S*) +(?P<remark>.*)$", re.MULTILINE)
CLIENT = re.compile(r"client id (?P<id>[0-9a-f-]{36})")


class Demo:
    """What `serve --demo` told: an application's id, and people's passes by their first names."""

    def __init__(self, server):
        text = server.log_text()
        self.client_id = CLIENT.search(text)["id"]
        self.codes = {match["upn"].split("@")[0]: match["code"] for match in PERSON.finditer(text)}


class Handed:
    """A "browser" that hands over the address which a library opens."""

    def __init__(self):
        self._addresses = queue.Queue()

    def open(self, url, new=0, autoraise=True):
        self._addresses.put(url)
        return True

    def address(self):
        return self._addresses.get(timeout=20)


def in_background(work):
    """Starts work that waits for a person; the queue gets its result, or its error."""
    results = queue.Queue()

    def run():
        try:
            results.put(work())
        except Exception as error:  # noqa: BLE001 (it is the test's to judge)
            results.put(error)

    threading.Thread(target=run, daemon=True).start()
    return results


class Listener:
    """A loopback address that an application listens on; `answers` holds what came, as parameters."""

    def __init__(self):
        answers = self.answers = queue.Queue()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urllib.parse.urlsplit(self.path)
                self._done(parts.query)

            def do_POST(self):
                self._done(self.rfile.read(int(self.headers["Content-Length"])).decode())

            def _done(self, text):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(b"<!doctype html><title>Done</title><h1>Done</h1>")
                if "favicon" not in self.path:
                    answers.put({"path": self.path.split("?")[0], "method": self.command,
                                 **dict(urllib.parse.parse_qsl(text))})

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("localhost", 0), Handler)
        self.url = f"http://localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self):
        return self.answers.get(timeout=15)

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def type_pass(window, upn, code):
    """Name and pass on the pages that an application's request leads to."""
    page = window.page
    page.get_by_label("Account name").fill(upn)
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Temporary Access Pass", exact=True).fill(code)
    page.get_by_role("button", name="Sign in").click()


class Registered:
    """An application that Graph knows, with everybody's consent to what it asks for."""

    def __init__(self, server, graph, **properties):
        self.server = server
        self.verifier = secrets.token_urlsafe(48)
        made = graph.post("/applications", {"displayName": "App", **properties})
        self.id, self.client_id = made["id"], made["appId"]
        principal = graph.post("/servicePrincipals", {"appId": self.client_id})
        known = graph.get("/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')")
        graph.post("/oauth2PermissionGrants", {
            "clientId": principal["id"], "consentType": "AllPrincipals", "resourceId": known["id"],
            "scope": "openid profile offline_access User.Read"})
        self.principal = principal["id"]

    def request(self, redirect_uri, **changes):
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        given = {"client_id": self.client_id, "response_type": "code", "redirect_uri": redirect_uri,
                 "scope": "openid profile", "state": "s-1", "nonce": "n-1", "code_challenge": challenge,
                 "code_challenge_method": "S256", **changes}
        query = urllib.parse.urlencode({key: value for key, value in given.items() if value is not None})
        return f"{self.server.url}/{self.server.installation.tenant}/oauth2/v2.0/authorize?{query}"

    def redeem(self, redirect_uri, code, origin=None, **changes):
        with self.server.client() as client:
            return client.post(
                f"/{self.server.installation.tenant}/oauth2/v2.0/token", headers={"Origin": origin} if origin else {},
                data={"grant_type": "authorization_code", "client_id": self.client_id, "code": code,
                      "redirect_uri": redirect_uri, "code_verifier": self.verifier, **changes})

    def claims(self, id_token):
        """The claims of an ID token that any relying party would accept."""
        tenant = f"{self.server.url}/{self.server.installation.tenant}"
        with self.server.client() as client:
            keys = jwt.PyJWKSet.from_dict(client.get(f"{tenant}/discovery/v2.0/keys").json())
        key = keys[jwt.get_unverified_header(id_token)["kid"]]
        claims = jwt.decode(id_token, key, [key.algorithm_name], audience=self.client_id, issuer=f"{tenant}/v2.0")
        assert claims["nonce"] == "n-1"
        return claims


def signed_in(server, graph, name):
    """Somebody with a session."""
    user = graph.add_user(name)
    visitor = Visitor(server)
    visitor.sign_in_with_pass(user["userPrincipalName"], graph.add_pass(user["id"])["temporaryAccessPass"])
    return user, visitor


def answered(visitor, address):
    """The answer's parameters: in the fragment where tokens may be among them, else in the query."""
    url = visitor.open(address).answer.url
    return dict(urllib.parse.parse_qsl(url.fragment or url.query.decode()))
