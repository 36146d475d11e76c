"""Tests for whet.cards.checks: fields that do not fit together, whole sentences."""

from collections.abc import Callable
from pathlib import Path

import pytest

from whet.cards.checks import CHECKS
from whet.cards.read import CARD, check_card, read_card
from whet.core.yaml.document import parse

Complaints = Callable[[str], list[str]]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (
            "candidates: [linear, prob]",
            "candidates[1]: must be a rung of the ladder; found 'prob'. Did you mean 'probe'?",
        ),
        (
            "candidates: [linear, frezze:4]",
            "candidates[1]: must be a rung of the ladder; found 'frezze:4'. "
            "Did you mean 'freeze:4'?",
        ),
        (
            "candidates: [linear, loraa]",
            "candidates[1]: must be a rung of the ladder; found 'loraa'. Did you mean 'lora'?",
        ),
        *(
            (
                f"candidates: [{wrong}]",
                "candidates[0]: must say how many of the lowest layers stay as they are, at least "
                f"one, for example 'freeze:4'; found '{wrong}'.",
            )
            for wrong in ("freeze", "freeze:0", "freeze:-1", "freeze:all")
        ),
        (
            "candidates: [full:2]",
            "candidates[0]: must be a rung of the ladder; found 'full:2'. Did you mean 'full'?",
        ),
        (
            "candidates: [freeze:2, 'freeze:2']",
            "candidates[1]: 'freeze:2' is named twice. Keep one.",
        ),
        ("candidates: [linear, linear]", "candidates[1]: 'linear' is named twice. Keep one."),
        (
            "candidates: []",
            "candidates: must name at least one rung. Delete the line to try all of them.",
        ),
        (
            "augment: {ways: [noise, synonym]}",
            "augment.ways[1]: must be a way to augment; found 'synonym'. Did you mean 'synonyms'?",
        ),
        ("augment: {ways: [fgm, fgm]}", "augment.ways[1]: 'fgm' is named twice. Keep one."),
        (
            "metrics: {primary: macro_f2}",
            "metrics.primary: must be a metric; found 'macro_f2'. Did you mean 'macro_f1'?",
        ),
        (
            "metrics: {also: [ece, zebra]}",
            "metrics.also[1]: must be a metric; found 'zebra'. "
            "Valid names: accuracy, ece, log_loss, macro_f1, micro_f1.",
        ),
        (
            "gate: {acuracy: 0.9}",
            "gate.acuracy: must be a metric; found 'acuracy'. Did you mean 'accuracy'?",
        ),
        ("gate: {macro_f1: 75}", "gate.macro_f1: must be a number from 0 to 1; found 75"),
        (
            "gate: {ece: -0.1}",
            "gate.ece: must be a number from 0 to 1 (lower is better); found -0.1",
        ),
        (
            "gate: {log_loss: -0.1}",
            "gate.log_loss: must be a number of at least 0 (lower is better); found -0.1",
        ),
        (
            "waive: {duplicates: ours}",
            "waive.duplicates: must be the name of a guard. Did you mean 'near_duplicates'?",
        ),
        (
            'waive: {pii: "  "}',
            "waive.pii: must give the reason why the guard may not stop the build; "
            "found an empty one",
        ),
        (
            "  labels: {refund: ' '}",
            "target.labels.refund: must say what 'refund' means; found an empty text. "
            "Delete the line.",
        ),
        (
            "candidates: [probe, self_training]",
            "candidates[1]: 'self_training' needs data.unlabelled: name the file of messages "
            "without labels.",
        ),
        (
            "split: {kind: group}",
            "split.kind: a group split needs data.groups: name the columns whose rows belong "
            "together.",
        ),
        (
            "split: {kind: time}",
            "split.kind: a time split needs data.time.decided: name the column with each row's "
            "time.",
        ),
        (
            "interval: {unit: intent}",
            "interval.unit: must not be the label column 'intent': it would give the answer away",
        ),
        (
            "metrics: {by: [channel, intent]}",
            "metrics.by[1]: must not be the label column 'intent': it would give the answer away",
        ),
    ],
)
def test_one_wrong_line(minimal: str, complaints: Complaints, line: str, complaint: str) -> None:
    assert complaints(f"{minimal}{line}\n") == [f"9: {complaint}"]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "column: intent",
            "column: message",
            "8: target.column: must differ from the text column; both are 'message'",
        ),
        (
            "  - column: message",
            "  - column: message\n  - {name: title, column: title}",
            "7: inputs[1]: must hold exactly one input where target.kind is 'classes'; found 2",
        ),
        (
            "inputs:",
            "  groups: [intent]\ninputs:",
            "5: data.groups[0]: must not be the label column 'intent': "
            "it would give the answer away",
        ),
        (
            "inputs:",
            "  time: {decided: intent, known: intent}\ninputs:",
            "5: data.time.known: must not be the label column 'intent': "
            "it would give the answer away",
        ),
    ],
)
def test_one_wrong_part(
    minimal: str, complaints: Complaints, old: str, new: str, complaint: str
) -> None:
    assert old in minimal
    assert complaint in complaints(minimal.replace(old, new))


@pytest.mark.parametrize(
    "line",
    [
        "gate: {macro_f1: 0, accuracy: 1, log_loss: 7.5}",
        "candidates: [full, linear]",
        "waive: {pii: the texts are public}",
        "split: {kind: official, test: test.csv}",
    ],
)
def test_what_is_right_passes(folder: Path, minimal: str, line: str) -> None:
    card = folder / "card.yaml"
    card.write_text(f"{minimal}{line}\n")
    assert check_card(card) == []


def test_groups_and_times_make_their_splits_possible(folder: Path, minimal: str) -> None:
    card = folder / "card.yaml"
    data = "  groups: [customer]\n  time: {decided: sent_at}\ninputs:"
    for kind in ("group", "time"):
        card.write_text(minimal.replace("inputs:", data) + f"split: {{kind: {kind}}}\n")
        assert read_card(card).split.kind == kind


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("value", ["5", "null", "text", "[[1]]", "{a: {b: 1}}", "[null]"])
def test_no_check_stumbles_over_a_value_of_another_type(
    check: Callable[..., object], value: str
) -> None:
    fields = "data inputs target split candidates metrics interval gate waive"
    document = parse("".join(f"{field}: {value}\n" for field in fields.split()), CARD)
    assert document.problems == []
    list(check(document))  # type: ignore[call-overload]
