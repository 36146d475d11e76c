"""What can be wrong with questions over passages, beside what can be wrong with any rows?

Questions over one passage know each other's answers, so none may stand on the other side of the
split. A question may: many are asked of every passage. It must not be answerable by heart.
"""

from dataclasses import replace
from typing import Any

from whet.cards.schema import Card
from whet.core.pairs import split_pair
from whet.core.text import normalise
from whet.data.audit.exact import MAX_LEAKED, conflicting_labels
from whet.data.audit.finding import MAX_EXAMPLES, Finding, Severity, example, share
from whet.data.audit.pairs import with_texts
from whet.data.audit.parts import Crossing, crossings, leak_severity
from whet.data.audit.rows import truncation
from whet.data.frame import Dataset, Frame
from whet.data.passages.answers import answers_of, told
from whet.data.passages.rows import passage_keys
from whet.serving.passages.sentences import sentences_of
from whet.serving.passages.windows import question_limit

FEWEST_SENTENCES, FEWEST_ROWS = 3, 30
"""Passages with fewer sentences, and fewer rows, say nothing of where answers stand."""
MOST_FIRST, ALL_FIRST = 0.8, 0.98
"""Shares of answers in the first sentence that are worth a warning, and that stop a build."""


def passage_overlap(card: Card, dataset: Dataset) -> list[Finding]:
    """Find held-out rows whose passage is learnt from too, or whose question with its answer is."""
    found = [f for crossing in crossings(dataset) for f in (_passages(crossing), _known(crossing))]
    return [finding for finding in found if finding is not None]


def _passages(crossing: Crossing) -> Finding | None:
    """Return the finding of one border, if any passage stands on both sides of it."""
    known = {key for frame in crossing.learnt for key in passage_keys(frame.texts)}
    held = crossing.held_out
    hits = [i for i, key in enumerate(passage_keys(held.texts)) if key in known]
    if not hits:
        return None
    return Finding(
        "text_overlap",
        leak_severity(len(hits), len(held), limit=MAX_LEAKED),
        len(hits),
        f"Rows of the {crossing.name} part whose passage is learnt from too: "
        f"{share(len(hits), len(held))}. What is asked of a passage gives away where its answers "
        "stand, so the score comes out too good. Deal whole passages to the files, or let Whet "
        "split; waive this only where the served passages are known beforehand.",
        tuple(example(held, i, told(held.labels[i])) for i in hits[:MAX_EXAMPLES]),
    )


def _known(crossing: Crossing) -> Finding | None:
    """Return the finding of one border, if any question is learnt there with the same answer."""
    known = {key for frame in crossing.learnt for key in _answered(frame)}
    held = crossing.held_out
    hits = [i for i, key in enumerate(_answered(held)) if key[1] and key in known]
    if len(hits) <= max(1, MAX_LEAKED * len(held)):
        return None
    return Finding(
        "text_overlap",
        "warn",
        len(hits),
        f"Rows of the {crossing.name} part whose question is learnt from with the same answer, if "
        f"of another passage: {share(len(hits), len(held))}. Such answers can be known by heart. "
        "Where passages to come will have other answers, keep these questions on one side.",
        tuple(example(held, i, told(held.labels[i])) for i in hits[:MAX_EXAMPLES]),
    )


def _answered(frame: Frame) -> list[tuple[str, str]]:
    """Return question and answer of each row, normalised; the answer is empty without one."""
    questions = [normalise(split_pair(text)[0]) for text in frame.texts]
    answers = [normalise(a[0].text) if (a := answers_of(row)) else "" for row in frame.labels]
    return list(zip(questions, answers, strict=True))


def conflicting_answers(card: Card, dataset: Dataset) -> list[Finding]:
    """Find questions over one passage that have several answers in different rows."""
    changes: dict[str, Any] = {
        name: replace(frame, labels=tuple(normalise(told(label)) for label in frame.labels))
        for name, frame in dataset.parts().items()
    }
    return [
        replace(
            finding,
            sentence=f"Questions over one passage with more than one answer: {finding.count:,}. No "
            "model can be right on all of their rows. Decide on one answer for each in the file: "
            "Whet never changes an answer.",
        )
        for finding in conflicting_labels(card, replace(dataset, **changes))
    ]


def answer_position(card: Card, dataset: Dataset) -> list[Finding]:
    """Find training answers that stand in the first sentence, where they almost always do."""
    frame, judged, first = dataset.train, 0, []
    for i, (text, label) in enumerate(zip(frame.texts, frame.labels, strict=True)):
        sentences = sentences_of(split_pair(text)[1])
        if len(sentences) >= FEWEST_SENTENCES and (answers := answers_of(label)):
            judged += 1
            first += [i] if answers[0].start < sentences[0][1] else []
    if judged < FEWEST_ROWS or len(first) < MOST_FIRST * judged:
        return []
    severity: Severity = "stop" if len(first) >= ALL_FIRST * judged else "warn"
    return [
        Finding(
            "answer_position",
            severity,
            len(first),
            f"Answers in the first sentence, of passages with {FEWEST_SENTENCES} sentences or "
            f"more: {share(len(first), judged)}. A model need only learn to look there, and finds "
            "nothing where passages to come answer elsewhere. Add such passages, or waive this "
            "where answers will always stand first.",
            tuple(example(frame, i, told(frame.labels[i])) for i in first[:MAX_EXAMPLES]),
        )
    ]


def long_questions(card: Card, dataset: Dataset, **counting: Any) -> list[Finding]:
    """Find questions that leave too little room for their passage; see `truncation`.

    Passages are read whole, in windows.
    """
    limit = counting.get("token_limit")
    counting["token_limit"] = None if limit is None else question_limit(limit)

    def questions(frame: Frame) -> tuple[str, ...]:
        return tuple(split_pair(text)[0] for text in frame.texts)

    return truncation(card, with_texts(dataset, questions), **counting)
