"""What may a person decide about mined intents? Merge, split, rename, accept; plain functions.

Each takes the questions and the intents as they are kept and returns both as they are to be kept;
`Decided.write` puts them on the disk. The command line and the console call these.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans

from whet.core.errors import InputError
from whet.core.progress import Progress
from whet.models.output import Floats
from whet.products.support.history.intents import FILE, Intent, Intents, read_intents, write_intents
from whet.products.support.history.kept import History
from whet.products.support.history.mine import Wanted, described, examples_of
from whet.products.support.history.mining.essence import essence
from whet.products.support.history.mining.features import (
    character_vectors,
    reads_chinese,
)
from whet.products.support.history.questions import (
    Question,
    language_of,
    read_questions,
    write_questions,
)

_NAME = re.compile(r"[^\s/\\{}:]{1,80}")


@dataclass(frozen=True)
class Decided:
    """Questions and intents of a desk."""

    questions: list[Question]
    intents: Intents

    def write(self, desk: Path) -> None:
        """Keep both in a desk's folder.

        Intents go first: after a stop in between, a merge is carried out by the next import, and an
        intent that no question has yet disappears.
        """
        write_intents(desk / FILE, self.intents)
        write_questions(history_of(desk).questions, self.questions)


def history_of(desk: Path) -> History:
    """Return the history that a desk keeps."""
    return History(desk / ".whet" / "history")


def read_decided(desk: Path) -> Decided:
    """Return the questions and the intents of a desk.

    Raises:
        InputError: nothing was imported there, or `intents.yaml` has mistakes.
    """
    return Decided(read_questions(history_of(desk).questions), read_intents(desk / FILE))


def rename(decided: Decided, intent: str, name: str) -> Decided:
    """Give an intent another name.

    Raises:
        InputError: there is no such intent, another has that name, or it cannot be one.
    """
    old = decided.intents.find(intent)
    if not _NAME.fullmatch(name):
        raise InputError(
            f"A name must be 1 to 80 signs without spaces, slashes, braces and colons; "
            f"found {name!r}."
        )
    if any(i.name == name and i.id != old.id for i in decided.intents.intents):
        raise InputError(
            f"Every intent must have its own name; {name!r} is another one's. "
            f"To make them one: whet support intents merge {name} {old.name}"
        )
    return _with(decided, old.model_copy(update={"name": name, "by": "person"}))


def accept(decided: Decided, intent: str, *, accepted: bool) -> Decided:
    """Say whether an intent goes into the card and the templates.

    Raises:
        InputError: there is no such intent.
    """
    old = decided.intents.find(intent)
    return _with(decided, old.model_copy(update={"accepted": accepted, "by": "person"}))


def merge(decided: Decided, into: str, others: Sequence[str]) -> Decided:
    """Make several intents one; the first keeps its id, its name, and its own template.

    A language in which it has no template takes the one of the first other that has it.

    Raises:
        InputError: there is no such intent, or one is named twice.
    """
    target = decided.intents.find(into)
    gone = [decided.intents.find(name) for name in others]
    ids = [target.id, *(intent.id for intent in gone)]
    if not gone or len(set(ids)) < len(ids):
        raise InputError("A merge must name two or more intents, each once.")
    template: dict[str, str] = {}
    for intent in reversed([target, *gone]):
        template |= intent.template
    merged = target.model_copy(
        update={
            "by": "person",
            "accepted": target.accepted or any(i.accepted for i in gone),
            "template": {language: template[language] for language in sorted(template)},
            "examples": _shuffled([target, *gone]),
            "merged": [*target.merged, *(m for i in gone for m in (i.id, *i.merged))],
        }
    )
    left = [i for i in decided.intents.intents if i.id not in ids[1:]]
    questions = [
        replace(q, intent=target.id) if q.intent in ids[1:] else q for q in decided.questions
    ]
    return _with(Decided(questions, Intents(intents=left)), merged)


def split(decided: Decided, intent: str, parts: int, wanted: Wanted, progress: Progress) -> Decided:
    """Divide an intent into parts; the largest keeps its id and its name.

    Raises:
        InputError: there is no such intent, or it has too few different questions.
    """
    old = decided.intents.find(intent)
    rows = [i for i, q in enumerate(decided.questions) if q.intent == old.id]
    texts = [essence(decided.questions[row].text) for row in rows]
    if not 2 <= parts <= len(set(texts)):
        raise InputError(
            f"{old.name!r} must be split into 2 to {len(set(texts))} parts, as many as it has "
            f"different questions; found {parts}."
        )
    features = _features(texts, wanted, progress)
    own = KMeans(parts, n_init=10, random_state=wanted.seed).fit_predict(features)
    order = np.argsort(-np.bincount(own, minlength=parts), kind="stable").tolist()
    questions, intents = list(decided.questions), decided.intents
    for number in order:
        new = old if number == order[0] else Intent(id=intents.free_id(), name="x", by="person")
        members = [i for i in range(len(rows)) if own[i] == number]
        for i in members:
            questions[rows[i]] = replace(questions[rows[i]], intent=new.id)
        shown = examples_of(features, members, texts=[questions[row].text for row in rows])
        new = new.model_copy(update={"by": "person", "accepted": old.accepted, **shown})
        if number != order[0]:
            new = new.model_copy(update={"name": f"new_{new.id}", "template": {}})
            intents = Intents(intents=[*intents.intents, new])
        else:
            intents = _with(Decided(questions, intents), new).intents
    return Decided(questions, described(questions, intents, decided.intents))


def _features(texts: Sequence[str], wanted: Wanted, progress: Progress) -> Floats:
    """Return where texts of one intent lie; mixed languages by what reads all of them."""
    chinese = any(language_of(text) == "zh" for text in texts)
    if chinese and not reads_chinese(wanted.reader.found()):
        return character_vectors(texts, wanted.seed)
    return wanted.reader.vectors(texts, progress)


def _with(decided: Decided, changed: Intent) -> Decided:
    """Return everything with one intent as it is now, its messages counted anew."""
    count = sum(q.intent == changed.id for q in decided.questions)
    changed = changed.model_copy(update={"messages": count})
    listed = [changed if i.id == changed.id else i for i in decided.intents.intents]
    return Decided(decided.questions, Intents(intents=listed))


def _shuffled(intents: Sequence[Intent], most: int = 6) -> list[str]:
    """Return examples of several intents in turn."""
    found: list[str] = []
    for i in range(max((len(intent.examples) for intent in intents), default=0)):
        found += [intent.examples[i] for intent in intents if i < len(intent.examples)]
    return list(dict.fromkeys(found))[:most]
