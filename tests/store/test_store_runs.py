"""Tests for whet.store.runs: the life of a run, and what is said when its process has died."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from whet.core.clock import Clock
from whet.core.errors import BusyError, InputError
from whet.store.runs import NewRun, hash_card
from whet.store.schema import RUNS
from whet.store.store import Store

NO_PROCESS = 2**22 + 1  # above the largest process id of Linux


def owned_by(store: Store, run: str, **columns: object) -> None:
    """Make another process the owner of a run."""
    with store.database.write() as connection:
        connection.execute(RUNS.update().where(RUNS.c.id == run).values(**columns))


def test_a_run_is_recorded_whole_and_is_running(
    store: Store, new_run: NewRun, clock: Clock
) -> None:
    run = store.runs.create(new_run)
    details = store.runs.show(run)
    assert run.startswith("run_")
    assert (details.run.name, details.run.status, details.run.seed) == ("support", "running", 0)
    assert (details.run.started, details.run.finished, details.run.seconds) == (clock(), None, None)
    assert details.card == new_run.card and list(details.card) == ["name", "use", "seed"]
    assert (details.environment, details.git, details.facts) == (
        new_run.environment,
        new_run.git,
        None,
    )


def test_a_run_outside_a_repository_has_no_git_state(store: Store, new_run: NewRun) -> None:
    assert store.runs.show(store.runs.create(replace(new_run, git=None))).git is None


@pytest.mark.parametrize("status", ["built", "gate_failed", "failed", "interrupted"])
def test_a_finished_run_keeps_its_facts(
    store: Store,
    new_run: NewRun,
    clock: Clock,
    advance: Callable[[float], None],
    status: str,
) -> None:
    run = store.runs.create(new_run)
    advance(90)
    facts = {"winner": "probe", "why": "胜"}
    store.runs.finish(run, status, reason="as it went", seconds=90.5, facts=facts)
    details = store.runs.show(run)
    assert details.run.exit_reason == "as it went"
    assert (details.run.status, details.run.seconds) == (status, 90.5)
    assert details.run.finished == clock()
    assert details.facts == facts


def test_a_run_ends_once_and_only_in_a_known_way(store: Store, new_run: NewRun) -> None:
    run = store.runs.create(new_run)
    with pytest.raises(InputError) as wrong:
        store.runs.finish(run, "build", reason="as it went", seconds=1)
    assert str(wrong.value) == "A run cannot end as 'build'. Did you mean 'built'?"
    store.runs.finish(run, "built", reason="as it went", seconds=1)
    with pytest.raises(InputError) as twice:
        store.runs.finish(run, "failed", reason="as it went", seconds=2)
    assert str(twice.value) == f"Run {run} has already ended as 'built'. Start a new run."
    assert store.runs.show(run).run.status == "built"


def test_an_unknown_run_is_refused_with_the_nearest_one(store: Store, new_run: NewRun) -> None:
    with pytest.raises(InputError) as empty:
        store.runs.show("run_x")
    assert str(empty.value) == "There is no run 'run_x'. This store has no runs yet."
    run = store.runs.create(new_run)
    wrong = run[:-1] + "u"  # no id holds a u
    for refused in (
        lambda: store.runs.show(wrong),
        lambda: store.runs.heartbeat(wrong),
        lambda: store.runs.resume(wrong),
        lambda: store.runs.finish(wrong, "built", reason="as it went", seconds=1),
    ):
        with pytest.raises(InputError) as error:
            refused()
        assert str(error.value) == f"There is no run {wrong!r}. Did you mean {run!r}?"


def test_the_newest_runs_come_first(
    store: Store, new_run: NewRun, advance: Callable[[float], None]
) -> None:
    assert store.runs.recent("support") == []
    runs = []
    for name in ("support", "opinion", "support"):
        runs.append(store.runs.create(replace(new_run, name=name)))
        advance(1)
    assert [run.id for run in store.runs.recent()] == runs[::-1]
    assert [run.id for run in store.runs.recent("support")] == [runs[2], runs[0]]
    assert [run.id for run in store.runs.recent(limit=1)] == [runs[2]]


def test_a_run_whose_process_has_ended_is_interrupted_at_once(
    store: Store, new_run: NewRun
) -> None:
    run = store.runs.create(new_run)
    owned_by(store, run, pid=NO_PROCESS)
    assert store.runs.show(run).run.status == "interrupted"
    assert [found.status for found in store.runs.recent()] == ["interrupted"]


def test_a_run_whose_process_id_was_used_again_is_interrupted(
    store: Store, new_run: NewRun
) -> None:
    run = store.runs.create(new_run)
    owned_by(store, run, process_started="another start")
    assert store.runs.show(run).run.status == "interrupted"


def test_a_run_of_another_machine_is_interrupted_after_a_silent_minute(
    store: Store, new_run: NewRun, clock: Clock, advance: Callable[[float], None]
) -> None:
    run = store.runs.create(new_run)
    owned_by(store, run, machine="another machine", pid=NO_PROCESS)
    advance(60)
    assert store.runs.show(run).run.status == "running"
    store.runs.heartbeat(run)
    assert store.runs.show(run).run.heartbeat == clock()
    advance(60)
    assert store.runs.show(run).run.status == "running"
    advance(0.001)
    assert store.runs.show(run).run.status == "interrupted"


def test_a_living_process_of_this_machine_may_be_silent(
    store: Store, new_run: NewRun, advance: Callable[[float], None]
) -> None:
    run = store.runs.create(new_run)
    advance(3600)
    assert store.runs.show(run).run.status == "running"


def test_the_newest_interrupted_run_of_the_same_work_can_be_resumed(
    store: Store, new_run: NewRun, advance: Callable[[float], None]
) -> None:
    def resumable(new: NewRun) -> str | None:
        found = store.runs.find_resumable(
            new.name, data_version=new.data_version, card_hash=hash_card(new.card)
        )
        return None if found is None else found.id

    first = store.runs.create(new_run)
    assert resumable(new_run) is None  # it is running
    store.runs.finish(first, "interrupted", reason="as it went", seconds=5)
    advance(1)
    second = store.runs.create(new_run)
    owned_by(store, second, pid=NO_PROCESS)
    advance(1)
    store.runs.finish(store.runs.create(new_run), "failed", reason="as it went", seconds=1)
    assert resumable(new_run) == second
    assert resumable(replace(new_run, data_version="e" * 64)) is None
    assert resumable(replace(new_run, card={"name": "support"})) is None
    assert resumable(replace(new_run, name="opinion")) is None

    store.runs.resume(second)
    assert store.runs.show(second).run.status == "running"
    assert resumable(new_run) == first
    store.runs.finish(second, "built", reason="as it went", seconds=9)
    assert resumable(new_run) is None  # the work is done


def test_the_hash_of_a_card_does_not_depend_on_the_order_of_its_keys() -> None:
    assert hash_card({"a": 1, "b": [1, 2]}) == hash_card({"b": [1, 2], "a": 1})
    assert hash_card({"b": [1, 2]}) != hash_card({"b": [2, 1]})


def test_only_an_interrupted_run_is_resumed(store: Store, new_run: NewRun) -> None:
    run = store.runs.create(new_run)
    owner = store.runs.show(run).run
    with pytest.raises(BusyError) as busy:
        store.runs.resume(run)
    assert str(busy.value) == (
        f"Run {run} is at work: process {owner.pid} on {owner.host}. "
        "Wait until that process has finished, or stop it, then try again."
    )
    store.runs.finish(run, "gate_failed", reason="as it went", seconds=1)
    with pytest.raises(InputError) as ended:
        store.runs.resume(run)
    assert str(ended.value) == f"Run {run} has ended as 'gate_failed'. Start a new run."


def test_a_resumed_run_can_finish(store: Store, new_run: NewRun) -> None:
    run = store.runs.create(new_run)
    store.runs.finish(run, "interrupted", reason="as it went", seconds=5)
    store.runs.resume(run)
    resumed = store.runs.show(run).run
    assert (resumed.status, resumed.finished, resumed.exit_reason) == ("running", None, None)
    store.runs.finish(run, "built", reason="as it went", seconds=9, facts={})
    assert store.runs.show(run).facts == {}


def test_a_run_that_is_kept_alive_gives_its_heartbeat(
    store: Store,
    new_run: NewRun,
    clock: Clock,
    advance: Callable[[float], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("whet.store.runs._HEARTBEAT_S", 0.001)
    run = store.runs.create(new_run)
    give_up = time.monotonic() + 30
    with store.runs.keep_alive(run):
        advance(15)
        while store.runs.show(run).run.heartbeat != clock():
            assert time.monotonic() < give_up
    last = store.runs.show(run).run.heartbeat
    advance(15)
    assert store.runs.show(run).run.heartbeat == last


def test_a_running_run_is_asked_to_stop_once_and_hears_it(store: Store, new_run: NewRun) -> None:
    run = store.runs.create(new_run)
    heard = threading.Event()
    with store.runs.when_stop_is_requested(run, heard.set):
        assert not heard.wait(2.5)
        store.runs.request_stop(run)
        store.runs.request_stop(run)
        assert heard.wait(10)


def test_a_run_that_is_taken_up_again_is_no_longer_asked_to_stop(
    store: Store, new_run: NewRun
) -> None:
    run = store.runs.create(new_run)
    store.runs.request_stop(run)
    store.runs.finish(run, "interrupted", reason="as it went", seconds=1)
    store.runs.resume(run)
    heard = threading.Event()
    with store.runs.when_stop_is_requested(run, heard.set):
        assert not heard.wait(2.5)


def test_only_a_running_run_is_stopped(store: Store, new_run: NewRun) -> None:
    run = store.runs.create(new_run)
    store.runs.finish(run, "failed", reason="as it went", seconds=1)
    with pytest.raises(InputError) as ended:
        store.runs.request_stop(run)
    assert str(ended.value) == f"Run {run} must be running to be stopped; it is 'failed'."
    with pytest.raises(InputError, match="There is no run"):
        store.runs.request_stop("run_0")
