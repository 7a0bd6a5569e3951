"""The operator's mail server: takes mail by SMTP, with TLS and a password where it wants them (aiosmtpd)."""

import email
import email.policy
import queue
import ssl

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

USER, PASSWORD = "latchkey", "a password for the mail server"


class Post:
    """A mail server on `port`. With an authority (`support.receiver`) it speaks STARTTLS and wants the password."""

    def __init__(self, port, authority=None, refuse=None):
        self.port = port
        self._mails = queue.Queue()
        self._refuse = refuse or {}
        options = {}
        if authority:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(authority.pair)
            options = {"tls_context": context, "require_starttls": True, "auth_required": True,
                       "authenticator": self._authenticate}
        self._controller = Controller(self, hostname="127.0.0.1", port=port, **options)
        self._controller.start()

    def _authenticate(self, server, session, envelope, mechanism, data):
        right = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
        return AuthResult(success=right, handled=False)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self._refuse:
            return self._refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self._mails.put((envelope.rcpt_tos, mail, envelope.content.decode()))
        return "250 OK"

    def next(self, timeout=20):
        """The next mail: to whom, itself."""
        to, mail, _ = self._mails.get(timeout=timeout)
        return to[0], mail

    def by_reader(self, count, timeout=20):
        """The next mails by the addresses that they went to."""
        return dict(self.next(timeout) for _ in range(count))

    def nothing_came(self, seconds=2.5):
        """Nothing comes within two looks of the server at its queue."""
        try:
            self._mails.get(timeout=seconds)
        except queue.Empty:
            return True
        return False

    def close(self):
        self._controller.stop()


def settings(port, authority=None, **others):
    """What the server is told of this mail server."""
    told = {"LATCHKEY_MAIL_SERVER": "localhost", "LATCHKEY_MAIL_PORT": str(port),
            "LATCHKEY_MAIL_FROM": "Contoso IT <latchkey@contoso.example>", **others}
    if authority:
        return {**told, "LATCHKEY_OUTBOUND_CA": str(authority.path), "LATCHKEY_MAIL_USER": USER,
                "LATCHKEY_MAIL_PASSWORD": PASSWORD}
    return {**told, "LATCHKEY_MAIL_TLS": "none"}
