"""What does `model.onnx` say about texts? The form `onnx` of a package, run by onnxruntime."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from whet.core.errors import IntegrityError
from whet.core.pairs import split_pair
from whet.serving.contents import Contents
from whet.serving.outputs import Floats, Outputs
from whet.serving.package import MODEL_FILE, TOKENIZER_FILE
from whet.serving.tokens import Text, TextReader, length_batches, padded

DEFAULT_MAX_LENGTH = 512
_INPUTS = ("input_ids", "attention_mask")
_OUTPUTS = ("probabilities", "views")


class TransformerModel:
    """A transformer with its tokenizer; safe for several threads."""

    def __init__(self, folder: Path, contents: Contents, *, threads: int) -> None:
        self._graph = EncoderGraph(folder, contents, threads=threads, outputs=_OUTPUTS)
        self._reads_pairs = contents.reads_pairs

    def outputs(self, texts: Sequence[str]) -> Outputs:
        """Return what the model says about each text, or pair of texts, in the order given."""
        read: Sequence[Text] = list(map(split_pair, texts)) if self._reads_pairs else texts
        (probabilities, views), lengths, truncated = self._graph.run(read)
        return Outputs(probabilities, probabilities, views, lengths, truncated)


class EncoderGraph:
    """A graph over token ids with its tokenizer; safe for several threads."""

    def __init__(
        self, folder: Path, contents: Contents, *, threads: int, outputs: Sequence[str]
    ) -> None:
        limit = contents.max_length or DEFAULT_MAX_LENGTH
        self._reader = TextReader(folder / TOKENIZER_FILE, limit)
        self._session = open_session(folder / MODEL_FILE, threads, _INPUTS, outputs)
        self._outputs = list(outputs)
        self._rows = contents.batch_size
        # Several small passes at a time keep the cores busier than one pass that is split up.
        self._passes = ThreadPoolExecutor(threads, thread_name_prefix="whet-pass")

    def run(
        self, texts: Sequence[Text]
    ) -> tuple[list[Floats], NDArray[np.int64], NDArray[np.bool_]]:
        """Return the outputs (n, …) for each text, its tokens (n,), and whether it was cut (n,)."""
        tokens = self._reader.read(texts)
        lengths = [len(row) for row in tokens.ids]
        batches = list(length_batches(lengths, rows=self._rows))
        rows = ([tokens.ids[i] for i in batch] for batch in batches)
        parts = list(
            map(self._pass, rows) if len(batches) == 1 else self._passes.map(self._pass, rows)
        )
        place = np.argsort(np.concatenate(batches))  # from the order by length to the order given
        outputs = [np.concatenate(values)[place] for values in zip(*parts, strict=True)]
        return outputs, np.array(lengths, dtype=np.int64), tokens.truncated

    def _pass(self, ids: list[list[int]]) -> list[Floats]:
        """Return the outputs of one batch."""
        tokens, mask = padded(ids)
        feed = {"input_ids": tokens, "attention_mask": mask}
        outputs: list[Floats] = self._session.run(self._outputs, feed)
        return outputs


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
