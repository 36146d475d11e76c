"""Texts that occur twice: across the split, within a part, and with two labels."""

from tests.data.audit.builders import make_card, make_dataset, make_frame, numbered

from whet.data.audit.exact import conflicting_labels, exact_duplicates, repeats
from whet.data.audit.finding import Example, Finding

CARD = make_card()


def test_a_test_row_that_is_learnt_from_is_found_whatever_its_case_and_spaces() -> None:
    train = make_frame([("Refund  please", "refund"), ("log in", "login")])
    test = make_frame([("crash", "app"), ("ＲＥＦＵＮＤ please ", "refund")], "test.csv")
    assert exact_duplicates(CARD, make_dataset(train, test)) == [
        Finding(
            "exact_duplicates",
            "warn",
            1,
            "Rows of the test part with the text and label of a row that is learnt from: "
            "1 of 2 (50.0 %). These answers can be known by heart, so the score comes out too "
            "good. `whet audit CARD --fix` drops the rows that are learnt from and keeps the test "
            "rows.",
            (Example(2, "test.csv", "ＲＥＦＵＮＤ please", "refund; also row 1 of train.csv"),),
            fixable=True,
        )
    ]


def test_the_build_stops_above_one_row_in_a_hundred_and_not_at_it() -> None:
    rows = numbered("refund", "refund", 300)
    train = make_frame(rows[:3])
    at_limit = make_dataset(train, make_frame(rows[1:201]))
    above = make_dataset(train, make_frame(rows[0:200]))
    assert [(f.severity, f.count) for f in exact_duplicates(CARD, at_limit)] == [("warn", 2)]
    assert [(f.severity, f.count) for f in exact_duplicates(CARD, above)] == [("stop", 3)]


def test_the_test_may_not_repeat_validation_rows_either() -> None:
    train = make_frame([("refund", "refund")])
    validation = make_frame([("refund", "refund"), ("money back", "refund")], "validation.csv")
    test = make_frame([("money back", "refund")], "test.csv")
    found = exact_duplicates(CARD, make_dataset(train, test, validation=validation))
    assert [(f.count, f.examples[0].detail) for f in found] == [
        (1, "refund; also row 2 of validation.csv"),
        (1, "refund; also row 1 of train.csv"),
    ]


def test_the_same_text_with_another_label_is_a_conflict_and_no_duplicate() -> None:
    train = make_frame([("my code", "discount"), ("my code", "login"), ("bye", "login")])
    test = make_frame([("my code", "refund")], "test.csv")
    out = make_frame([("bye", "")], "out.csv")
    dataset = make_dataset(train, test, out_of_scope=out)
    assert exact_duplicates(CARD, dataset) == []
    assert conflicting_labels(CARD, dataset) == [
        Finding(
            "conflicting_labels",
            "warn",
            2,
            "Texts with more than one label: 2, in 5 rows. No model can be right on all of them. "
            "Decide on one label for each in the file: Whet never changes a label.",
            (
                Example(
                    1,
                    "train.csv",
                    "my code",
                    "discount (row 1 of train.csv), login (row 2 of train.csv), "
                    "refund (row 1 of test.csv)",
                ),
                Example(
                    3,
                    "train.csv",
                    "bye",
                    "login (row 3 of train.csv), out of scope (row 1 of out.csv)",
                ),
            ),
        )
    ]


def test_rows_repeated_within_a_part_are_told_and_only_training_can_be_mended() -> None:
    twice = make_frame([("refund", "refund"), ("refund", "refund"), ("log in", "login")])
    (found,) = exact_duplicates(CARD, make_dataset(twice))
    assert (found.severity, found.count, found.fixable) == ("warn", 1, True)
    assert found.examples == (Example(2, "train.csv", "refund", "refund; same as row 1"),)
    assert found.sentence == (
        "Rows that repeat an earlier row of their own part, text and label: 1 in training. One "
        "message then counts several times. `whet audit CARD --fix` keeps the first of the "
        "training rows and leaves the held-out rows alone."
    )
    other = make_frame([("money back", "refund"), ("enter", "login")])
    (found,) = exact_duplicates(CARD, make_dataset(other, twice))
    assert (found.severity, found.count, found.fixable) == ("info", 1, False)
    assert found.sentence == (
        "Rows that repeat an earlier row of their own part, text and label: 1 in test. One message "
        "then counts several times."
    )


def test_few_repeats_in_training_are_only_worth_knowing() -> None:
    rows = numbered("refund", "refund", 20)
    (found,) = exact_duplicates(CARD, make_dataset(make_frame([*rows, rows[0]])))
    assert (found.severity, found.count) == ("info", 1)


def test_of_several_learnt_rows_the_first_is_named() -> None:
    train = make_frame([("bye", "login"), ("refund", "refund"), ("refund", "refund")])
    test = make_frame([("refund", "refund")], "test.csv")
    across = exact_duplicates(CARD, make_dataset(train, test))[0]
    assert across.examples[0].detail == "refund; also row 2 of train.csv"


def test_every_repeat_points_at_the_first() -> None:
    assert repeats(make_frame([("a", "x"), ("b", "x"), ("A", "x"), ("a", "y"), ("a ", "x")])) == [
        (2, 0),
        (4, 0),
    ]
