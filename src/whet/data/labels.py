"""Can these labels be learnt and measured? Refusals that name the labels and their rows."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from whet.cards.schema import Card
from whet.core.errors import InputError
from whet.data.frame import Dataset, Frame
from whet.data.label_lists import check_label_lists
from whet.data.pairs.rows import match_of
from whet.data.passages.answers import answers_of
from whet.data.split import kept_together
from whet.data.tagging.rows import span_labels
from whet.data.together import row_components
from whet.data.values import check_values

_MOST_LABELS = 10
_MOST_ROWS = 5
_SPANS = ("text must have a span", "texts")
_ANSWERS = ("question must have an answer", "questions")
_REMEDY = "Add rows of these labels, give the rows another label, or remove them."


def check_labels(card: Card, dataset: Dataset) -> None:
    """Raise InputError when there are labels that can be neither learnt nor measured."""
    CHECKS[card.target.kind](card, dataset)


def _check_spans(card: Card, dataset: Dataset) -> None:
    """Raise InputError when there is no span to learn, or none to be measured on."""
    _check_some(card, dataset, lambda frame: bool(span_labels(frame.labels)), _SPANS)


def _check_some(
    card: Card, dataset: Dataset, has_some: Callable[[Frame], bool], what: tuple[str, str]
) -> None:
    """Raise InputError when a part has nothing to be learnt or measured on, or is too small.

    `what` says what some row must have, and what rows are called.
    """
    held_out = [part for part in (dataset.validation, dataset.test) if part is not None]
    for frame in (dataset.train, *held_out):
        if not has_some(frame):
            raise InputError(
                f"{frame.source}: some {what[0]}, to be learnt or measured; none of "
                f"{len(frame):,} has one. Check target.column ({card.label_column!r})."
            )
    if dataset.validation is None and len(dataset.train) < card.split.folds:
        raise InputError(
            f"{dataset.train.source}: there must be as many training {what[1]} as split.folds "
            f"({card.split.folds}) or more; there are {len(dataset.train)}."
        )


def _check_answers(card: Card, dataset: Dataset) -> None:
    """Raise InputError when there is no answer to learn, or none to be measured on."""
    _check_some(card, dataset, lambda frame: any(map(answers_of, frame.labels)), _ANSWERS)


def _check_classes(card: Card, dataset: Dataset) -> None:
    """Raise InputError when some label cannot be learnt or some held-out label is never shown."""
    frame = dataset.train
    if len(dataset.labels) < 2:
        raise InputError(
            f"{frame.source}: there must be two labels or more to tell apart; every training row "
            f"has {dataset.labels[0]!r}. Check target.column ({card.label_column!r})."
        )
    rows = _rows_by_label(frame)
    if single := {label: found for label, found in rows.items() if len(found) == 1}:
        raise InputError(
            f"{frame.source}: every label must have two training rows or more; {_told(single)}. "
            + _REMEDY
        )
    for held_out in (dataset.validation, dataset.test):
        if held_out is not None:
            _check_shown(frame, held_out, dataset.labels)
    if dataset.validation is None:
        _check_spread(card, frame, rows)


def _check_pairs(card: Card, dataset: Dataset) -> None:
    """Raise InputError unless there are two labels, one of them the match, to be learnt."""
    match_of(card, dataset.labels)
    _check_classes(card, dataset)


def _check_shown(train: Frame, held_out: Frame, labels: Sequence[str]) -> None:
    """Raise InputError for held-out labels that no training row has and no description tells."""
    unseen = {k: v for k, v in _rows_by_label(held_out).items() if k not in labels}
    if unseen:
        raise InputError(
            f"{held_out.source}: every held-out label must be among the training rows of "
            f"{train.source}; {_told(unseen)}. {_REMEDY}"
        )


def _check_spread(card: Card, frame: Frame, rows: dict[str, list[int]]) -> None:
    """Raise InputError for labels whose rows all hang together: a fold takes them all or none."""
    homes: defaultdict[str, set[int]] = defaultdict(set)
    groups = row_components(card, frame, kept_together(card)).tolist()
    for label, group in zip(frame.labels, groups, strict=True):
        homes[label].add(group)
    if lone := {label: rows[label] for label, found in homes.items() if len(found) == 1}:
        what = "groups" if kept_together(card) else "different texts"
        raise InputError(
            f"{frame.source}: every label must have training rows in two {what} or more, to be "
            f"learnt and held out in turn; {_told(lone)}, which stay together. {_REMEDY}"
        )


def _rows_by_label(frame: Frame) -> dict[str, list[int]]:
    """Return the row numbers of each label."""
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row, label in zip(frame.rows, frame.labels, strict=True):
        rows[label].append(row)
    return dict(rows)


def _told(rows: dict[str, list[int]]) -> str:
    """Return labels with their rows, for example ``'a' has row 3, 'b' has rows 4, 9``."""
    told = [f"{label!r} has {_rows_told(rows[label])}" for label in sorted(rows)[:_MOST_LABELS]]
    more = len(rows) - len(told)
    return ", ".join(told) + (f" and so on for {more} labels more" if more else "")


def _rows_told(rows: list[int]) -> str:
    """Return row numbers in words."""
    told = ", ".join(map(str, rows[:_MOST_ROWS]))
    more = len(rows) - _MOST_ROWS
    return f"row{'s' if len(rows) > 1 else ''} {told}" + (f" and {more} more" if more > 0 else "")


CHECKS: dict[str, Callable[[Card, Dataset], None]] = {
    "classes": _check_classes,
    "tags": _check_spans,
    "real": check_values,
    "labels": check_label_lists,
    "pair": _check_pairs,
    "span": _check_answers,
}
"""For each kind of target, what its labels must be."""
