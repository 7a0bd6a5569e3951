"""Programs in JavaScript, below node/, and in Rust, below rust/: each runs beside the test and talks to it in lines of
JSON."""

import json
import pathlib
import subprocess
import sys

from support.server import ROOT, environment

FOLDER = pathlib.Path(__file__).parent.parent / "node"
NODE = pathlib.Path(sys.executable).parent / "node"
# Where ./test builds the programs in Rust.
BUILT = ROOT / ".test-env" / "rust" / "debug"


class Script:
    """A running script, and what it tells line by line. `name` is a file in node/, or one of the programs of rust/."""

    def __init__(self, server, name, *arguments, **variables):
        info = server.installation.info
        variables = {"LATCHKEY_URL": server.url, "TENANT": info["tenantId"], "CLIENT_ID": info["application"]["clientId"],
                     "CLIENT_SECRET": info["application"]["clientSecret"], **variables}
        ca = str(server.installation.ca)
        extra = {"NODE_EXTRA_CA_CERTS": ca, "SSL_CERT_FILE": ca, **variables}
        program = [NODE, FOLDER / name] if name.endswith(".mjs") else [BUILT / name]
        self.process = subprocess.Popen(
            [*program, *arguments], cwd=ROOT, env=environment(extra), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def told(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait(timeout=30)
            raise AssertionError(self.process.stderr.read())
        return json.loads(line)

    def ends(self):
        out, said = self.process.communicate(timeout=60)
        assert (self.process.returncode, out) == (0, ""), said

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
