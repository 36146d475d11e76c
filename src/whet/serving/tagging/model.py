"""What does a packaged tagger say about the words of texts? The form `tagger`, by onnxruntime."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from whet.core.errors import IntegrityError
from whet.serving.contents import Contents
from whet.serving.package import CHAIN_FILE, MODEL_FILE, TOKENIZER_FILE
from whet.serving.passes import Feed, Passes
from whet.serving.tagging.scored import Scored
from whet.serving.tagging.tag_set import Floats, TagSet
from whet.serving.tagging.windows import Reading, Window, read_texts, stitched
from whet.serving.tokens import length_batches, load_tokenizer, padded
from whet.serving.transformer import DEFAULT_MAX_LENGTH

INPUTS = ("input_ids", "attention_mask", "shapes")
OUTPUTS = ("logits",)


class TaggerModel:
    """A tagger with its tokenizer and the scores between its tags; safe for several threads."""

    def __init__(self, folder: Path, contents: Contents, *, threads: int) -> None:
        self.tag_set = TagSet(contents.labels)
        self.chain = _load_chain(folder / CHAIN_FILE, len(self.tag_set) + 1)
        self._tokenizer = load_tokenizer(folder / TOKENIZER_FILE)
        self._limit = contents.max_length or DEFAULT_MAX_LENGTH
        self._passes = Passes(folder / MODEL_FILE, threads, INPUTS, OUTPUTS, longest=self._limit)
        self._rows = contents.batch_size

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Return how the model reads each text: whole, in windows where it is long."""
        return read_texts(self._tokenizer, texts, self._limit)

    def scores(self, readings: Sequence[Reading]) -> list[Floats]:
        """Return the scores (w, k) of the words of each text, in the order given."""
        windows = [window for reading in readings for window in reading.windows]
        logits: list[Floats] = [np.zeros((0, 0), dtype=np.float32)] * len(windows)
        batches = list(length_batches([len(window.ids) for window in windows], rows=self._rows))
        found = self._passes.run([_feed([windows[i] for i in batch]) for batch in batches])
        for batch, (own,) in zip(batches, found, strict=True):
            for i, one in zip(batch, own, strict=True):
                logits[i] = one
        rest = iter(logits)
        return [stitched(reading, [next(rest) for _ in reading.windows]) for reading in readings]

    def scored(self, texts: list[str]) -> list[Scored]:
        """Return the words of each text with the scores of their tags."""
        readings = self.read(texts)
        return [
            Scored(reading.words, scores, reading.tokens)
            for reading, scores in zip(readings, self.scores(readings), strict=True)
        ]


def _feed(windows: Sequence[Window]) -> Feed:
    """Return what the graph reads of one batch."""
    tokens, mask = padded([window.ids for window in windows])
    shapes, _ = padded([window.shapes for window in windows])
    return dict(zip(INPUTS, (tokens, mask, shapes), strict=True))


def _load_chain(file: Path, size: int) -> Floats:
    """Return the scores (k + 1, k + 1) of one tag behind another."""
    try:
        chain: Floats = load_file(file)["chain"]
    except (OSError, KeyError, SafetensorError) as error:
        raise IntegrityError(f"{file} cannot be read: {error}. Build the package again.") from error
    if chain.shape != (size, size):
        raise IntegrityError(
            f"{file} must hold {size} x {size} scores, for the tags of the labels; "
            f"found {chain.shape}. Build the package again."
        )
    return chain
