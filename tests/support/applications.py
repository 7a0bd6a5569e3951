"""What applications need that let people sign in: a place for the answer, and Chromium on the way to it."""

import http.server
import queue
import re
import threading
import urllib.parse

PERSON = re.compile(r"^  (?P<name>.{18}) (?P<upn>\S+@\S+) +(?P<job>.{26}) (?P<code>\S*) +(?P<remark>.*)$", re.MULTILINE)
CLIENT = re.compile(r"client id (?P<id>[0-9a-f-]{36})")


class Demo:
    """What `serve --demo` told: an application's id, and people's passes by their first names."""

    def __init__(self, server):
        text = server.log_text()
        self.client_id = CLIENT.search(text)["id"]
        self.codes = {match["upn"].split("@")[0]: match["code"] for match in PERSON.finditer(text)}


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
