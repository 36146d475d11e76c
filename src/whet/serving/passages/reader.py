"""What does a packaged encoder say of a passage? The form `reader`, run by onnxruntime."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from whet.serving.contents import Contents
from whet.serving.package import MODEL_FILE, TOKENIZER_FILE
from whet.serving.passages.decode import Floats, Part, Read
from whet.serving.passages.windows import PassageReader, Reading, Window
from whet.serving.passes import Passes
from whet.serving.tokens import length_batches, load_tokenizer, padded
from whet.serving.transformer import DEFAULT_MAX_LENGTH

INPUTS = ("input_ids", "attention_mask")
OUTPUTS = ("logits",)


class ReaderModel:
    """An encoder with its tokenizer; safe for several threads."""

    def __init__(self, folder: Path, contents: Contents, *, threads: int) -> None:
        tokenizer = load_tokenizer(folder / TOKENIZER_FILE)
        longest = contents.max_length or DEFAULT_MAX_LENGTH
        self._reader = PassageReader(tokenizer, longest)
        self._passes = Passes(folder / MODEL_FILE, threads, INPUTS, OUTPUTS, longest=longest)
        self._rows = contents.batch_size

    def read(self, texts: Sequence[str]) -> list[Read]:
        """Return what the model makes of each question with its passage."""
        readings = self._reader.read(texts)
        windows = [window for reading in readings for window in reading.windows]
        logits: list[Floats] = [np.zeros((0, 2), dtype=np.float32)] * len(windows)
        batches = list(length_batches([len(window.ids) for window in windows], rows=self._rows))
        feeds = [
            dict(zip(INPUTS, padded([windows[i].ids.tolist() for i in batch]), strict=True))
            for batch in batches
        ]
        for batch, (own,) in zip(batches, self._passes.run(feeds), strict=True):
            for i, one in zip(batch, own, strict=True):
                logits[i] = one
        return scored(readings, logits)


def scored(readings: Sequence[Reading], logits: Sequence[Floats]) -> list[Read]:
    """Return readings with the logits (t, 2) of their windows, one after another."""
    rest = iter(logits)
    return [
        Read(
            [_part(window, next(rest)) for window in reading.windows],
            reading.tokens,
            reading.truncated,
        )
        for reading in readings
    ]


def _part(window: Window, logits: Floats) -> Part:
    """Return a window with its scores; its first token stands for no answer."""
    stop = window.first + len(window.places)
    return Part(window.places, logits[window.first : stop], float(logits[0].sum()))
