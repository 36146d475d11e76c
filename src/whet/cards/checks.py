"""Do the fields of a card fit together? What a schema of single fields cannot say.

Each check reads plain values and passes over what has the wrong type, so that it can run on a card
that the schema refuses: every problem is reported at once.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from whet.cards.augment import WAYS
from whet.cards.files import FORMATS, HUB, check_files
from whet.cards.kinds import KINDS, Kind
from whet.cards.schema import GUARDS, LOWER_IS_BETTER, NEEDS_UNLABELLED, UNBOUNDED
from whet.cards.tuning import METHODS, blended, method_of
from whet.core.errors import did_you_mean
from whet.core.yaml.document import Document, Problem, Where

Check = Callable[[Document], Iterator[Problem]]


def cross_problems(document: Document, folder: Path) -> list[Problem]:
    """Return the problems between the fields of a card that stands in `folder`."""
    found = [problem for check in CHECKS for problem in check(document)]
    return [*found, *check_files(document, folder)]


def kind_of(document: Document) -> Kind:
    """Return what may be named for the card's kind of target; for classes where it is unknown."""
    return KINDS.get(document.text("target", "kind") or "classes", KINDS["classes"])


def check_candidates(document: Document) -> Iterator[Problem]:
    """Candidates are rungs, each once, at least one."""
    if document.get("candidates") == []:
        sentence = "must name at least one rung. Delete the line to try all of them."
        yield document.problem(("candidates",), sentence)
    seen: dict[str, Where] = {}
    rungs = kind_of(document).rungs
    plain = tuple(rung for rung in rungs if rung not in METHODS)
    for where, rung in document.texts("candidates"):
        tuned = (blended(rung) if "blend" in rungs else None) or rung
        if method_of(tuned) not in rungs and rung not in plain:
            yield document.problem(where, _unknown_rung(rung, rungs))
        elif rung in seen:
            yield document.problem(where, f"{rung!r} is named twice. Keep one.")
        elif rung in NEEDS_UNLABELLED and document.get("data", "unlabelled") is None:
            sentence = f"{rung!r} needs data.unlabelled: name the file of messages without labels."
            yield document.problem(where, sentence)
        seen[rung] = where


def check_augment(document: Document) -> Iterator[Problem]:
    """Ways to augment are known, each once."""
    seen: set[str] = set()
    for where, way in document.texts("augment", "ways"):
        if way not in WAYS:
            sentence = f"must be a way to augment; found {way!r}. {did_you_mean(way, WAYS)}"
            yield document.problem(where, sentence)
        elif way in seen:
            yield document.problem(where, f"{way!r} is named twice. Keep one.")
        seen.add(way)


def check_metrics(document: Document) -> Iterator[Problem]:
    """Every metric that is named is one that Whet computes."""
    metrics = kind_of(document).metrics
    primary = document.text("metrics", "primary")
    named = [(("metrics", "primary"), primary)] if primary is not None else []
    for where, metric in [*named, *document.texts("metrics", "also")]:
        if metric not in metrics:
            yield document.problem(where, _unknown_metric(metric, metrics))


def check_gate(document: Document) -> Iterator[Problem]:
    """The gate names metrics and asks for values that they can have."""
    metrics = kind_of(document).metrics
    for where, metric, value in document.entries("gate"):
        if metric not in metrics:
            yield document.problem(where, _unknown_metric(metric, metrics))
        elif isinstance(value, int | float):
            most = math.inf if metric in UNBOUNDED else 1
            if not 0 <= value <= most:
                bound = "of at least 0" if metric in UNBOUNDED else "from 0 to 1"
                note = " (lower is better)" if metric in LOWER_IS_BETTER else ""
                sentence = f"must be a number {bound}{note}; found {value}"
                yield document.problem(where, sentence)


def check_waived(document: Document) -> Iterator[Problem]:
    """A waiver names a guard and gives a reason."""
    for where, guard, reason in document.entries("waive"):
        if guard not in GUARDS:
            sentence = f"must be the name of a guard. {did_you_mean(guard, GUARDS)}"
            yield document.problem(where, sentence)
        elif isinstance(reason, str) and not reason.strip():
            sentence = (
                "must give the reason why the guard may not stop the build; found an empty one"
            )
            yield document.problem(where, sentence)


def check_descriptions(document: Document) -> Iterator[Problem]:
    """A label that is described has a description."""
    for where, label, meaning in document.entries("target", "labels"):
        if isinstance(meaning, str) and not meaning.strip():
            sentence = f"must say what {label!r} means; found an empty text. Delete the line."
            yield document.problem(where, sentence)


