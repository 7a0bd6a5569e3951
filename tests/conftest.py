"""Fixtures: an installation and its server, PostgreSQL, a client of the Graph door, a browser."""

import os
import pathlib
import shutil
import tempfile

import pytest

from support import server as servers
from support.applications import Demo, Listener
from support.chromium import Chromium
from support.graph import Graph
from support.postgres import Postgres
from support.site import Site


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds what the running servers printed to the report of a failed test."""
    report = yield
    if report.failed:
        for server in servers.running:
            report.sections.append((f"log of {server.url}", server.log_text()[-1500:]))
    return report


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server for this run's tests; `postgres.database()` makes a database."""
    # Not below pytest's own folder: that is closed to other users, and PostgreSQL refuses to run as root.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-test-"))
    folder.chmod(0o755)
    server = Postgres(folder / "postgres")
    try:
        yield server.start()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of the file's own on SQLite, without a site's helpers."""
    server = servers.Installation.make(tmp_path_factory.mktemp("server") / "data").serve()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def demo_server(tmp_path_factory):
    """A server with the people and the application of `serve --demo`."""
    server = servers.Installation.make(tmp_path_factory.mktemp("demo") / "data").serve(options=["--demo"])
    yield server
    server.stop()


@pytest.fixture(scope="module")
def demo(demo_server):
    """That application's id, and people's passes."""
    return Demo(demo_server)


@pytest.fixture(scope="module")
def graph(server):
    """A client of that server's Graph door; passes are enabled."""
    graph = Graph(server)
    graph.enable_passes()
    yield graph
    graph.close()


@pytest.fixture(scope="module")
def listener():
    """Where an application's answers go."""
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory):
    """One server for the tests of a file that don't get into each other's way; passes are enabled."""
    site = Site(tmp_path_factory.mktemp("site"))
    site.graph.enable_passes()
    yield site
    site.close()


@pytest.fixture
def site(tmp_path):
    """A server of the test's own on SQLite; passes are enabled."""
    site = Site(tmp_path)
    site.graph.enable_passes()
    yield site
    site.close()


@pytest.fixture(params=["sqlite", "postgres"])
def any_site(request, tmp_path):
    """As `site`, on each store."""
    database = request.getfixturevalue("postgres").database() if request.param == "postgres" else None
    site = Site(tmp_path, database)
    site.graph.enable_passes()
    yield site
    site.close()


@pytest.fixture(scope="session")
def screenshots():
    """The folder that `LATCHKEY_SCREENSHOTS` names, or None: take none."""
    folder = os.environ.get("LATCHKEY_SCREENSHOTS")
    if folder:
        pathlib.Path(folder).mkdir(parents=True, exist_ok=True)
    return pathlib.Path(folder) if folder else None


@pytest.fixture
def browse(screenshots):
    """Starts a Chromium that trusts the given server."""
    started = []

    def start(server):
        started.append(Chromium(server, screenshots))
        return started[-1]

    yield start
    for chromium in started:
        chromium.close()
