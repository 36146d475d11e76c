"""What tests of several folders share: databases that are really there, and what CI requires."""

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest


@pytest.fixture(scope="session")
def _postgres_folder() -> Iterator[Path]:
    """Run a PostgreSQL server for the session; yield the folder of its socket."""
    folders = os.pathsep.join([os.environ["PATH"], *glob.glob("/usr/lib/postgresql/*/bin")])
    initdb, pg_ctl = shutil.which("initdb", path=folders), shutil.which("pg_ctl", path=folders)
    if initdb is None or pg_ctl is None:
        pytest.skip("needs the PostgreSQL server: initdb and pg_ctl are not on this machine")
    # The server refuses to run as root. The path of a socket must be short, so no tmp_path.
    user = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    folder = Path(tempfile.mkdtemp(prefix="whet-pg-"))
    os.chown(folder, user.pw_uid, user.pw_gid)

    def call(*command: str) -> None:
        subprocess.run(
            [*command, "--pgdata", str(folder / "data")],
            user=user.pw_uid if os.geteuid() == 0 else None,
            cwd=folder,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    try:
        call(initdb, "--auth=trust", "--username=whet", "--encoding=UTF8", "--no-sync")
        # A time zone of its own, so that a test sees whether times come back in UTC.
        options = f"-F -k {folder} -c listen_addresses='' -c timezone=Asia/Shanghai"
        call(pg_ctl, "start", "--wait", "--log", str(folder / "log"), "--options", options)
        yield folder
        call(pg_ctl, "stop", "--mode=immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(_postgres_folder: Path) -> Iterator[str]:
    """Yield the URL of an empty PostgreSQL database of this test's own."""
    import psycopg

    name = f"test_{uuid4().hex}"
    with psycopg.connect(f"host={_postgres_folder} user=whet dbname=postgres") as connection:
        connection.autocommit = True
        connection.execute(f"CREATE DATABASE {name}")
        yield f"postgresql+psycopg://whet@/{name}?host={_postgres_folder}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty store: each test runs over SQLite and over PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'whet.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


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
