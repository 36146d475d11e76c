"""How does work run on a Ray cluster? The tasks of `whet.runtime.local`, on whichever node is free.

    with joined(workspace.home):    # does nothing unless WHET_RAY_ADDRESS names a cluster
        for index, result in on_cluster(cluster(), tasks, cores=1, attempts=3):
            ...

A node must run the same code and see the workspace under the same path: caches and checkpoints are
there. That is checked for each node before any work. Ray is imported only where it is asked for.
"""

import pickle
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from whet.core.errors import InputError, NotInstalledError, WhetError
from whet.core.settings import settings
from whet.runtime.local import Task, outcome, result_of, thread_variables

T = TypeVar("T")

_REACH_S = 5.0
"""Seconds in which the head of a cluster must answer."""
_LOOK_S = 60.0
"""Seconds in which each node must say what it runs: its first process takes a while to start."""
_POLL_S = 0.2
"""Seconds between two calls of `watch`."""
_ROLL_CALL_S = 5.0
"""Seconds between two looks at whether any node is left that a task fits on."""
_LIBRARIES = ("numpy", "scikit-learn", "torch", "transformers", "peft")
"""Libraries of which another version may compute another answer."""


@dataclass(frozen=True)
class Cluster:
    """A Ray cluster that this process has joined."""

    ray: Any
    """The module; it is named nowhere else."""

    def nodes(self) -> list[dict[str, Any]]:
        """Return the nodes that are alive."""
        return [node for node in self.ray.nodes() if node["Alive"]]

    def cores(self) -> list[int]:
        """Return the cores of each node that works, the smallest first; a head may give none."""
        found = (int(node["Resources"].get("CPU", 0)) for node in self.nodes())
        return sorted(cores for cores in found if cores > 0)

    def gpus(self) -> int:
        """Return the GPUs of all nodes."""
        return int(sum(node["Resources"].get("GPU", 0) for node in self.nodes()))


_JOINED: ContextVar[Cluster | None] = ContextVar("joined", default=None)


def cluster() -> Cluster | None:
    """Return the cluster that this process has joined; None where work stays on this machine."""
    return _JOINED.get()


@contextmanager
def joined(folder: Path) -> Iterator[Cluster | None]:
    """Let work inside the block go to the cluster that `WHET_RAY_ADDRESS` names, if any.

    Args:
        folder: folder that every node must see under the same path; it is made if need be.

    Raises:
        NotInstalledError: ray is not installed.
        InputError: there is no such cluster, or a node of it cannot do this machine's work.
    """
    address = settings().ray_address
    if not address:
        yield None
        return
    found = Cluster(_ray())
    _connect(found.ray, address)
    try:
        _check_nodes(found, address, folder)
        token = _JOINED.set(found)
        try:
            yield found
        finally:
            _JOINED.reset(token)
    finally:
        found.ray.shutdown()


def on_cluster(
    found: Cluster,
    tasks: Sequence[Task[T]],
    *,
    cores: int,
    gpus: int = 0,
    attempts: int = 1,
    watch: Callable[[], None] = lambda: None,
) -> Iterator[tuple[int, T]]:
    """Yield ``(index, result)`` of each task as it ends.

    A task whose process or node is lost is begun again on another, `attempts` times in all. All
    that still run are ended with the iteration, also when it is left early.

    Args:
        cores: of a node that each task takes; so many threads it may use.
        gpus: of a node that each task takes.
        watch: is called a few times a second; it may end everything by raising.

    Raises:
        WhetError: a task was lost at every attempt, or no node is left that it fits on.
        Exception: whatever a task raised, with its own type.
    """
    remote = found.ray.remote(outcome).options(
        num_cpus=cores,
        num_gpus=gpus,
        max_retries=attempts - 1,
        retry_exceptions=False,
        runtime_env={"env_vars": thread_variables(cores)},
    )
    running = {remote.remote(pickle.dumps(task)): n for n, task in enumerate(tasks)}
    called = time.monotonic()
    try:
        while running:
            ready, _ = found.ray.wait(list(running), timeout=_POLL_S)
            watch()
            for reference in ready:
                index = running.pop(reference)
                yield index, _taken(found.ray, reference, tasks[index])
            if time.monotonic() - called > _ROLL_CALL_S:
                called = time.monotonic()
                _call_roll(found, cores)
    finally:
        for reference in running:
            found.ray.cancel(reference, force=True)


def _taken(ray: Any, reference: Any, task: Task[T]) -> T:
    """Return the result of a task that has ended, or raise what ended it."""
    try:
        message = ray.get(reference)
    except ray.exceptions.RayError as error:
        raise WhetError(
            f"The process that worked on {task.name!r} was lost at every attempt. Most often the "
            "memory of a machine of the Ray cluster was full, or the machine went away; the same "
            "command goes on from what is finished."
        ) from error
    result: T = result_of(message)
    return result


