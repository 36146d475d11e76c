"""How does an encoder learn to answer from passages? The same loop, over windows of passages."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from whet.models.encoder import padded
from whet.models.methods.contract import StepWork
from whet.models.methods.vocabulary import keep_used, put_back
from whet.models.output import Ids
from whet.models.passage_reader import PassageModel, read_passages
from whet.models.passage_words import covered
from whet.serving.passages.decode import Read
from whet.serving.passages.windows import Reading, Window
from whet.training.loop import Recipe, weights

Span = tuple[int, int]
Evaluate = Callable[[Sequence[Read]], float]
"""Maps what a model makes of the passages held back to a score, higher is better."""

READING = Recipe(
    epochs=2,
    rows_per_batch=32,
    head_rate=1e-3,
    encoder_rate=2e-4,
    layer_decay=0.9,
    evaluations_per_epoch=2,
)
"""Recipe for answers. Not searched yet."""


@dataclass(frozen=True)
class PassageData:
    """Passages as an encoder reads them: to learn from with their answers, and held back."""

    readings: Sequence[Reading]
    spans: Sequence[Span | None]
    """Begin and end of each answer in its passage, in characters; None without one."""
    held: Sequence[Reading]
    held_spans: Sequence[Span | None]
    """Likewise of those held back; they tell two trainings apart."""


class PassageLesson:
    """The answer in a passage; a row is a window, and learns begin and end among its tokens.

    A window that does not hold the whole answer learns, as one of a passage without an answer, that
    there is none in it: its first token then stands for begin and end.
    """

    work: StepWork | None = None

    def __init__(self, model: PassageModel, data: PassageData, evaluate: Evaluate) -> None:
        self.model, self.data, self.evaluate = model, data, evaluate
        self.transformer = model.transformer
        self.windows: list[Window] = []
        self.targets: list[Span] = []
        for reading, span in zip(data.readings, data.spans, strict=True):
            for window in reading.windows:
                self.windows.append(window)
                self.targets.append(target(window, span))
        self.lengths = [len(window.ids) for window in self.windows]

    def prepare(self) -> None:
        """Let of the word embeddings only those learn whose words occur."""
        held = [window for reading in self.data.held for window in reading.windows]
        used = np.unique(np.concatenate([window.ids for window in (*self.windows, *held)]))
        keep_used(self.transformer, [used.tolist()])

    def trainable(self) -> dict[str, torch.nn.Parameter]:
        """Return the parameters that learn, by name."""
        named = self.model.named_parameters()
        return {name: parameter for name, parameter in named if parameter.requires_grad}

    def merged(self) -> PassageModel:
        """Return the model with its whole table of words."""
        put_back(self.transformer)
        return self.model

    def loss(self, part: Ids, batch: Ids) -> torch.Tensor:
        """Return the share of a part in the mean loss of begin and end of its batch."""
        windows = [self.windows[i] for i in part]
        device = self.model.views.device
        ids = [window.ids.tolist() for window in windows]
        scores = self.model(*padded(ids, device=device)).float()
        outside = torch.ones(scores.shape[:2], dtype=torch.bool)
        for row, window in zip(outside, windows, strict=True):
            row[0] = row[window.first : window.first + len(window.places)] = False
        scores = scores.masked_fill(outside.unsqueeze(2).to(device), -1e4)
        truth = torch.tensor([self.targets[i] for i in part], device=device)
        loss = torch.nn.functional.cross_entropy(scores, truth)
        return loss * (len(part) / len(batch))

    def score(self) -> float:
        """Return what the caller makes of the answers to the questions held back."""
        return self.evaluate(read_passages(self.model, self.data.held))

    def content(self) -> Iterable[bytes]:
        """Yield the weights, the windows with their answers, and the passages held back."""
        yield from weights(self.model)
        for window in self.windows:
            yield _bytes(window)
        for reading in self.data.held:
            yield from map(_bytes, reading.windows)
        yield json.dumps([self.targets, list(self.data.held_spans)]).encode()


def _bytes(window: Window) -> bytes:
    """Return what a window holds."""
    return np.concatenate([[window.first], window.ids, window.places.ravel()]).tobytes()


def target(window: Window, span: Span | None) -> Span:
    """Return the tokens of a window at which its answer begins and ends; the first for none."""
    if span is None or not len(window.places):
        return 0, 0
    is_whole = window.places[0, 0] <= span[0] and span[1] <= window.places[-1, 1]
    first, last = covered(window.places, span) if is_whole else (0, 0)
    return (window.first + first - 1, window.first + last - 1) if first else (0, 0)
