"""What does a model learn from next? The old training rows and the accepted examples, as a version.

The held-out part of the examples never teaches: every fourth text by its hash, so that a text is
on the same side whenever it is asked. Old test and validation rows stay what they were, and no
example repeats one of them. Each version is made from the first one of its line, never from the
last: what a forgotten customer wrote is not handed on.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from whet.cards.schema import Card
from whet.core.text import normalise
from whet.data.audit.near import near_matches
from whet.data.audit.parts import keys
from whet.data.frame import Dataset, Frame, joined
from whet.data.versions import content_address
from whet.feedback.guard import Known
from whet.store.examples import Example
from whet.store.feedback import OUT_OF_SCOPE

HELD_OUT = 4
"""One in this many texts is held out."""

SOURCE = "examples"
"""What frames call the source of the new rows."""


@dataclass(frozen=True)
class Lesson:
    """What is learnt, and what was kept back to judge by."""

    dataset: Dataset
    """Old and new training rows; its version is its content address."""
    held_out: tuple[Example, ...]
    """Examples that judge, of labels that the model knows."""
    taught: tuple[Example, ...]
    """Examples that became training rows."""
    left_out: int
    """Accepted examples that repeat another one, or a training or held-out row."""


def is_held_out(text: str) -> bool:
    """Return whether examples with this text judge instead of teaching."""
    digest = hashlib.sha256(normalise(text).encode("utf-8", "surrogatepass")).digest()
    return digest[0] % HELD_OUT == 0


def known_rows(dataset: Dataset) -> Known:
    """Return the training rows that examples are judged by."""
    return Known(dataset.train.texts, dataset.train.labels)


def lesson(card: Card, base: Dataset, accepted: Sequence[Example]) -> Lesson:
    """Return the data of the next model.

    Examples of no class are left out of training, since a model of classes learns from classes
    alone; held out, they judge whether it abstains.
    """
    fresh = _fresh(base, accepted)
    judges = tuple(e for e in fresh if is_held_out(e.text))
    pupils = tuple(e for e in fresh if not is_held_out(e.text) and e.label != OUT_OF_SCOPE)
    judging = {(normalise(e.text), "") for e in judges}
    alike = near_matches([(normalise(e.text), "") for e in pupils], list(judging))
    near = {match.query for match in alike}
    taught = tuple(e for i, e in enumerate(pupils) if i not in near)
    dataset = base
    if taught:
        dataset = replace(base, train=joined(base.train, _frame(card, taught)))
    dataset = replace(dataset, version=content_address(dataset))
    return Lesson(dataset, judges, taught, len(accepted) - len(judges) - len(taught))


def _fresh(base: Dataset, accepted: Sequence[Example]) -> list[Example]:
    """Return the examples with a text of their own: no row of the data, and each text once."""
    frames = base.parts().values()
    seen = {text for frame in frames for text, _ in keys(frame)}
    fresh: list[Example] = []
    for example in sorted(accepted, key=lambda e: (-e.weight, e.at, e.id)):
        text = normalise(example.text)
        if text and text not in seen:
            seen.add(text)
            fresh.append(example)
    held = [base.test] + ([base.validation] if base.validation else [])
    pool = [(text, "") for frame in held for text, _ in keys(frame)]
    near = {m.query for m in near_matches([(normalise(e.text), "") for e in fresh], pool)}
    kept = [e for i, e in enumerate(fresh) if i not in near]
    return sorted(kept, key=lambda e: e.id)


def _frame(card: Card, examples: Sequence[Example]) -> Frame:
    """Return examples as rows; columns that an example knows nothing of are empty."""
    groups, time = set(card.data.groups), card.data.time
    times = {time.decided, time.known} if time else set()
    own = {card.interval.unit} if card.interval.unit else set()

    def value(column: str, example: Example) -> str:
        if column in times:
            return example.at.isoformat()
        if column in groups or column in own:
            return example.conversation or example.id
        return {"channel": example.channel, "language": example.language}.get(column, "")

    return Frame(
        source=SOURCE,
        rows=tuple(range(1, len(examples) + 1)),
        texts=tuple(e.text for e in examples),
        labels=tuple(str(e.label) for e in examples),
        columns={c: tuple(value(c, e) for e in examples) for c in card.columns},
    )
