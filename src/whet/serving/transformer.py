"""What does `model.onnx` say about texts? The form `onnx` of a package, run by onnxruntime."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from whet.core.errors import IntegrityError
from whet.serving.contents import Contents
from whet.serving.links import LINKS
from whet.serving.outputs import Floats, Outputs
from whet.serving.package import MODEL_FILE, TOKENIZER_FILE
from whet.serving.tokens import TextReader, length_batches, padded

DEFAULT_MAX_LENGTH = 512
_INPUTS = ("input_ids", "attention_mask")


class TransformerModel:
    """A transformer with its tokenizer; safe for several threads."""

    def __init__(self, folder: Path, contents: Contents, *, threads: int) -> None:
        self._outputs = (LINKS[contents.kind].output, "views")
        limit = contents.max_length or DEFAULT_MAX_LENGTH
        self._reader = TextReader(folder / TOKENIZER_FILE, limit)
        self._session = open_session(folder / MODEL_FILE, threads, _INPUTS, self._outputs)
        self._rows = contents.batch_size
        # Several small passes at a time keep the cores busier than one pass that is split up.
        self._passes = ThreadPoolExecutor(threads, thread_name_prefix="whet-pass")

    def outputs(self, texts: Sequence[str]) -> Outputs:
        """Return what the model says about each text, in the order given."""
        tokens = self._reader.read(texts)
        lengths = [len(row) for row in tokens.ids]
        batches = list(length_batches(lengths, rows=self._rows))
        rows = ([tokens.ids[i] for i in batch] for batch in batches)
        parts = list(
            map(self._pass, rows) if len(batches) == 1 else self._passes.map(self._pass, rows)
        )
        place = np.argsort(np.concatenate(batches))  # from the order by length to the order given
        probabilities = np.concatenate([probabilities for probabilities, _ in parts])[place]
        return Outputs(
            probabilities,
            probabilities,
            np.concatenate([views for _, views in parts])[place],
            np.array(lengths, dtype=np.int64),
            tokens.truncated,
        )

    def _pass(self, ids: list[list[int]]) -> tuple[Floats, Floats]:
        """Return probabilities and views of one batch."""
        tokens, mask = padded(ids)
        feed = {"input_ids": tokens, "attention_mask": mask}
        probabilities, views = self._session.run(list(self._outputs), feed)
        return probabilities, views


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
