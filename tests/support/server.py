"""The server under test: `latchkey init` and `latchkey serve` as a person would run them."""

import dataclasses
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import time

import httpx

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
START_LIMIT = 30
STOP_LIMIT = 20

#: Servers that are running now, for the report of a failed test.
running = []


def binary():
    """The program under test: `LATCHKEY_BIN`, or what `cargo build` left in the target folder."""
    given = os.environ.get("LATCHKEY_BIN")
    path = pathlib.Path(given) if given else (
        pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "latchkey")
    assert path.is_file(), f"no binary at {path}: run `cargo build -p latchkey`, or ./test"
    return path


def environment(extra=None):
    """The environment of the program: nothing of ours that it would take for configuration."""
    kept = {key: value for key, value in os.environ.items()
            if not key.upper().startswith("LATCHKEY") and key != "RUST_LOG"}
    return {**kept, **(extra or {})}


def free_port():
    """A port of the loopback address that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclasses.dataclass
class Installation:
    """A data folder and what `latchkey init` said about it."""

    data: pathlib.Path
    info: dict
    database: str | None = None

    @classmethod
    def make(cls, data, database=None, domain="example.com", admin="admin@example.com"):
        """Runs `latchkey init … --json`."""
        command = [binary(), "init", "--data", data, "--domain", domain, "--admin", admin, "--json"]
        if database:
            command += ["--database", database]
        done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60, cwd="/")
        assert done.returncode == 0, f"latchkey init: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return cls(pathlib.Path(data), json.loads(done.stdout), database)

    @property
    def tenant(self):
        return self.info["tenantId"]

    @property
    def ca(self):
        return self.info["caCertificate"]

    @property
    def admin(self):
        return self.info["admin"]

    def trust(self):
        """A TLS context that trusts this installation's CA and nothing else."""
        return ssl.create_default_context(cafile=self.ca)

    def serve(self, **options):
        """Starts a server on this data folder and waits until it is ready."""
        return Server(self, **options).start()

    def node(self, data):
        """The same installation from another data folder: keys and certificates copied, the database shared."""
        shutil.copytree(self.data, data)
        return Installation(pathlib.Path(data), {**self.info, "caCertificate": str(
            pathlib.Path(data) / pathlib.Path(self.ca).relative_to(self.data))}, self.database)


class Server:
    """One running `latchkey serve`."""

    def __init__(self, installation, port=None, env=None, log=None, options=()):
        self.installation = installation
        self.port = port
        self.env = env
        self.options = options
        self.log = pathlib.Path(log or f"{installation.data}.log")
        self.process = None

    def start(self):
        """Starts it; another port is tried when somebody else took ours in between."""
        for attempt in range(3):
            port = self.port or free_port()
            if self._start_on(port):
                self.port = port
                return self
            assert "in use" in self.log_text(), f"latchkey serve ended at start:\n{self.log_text()}"
        raise AssertionError("no free port found")

    def _start_on(self, port):
        command = [binary(), "serve", "--data", self.installation.data, "--listen", f"127.0.0.1:{port}"]
        if self.installation.database:
            command += ["--database", self.installation.database]
        command += self.options
        self.url = f"https://localhost:{port}"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environment(self.env), stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/")
        running.append(self)
        deadline = time.monotonic() + START_LIMIT
        with httpx.Client(verify=self.installation.trust(), timeout=5) as client:
            while self.process.poll() is None:
                try:
                    if client.get(f"{self.url}/readyz").status_code == 200:
                        return True
                except httpx.TransportError:
                    pass
                if time.monotonic() > deadline:
                    self.kill()
                    raise AssertionError(f"not ready after {START_LIMIT} s:\n{self.log_text()}")
                time.sleep(0.02)
        running.remove(self)
        return False

    def log_text(self):
        """All that the server printed so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def stop(self):
        """Asks it to end (SIGTERM) and expects a clean end."""
        if self.process is None or self.process.poll() is not None:
            self._forget()
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running {STOP_LIMIT} s after SIGTERM:\n{self.log_text()[-4000:]}") from None
        self._forget()
        assert code == 0, f"exit code {code} after SIGTERM:\n{self.log_text()[-4000:]}"

    def kill(self):
        """`kill -9`."""
        self.process.kill()
        self.process.wait()
        self._forget()

    def _forget(self):
        if self in running:
            running.remove(self)

    def client(self, **options):
        """An HTTP client that trusts this server."""
        options.setdefault("timeout", 30)
        options.setdefault("verify", self.installation.trust())
        return httpx.Client(base_url=self.url, **options)
