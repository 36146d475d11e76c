"""How does an encoder learn to find spans? The same loop as for classes, over windows of words."""

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np
import torch

from whet.core.errors import InputError
from whet.core.spans import Span
from whet.models.methods.contract import StepWork
from whet.models.methods.vocabulary import keep_used, put_back
from whet.models.output import Ids
from whet.models.tagger import Tagger, tag_texts
from whet.serving.tagging.tag_set import TagSet
from whet.serving.tagging.windows import Reading, Window
from whet.training.loop import OnStep, Recipe, Tuned, learn, weights

Spans = Sequence[Span]
Evaluate = Callable[[Sequence[Spans], Sequence[Spans]], float]
"""Maps true and found spans of the same texts to a score, higher is better."""

TAGGING = Recipe(
    epochs=3,
    rows_per_batch=32,
    head_rate=1e-3,
    encoder_rate=3e-4,
    layer_decay=0.9,
    evaluations_per_epoch=2,
)
"""Recipe for spans. Not searched yet: `benchmarks/tagging.py ablation` tries what may be better."""


@dataclass(frozen=True)
class TaggingData:
    """Texts as a tagger reads them, with their true spans: to learn from, and held back."""

    readings: Sequence[Reading]
    spans: Sequence[Spans]
    held_readings: Sequence[Reading]
    held_spans: Sequence[Spans]


def train_tagger(
    model: Tagger,
    data: TaggingData,
    recipe: Recipe = TAGGING,
    *,
    evaluate: Evaluate,
    folder: Path,
    deadline: float = math.inf,
    on_step: OnStep = lambda step, values: None,
) -> Tuned[Tagger]:
    """Return the tagger that has learnt; see `whet.training.loop.learn`."""
    lesson = SpanLesson(model, data, evaluate)
    return learn(lesson, recipe, folder=folder, deadline=deadline, on_step=on_step)


class SpanLesson:
    """The spans of a text; a row is a window, and learns the words that are judged in it.

    Words of a span that is cut in two by the seam of two windows are left out: tags that begin or
    end inside a span are what a chain must not learn.
    """

    work: StepWork | None = None

    def __init__(self, model: Tagger, data: TaggingData, evaluate: Evaluate) -> None:
        self.model, self.data, self.evaluate = model, data, evaluate
        self.transformer = model.transformer
        self.windows: list[Window] = []
        self.tags: list[Ids] = []
        for reading, spans in zip(data.readings, data.spans, strict=True):
            tags = model.tag_set.tags(reading.words, spans)
            for window in reading.windows:
                first = window.first_word
                own = tags[first : first + len(window.places)]
                whole = _whole(model.tag_set, own)
                if len(own[whole]):
                    self.windows.append(replace(window, places=window.places[whole]))
                    self.tags.append(own[whole])
        if not self.windows:
            raise InputError(
                f"There is nothing to learn in {len(data.readings)} training texts: they hold no "
                "word, or one span longer than the model reads at a time. Give other texts."
            )
        self.lengths = [len(window.ids) for window in self.windows]

    def prepare(self) -> None:
        """Let of the word embeddings only those learn whose words occur."""
        readings = (*self.data.readings, *self.data.held_readings)
        keep_used(self.transformer, [w.ids for reading in readings for w in reading.windows])

    def trainable(self) -> dict[str, torch.nn.Parameter]:
        """Return the parameters that learn, by name."""
        named = self.model.named_parameters()
        return {name: parameter for name, parameter in named if parameter.requires_grad}

    def merged(self) -> Tagger:
        """Return the tagger with its whole table of words."""
        put_back(self.transformer)
        return self.model

    def loss(self, part: Ids, batch: Ids) -> torch.Tensor:
        """Return the share of a part in the mean loss per word."""
        share = self._words(part) / self._words(batch)
        mean = self.model.loss([self.windows[i] for i in part], [self.tags[i] for i in part])
        return mean * share

    def _words(self, rows: Ids) -> int:
        """Return the words that some windows judge together."""
        return sum(len(self.tags[i]) for i in rows)

    def score(self) -> float:
        """Return what the caller makes of the spans found in the texts held back."""
        found = tag_texts(self.model, self.data.held_readings)
        return self.evaluate(self.data.held_spans, found.spans)

    def content(self) -> Iterable[bytes]:
        """Yield the weights, the tags, the windows, and the texts held back."""
        yield from weights(self.model)
        yield json.dumps(self.model.tag_set.names).encode()
        for window, tags in zip(self.windows, self.tags, strict=True):
            yield json.dumps(astuple(window)).encode()
            yield tags.tobytes()
        for reading, spans in zip(self.data.held_readings, self.data.held_spans, strict=True):
            yield json.dumps([astuple(w) for w in reading.windows]).encode()
            yield json.dumps([astuple(span) for span in spans]).encode()


def _whole(tag_set: TagSet, tags: Ids) -> slice:
    """Return the part of a tag sequence (w,) that begins and ends outside of every span."""
    begins = np.flatnonzero(tag_set.transitions[-1, tags] == 0)
    ends = np.flatnonzero(tag_set.transitions[tags, -1] == 0)
    if not len(begins) or not len(ends):
        return slice(0, 0)
    return slice(int(begins[0]), int(ends[-1]) + 1)
