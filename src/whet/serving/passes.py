"""How does a graph run on the cores of a machine? One pass over all of them, or one on each.

A single pass is soonest done by all cores together. Where there are many, small products lose more
to the cores' waiting for one another than they gain: measured with MiniLM on two cores, passes of
eight short texts side by side, each on one core, read 374 texts a second in float and 569 in int8,
against 313 and 502 one after the other.
"""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
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


class Passes:
    """A loaded graph; safe for several threads.

    Raises:
        IntegrityError: the file is no graph, or has other inputs or outputs.
    """

    def __init__(
        self, file: Path, threads: int, inputs: Sequence[str], outputs: Sequence[str]
    ) -> None:
        self._file, self._threads = file, threads
        self._names = tuple(inputs), tuple(outputs)
        self._wide = open_session(file, threads, *self._names)
        self._is_small = file.stat().st_size <= LARGEST_TWICE
        self._lock = threading.Lock()

    def run(self, feeds: Sequence[Feed]) -> list[list[Floats]]:
        """Return the outputs of each pass, in the order of the names."""
        if len(feeds) < 2 or self._threads == 1:
            return [self._wide.run(self._names[1], feed) for feed in feeds]
        session = self._narrow() if self._is_small else self._wide
        return list(self._pool.map(lambda feed: session.run(self._names[1], feed), feeds))

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