def check_rows_of_kind(document: Document) -> Iterator[Problem]:
    """The files can hold the kind of target, and nothing is named that it has no use for."""
    kind, name = kind_of(document), document.text("target", "kind") or "classes"
    where: Where = ("data", "source", "format")
    path = document.text("data", "source", "path") or ""
    named = document.text(*where)
    found = named or FORMATS.get(Path(path).suffix.lower())
    known = {format for kind in KINDS.values() for format in kind.formats}  # others are refused
    if found in known - set(kind.formats):
        sentence = (
            f"must be {' or '.join(kind.formats)} where target.kind is {name!r}; found {found!r}"
        )
        yield document.problem(where if named else ("data", "source", "path"), sentence)
    if path.startswith(HUB) and not kind.is_on_hub:
        sentence = f"must be a file where target.kind is {name!r}: no data set of the hub holds it"
        yield document.problem(("data", "source", "path"), sentence)
    for unused in kind.unused:
        if document.get(*unused) is not None:
            sentence = f"is of no use where target.kind is {name!r}. Delete it."
            yield document.problem(unused, sentence)


def check_split_needs(document: Document) -> Iterator[Problem]:
    """A group split needs group columns, a time split needs a time column."""
    kind = document.text("split", "kind")
    if kind == "group" and not document.get("data", "groups"):
        sentence = "a group split needs data.groups: name the columns whose rows belong together."
        yield document.problem(("split", "kind"), sentence)
    if kind == "time" and document.get("data", "time") is None:
        sentence = "a time split needs data.time.decided: name the column with each row's time."
        yield document.problem(("split", "kind"), sentence)


def check_inputs(document: Document) -> Iterator[Problem]:
    """There are as many inputs as the kind of target reads, each with a column of its own."""
    inputs, wanted = document.get("inputs"), len(kind_of(document).inputs)
    if not isinstance(inputs, list) or not inputs:
        return
    if len(inputs) != wanted:
        number = {1: "exactly one input", 2: "two inputs"}[wanted]
        kind = document.text("target", "kind") or "classes"
        sentence = f"must hold {number} where target.kind is {kind!r}; found {len(inputs)}"
        yield document.problem(("inputs", min(len(inputs) - 1, wanted)), sentence)
    for field in ("column", "name"):
        seen: set[str] = set()
        for i in range(len(inputs)):
            value = document.text("inputs", i, field)
            if value in seen:
                sentence = f"must differ from that of another input; both are {value!r}"
                yield document.problem(("inputs", i, field), sentence)
            seen |= {value} if value is not None else set()


def check_label_column(document: Document) -> Iterator[Problem]:
    """The label is no text, group, time, slice or unit: it would give the answer away."""
    label = document.text("target", "column")
    texts = [document.text("inputs", i, "column") for i in range(2)]
    if label is not None and label in texts:
        sentence = f"must differ from the text column; both are {label!r}"
        yield document.problem(("target", "column"), sentence)
    for where, column in _named_columns(document):
        if column == label:
            sentence = f"must not be the label column {label!r}: it would give the answer away"
            yield document.problem(where, sentence)


def _named_columns(document: Document) -> Iterator[tuple[Where, str]]:
    """Yield the columns that a card names beside text and label, with their places."""
    yield from document.texts("data", "groups")
    single: tuple[Where, ...] = (
        ("data", "time", "decided"),
        ("data", "time", "known"),
        ("interval", "unit"),
    )
    for where in single:
        if (column := document.text(*where)) is not None:
            yield where, column
    yield from document.texts("metrics", "by")


def _unknown_rung(rung: str, rungs: Sequence[str]) -> str:
    """Return the sentence about a candidate that is no rung; `freeze` stands for `freeze:k`."""
    name, _, layers = rung.partition(":")
    if name == "freeze" and name in rungs:
        return (
            "must say how many of the lowest layers stay as they are, at least one, for example "
            f"'freeze:4'; found {rung!r}."
        )
    form = f"freeze:{layers}" if layers.isdigit() else "freeze:4"
    names = [form if name == "freeze" else name for name in rungs]
    return f"must be a rung of the ladder; found {rung!r}. {did_you_mean(rung, names)}"


def _unknown_metric(metric: str, metrics: Sequence[str]) -> str:
    """Return the sentence for a name that is no metric."""
    return f"must be a metric; found {metric!r}. {did_you_mean(metric, metrics)}"


CHECKS: tuple[Check, ...] = (
    check_candidates,
    check_augment,
    check_metrics,
    check_gate,
    check_waived,
    check_descriptions,
    check_rows_of_kind,
    check_split_needs,
    check_inputs,
    check_label_column,
)
"""Every check between fields, but for those that look at the disk."""
