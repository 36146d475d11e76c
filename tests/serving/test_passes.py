"""Tests for whet.serving.passes: the same answers in one pass, in many, and on any cores."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from whet.core.errors import IntegrityError
from whet.serving import passes
from whet.serving.passes import Feed, Passes, open_session


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a graph that doubles what it reads."""
    kind = onnx.TensorProto.INT64
    doubled = onnx.helper.make_graph(
        [onnx.helper.make_node("Add", ["x", "x"], ["y"])],
        "doubled",
        [onnx.helper.make_tensor_value_info("x", kind, ["n", "t"])],
        [onnx.helper.make_tensor_value_info("y", kind, ["n", "t"])],
    )
    file = tmp_path_factory.mktemp("graph") / "model.onnx"
    opset = [onnx.helper.make_opsetid("", 23)]
    # onnxruntime refuses files of a newer format than its own
    onnx.save(onnx.helper.make_model(doubled, opset_imports=opset, ir_version=10), str(file))
    return file


def feeds(count: int) -> list[Feed]:
    return [{"x": np.full((1, 2), i, dtype=np.int64)} for i in range(count)]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("largest", [0, passes.LARGEST_TWICE])
@pytest.mark.parametrize("count", [0, 1, 7])
def test_passes_are_answered_in_their_order(
    graph: Path, threads: int, largest: int, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passes, "LARGEST_TWICE", largest)
    found = Passes(graph, threads, ("x",), ("y",), longest=512).run(feeds(count))
    assert [one[0].tolist() for one in found] == [[[2 * i, 2 * i]] for i in range(count)]


def test_several_callers_at_once_get_their_own_answers(graph: Path) -> None:
    one = Passes(graph, 2, ("x",), ("y",), longest=512)
    with ThreadPoolExecutor(8) as callers:
        answers = list(callers.map(lambda _: one.run(feeds(5)), range(40)))
    for found in answers:
        assert [int(part[0][0, 0]) for part in found] == [0, 2, 4, 6, 8]


def test_a_large_graph_is_loaded_once(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "LARGEST_TWICE", 0)
    loaded: list[int] = []

    def load(file: Path, threads: int, inputs: Sequence[str], outputs: Sequence[str]) -> Any:
        loaded.append(threads)
        return open_session(file, threads, inputs, outputs)

    monkeypatch.setattr(passes, "open_session", load)
    Passes(graph, 2, ("x",), ("y",), longest=512).run(feeds(3))
    assert loaded == [2]


@pytest.mark.parametrize(
    ("slow_threads", "tokens", "used"),
    [(2, 3, 1), (2, 128, 1), (2, 129, 2), (1, 3, 2)],
    ids=["short", "longest tried", "longer", "one core is slower"],
)
def test_a_single_pass_takes_what_was_soonest(
    graph: Path, slow_threads: int, tokens: int, used: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[int] = []

    class Watched:
        """A session that notes who ran, and is slow on so many threads."""

        def __init__(self, threads: int, session: Any) -> None:
            self.threads, self.session = threads, session

        def run(self, names: Sequence[str], feed: Feed) -> Any:
            ran.append(self.threads)
            if self.threads == slow_threads:
                time.sleep(0.002)
            return self.session.run(names, feed)

    def load(file: Path, threads: int, inputs: Sequence[str], outputs: Sequence[str]) -> Any:
        return Watched(threads, open_session(file, threads, inputs, outputs))

    monkeypatch.setattr(passes, "open_session", load)
    one = Passes(graph, 2, ("x",), ("y",), longest=512)
    ran.clear()
    found = one.run([{"x": np.full((1, tokens), 4, dtype=np.int64)}])
    assert ran == [used]
    assert found[0][0].tolist() == [[8] * tokens]


def test_other_outputs_are_refused(graph: Path) -> None:
    with pytest.raises(IntegrityError, match=r"must have z; found \('y',\)"):
        Passes(graph, 2, ("x",), ("z",), longest=512)


def test_a_file_that_is_no_graph_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(IntegrityError, match="cannot be loaded by onnxruntime"):
        Passes(tmp_path / "model.onnx", 2, ("x",), ("y",), longest=512)


def test_no_longer_row_is_tried_than_the_graph_can_read(
    graph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: set[int] = set()

    class Watched:
        """A session that notes what it was tried with."""

        def __init__(self, session: Any) -> None:
            self.session = session

        def run(self, names: Sequence[str], feed: Feed) -> Any:
            tried.add(feed["x"].shape[1])
            return self.session.run(names, feed)

    monkeypatch.setattr(passes, "open_session", lambda *given: Watched(open_session(*given)))
    monkeypatch.setattr(Passes, "_seconds", seconds_that_favour_one_core)
    Passes(graph, 2, ("x",), ("y",), longest=40)
    assert tried == {16, 32}


def seconds_that_favour_one_core(self: Passes, session: Any, feed: Feed) -> float:
    """Run a pass, and say that the session on one core was sooner."""
    session.run(["y"], feed)
    return 0.0 if session is self._narrow() else 1.0


def test_a_pass_beside_another_has_one_core(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[int] = []
    entered, leave = threading.Event(), threading.Event()

    class Watched:
        """A session that notes its threads, and whose first pass waits until it may leave."""

        def __init__(self, threads: int, session: Any) -> None:
            self.threads, self.session = threads, session

        def run(self, names: Sequence[str], feed: Feed) -> Any:
            ran.append(self.threads)
            if len(ran) == 1:
                entered.set()
                assert leave.wait(10)
            return self.session.run(names, feed)

    def load(file: Path, threads: int, inputs: Sequence[str], outputs: Sequence[str]) -> Any:
        return Watched(threads, open_session(file, threads, inputs, outputs))

    monkeypatch.setattr(passes, "open_session", load)
    monkeypatch.setattr(passes, "_TRIED_TOKENS", ())
    one = Passes(graph, 2, ("x",), ("y",), longest=512)
    with ThreadPoolExecutor(1) as caller:
        first = caller.submit(one.run, feeds(1))
        assert entered.wait(10)
        one.run(feeds(1))
        leave.set()
        first.result()
    one.run(feeds(1))
    assert ran == [2, 1, 2]
