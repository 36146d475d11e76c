"""Tests for whet.core.yaml.explain: what the schema refuses, whole sentences, no jargon."""

from collections.abc import Callable

import pytest
from pydantic import BaseModel

from whet.cards import schema
from whet.core.yaml.explain import expected, slots
from whet.core.yaml.part import Part

Complaints = Callable[[str], list[str]]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (
            "split: {kind: stratified, test: 1.5}",
            "split.test: must be a number above 0 and below 1; found 1.5",
        ),
        (
            "split: {kind: stratified, folds: 1}",
            "split.folds: must be a whole number from 2 to 20; found 1",
        ),
        (
            "split: {kind: stratified, folds: 2.5}",
            "split.folds: must be a whole number from 2 to 20; found 2.5",
        ),
        (
            "split: {kind: stratifed}",
            "split.kind: must be one of 'official', 'stratified', 'group', 'time'; "
            "found 'stratifed'. Did you mean 'stratified'?",
        ),
        (
            "split: {test: 0.2}",
            "split.kind: must be given: one of 'official', 'stratified', 'group', 'time'",
        ),
        (
            "split: 0.2",
            "split: must be a mapping with `kind: official | stratified | group | time`; found 0.2",
        ),
        (
            "split: {kind: stratified, tests: 0.2}",
            "split.tests: is no field where split.kind is 'stratified'. Did you mean 'test'?",
        ),
        (
            "split: {kind: official}",
            "split.test: must be given: file of test rows, relative to the card, or the name of "
            "the split of an `hf:` data set",
        ),
        (
            "candidate: auto",
            "candidate: is no field. Did you mean 'candidates'?",
        ),
        (
            "candidates: linear",
            "candidates: must be 'auto' or a list of texts; found 'linear'",
        ),
        (
            "candidates: [linear, 3]",
            "candidates[1]: must be a text; found 3. Put it in quotes.",
        ),
        ("use: no", "use: must be a text; found no. Put it in quotes."),
        ("use: 2026-02-01", "use: must be a text; found 2026-02-01. Put it in quotes."),
        ("use: [a]", "use: must be a text; found a list"),
        ("use:", "use: must be a text; found nothing"),
        ("seed: -1", "seed: must be a whole number of at least 0; found -1"),
        ("seed: true", "seed: must be a whole number of at least 0; found true"),
        (
            'seed: "7"',
            "seed: must be a whole number of at least 0; found '7'. Write 7 without quotes.",
        ),
        (
            "budget: {minutes: 1e1}",
            "budget.minutes: must be a number above 0; found '1e1'. Write 10 without quotes.",
        ),
        ("budget: {minutes: ten}", "budget.minutes: must be a number above 0; found 'ten'"),
        (
            "budget: {memory: much}",
            "budget.memory: must be a size in MB or GB, such as 4GB; found 'much'",
        ),
        ("budget: 10", "budget: must be a mapping with the fields minutes, memory; found 10"),
        (
            "stop: rest",
            "stop: must be one of 'good_enough', 'best'; found 'rest'. Did you mean 'best'?",
        ),
        ("stop: 5", "stop: must be one of 'good_enough', 'best'; found 5"),
        (
            "interval: {method: jackknife}",
            "interval.method: must be 'bootstrap'; found 'jackknife'",
        ),
        ("metrics: {by: channel}", "metrics.by: must be a list of texts; found 'channel'"),
        ("gate: [macro_f1]", "gate: must be a mapping of names to numbers; found a list"),
        ("gate: {macro_f1: high}", "gate.macro_f1: must be a number; found 'high'"),
        ("waive: {pii: 1}", "waive.pii: must be a text; found 1. Put it in quotes."),
        ("package: {evidence: 1}", "package.evidence: must be true or false; found 1"),
        (
            "decision: {kind: risk, confidence: 0.5}",
            "decision.confidence: must be a number above 0.5 and below 1; found 0.5",
        ),
    ],
)
def test_one_wrong_field(minimal: str, complaints: Complaints, line: str, complaint: str) -> None:
    assert complaints(f"{minimal}{line}\n") == [f"9: {complaint}"]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "name: demo",
            "name: My Model",
            "1: name: must be a text of at most 64 lower-case letters, digits, `.`, `_` and `-`, "
            "a letter or digit first; found 'My Model'",
        ),
        (
            "name: demo",
            "use: x",
            "1: name: must be given: name of the model and its packages: lower-case letters, "
            "digits, `.`, `_`, `-`",
        ),
        (
            "    path: messages.csv",
            "    sha256: abc",
            "4: data.source.sha256: must be a text of 64 hexadecimal digits in lower case; "
            "found 'abc'",
        ),
        (
            "inputs:\n  - column: message",
            "inputs: []",
            "5: inputs: must be a list with at least one entry; found an empty list",
        ),
        (
            "  - column: message",
            "  - colum: message",
            "6: inputs[0].column: must be given: column that holds the text",
        ),
        (
            "  - column: message",
            "  - colum: message",
            "6: inputs[0].colum: is no field where inputs[0].kind is 'text'. "
            "Did you mean 'column'?",
        ),
        (
            "  - column: message",
            "  - message",
            "6: inputs[0]: must be a mapping with the fields name, kind, column; found 'message'",
        ),
        (
            "    path: messages.csv",
            "    path: messages.csv\n    delimiter: ab",
            "5: data.source.delimiter: must be a single character; found 'ab'",
        ),
    ],
)
def test_one_wrong_line(
    minimal: str, complaints: Complaints, old: str, new: str, complaint: str
) -> None:
    assert old in minimal
    assert complaint in complaints(minimal.replace(old, new))


def test_a_long_text_is_cut(minimal: str, complaints: Complaints) -> None:
    assert complaints(f"{minimal}stop: {'x' * 500}\n") == [
        f"9: stop: must be one of 'good_enough', 'best'; found '{'x' * 60}…'"
    ]


MODELS = [
    value for value in vars(schema).values() if isinstance(value, type) and issubclass(value, Part)
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_of_the_schema_can_be_explained(model: type[BaseModel]) -> None:
    """A new field needs a docstring, and its type and bounds need words."""
    for name, slot in slots(model).items():
        assert slot.meaning, f"{model.__name__}.{name} has no docstring"
        assert expected(slot)
