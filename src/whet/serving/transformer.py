"""What does `model.onnx` say about texts? The form `onnx` of a package, run by onnxruntime."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whet.core.pairs import split_pair
from whet.serving.contents import Contents
from whet.serving.links import LINKS
from whet.serving.outputs import Floats, Outputs
from whet.serving.package import MODEL_FILE, TOKENIZER_FILE
from whet.serving.passes import Feed, Passes
from whet.serving.tokens import Text, TextReader, length_batches, padded

DEFAULT_MAX_LENGTH = 512
_INPUTS = ("input_ids", "attention_mask")


class TransformerModel:
    """A transformer with its tokenizer; safe for several threads."""

    def __init__(self, folder: Path, contents: Contents, *, threads: int) -> None:
        outputs = (LINKS[contents.kind].output, "views")
        self._graph = EncoderGraph(folder, contents, threads=threads, outputs=outputs)
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
        self._passes = Passes(folder / MODEL_FILE, threads, _INPUTS, outputs, longest=limit)
        self._rows = contents.batch_size

    def run(
        self, texts: Sequence[Text]
    ) -> tuple[list[Floats], NDArray[np.int64], NDArray[np.bool_]]:
        """Return the outputs (n, …) for each text, its tokens (n,), and whether it was cut (n,)."""
        tokens = self._reader.read(texts)
        lengths = [len(row) for row in tokens.ids]
        batches = list(length_batches(lengths, rows=self._rows))
        parts = self._passes.run([_feed([tokens.ids[i] for i in batch]) for batch in batches])
        place = np.argsort(np.concatenate(batches))  # from the order by length to the order given
        outputs = [np.concatenate(values)[place] for values in zip(*parts, strict=True)]
        return outputs, np.array(lengths, dtype=np.int64), tokens.truncated


def _feed(ids: list[list[int]]) -> Feed:
    """Return what the graph reads of one batch."""
    return dict(zip(_INPUTS, padded(ids), strict=True))
