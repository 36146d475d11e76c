"""Tests for whet.runtime.local: results, errors with their own type, killed workers, no orphans."""

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import psutil
import pytest

from whet.core.errors import InputError, WhetError
from whet.runtime.local import Task, submit
from whet.runtime.measure import cpu_threads


class TwoPartError(Exception):
    """An exception that pickle cannot rebuild."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(f"{first} {second}")


def divide(a: int, b: int) -> float:
    return a / b


def where() -> tuple[int, int, str]:
    return os.getpid(), cpu_threads(), os.environ["OMP_NUM_THREADS"]


def wait_for(file: Path, result: str) -> str:
    while not file.exists():
        time.sleep(0.001)
    return result


def make(file: Path, result: str) -> str:
    file.touch()
    return result


def make_function() -> Callable[[], int]:
    return lambda: 1


def refuse() -> NoReturn:
    raise InputError("row 3 has no label")


def raise_two_parts() -> NoReturn:
    raise TwoPartError("one", "two")


def die(signal_number: int) -> None:
    os.kill(os.getpid(), signal_number)
    time.sleep(60)


def leave(code: int) -> None:
    os._exit(code)


def interrupt() -> str:
    os.kill(os.getpid(), signal.SIGINT)
    return "still here"


def say_pid_and_sleep(file: Path) -> None:
    file.write_text(str(os.getpid()))
    time.sleep(600)


def pid_in(file: Path) -> int:
    """Return the process id that a task writes to a file."""
    while not (file.exists() and file.read_text()):
        time.sleep(0.001)
    return int(file.read_text())


def die_once(mark: Path) -> str:
    """Be killed in the middle of the work, and at the next attempt go on from what was kept."""
    if mark.exists():
        return f"went on from {mark.read_text()}"
    mark.write_text("step 7")
    os.kill(os.getpid(), signal.SIGKILL)
    return "never"


def test_one_worker_runs_here_in_order_and_only_when_asked() -> None:
    tasks = [Task("good", divide, (6, 3)), Task("bad", divide, (1, 0)), Task("late", refuse)]
    results = submit(tasks, workers=1, threads_each=1)
    assert next(results) == (0, 2.0)
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert list(submit([], workers=4, threads_each=1)) == []


def test_workers_are_other_processes_with_their_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("WHET_THREADS", raising=False)
    tasks = [Task(f"task {n}", where) for n in range(3)]
    results = dict(submit(tasks, workers=2, threads_each=3))
    assert sorted(results) == [0, 1, 2]
    assert os.getpid() not in [pid for pid, _, _ in results.values()]
    assert {(threads, omp) for _, threads, omp in results.values()} == {(3, "3")}
    assert os.environ["OMP_NUM_THREADS"] == "7" and "WHET_THREADS" not in os.environ


def test_results_come_as_they_are_ready_with_the_number_of_their_task(tmp_path: Path) -> None:
    file = tmp_path / "go"
    tasks = [Task("slow", wait_for, (file, "a")), Task("fast", make, (file, "b"))]
    assert dict(submit(tasks, workers=2, threads_each=1)) == {0: "a", 1: "b"}


def test_an_error_arrives_with_its_own_type_and_text() -> None:
    tasks = [Task("one", refuse), Task("two", divide, (1, 1))]
    with pytest.raises(InputError) as error:
        dict(submit(tasks, workers=2, threads_each=1))
    assert str(error.value) == "row 3 has no label"


def test_a_worker_leaves_ctrl_c_to_its_parent() -> None:
    tasks = [Task("one", interrupt), Task("two", interrupt)]
    results = dict(submit(tasks, workers=2, threads_each=1))
    assert results == {0: "still here", 1: "still here"}


def test_a_bug_arrives_with_the_place_in_the_worker() -> None:
    tasks = [Task("one", divide, (1, 0)), Task("two", divide, (1, 1))]
    with pytest.raises(ZeroDivisionError) as error:
        dict(submit(tasks, workers=2, threads_each=1))
    [note] = error.value.__notes__
    assert note.startswith("In a worker process:\nTraceback")
    assert "in divide\n    return a / b" in note


def test_a_result_that_cannot_travel_is_an_error_and_not_a_killed_worker() -> None:
    tasks = [Task("one", make_function), Task("two", make_function)]
    with pytest.raises((AttributeError, pickle.PicklingError), match="lambda"):
        dict(submit(tasks, workers=2, threads_each=1))


def test_an_error_that_cannot_travel_arrives_as_text() -> None:
    tasks = [Task("one", raise_two_parts), Task("two", divide, (1, 1))]
    with pytest.raises(RuntimeError) as error:
        dict(submit(tasks, workers=2, threads_each=1))
    assert str(error.value) == "TwoPartError: one two"


@pytest.mark.parametrize(
    ("task", "code"),
    [
        (Task("full, fold 3", die, (signal.SIGKILL,)), -9),
        (Task("full, fold 3", die, (signal.SIGSEGV,)), -11),
        (Task("full, fold 3", leave, (3,)), 3),
    ],
    ids=["killed", "crashed", "left"],
)
def test_a_killed_worker_names_its_task(task: Task[None], code: int, tmp_path: Path) -> None:
    other = Task("probe, fold 1", say_pid_and_sleep, (tmp_path / "pid",))
    with pytest.raises(WhetError) as error:
        dict(submit([other, task], workers=2, threads_each=1))
    assert str(error.value) == (
        f"The process that worked on 'full, fold 3' was killed (exit code {code}). Most often the "
        "memory of the machine was full: use fewer workers, or make the job smaller."
    )


def test_workers_end_when_the_caller_leaves_early(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    tasks = [
        Task("sleeps", say_pid_and_sleep, (pid_file,)),
        Task("waits", wait_for, (pid_file, "go")),
    ]
    results = submit(tasks, workers=2, threads_each=1)
    assert next(results) == (1, "go")
    pid = pid_in(pid_file)
    results.close()  # type: ignore[attr-defined]
    assert not psutil.pid_exists(pid)


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_workers_end_with_their_parent(tmp_path: Path, end: signal.Signals) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from pathlib import Path\n"
        "from test_runtime_local import say_pid_and_sleep\n"
        "from whet.runtime.local import Task, submit\n"
        "if __name__ == '__main__':\n"
        "    tasks = [Task(n, say_pid_and_sleep, (Path(n),)) for n in ('a', 'b')]\n"
        "    dict(submit(tasks, workers=2, threads_each=1))\n"
    )
    with (
        open(tmp_path / "stderr", "w") as stderr,
        subprocess.Popen(
            [sys.executable, str(script)], cwd=tmp_path, stderr=stderr, start_new_session=True
        ) as parent,
    ):
        workers = [psutil.Process(pid_in(tmp_path / name)) for name in ("a", "b")]
        if end == signal.SIGKILL:
            parent.kill()
        else:
            os.killpg(parent.pid, end)  # a terminal sends Ctrl-C to the workers too
    _, left = psutil.wait_procs(workers, timeout=30)
    for worker in left:
        worker.kill()
    assert left == []
    shown = (tmp_path / "stderr").read_text()
    assert shown.count("Traceback") == (0 if end == signal.SIGKILL else 1)


def test_a_script_without_its_guard_is_told_so(tmp_path: Path) -> None:
    script = tmp_path / "bare.py"
    script.write_text(
        "from whet.runtime.local import Task, submit\n"
        "print(dict(submit([Task('a', abs, (1,)), Task('b', abs, (2,))], workers=2, "
        "threads_each=1)))\n"
    )
    run = subprocess.run([sys.executable, str(script)], capture_output=True, text=True)
    assert run.returncode == 1
    assert run.stderr.rstrip().endswith(
        "WhetError: A worker process ended with exit code 1 before it began a task; "
        "what it printed says why. "
        "A script that starts workers needs the guard: if __name__ == '__main__'."
    )


@pytest.mark.parametrize(("workers", "threads"), [(0, 1), (2, 0), (-1, 1)])
def test_numbers_below_one_are_refused_before_anything_runs(workers: int, threads: int) -> None:
    with pytest.raises(InputError) as error:
        submit([Task("a", refuse)], workers=workers, threads_each=threads)
    assert str(error.value) == (
        "Work needs at least 1 worker and 1 thread for each; "
        f"found {workers} workers and {threads} threads."
    )


def test_a_task_whose_worker_is_killed_is_begun_again(tmp_path: Path) -> None:
    tasks = [Task("full", die_once, (tmp_path / "mark",)), Task("other", divide, (4, 2))]
    results = dict(submit(tasks, workers=2, threads_each=1, attempts=2))
    assert results == {0: "went on from step 7", 1: 2.0}


def test_a_worker_that_is_killed_at_every_attempt_ends_the_work() -> None:
    tasks = [Task("full, fold 3", die, (signal.SIGKILL,)), Task("other", divide, (4, 2))]
    with pytest.raises(WhetError, match="worked on 'full, fold 3' was killed"):
        dict(submit(tasks, workers=2, threads_each=1, attempts=2))
