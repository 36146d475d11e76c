"""What is a marked answer? A part of its passage; checked against it, and kept as a row's label.

Several answers to one question are several ways to mark the same one, as the people who made SQuAD
marked it: they may overlap, the first one is learnt, and whatever agrees with one of them is right.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from whet.core.errors import InputError

MOST_PLACES = 3
"""Places of a text that a sentence names."""


@dataclass(frozen=True)
class Marked:
    """An answer in its passage."""

    start: int
    """Position of its first character, from 0."""
    text: str

    @property
    def end(self) -> int:
        """Return the position behind its last character."""
        return self.start + len(self.text)


def written(answers: Sequence[Marked]) -> str:
    """Return the answers to a question as the label of a row; `[]` where there is none.

    >>> written([Marked(7, "Rome")])
    '[[7, "Rome"]]'
    """
    return json.dumps([[answer.start, answer.text] for answer in answers], ensure_ascii=False)


def answers_of(label: str) -> tuple[Marked, ...]:
    """Return the answers that the label of a row stands for.

    Raises:
        InputError: it stands for none: the rows are of another kind of target.
    """
    try:
        return tuple(Marked(int(start), str(text)) for start, text in json.loads(label))
    except (TypeError, ValueError) as error:
        raise InputError(
            f"Rows of target.kind 'span' must hold answers; found the label {label[:40]!r}. Read "
            "them with the card that they were made from, or from the card's own files."
        ) from error


def told(label: str) -> str:
    """Return the answer of a row in words."""
    answers = answers_of(label)
    return answers[0].text if answers else "no answer"


def placed(passage: str, text: str, start: str, *, repair: bool) -> Marked:
    """Return an answer at its place, without the white space around it.

    Args:
        passage: what it is a part of.
        text: the answer, not blank.
        start: the character at which it should begin, as it was written.
        repair: look for it elsewhere where it is not there, and take the nearest place.

    Raises:
        ValueError: it does not stand there; the text is a clause that says what does and where
            the answer stands.
    """
    plain = text.strip()
    places = [match.start() for match in re.finditer(re.escape(plain), passage)]
    wanted = int(start) if re.fullmatch(r"\s*[0-9]{1,9}\s*", start) else None
    if wanted is not None:
        wanted += len(text) - len(text.lstrip())
    if wanted in places:
        return Marked(wanted, plain)
    if repair and places:
        return Marked(min(places, key=lambda place: abs(place - (wanted or 0))), plain)
    raise ValueError(_problem(passage, plain, start, wanted, places))


def _problem(passage: str, text: str, start: str, wanted: int | None, places: Sequence[int]) -> str:
    """Return in a clause why an answer is not at its place, and where it is."""
    shown = repr(text if len(text) <= 40 else text[:40] + "…")
    if wanted is None:
        return f"must say at which character {shown} begins, from 0; found {start!r}"
    if wanted >= len(passage):
        there = f"which lies beyond the passage of {len(passage)} characters"
    else:
        there = f"where {passage[wanted : wanted + len(text)][:40]!r} begins"
    where = ", ".join(map(str, places[:MOST_PLACES]))
    more = " and later" if len(places) > MOST_PLACES else ""
    found = f"it begins at {where}{more}" if places else "it stands nowhere in the passage"
    return f"{shown} must begin at character {wanted}, {there}; {found}"
