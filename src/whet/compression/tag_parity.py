"""Does a packaged tagger find the spans that the trained one found? Forms replay the same texts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from whet.cards.schema import Package as Limits
from whet.compression.parity import Change, Parity, judged
from whet.core.spans import Span
from whet.models.tag_output import TagOutput
from whet.serving.package import open_package
from whet.serving.tagging.predictor import TagAnswer, TagPredictor

Spans = Sequence[Span]


@dataclass(frozen=True)
class TagReplay:
    """What the trained tagger said about the texts that every form replays."""

    texts: Sequence[str]
    said: TagOutput
    score: Callable[[Sequence[Spans]], float]
    """The primary metric of spans found in the texts, higher is better."""


def replay_tags(folder: Path, form: str, reference: TagReplay, limits: Limits) -> Parity:
    """Return how the package in `folder` answers the texts; kept when within the card's limits.

    A text flips when its spans are not all the same, and `max_difference` is over the spans that
    both sides found.
    """
    predictor = TagPredictor(open_package(folder))
    answers = predictor.predict(reference.texts)
    found = [_spans(answer) for answer in answers]
    changed = [set(own) != set(true) for own, true in zip(found, reference.said.spans, strict=True)]
    return judged(
        folder,
        form,
        limits,
        change=Change(
            flips=sum(changed) / len(changed),
            loss=reference.score(reference.said.spans) - reference.score(found),
            largest=_difference(answers, reference),
        ),
        timed=(predictor.predict, reference.texts),
        what="texts",
    )


def _spans(answer: TagAnswer) -> tuple[Span, ...]:
    """Return the spans of an answer without what was read there."""
    return tuple(Span(span.start, span.end, span.label) for span in answer.spans)


def _difference(answers: Sequence[TagAnswer], reference: TagReplay) -> float:
    """Return the largest change of the probability of a span that both sides found."""
    largest = 0.0
    said = reference.said
    for answer, spans, sure in zip(answers, said.spans, said.probabilities, strict=True):
        trained = dict(zip(spans, sure, strict=True))
        for span, own in zip(_spans(answer), answer.spans, strict=True):
            if span in trained:
                largest = max(largest, abs(own.probability - trained[span]))
    return largest
