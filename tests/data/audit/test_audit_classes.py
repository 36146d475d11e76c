"""Class counts, imbalance, and labels that training never shows."""

from tests.data.audit.builders import make_card, make_dataset, make_frame, numbered

from whet.data.audit.classes import class_counts, unseen_labels
from whet.data.audit.finding import Example, Finding

CARD = make_card()


def test_classes_below_ten_rows_are_named_smallest_first() -> None:
    rows = [*numbered("a", "app", 10), *numbered("b", "bill", 9), *numbered("c", "card", 2)]
    assert class_counts(CARD, make_dataset(make_frame(rows))) == [
        Finding(
            "class_counts",
            "warn",
            2,
            "Classes with fewer than 10 training rows: 2 of 3 (66.7 %); card (2), bill (9). Their "
            "scores will be guesses. Label more of them, or merge them with a neighbour.",
            (Example(None, "", "card", "2 rows"), Example(None, "", "bill", "9 rows")),
        )
    ]


def test_twenty_times_as_many_rows_are_worth_knowing_and_nineteen_are_not() -> None:
    small = numbered("c", "card", 10)
    large = make_frame([*numbered("a", "app", 200), *small])
    (found,) = class_counts(CARD, make_dataset(large))
    assert (found.severity, found.sentence) == (
        "info",
        "The largest class, app, has 200 training rows and the smallest, card, has 10: 20 times as "
        "many. Accuracy then says little about the small ones; read macro F1 and the table per "
        "class.",
    )
    less = make_frame([*numbered("a", "app", 199), *small])
    assert class_counts(CARD, make_dataset(less)) == []


def test_an_unknown_held_out_label_is_found_and_stops_the_build_above_one_in_a_hundred() -> None:
    train = make_frame(numbered("a", "app", 10))
    test = make_frame([("x", "ap"), ("y", "app"), ("z", "ap")], "test.csv")
    assert unseen_labels(CARD, make_dataset(train, test)) == [
        Finding(
            "unseen_labels",
            "stop",
            2,
            "Rows of the test part with a label that training never shows: 2 of 3 (66.7 %); ap. "
            "The model is always wrong on them. Correct the spelling, or add training rows with "
            "these labels.",
            (Example(1, "test.csv", "x", "ap"), Example(3, "test.csv", "z", "ap")),
        )
    ]
    one = make_frame([("x", "ap"), ("y", "app")], "validation.csv")
    (found,) = unseen_labels(CARD, make_dataset(train, validation=one))
    assert (found.severity, found.count) == ("warn", 1)
