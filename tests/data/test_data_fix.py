"""What is mended without a person: masks and drops, in new data with an address of its own."""

from pathlib import Path

import pytest
from tests.data.audit.builders import make_card, make_dataset, make_frame, numbered

from whet.cards.read import read_card
from whet.core.errors import InputError
from whet.data.audit.run import audit
from whet.data.fix import FIXES, apply_fixes, propose_fixes
from whet.data.load import load
from whet.data.versions import content_address

CARD = make_card()
REST = [*numbered("refund", "refund", 3), *numbered("sign in", "login", 3)]
LONG = "please close the account of our old office in the north at once"


def test_nothing_to_mend_gives_equal_data_and_no_sentence() -> None:
    data = make_dataset(make_frame(REST))
    fixed, told = apply_fixes(CARD, data)
    assert (fixed.train, fixed.test, told) == (data.train, data.test, [])
    assert fixed.version == content_address(data)


def test_personal_data_is_masked_in_every_part_and_the_old_data_stays() -> None:
    train = make_frame([*REST, ("mail a@b.org", "login")])
    test = make_frame([("call 312-555-0147", "login")], "test.csv")
    out = make_frame([("a@b.org", ""), ("hi", "")], "out.csv")
    data = make_dataset(train, test, out_of_scope=out)
    fixed, told = apply_fixes(CARD, data)
    assert told == ["Mask personal data in texts: 1 training, 1 test, 1 out-of-scope."]
    assert fixed.train.texts[-1] == "mail [email]"
    assert fixed.test.texts == ("call [phone]",)
    assert fixed.out_of_scope is not None
    assert fixed.out_of_scope.texts == ("[email]", "hi")
    assert data.train.texts[-1] == "mail a@b.org"
    assert fixed.version == content_address(fixed) != content_address(data)


def test_of_equal_training_rows_the_first_stays_and_the_test_is_never_dropped() -> None:
    train = make_frame([*REST, ("Money back", "refund"), ("enter", "login"), ("ENTER ", "login")])
    test = make_frame([("money  back", "refund"), ("money back", "refund")], "test.csv")
    fixed, told = apply_fixes(CARD, make_dataset(train, test))
    assert told == [
        "Drop training rows that repeat an earlier training row: 1 (row 9).",
        "Drop training rows that repeat a test row: 1 (row 7).",
    ]
    assert fixed.train.rows == (1, 2, 3, 4, 5, 6, 8)
    assert fixed.test == test


def test_near_duplicates_are_dropped_from_what_is_learnt_from() -> None:
    train = make_frame([*REST, (LONG, "login"), (LONG + " please", "refund")])
    test = make_frame([(LONG + "!", "login")], "test.csv")
    fixed, told = apply_fixes(CARD, make_dataset(train, test))
    assert told == [
        "Drop training rows that are almost the same as a test row with the same label: 1 (row 7)."
    ]
    assert fixed.train.rows == (1, 2, 3, 4, 5, 6, 8)  # row 8 has another label: a contrast


def test_validation_rows_give_way_to_the_test_and_training_rows_to_both() -> None:
    train = make_frame([*REST, ("enter", "login"), ("money", "refund")])
    validation = make_frame([("enter", "login"), ("bye", "login")], "validation.csv")
    test = make_frame([("bye", "login"), ("money", "refund")], "test.csv")
    fixed, told = apply_fixes(CARD, make_dataset(train, test, validation=validation))
    assert told == [
        "Drop training rows that repeat a test row: 1 (row 8).",
        "Drop validation rows that repeat a test row: 1 (row 2).",
        "Drop training rows that repeat a validation row: 1 (row 7).",
    ]
    assert fixed.validation is not None
    assert fixed.validation.texts == ("enter",)


def test_a_validation_part_that_is_the_test_again_goes_and_folds_take_over() -> None:
    test = make_frame([("bye", "login")], "test.csv")
    data = make_dataset(make_frame(REST), test, validation=make_frame([("bye", "login")]))
    fixed, told = apply_fixes(CARD, data)
    assert fixed.validation is None
    assert told == [
        "Drop validation rows that repeat a test row: 1 (row 1).",
        "No validation row is left: cross-validation on the training rows decides.",
    ]


def test_texts_with_two_labels_are_left_to_a_person() -> None:
    code = [("my code", "refund"), ("my code", "login"), ("my code", "login")]
    data = make_dataset(make_frame([*REST, *code]))
    fixed, told = apply_fixes(CARD, data)
    assert (fixed.train, told) == (data.train, [])
    crossing = make_dataset(make_frame([*REST, *code[:2]]), make_frame(code[:1], "test.csv"))
    assert apply_fixes(CARD, crossing)[0].train == crossing.train
    assert propose_fixes(CARD, data, audit(CARD, data)) == [
        "Left to you: texts with more than one label, since Whet never changes a label."
    ]


def test_a_label_keeps_its_rows_when_too_few_texts_would_be_left() -> None:
    train = make_frame([*REST, ("enter", "door"), ("exit", "door")])
    test = make_frame([("enter", "door")], "test.csv")
    fixed, told = apply_fixes(CARD, make_dataset(train, test))
    assert fixed.train == train
    assert told == [
        "Keep training rows of 'door' that repeat a test row: 1, since fewer than 2 texts of it "
        "would be left. Add rows with this label."
    ]


def test_a_mended_data_set_that_cannot_be_split_any_more_is_refused_and_not_proposed() -> None:
    card = make_card(
        data={"source": {"path": "train.csv"}, "groups": ["g"]},
        split={"kind": "official", "test": "test.csv"},
    )
    rows = [("enter", "door"), ("exit", "door"), ("leave", "door"), *REST]
    train = make_frame(rows, g=["g1", "g2", "g2", *"abcdef"])
    data = make_dataset(train, make_frame([("enter", "door")], "test.csv", g=["t"]))
    with pytest.raises(InputError) as refused:
        apply_fixes(card, data)
    assert str(refused.value) == (
        "train.csv: every label must have training rows in two groups or more, to be learnt and "
        "held out in turn; 'door' has rows 2, 3, which stay together. Add rows of these labels, "
        "give the rows another label, or remove them."
    )
    assert propose_fixes(card, data, audit(card, data)) == [
        f"Nothing can be mended by itself, for then: {refused.value}"
    ]


@pytest.mark.parametrize("guard", list(FIXES))
def test_a_waived_guard_is_left_alone(guard: str) -> None:
    train = make_frame([*REST, ("a@b.org", "login"), ("enter", "login"), (LONG, "login")])
    test = make_frame([("enter", "login"), (LONG + "!", "login")], "test.csv")
    data = make_dataset(train, test)
    everything = apply_fixes(CARD, data)[1]
    assert len(everything) == len(FIXES) == 3
    told = apply_fixes(make_card(waive={guard: "meant"}), data)[1]
    assert told == [s for s, g in zip(everything, FIXES, strict=True) if g != guard]


def test_the_support_example_is_clean_of_it_afterwards_and_once_is_enough() -> None:
    folder = Path("examples/support")
    card = read_card(folder / "card.yaml")
    data = load(card, folder)
    findings = audit(card, data)
    proposals = propose_fixes(card, data, findings)
    fixed, told = apply_fixes(card, data)
    assert proposals[:-1] == told
    assert proposals[-1].startswith("Left to you:")
    assert not any(finding.fixable for finding in audit(card, fixed))
    again, nothing = apply_fixes(card, fixed)
    assert (again, nothing) == (fixed, [])
    assert fixed.test.labels == data.test.labels
