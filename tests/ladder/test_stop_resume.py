"""A running build is asked to stop from another process, and taken up again by its id."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.ladder.workshop import make_rows, write_card, write_rows

from whet.core.errors import InputError
from whet.core.progress import Quiet
from whet.core.settings import settings
from whet.core.workspace import Workspace
from whet.ladder import resume
from whet.ladder.build import build
from whet.ladder.resume import resume_run
from whet.store.store import Store, open_store

# A build that tells when it trains, and then goes on as slowly as a real one: each step reports.
SLOW_BUILD = """
import sys, time
from pathlib import Path
from whet.core.progress import Quiet, StopRequested
from whet.ladder.build import build

class Slow(Quiet):
    stage = ""
    def start(self, stage, total=None):
        if stage == sys.argv[2] != self.stage:
            print("at the stage", flush=True)
        self.stage = stage
        self.wait()
    def advance(self, steps=1):
        self.wait()
    def wait(self):
        if self.stage == sys.argv[2]:
            time.sleep(2)

try:
    build(Path(sys.argv[1]), progress=Slow())
except StopRequested as stop:
    print(stop, flush=True)
    sys.exit(130)
"""

STOP = """
import sys
from whet.store.store import open_store
with open_store(sys.argv[1]) as store:
    store.runs.request_stop(sys.argv[2])
"""


def stopped_build(card: Path, url: str, stage: str) -> tuple[str, str]:
    """Build until a stage, ask the build to stop from a third process; return run and output."""
    command = [sys.executable, "-c", SLOW_BUILD, str(card), stage]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "at the stage\n"
        with open_store(url) as store:
            (run,) = [run.id for run in store.runs.recent() if run.status == "running"]
        subprocess.run([sys.executable, "-c", STOP, url, run], check=True)
        asked = time.monotonic()
        said = child.stdout.read()
        child.wait(timeout=60)
        assert time.monotonic() - asked < 30
    assert child.returncode == 130
    return run, said


@pytest.fixture
def store_of(monkeypatch: pytest.MonkeyPatch, store_url: str) -> str:
    """Make the store of every workspace the one that hosts may share; return its address."""
    monkeypatch.setenv("WHET_DATABASE_URL", store_url)
    settings.cache_clear()
    return store_url


@pytest.fixture(autouse=True)
def fresh_settings() -> Iterator[None]:
    yield
    settings.cache_clear()


@pytest.mark.slow
def test_a_build_stops_on_request_and_is_taken_up_by_its_id(
    tmp_path: Path, base: Path, store_of: str
) -> None:
    card = write_card(tmp_path, base, rows=make_rows(60), candidates=["full"])
    run, said = stopped_build(card, store_of, "full: fine-tuning")
    assert said == (
        f"Run {run} was stopped on request. To take it up again: whet runs resume {run}\n"
    )
    with open_store(store_of) as store:
        ended = store.runs.show(run).run
        assert (ended.status, ended.exit_reason) == ("interrupted", "stopped on request")
        # The file may change in the meantime: a run goes on with the data that it began with.
        write_rows(tmp_path / "rows.csv", make_rows(30))
        facts = resume_run(store.runs.show(run), progress=Quiet())
        assert facts["run"] == run
        assert facts["data"]["rows"]["test"] == 12
        assert store.runs.show(run).run.status == "built"
        assert len(store.runs.recent()) == 1


def interrupted(card: Path, store: Store) -> str:
    """Return a run of a card whose build was cut off."""

    class Failing(Quiet):
        def start(self, stage: str, total: int | None = None) -> None:
            if stage == "final fit and test":
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(card, progress=Failing())
    (run,) = store.runs.recent()
    assert (run.status, run.exit_reason) == ("interrupted", "stopped by Ctrl-C")
    return run.id


@pytest.fixture
def card(tmp_path: Path, base: Path) -> Path:
    return write_card(tmp_path, base, rows=make_rows(36))


def test_a_run_is_not_taken_up_with_another_card(card: Path, base: Path) -> None:
    with open_store(Workspace(card.parent).database_url) as store:
        run = interrupted(card, store)
        write_card(card.parent, base, rows=make_rows(36), budget={"minutes": 3}, seed=4)
        with pytest.raises(InputError) as error:
            resume_run(store.runs.show(run), progress=Quiet())
        assert str(error.value) == (
            f"Run {run} must be taken up with the card and the data that it began with; changed "
            f"since: budget.minutes, seed. For a new run: whet build {card}"
        )
        assert store.runs.show(run).run.status == "interrupted"


def test_a_run_is_not_taken_up_by_another_version_of_whet(
    card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(Workspace(card.parent).database_url) as store:
        run = interrupted(card, store)
        began = store.runs.show(run).environment["packages"]["whet"]
        monkeypatch.setattr(resume, "environment", lambda: {"packages": {"whet": "9.9.9"}})
        with pytest.raises(InputError) as error:
            resume_run(store.runs.show(run), progress=Quiet())
        assert str(error.value) == (
            f"Run {run} must be taken up with the Whet that it began with, {began}; this is 9.9.9. "
            f"Install that one, or begin a new run: whet build {card}"
        )


def test_a_run_whose_card_is_gone_is_refused(card: Path) -> None:
    with open_store(Workspace(card.parent).database_url) as store:
        run = interrupted(card, store)
        card.unlink()
        with pytest.raises(InputError) as error:
            resume_run(store.runs.show(run), progress=Quiet())
        assert str(error.value) == (
            f"Run {run} was of the card {card}, which is not on this machine. "
            "Take it up where the card is."
        )


def test_a_run_that_has_ended_is_neither_resumed_nor_stopped(card: Path) -> None:
    run = build(card, progress=Quiet())["run"]
    with open_store(Workspace(card.parent).database_url) as store:
        with pytest.raises(InputError) as error:
            resume_run(store.runs.show(run), progress=Quiet())
        assert str(error.value) == (
            f"Run {run} must be interrupted to be taken up again; it is 'built'."
        )
        with pytest.raises(InputError) as error:
            store.runs.request_stop(run)
        assert str(error.value) == f"Run {run} must be running to be stopped; it is 'built'."
