"""Tests for whet.runtime.cluster: a real cluster of two nodes, lost workers, and refusals."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.ray_cluster import two_nodes

from whet.core.errors import InputError, NotInstalledError, WhetError
from whet.core.settings import settings
from whet.runtime import cluster as clusters
from whet.runtime.cluster import cluster, joined, on_cluster
from whet.runtime.local import Task
from whet.runtime.spread import submit

pytestmark = [pytest.mark.ray, pytest.mark.slow]


@pytest.fixture(scope="module")
def nodes() -> Iterator[Any]:
    with two_nodes() as found:
        yield found


def where(wait_s: float) -> tuple[str, str]:
    import ray

    time.sleep(wait_s)
    return ray.get_runtime_context().get_node_id(), os.environ["OMP_NUM_THREADS"]


def refuse() -> None:
    raise InputError("row 3 has no label")


def die_once(mark: Path) -> str:
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def beat(file: Path) -> None:
    for _ in range(600):
        file.write_text(str(time.time()))
        time.sleep(0.1)


def test_tasks_run_side_by_side_on_both_nodes(nodes: Any, tmp_path: Path) -> None:
    with joined(tmp_path) as found:
        assert found is not None and found.cores() == [1, 1] and found.gpus() == 0
        tasks = [Task(f"task {n}", where, (2.0,)) for n in range(2)]
        results = dict(submit(tasks, workers=2, threads_each=1))
    assert len({node for node, _ in results.values()}) == 2
    assert {threads for _, threads in results.values()} == {"1"}
    assert cluster() is None
    assert list(tmp_path.iterdir()) == []


def test_errors_keep_their_type_and_a_killed_worker_s_task_is_begun_again(
    nodes: Any, tmp_path: Path
) -> None:
    with joined(tmp_path) as found:
        assert found is not None
        with pytest.raises(InputError, match=r"^row 3 has no label$"):
            list(on_cluster(found, [Task("rows", refuse)], cores=1))
        again = Task("fold 1", die_once, (tmp_path / "mark",))
        assert list(on_cluster(found, [again], cores=1, attempts=2)) == [(0, "done")]
        with pytest.raises(WhetError) as lost:
            list(on_cluster(found, [Task("fold 2", die)], cores=1, attempts=2))
    assert str(lost.value) == (
        "The process that worked on 'fold 2' was lost at every attempt. Most often the memory of a "
        "machine of the Ray cluster was full, or the machine went away; the same command goes on "
        "from what is finished."
    )


def test_whoever_watches_may_end_the_tasks(nodes: Any, tmp_path: Path) -> None:
    file = tmp_path / "beat"

    def watch() -> None:
        if file.exists():
            raise KeyboardInterrupt

    with joined(tmp_path) as found:
        assert found is not None
        with pytest.raises(KeyboardInterrupt):
            list(on_cluster(found, [Task("beat", beat, (file,))], cores=1, watch=watch))
        time.sleep(3)
        last = file.read_text()
        time.sleep(1)
        assert file.read_text() == last


def test_a_task_that_fits_nowhere_any_more_is_given_up(
    nodes: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "_ROLL_CALL_S", 0.0)
    with joined(tmp_path) as found:
        assert found is not None
        with pytest.raises(WhetError, match=r"must have a machine with 2 free cores or more; none"):
            list(on_cluster(found, [Task("wide", die)], cores=2))


def test_a_node_without_the_workspace_or_with_other_code_is_refused(
    nodes: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looker = clusters._looker

    def changed(**values: object) -> Any:
        """Return a look that finds other things, but only in this process or only elsewhere."""
        pid, look = os.getpid(), looker()

        def other(mark: str) -> dict[str, Any]:
            import os

            return look(mark) | (values if os.getpid() != pid else {})

        return lambda: other

    monkeypatch.setattr(clusters, "_looker", changed(folder=False))
    with pytest.raises(InputError) as unseen, joined(tmp_path):
        pass
    assert "must see the workspace under the same path" in str(unseen.value)
    assert f"does not see {tmp_path}. Put the workspace on a file system" in str(unseen.value)
    monkeypatch.setattr(clusters, "_looker", changed(**{"Whet with code": "(not installed)"}))
    with pytest.raises(InputError) as other, joined(tmp_path):
        pass
    assert "must run what this machine runs" in str(other.value)
    assert "has Whet with code (not installed) and this machine" in str(other.value)
    monkeypatch.setattr(clusters, "_looker", changed(Python="3.9.1"))
    with (
        pytest.raises(InputError, match=r"has Python 3\.9\.1 and this machine 3\."),
        joined(tmp_path),
    ):
        pass


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def use(value: str) -> None:
        monkeypatch.setenv("WHET_RAY_ADDRESS", value)
        settings.cache_clear()

    yield use
    settings.cache_clear()


def test_without_an_address_nothing_is_joined(tmp_path: Path, address: Any) -> None:
    address("")
    with joined(tmp_path) as found:
        assert found is None


def test_a_cluster_that_is_not_there_is_refused(tmp_path: Path, address: Any) -> None:
    pytest.importorskip("ray", reason="needs ray: pip install 'whet[ray]'")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    address(place)
    with pytest.raises(InputError) as error, joined(tmp_path):
        pass
    assert str(error.value).startswith(
        f"WHET_RAY_ADDRESS must name a Ray cluster that this machine is part of; {place!r} cannot "
        "be joined: "
    )
    address("ray://head:10001")
    with (
        pytest.raises(InputError, match="clients from outside are not supported"),
        joined(tmp_path),
    ):
        pass


def test_without_ray_an_address_is_refused(
    tmp_path: Path, address: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    address("10.0.0.5:6379")
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(NotInstalledError) as error, joined(tmp_path):
        pass
    assert str(error.value) == (
        "WHET_RAY_ADDRESS is set, but ray is not installed. Run: pip install 'whet[ray]', or unset "
        "the variable."
    )
