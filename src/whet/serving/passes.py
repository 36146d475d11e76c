"""How does a graph run on the cores of a machine? One pass over all of them, or one on each.

Small products lose more to the cores' waiting for one another than they gain. Where there are many
passes, each therefore has a core of its own: measured with MiniLM on two cores, passes of eight
short texts side by side read 374 texts a second in float and 569 in int8, against 313 and 502 one
after the other. A single pass is done by all cores together, unless it is so short that one core
is sooner: on a processor with VNNI, one core read a text of 14 tokens in 1.1 ms in int8, two in
1.8 ms; in float two were sooner. Which it is, is measured when a graph is loaded. While another
pass is under way, a single pass has one core as well: in float two cores took 9.4 ms of their time
for 12 tokens, one took 7.0.
"""

import statistics
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whet.core.errors import IntegrityError
from whet.serving.outputs import Floats

Feed = Mapping[str, NDArray[np.int64]]
"""What a graph reads in one pass, by the names of its inputs."""

LARGEST_TWICE = 256 << 20
"""Size in bytes of the largest graph that is held twice, for one pass on each core. The products of
a larger one fill the cores by themselves."""
_TRIED_TOKENS = (16, 32, 64, 128)
_TRIALS = 7


class Passes:
    """A loaded graph; safe for several threads.

    Args:
        longest: tokens of the longest row that the graph can read.

    Raises:
        IntegrityError: the file is no graph, or has other inputs or outputs.
    """

    def __init__(
        self,
        file: Path,
        threads: int,
        inputs: Sequence[str],
        outputs: Sequence[str],
        *,
        longest: int,
    ) -> None:
        self._file, self._threads = file, threads
        self._names = tuple(inputs), tuple(outputs)
        self._wide = open_session(file, threads, *self._names)
        self._is_small = file.stat().st_size <= LARGEST_TWICE
        self._lock = threading.Lock()
        may_be_alone = threads > 1 and self._is_small
        self._tokens_alone = self._sooner_alone(longest) if may_be_alone else 0
        self._under_way = 0

    def run(self, feeds: Sequence[Feed]) -> list[list[Floats]]:
        """Return the outputs of each pass, in the order of the names."""
        with self._counted() as others:
            if len(feeds) < 2 or self._threads == 1:
                return [self._session_for(feed, others).run(self._names[1], feed) for feed in feeds]
            session = self._narrow() if self._is_small else self._wide
            return list(self._pool.map(lambda feed: session.run(self._names[1], feed), feeds))

    @contextmanager
    def _counted(self) -> Iterator[int]:
        """Yield how many calls are under way, and count this one until it is left."""
        with self._lock:
            others, self._under_way = self._under_way, self._under_way + 1
        try:
            yield others
        finally:
            with self._lock:
                self._under_way -= 1

    def _session_for(self, feed: Feed, others: int) -> Any:
        """Return the session that does a single pass soonest beside so many others."""
        size = next(iter(feed.values())).size
        is_alone = self._is_small and others and self._threads > 1
        return self._narrow() if is_alone or size <= self._tokens_alone else self._wide

    def _sooner_alone(self, longest: int) -> int:
        """Return the most tokens that one core reads in a single pass sooner than all do."""
        most = 0
        for tokens in (tokens for tokens in _TRIED_TOKENS if tokens <= longest):
            feed = {name: np.ones((1, tokens), np.int64) for name in self._names[0]}
            alone, together = (self._seconds(s, feed) for s in (self._narrow(), self._wide))
            if alone >= together:
                break
            most = tokens
        return most

    def _seconds(self, session: Any, feed: Feed) -> float:
        """Return how long a pass takes, the median of some. They follow one another: a core that is
        awake from a pass of the other session would hide what waking it costs."""
        marks = [time.perf_counter()]
        for _ in range(_TRIALS):
            session.run(self._names[1], feed)
            marks.append(time.perf_counter())
        return statistics.median(b - a for a, b in pairwise(marks))

    def _narrow(self) -> Any:
        """Return the graph on one thread; it is loaded when it is first needed."""
        with self._lock:
            return self._one_thread

    @cached_property
    def _one_thread(self) -> Any:
        return open_session(self._file, 1, *self._names)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self._threads, thread_name_prefix="whet-pass")


def open_session(file: Path, threads: int, inputs: Sequence[str], outputs: Sequence[str]) -> Any:
    """Return an onnxruntime session on `threads` threads with every graph optimisation.

    Raises:
        IntegrityError: the file is no graph, or has other inputs or outputs.
    """
    import onnxruntime  # slow to import: linear packages do without it

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    # Threads that wait busily take the cores from the other passes, and from numpy.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3  # errors only: warnings about shapes mean nothing to a user
    try:
        session = onnxruntime.InferenceSession(
            str(file), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime's exceptions share no base class
        raise IntegrityError(f"{file} cannot be loaded by onnxruntime: {error}") from error
    for wanted, found in ((inputs, session.get_inputs()), (outputs, session.get_outputs())):
        names = tuple(value.name for value in found)
        if set(names) != set(wanted):
            raise IntegrityError(f"{file} must have {' and '.join(wanted)}; found {names}.")
    return session
