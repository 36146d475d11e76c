"""Does a packaged tagger find the spans that the trained one found? Forms replay the same texts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from whet.cards.schema import Package as Limits
from whet.compression.parity import AS_TRAINED, Parity, breach, speed
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
    flips = sum(changed) / len(changed)
    loss = reference.score(reference.said.spans) - reference.score(found)
    kept = flips <= limits.max_flips and loss <= limits.max_loss
    p50, rate = speed(predictor.predict, reference.texts)
    return Parity(
        form=form,
        rows=len(reference.texts),
        flips=flips,
        metric_loss=loss,
        max_difference=_difference(answers, reference),
        bytes=sum(file.stat().st_size for file in folder.iterdir()),
        p50_ms=p50,
        texts_per_s=rate,
        kept=kept,
        reason=AS_TRAINED if kept else breach(flips, loss, limits, what="texts"),
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
