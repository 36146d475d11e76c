"""How is work spread over the cores? Tasks in processes of this machine, behind one `submit`.

    tasks = [Task(f"probe, fold {i}", fit_fold, (card, fold)) for i, fold in enumerate(folds)]
    for index, result in submit(tasks, workers=2, threads_each=1):
        ...

Why not `concurrent.futures.ProcessPoolExecutor`? When the system kills a worker for its memory,
that pool cannot say which task it was, and it may notice only when another task ends. Here each
worker has a pipe of its own, which closes at the moment the worker dies.
"""

import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from whet.core.errors import InputError, WhetError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_POLL_S = 0.2
"""Seconds between two calls of `watch`."""
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "WHET_THREADS",
)


@dataclass(frozen=True)
class Task(Generic[T_co]):
    """One call. Function, arguments and result must be fit for pickle; it starts no processes."""

    name: str
    """Name for sentences, for example `probe, fold 3`."""
    function: Callable[..., T_co]
    """A function of a module (no lambda, no inner function)."""
    arguments: tuple[Any, ...] = ()


def submit(
    tasks: Sequence[Task[T]],
    *,
    workers: int,
    threads_each: int,
    attempts: int = 1,
    watch: Callable[[], None] = lambda: None,
) -> Iterator[tuple[int, T]]:
    """Yield ``(index, result)`` of each task as it ends; run them while the caller iterates.

    With one worker (or one task) everything runs here, in order, with the threads that this
    process has. Otherwise `workers` fresh processes run the tasks, `threads_each` threads each;
    they end with the iteration, also when it is left early, and with this process if it dies.
    A task whose worker is killed is begun again in a new one, `attempts` times in all: one that
    keeps checkpoints goes on from them. `watch` is called a few times a second while workers are
    at work; it may end them by raising.

    Raises:
        InputError: `workers` or `threads_each` is below 1.
        WhetError: a task's worker was killed at every attempt; the sentence names the task.
        Exception: whatever a task raised, with its own type; the other tasks are dropped.
    """
    if workers < 1 or threads_each < 1:
        raise InputError(
            "Work needs at least 1 worker and 1 thread for each; "
            f"found {workers} workers and {threads_each} threads."
        )
    count = min(workers, len(tasks))
    return _here(tasks) if count <= 1 else _in_pool(tasks, count, threads_each, attempts, watch)


def _here(tasks: Sequence[Task[T]]) -> Iterator[tuple[int, T]]:
    """Run the tasks in this process."""
    for index, task in enumerate(tasks):
        yield index, task.function(*task.arguments)


def _in_pool(
    tasks: Sequence[Task[T]],
    count: int,
    threads: int,
    attempts: int,
    watch: Callable[[], None],
) -> Iterator[tuple[int, T]]:
    """Run the tasks in `count` new processes.

    A worker sends a message when it is ready and after each task; it is given a task for each.
    """
    workers = _start(count, threads)
    # The task that each worker is at; None before it is ready.
    current: dict[Connection, int | None] = dict.fromkeys(workers)
    waiting, is_over = deque(range(len(tasks))), False
    lost: Counter[int] = Counter()
    try:
        while current:
            ready = wait(list(current), timeout=_POLL_S)
            watch()
            for pipe in [pipe for pipe in current if pipe in ready]:
                index = current.pop(pipe)
                try:
                    message = _receive(pipe, workers[pipe], None if index is None else tasks[index])
                except WhetError:
                    if index is None or lost[index] + 1 >= attempts:
                        raise
                    lost[index] += 1
                    waiting.appendleft(index)
                    started = _start(1, threads)
                    workers |= started
                    current |= dict.fromkeys(started)
                    continue
                if waiting:
                    current[pipe] = following = waiting.popleft()
                    _send(pipe, tasks[following])
                if index is not None:
                    yield index, result_of(message)
        is_over = True
    finally:
        _stop(workers, is_over)


def _start(count: int, threads: int) -> dict[Connection, BaseProcess]:
    """Start the workers, each behind a pipe."""
    # Spawned, not forked: a fork of a process with threads (torch, polars) can hang for ever.
    spawn = multiprocessing.get_context("spawn")
    workers: dict[Connection, BaseProcess] = {}
    with thread_limits(threads):
        for _ in range(count):
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=_work, args=(theirs,), daemon=True)
            process.start()
            theirs.close()  # now only the worker holds it: its death closes the pipe
            workers[ours] = process
    return workers


def _stop(workers: dict[Connection, BaseProcess], is_over: bool) -> None:
    """End the workers: idle ones leave when their pipe closes, others are not waited for."""
    for pipe, process in workers.items():
        pipe.close()
        if not is_over:
            process.terminate()
    for process in workers.values():
        process.join()
        process.close()


def thread_variables(threads: int) -> dict[str, str]:
    """Return the environment of a process that is to use so many threads."""
    return dict.fromkeys(_THREAD_VARIABLES, str(threads))


@contextmanager
def thread_limits(threads: int) -> Iterator[None]:
    """Let processes that start inside the block use so many threads each.

    The libraries read these variables when they are imported, so a worker must be born with them.
    """
    old = {name: os.environ.get(name) for name in _THREAD_VARIABLES}
    os.environ.update(thread_variables(threads))
    try:
        yield
    finally:
        for name, value in old.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _send(pipe: Connection, task: Task[Any]) -> None:
    """Hand a task to a worker that is ready."""
    content = pickle.dumps(task)
    with suppress(OSError):  # it has just died: the next `_receive` says so
        pipe.send_bytes(content)


def _receive(pipe: Connection, process: BaseProcess, task: Task[Any] | None) -> bytes:
    """Return the next message of a worker.

    Raises:
        WhetError: there is none, because the worker has died.
    """
    try:
        return pipe.recv_bytes()
    except (EOFError, OSError):
        process.join()
    if task is None:
        raise WhetError(
            f"A worker process ended with exit code {process.exitcode} before it began a task; "
            "what it printed says why. "
            "A script that starts workers needs the guard: if __name__ == '__main__'."
        )
    raise WhetError(
        f"The process that worked on {task.name!r} was killed (exit code {process.exitcode}). Most "
        "often the memory of the machine was full: use fewer workers, or make the job smaller."
    )


def result_of(message: bytes) -> Any:
    """Return the result in a message, or raise the error in it."""
    is_good, value = pickle.loads(message)
    if is_good:
        return value
    raise value


def _work(pipe: Connection) -> None:
    """Be a worker: run what comes through the pipe until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    threading.Thread(target=end_with_parent, name="whet-parent", daemon=True).start()
    with suppress(EOFError, OSError):
        pipe.send_bytes(b"ready")
        while True:
            pipe.send_bytes(outcome(pipe.recv_bytes()))


def end_with_parent() -> None:
    """End this worker as soon as its parent is gone, also in the middle of a task."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def outcome(message: bytes) -> bytes:
    """Run the pickled task; return ``(True, result)`` or ``(False, error)``, pickled."""
    try:
        task: Task[Any] = pickle.loads(message)
        return pickle.dumps((True, task.function(*task.arguments)))
    except Exception as error:
        return _packed(error)


def _packed(error: Exception) -> bytes:
    """Return an error as a message that the parent can read, with where it was raised."""
    if not isinstance(error, WhetError):
        error.add_note("In a worker process:\n" + "".join(traceback.format_exception(error)))
    try:
        packed = pickle.dumps((False, error))
        pickle.loads(packed)
    except Exception:  # some exceptions cannot be rebuilt from what pickle keeps
        return pickle.dumps((False, RuntimeError(f"{type(error).__name__}: {error}")))
    return packed
