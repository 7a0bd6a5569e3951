"""A PostgreSQL server of our own in a temporary folder."""

import itertools
import os
import pathlib
import pwd
import shutil
import subprocess

from support.server import free_port


def _program(name):
    found = shutil.which(name)
    if found:
        return found
    versions = sorted(pathlib.Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    assert versions, f"{name} not found: install the package postgresql"
    return str(versions[-1])


class Postgres:
    """Started with `start`, ended with `stop`; `database()` makes an empty database."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "data"
        self.numbers = itertools.count(1)
        # PostgreSQL refuses to run as root.
        self.user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self.prefix = ["setpriv", f"--reuid={self.user}", f"--regid={pwd.getpwnam(self.user).pw_gid}",
                       "--clear-groups", "--"] if os.geteuid() == 0 else []

    def _run(self, *command):
        done = subprocess.run([*self.prefix, *command], capture_output=True, text=True, cwd="/", timeout=60)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}{self.log()}"
        return done.stdout

    def log(self):
        path = self.folder / "postgres.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self):
        self.folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(self.folder, self.user)
        self._run(_program("initdb"), "-D", str(self.data), "-U", "latchkey", "--auth=trust",
                  "--encoding=UTF8", "--no-locale", "--no-sync")
        for _ in range(3):
            self.port = free_port()
            options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200"
            try:
                self._run(_program("pg_ctl"), "-D", str(self.data), "-w", "-s", "-l",
                          str(self.folder / "postgres.log"), "-o", options, "start")
                return self
            except AssertionError:
                if "in use" not in self.log():
                    raise
        raise AssertionError("no free port found for PostgreSQL")

    def stop(self):
        self._run(_program("pg_ctl"), "-D", str(self.data), "-m", "immediate", "-s", "stop")

    def database(self):
        """The URL of a new, empty database."""
        name = f"test{next(self.numbers)}"
        self.query("postgres", f"CREATE DATABASE {name}")
        return f"postgres://latchkey@127.0.0.1:{self.port}/{name}"

    def query(self, database, sql):
        """What psql prints for a statement."""
        return self._run(_program("psql"), "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1",
                         "-p", str(self.port), "-U", "latchkey", "-d", database, "-c", sql)

    def dump(self, url):
        """The whole database as text."""
        return self._run(_program("pg_dump"), "--dbname", url)
