"""How do questions over passages stand in a frame? A row's text is both; its label the answers.

The texts are joined as they are: the characters of an answer count white space too.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from whet.cards.files import FORMATS
from whet.cards.schema import Card
from whet.cards.targets import SpanTarget
from whet.core.errors import InputError, did_you_mean
from whet.core.pairs import join_exact, split_pair
from whet.core.text import normalise
from whet.data.delimited import decoded
from whet.data.magic import foreign
from whet.data.pairs.rows import input_columns
from whet.data.passages.answers import Marked, answers_of, placed, written
from whet.data.rarest import WITHOUT
from whet.data.read import check_file, read_table

ANSWERED = "with an answer"
"""Stratum of the rows whose passage answers the question."""
_SHOWN = 5
"""Wrong rows that an error names."""
_COLUMNS = ("id", "title")
"""What SQuAD tells of a question beside its texts and answers."""


@dataclass(frozen=True)
class _Asked:
    """A row as it is written."""

    question: str
    passage: str
    answers: tuple[tuple[str, str], ...]
    """Text and first character of each; blank texts stand for none."""


def read_questions(
    card: Card, path: Path, format: str | None
) -> tuple[pl.DataFrame, tuple[int, ...]]:
    """Return a table whose text column holds question and passage, and the row numbers.

    Raises:
        InputError: the file is not what the card says, a passage or a question is empty, or an
            answer does not stand where it should; the text gives the first rows and how many.
    """
    target = card.target
    assert isinstance(target, SpanTarget)
    if (format or FORMATS.get(path.suffix.lower())) == "squad":
        table, asked, names = _read_squad(card, path)
    else:
        table, asked, names = _read_table(card, target, path, format)
    labels, problems = [], []
    for row, one in enumerate(asked, start=1):
        marked, wrong = _marked(one, names, repair=target.repair)
        labels.append(written(marked))
        problems += [f"row {row}, {problem}" for problem in wrong]
    if problems:
        raise InputError(_told(path, problems))
    texts = [join_exact(one.question, one.passage) for one in asked]
    table = table.with_columns(
        pl.Series(card.text_column, texts, dtype=pl.String),
        pl.Series(target.column, labels, dtype=pl.String),
    )
    return table, tuple(range(1, len(asked) + 1))


def passage_keys(texts: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the normalised passage of each row; rows that share it hang together."""
    return [(normalise(split_pair(text)[1]),) for text in texts]


def strata(labels: Sequence[str]) -> list[str]:
    """Return whether each row has an answer, as its stratum."""
    return [ANSWERED if answers_of(label) else WITHOUT for label in labels]


_Read = tuple[pl.DataFrame, list[_Asked], tuple[str, str, str]]
"""Further columns, rows, and the names of question, passage and start."""


def _read_table(card: Card, target: SpanTarget, path: Path, format: str | None) -> _Read:
    """Return the rows of a CSV or JSON Lines file."""
    source = card.data.source
    table = read_table(
        path,
        format=format,
        encoding=source.encoding,
        delimiter=source.delimiter,
        nested=(target.column,),
    )
    questions, passages = input_columns(card, path, table)
    if target.column not in table.columns:
        raise InputError(
            f"{path.name}: there is no column {target.column!r} (target.column). "
            f"{did_you_mean(target.column, table.columns)}"
        )
    cells = table[target.column].to_list()
    answers: list[tuple[tuple[str, str], ...]]
    if target.start in table.columns:
        answers = [((text, start),) for text, start in zip(cells, table[target.start], strict=True)]
    else:
        answers = [
            _listed(f"{path}, row {row}, column {target.column!r}", cell, target.start)
            for row, cell in enumerate(cells, start=1)
        ]
    asked = list(map(_Asked, questions, passages, answers))
    return table, asked, (card.inputs[0].column, card.inputs[1].column, target.start)


def _listed(place: str, cell: str, start: str) -> tuple[tuple[str, str], ...]:
    """Return the answers of a cell without a column beside it that says where they begin."""
    if not cell.strip():
        return ()
    try:
        found = json.loads(cell)
        if isinstance(found, dict):  # the form of the hub: one list of texts and one of places
            return tuple(zip(found["text"], map(str, found["answer_start"]), strict=True))
        return tuple((one["text"], str(one["answer_start"])) for one in found)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f'{place}: must hold a list [{{"text": …, "answer_start": …}}], or a text with its '
            f"first character in a column {start!r} (target.start); found {cell[:60]!r}."
        ) from error


def _read_squad(card: Card, path: Path) -> _Read:
    """Return the rows of SQuAD's JSON; a row is a question, in the order of the file."""
    check_file(path)
    encoding = card.data.source.encoding
    if problem := foreign(path, "squad", encoding):
        raise InputError(problem)
    text = decoded(path, path.read_bytes(), encoding)
    asked, told = [], []
    try:
        for title, passage, question in _questions(json.loads(text)):
            answers = [(a["text"], str(a["answer_start"])) for a in question["answers"]]
            if answers and question.get("is_impossible"):
                raise ValueError("a question that is_impossible must have no answers")
            asked.append(_Asked(question["question"], passage, tuple(answers)))
            told.append((str(question.get("id", "")), title))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else error
        raise InputError(
            f'{path} must be JSON as SQuAD has it: {{"data": [{{"paragraphs": [{{"context", '
            f'"qas": [{{"question", "answers"}}]}}]}}]}}; behind question {len(asked)}: {reason}.'
        ) from error
    if not asked:
        raise InputError(f"{path} must hold questions; it holds none.")
    columns = {name: [one[i] for one in told] for i, name in enumerate(_COLUMNS)}
    table = pl.DataFrame(columns, schema=dict.fromkeys(_COLUMNS, pl.String))
    return table, asked, ("question", "context", "answers")


def _questions(document: Any) -> Iterator[tuple[str, str, Any]]:
    """Yield title, passage and question of each question."""
    for article in document["data"]:
        for paragraph in article["paragraphs"]:
            for question in paragraph["qas"]:
                yield str(article.get("title", "")), paragraph["context"], question


def _marked(
    asked: _Asked, names: tuple[str, str, str], *, repair: bool
) -> tuple[list[Marked], list[str]]:
    """Return the answers of a row, each once, and what is wrong with the row, with its columns."""
    question, passage, start = names
    problems = [
        f"column {name!r}: must hold a text; found nothing"
        for name, text in ((question, asked.question), (passage, asked.passage))
        if not text.strip()
    ]
    marked: list[Marked] = []
    for text, place in () if problems else asked.answers:
        if text.strip():
            try:
                marked.append(placed(asked.passage, text, place, repair=repair))
            except ValueError as error:
                problems.append(f"column {start!r}: {error}")
    return list(dict.fromkeys(marked)), problems


def _told(path: Path, problems: Sequence[str]) -> str:
    """Return which rows are wrong, and what to do."""
    more = len(problems) - _SHOWN
    return (
        f"{path}: each row must hold a question and a passage, and each answer must stand where "
        f"it is said to; {len(problems)} {'does' if len(problems) == 1 else 'do'} not: "
        f"{'; '.join(problems[:_SHOWN])}{f' and {more} more' if more > 0 else ''}. Places count "
        "characters, not bytes, from 0. Correct them, or set target.repair to take the nearest "
        "place at which an answer stands."
    )
