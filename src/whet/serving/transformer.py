"""What does `model.onnx` say about texts? The form `onnx` of a package, run by onnxruntime."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from whet.serving.contents import Contents
from whet.serving.links import LINKS
from whet.serving.outputs import Outputs
from whet.serving.package import MODEL_FILE, TOKENIZER_FILE
from whet.serving.passes import Feed, Passes
from whet.serving.tokens import TextReader, length_batches, padded

DEFAULT_MAX_LENGTH = 512
_INPUTS = ("input_ids", "attention_mask")


class TransformerModel:
    """A transformer with its tokenizer; safe for several threads."""

    def __init__(self, folder: Path, contents: Contents, *, threads: int) -> None:
        outputs = (LINKS[contents.kind].output, "views")
        limit = contents.max_length or DEFAULT_MAX_LENGTH
        self._reader = TextReader(folder / TOKENIZER_FILE, limit)
        self._passes = Passes(folder / MODEL_FILE, threads, _INPUTS, outputs)
        self._rows = contents.batch_size

    def outputs(self, texts: Sequence[str]) -> Outputs:
        """Return what the model says about each text, in the order given."""
        tokens = self._reader.read(texts)
        lengths = [len(row) for row in tokens.ids]
        batches = list(length_batches(lengths, rows=self._rows))
        parts = self._passes.run([_feed([tokens.ids[i] for i in batch]) for batch in batches])
        place = np.argsort(np.concatenate(batches))  # from the order by length to the order given
        probabilities = np.concatenate([probabilities for probabilities, _ in parts])[place]
        return Outputs(
            probabilities,
            probabilities,
            np.concatenate([views for _, views in parts])[place],
            np.array(lengths, dtype=np.int64),
            tokens.truncated,
        )


def _feed(ids: list[list[int]]) -> Feed:
    """Return what the graph reads of one batch."""
    return dict(zip(_INPUTS, padded(ids), strict=True))