def _call_roll(found: Cluster, cores: int) -> None:
    """Raise when no node is left on which a task fits: Ray would wait for one for ever."""
    left = found.cores()
    if not left or left[-1] < cores:
        raise WhetError(
            f"The Ray cluster must have a machine with {cores} free cores or more; none is left. "
            "Start one again (`ray start`), and the same command goes on from what is finished."
        )


def _ray() -> Any:
    """Return the module."""
    try:
        import ray
    except ImportError as error:
        raise NotInstalledError(
            "WHET_RAY_ADDRESS is set, but ray is not installed. "
            "Run: pip install 'whet[ray]', or unset the variable."
        ) from error
    return ray


def _connect(ray: Any, address: str) -> None:
    """Join the cluster at an address such as `10.0.0.5:6379`, or `auto` for this machine's."""
    if "://" in address:
        raise InputError(
            "WHET_RAY_ADDRESS must be HOST:PORT of a cluster's head, or auto on a machine of the "
            f"cluster; found {address!r}. Run whet on a machine of the cluster: clients from "
            "outside are not supported."
        )
    try:
        if address != "auto":
            host, _, port = address.rpartition(":")
            socket.create_connection((host, int(port)), timeout=_REACH_S).close()
        ray.init(
            address=address, log_to_driver=False, logging_level="ERROR", configure_logging=False
        )
    # Ray raises RuntimeError where the versions of Ray or Python differ, and says which they are.
    except (OSError, ValueError, OverflowError, RuntimeError) as error:
        said = " ".join(str(error).split())
        raise InputError(
            f"WHET_RAY_ADDRESS must name a Ray cluster that this machine is part of; {address!r} "
            f"cannot be joined: {said}. Start one (`ray start --head`, and on each other machine "
            "`ray start --address=HOST:6379`) with the same versions of Ray and Python, or unset "
            "the variable."
        ) from error


def _check_nodes(found: Cluster, address: str, folder: Path) -> None:
    """Refuse a cluster of which a node cannot do this machine's work."""
    if not found.cores():
        raise InputError(
            f"The Ray cluster at {address} must have a machine with cores to work on; found none. "
            "Start one: ray start --address=HOST:6379."
        )
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / f".seen-{secrets.token_hex(8)}"
    mark.touch()
    try:
        look = _looker()
        here, there = look(str(mark)), _looked(found, look, mark)
    finally:
        mark.unlink()
    for name, seen in there.items():
        for what, value in here.items():
            if what != "folder" and seen[what] != value:
                raise InputError(
                    f"Every machine of the Ray cluster must run what this machine runs; {name} has "
                    f"{what} {seen[what]} and this machine {value}. Install the same there."
                )
        if not seen["folder"]:
            raise InputError(
                "Every machine of the Ray cluster must see the workspace under the same path; "
                f"{name} does not see {folder}. Put the workspace on a file system that they share."
            )


def _looked(
    found: Cluster, look: Callable[[str], dict[str, Any]], mark: Path
) -> dict[str, dict[str, Any]]:
    """Return what each node says of itself, by its address."""
    # 0 cores: a node that is busy with another's work is looked at too.
    remote = found.ray.remote(num_cpus=0)(look)
    pinned = found.ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy
    working = [node for node in found.nodes() if node["Resources"].get("CPU", 0)]
    asked = {
        f"{node['NodeManagerAddress']} (node {node['NodeID'][:8]})": remote.options(
            scheduling_strategy=pinned(node_id=node["NodeID"], soft=False)
        ).remote(str(mark))
        for node in working
    }
    try:
        told = found.ray.get(list(asked.values()), timeout=_LOOK_S)
    except found.ray.exceptions.RayError as error:
        raise InputError(
            "Every machine of the Ray cluster must be able to run a Python function; one did not "
            f"within {_LOOK_S:.0f} s ({type(error).__name__}). `ray status` says which."
        ) from error
    return dict(zip(asked, told, strict=True))


def _looker() -> Callable[[str], dict[str, Any]]:
    """Return a function that says what a machine runs, and whether it sees a file there.

    It is made here since Ray sends the code of inner functions, and only the names of others: it
    must run on a machine that has no Whet.
    """
    libraries = _LIBRARIES

    def look(mark: str) -> dict[str, Any]:
        import hashlib
        import importlib.metadata
        import importlib.util
        import pathlib
        import platform

        def version(name: str) -> str:
            try:
                return importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                return "(not installed)"

        spec, code = importlib.util.find_spec("whet"), "(not installed)"
        if spec and spec.origin:
            digest, root = hashlib.sha256(), pathlib.Path(spec.origin).parent
            for file in sorted(root.rglob("*.py")):
                digest.update(file.read_bytes())
            code = digest.hexdigest()[:12]
        told: dict[str, Any] = {"Python": platform.python_version(), "Whet with code": code}
        told |= {name: version(name) for name in libraries}
        return told | {"folder": pathlib.Path(mark).exists()}

    return look
