"""What tests of several folders share: databases that are really there, and what CI requires."""

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from whet.core.settings import settings


@dataclass(frozen=True)
class PostgresServer:
    """A PostgreSQL server of the tests' own."""

    folder: Path
    """Of its socket and its data."""
    pg_ctl: str
    user: str | None
    """Who runs it, where that is another user than the tests'."""

    def call(self, *command: str) -> None:
        """Run a command of PostgreSQL's over its data."""
        subprocess.run(
            [*command, "--pgdata", str(self.folder / "data")],
            user=self.user,
            cwd=self.folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        # A time zone of its own, so that a test sees whether times come back in UTC.
        options = f"-F -k {self.folder} -c listen_addresses='' -c timezone=Asia/Shanghai"
        log = ("--log", str(self.folder / "log"))
        self.call(self.pg_ctl, "start", "--wait", *log, "--options", options)

    def stop(self) -> None:
        """Stop it at once, as a crash would."""
        self.call(self.pg_ctl, "stop", "--mode=immediate")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """Run a PostgreSQL server for the session."""
    folders = os.pathsep.join([os.environ["PATH"], *glob.glob("/usr/lib/postgresql/*/bin")])
    initdb, pg_ctl = shutil.which("initdb", path=folders), shutil.which("pg_ctl", path=folders)
    if initdb is None or pg_ctl is None:
        pytest.skip("needs the PostgreSQL server: initdb and pg_ctl are not on this machine")
    # The server refuses to run as root. The path of a socket must be short, so no tmp_path.
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    folder = Path(tempfile.mkdtemp(prefix="whet-pg-"))
    os.chown(folder, user.pw_uid, user.pw_gid)

    server = PostgresServer(folder, pg_ctl, user.pw_name if os.geteuid() == 0 else None)
    try:
        server.call(initdb, "--auth=trust", "--username=whet", "--encoding=UTF8", "--no-sync")
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """Yield the URL of an empty PostgreSQL database of this test's own."""
    name, host = f"test_{uuid4().hex}", postgres_server.folder
    _ask(host, f"CREATE DATABASE {name}")
    yield f"postgresql+psycopg://whet@/{name}?host={host}"
    _ask(host, f"DROP DATABASE {name} WITH (FORCE)")


def _ask(host: Path, command: str) -> None:
    """Run one command on the server."""
    import psycopg

    with psycopg.connect(f"host={host} user=whet dbname=postgres", autocommit=True) as connection:
        connection.execute(command.encode())


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty store: each test runs over SQLite and over PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'whet.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="module", autouse=True)
def settings_as_found() -> Iterator[None]:
    """Hold every module to leaving the settings as it found them: the next one reads them too."""
    before = _whet_variables()
    yield
    settings.cache_clear()
    assert _whet_variables() == before, "a test left variables of Whet's changed"


def _whet_variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("WHET_")}


_REQUIRED_IN_CI = ("browser", "postgres", "ray")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip of a test that CI must be able to run into a failure when WHET_CI is set."""
    report = yield
    marks = [name for name in _REQUIRED_IN_CI if item.get_closest_marker(name)]
    if report.skipped and marks and os.environ.get("WHET_CI"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} needs {' and '.join(marks)}, which CI may not skip"
    return report
