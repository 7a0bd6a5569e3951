"""Somebody whom the server calls: a little HTTPS server with a CA of its own."""

import datetime
import http.server
import ipaddress
import queue
import ssl
import threading
import urllib.parse

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """A CA, and what it certifies for `localhost`."""

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A receiver's CA")])
        self.path = folder / "receiver-ca.pem"
        certificate = self._certify(self._name, self._key.public_key(), ca=True)
        self.path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        self.pair = folder / "receiver.pem"
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = self._certify(x509.Name([]), key.public_key(), ca=False)
        self.pair.write_bytes(
            key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                              serialization.NoEncryption())
            + leaf.public_bytes(serialization.Encoding.PEM))

    def _certify(self, subject, key, ca):
        now = datetime.datetime.now(datetime.UTC)
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        return (
            x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=not ca)
            .sign(self._key, hashes.SHA256()))


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Callers that don't trust us hang up; that is their right."""


class Receiver:
    """Takes what is posted to it. `answer(request)` says what comes back: a status, or a status and a text."""

    def __init__(self, authority, answer=lambda _: 200):
        requests = self._requests = queue.Queue()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                parts = urllib.parse.urlsplit(self.path)
                request = {
                    "path": parts.path, "query": dict(urllib.parse.parse_qsl(parts.query)),
                    "type": self.headers.get("Content-Type"), "headers": dict(self.headers),
                    "body": self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()}
                answered = answer(request)
                status, text = answered if isinstance(answered, tuple) else (answered, "")
                self.send_response(status)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())
                requests.put({**request, "status": status})

            def log_message(self, *_):
                pass

        self._server = _Server(("localhost", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.pair)
        # The handshake is the business of each connection's own thread.
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def next(self, timeout=15):
        """The next request that came."""
        return self._requests.get(timeout=timeout)

    def nothing_came(self):
        return self._requests.empty()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
