"""Which intents are in a history? New questions join known intents; what is left is mined.

What a person decided stays: an intent keeps its id, name, template and messages, whatever comes
later. A new question joins the intent of the question that is most like it, where it is as like as
those of one intent are to each other; groups are looked for among the rest only, and only those
count of which at least half is new: what belonged nowhere does not become an intent by itself.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from whet.core.progress import Progress
from whet.models.output import Floats, Ids
from whet.products.support.history.intents import Intent, Intents
from whet.products.support.history.mining.answers import draft_template
from whet.products.support.history.mining.essence import essence
from whet.products.support.history.mining.features import (
    Reader,
    character_vectors,
    reads_chinese,
)
from whet.products.support.history.mining.grouping import (
    edge_cases,
    group,
    representatives,
)
from whet.products.support.history.mining.naming import group_terms, suggested_names
from whet.products.support.history.questions import Question, language_of

EXAMPLES, EDGES = 5, 3
"""Questions that are shown of each intent: at its centre, at its rim."""
LIKE = 0.1
"""Quantile of the likeness within intents that a new question must reach to join one."""
VOTERS = 5
"""Nearest questions that say which intent a new one has."""
_BLOCK = 1024


@dataclass(frozen=True)
class Wanted:
    """How intents are to be mined."""

    reader: Reader
    seed: int = 0
    intents: int | None = None
    """Number of intents of each language group; chosen by stability when None."""


@dataclass
class Mined:
    """Questions with intents, and the intents."""

    questions: list[Question]
    intents: Intents
    joined: int = 0
    """New questions that joined an intent that was there."""
    added: int = 0
    """Intents that were added."""
    notes: list[str] = field(default_factory=list)


def mine(
    questions: Sequence[Question], before: Intents, wanted: Wanted, progress: Progress
) -> Mined:
    """Return questions with their intents; those that have one keep it."""
    mined = Mined(list(questions), before)
    for rows in _by_reader(questions, wanted.reader):
        if all(questions[row].intent or questions[row].was_mined for row in rows):
            continue
        texts = [essence(questions[row].text) for row in rows]
        features = _features(texts, wanted, progress)
        mined.joined += _join(mined, rows, features)
        _add_groups(mined, rows, features, wanted, progress)
    return Mined(
        [replace(question, was_mined=True) for question in mined.questions],
        described(mined.questions, mined.intents, before),
        mined.joined,
        mined.added,
        mined.notes,
    )


def _by_reader(questions: Sequence[Question], reader: Reader) -> list[list[int]]:
    """Return the rows that are mined together: all, or each language where the base reads one."""
    chinese = [i for i, q in enumerate(questions) if q.language == "zh"]
    if not chinese or reads_chinese(reader.found()):
        return [list(range(len(questions)))] if questions else []
    others = [i for i, q in enumerate(questions) if q.language != "zh"]
    return [rows for rows in (others, chinese) if rows]


def _features(texts: Sequence[str], wanted: Wanted, progress: Progress) -> Floats:
    """Return where texts lie: by the base, or by characters where it does not read them."""
    chinese = sum(language_of(text) == "zh" for text in texts)
    if chinese * 2 > len(texts) and not reads_chinese(wanted.reader.found()):
        return character_vectors(texts, wanted.seed)
    return wanted.reader.vectors(texts, progress)


def _join(mined: Mined, rows: Sequence[int], features: Floats) -> int:
    """Give new questions the intent of those most like them; return how many got one."""
    known = [i for i, row in enumerate(rows) if mined.questions[row].intent]
    fresh = [
        i
        for i, row in enumerate(rows)
        if not mined.questions[row].intent and not mined.questions[row].was_mined
    ]
    if not known or not fresh:
        return 0
    intents = np.array([mined.questions[rows[i]].intent for i in known])
    least = _least_likeness(features[known], intents)
    joined = 0
    for start in range(0, len(fresh), _BLOCK):
        block = fresh[start : start + _BLOCK]
        likeness = features[block] @ features[known].T
        near = np.argsort(-likeness, axis=1, kind="stable")[:, :VOTERS]
        for i, own, like in zip(block, near, likeness, strict=True):
            row = rows[i]
            best = _vote(like, own, intents, least)
            if best is not None:
                mined.questions[row] = replace(mined.questions[row], intent=best)
                joined += 1
    return joined


def _vote(likeness: Floats, near: Ids, intents: NDArray[np.str_], least: float) -> str | None:
    """Return the intent of most of the nearest questions; None where they are not like enough."""
    votes: dict[str, float] = defaultdict(float)
    for place in near:
        if likeness[place] >= least:
            votes[str(intents[place])] += float(likeness[place])
    return max(votes, key=lambda name: votes[name]) if votes else None


def _least_likeness(features: Floats, intents: NDArray[np.str_]) -> float:
    """Return how like a question is to the nearest one of its own intent, at a low quantile."""
    nearest = []
    for name in np.unique(intents):
        own = features[intents == name]
        if len(own) > 1:
            likeness = own @ own.T
            np.fill_diagonal(likeness, -1)
            nearest += likeness.max(axis=1).tolist()
    return float(np.quantile(nearest, LIKE)) if nearest else 1.0


def _add_groups(
    mined: Mined, rows: Sequence[int], features: Floats, wanted: Wanted, progress: Progress
) -> None:
    """Look for groups among the questions without an intent, and add each as an intent."""
    left = [i for i, row in enumerate(rows) if not mined.questions[row].intent]
    if not left:
        return
    grouping = group(features[left], seed=wanted.seed, progress=progress, wanted=wanted.intents)
    for number in range(grouping.count):
        own = [left[i] for i in np.flatnonzero(grouping.member == number)]
        if 2 * sum(mined.questions[rows[i]].was_mined for i in own) > len(own):
            continue
        free = mined.intents.free_id()
        shown = examples_of(features, own, [mined.questions[row].text for row in rows])
        intent = Intent(id=free, name=f"new_{free}").model_copy(update=shown)
        mined.intents = Intents(intents=[*mined.intents.intents, intent])
        for i in own:
            mined.questions[rows[i]] = replace(mined.questions[rows[i]], intent=intent.id)
        mined.added += 1


def examples_of(features: Floats, own: Sequence[int], texts: Sequence[str]) -> dict[str, list[str]]:
    """Return the `examples` at the centre and the `edges` at the rim of the rows `own`."""
    centre = _unlike([texts[i] for i in representatives(features, own, 4 * EXAMPLES)], EXAMPLES)
    rim = [texts[i] for i in edge_cases(features, own, EDGES) if texts[i] not in centre]
    return {"examples": centre, "edges": _unlike(rim, EDGES)}


def _unlike(texts: Sequence[str], count: int) -> list[str]:
    """Return the first texts that differ from each other."""
    return list(dict.fromkeys(texts))[:count]


def described(questions: Sequence[Question], intents: Intents, before: Intents) -> Intents:
    """Return intents with counts, terms, names and templates; what was there before keeps its own.

    Terms tell an intent from all others, so they are found for all at once; a name and a template
    are only given to those that have none yet.
    """
    by_intent: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        if question.intent:
            by_intent[question.intent].append(question)
    order = list(intents.intents)
    terms = group_terms([[q.text for q in by_intent[i.id]] for i in order])
    old = {intent.id for intent in before.intents}
    fresh = [i for i, intent in enumerate(order) if intent.id not in old]
    taken = [intent.name for intent in before.intents]
    names = dict(zip(fresh, suggested_names([terms[i] for i in fresh], taken), strict=True))
    return Intents(
        intents=[
            intent.model_copy(
                update={
                    "messages": len(by_intent[intent.id]),
                    "terms": terms[i] if i in names or intent.by == "mined" else intent.terms,
                    "name": names.get(i, intent.name),
                    "template": intent.template or templates_of(by_intent[intent.id]),
                }
            )
            for i, intent in enumerate(order)
        ]
    )


def templates_of(questions: Sequence[Question]) -> dict[str, str]:
    """Return the drafted answer in each language in which customers were answered."""
    found = {}
    for language in ("en", "zh"):
        own = [q for q in questions if q.language == language and q.pair.resolved]
        drafted = draft_template([q.pair.answer for q in own], [q.pair.confidence for q in own])
        if drafted is not None:
            found[language] = drafted.text
    return found


def counts_of(questions: Sequence[Question]) -> Mapping[str, int]:
    """Return how many questions hold each intent, by its id."""
    return Counter(q.intent for q in questions if q.intent)
