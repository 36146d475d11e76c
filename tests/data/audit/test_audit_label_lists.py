"""Tests for the guards of several labels a text."""

from collections.abc import Sequence

from tests.data.audit.builders import make_card, make_frame

from whet.data.audit.label_lists import label_spelling
from whet.data.audit.run import audit
from whet.data.frame import Dataset
from whet.data.label_lists import all_labels, written

CARD = make_card(target={"kind": "labels", "column": "label"}, candidates=["linear"])


def made(train: Sequence[Sequence[str]], test: Sequence[Sequence[str]] = ()) -> Dataset:
    """Return a data set of rows with these labels."""
    rows = [(f"news {chr(0x4E00 + 7 * i)}", written(own)) for i, own in enumerate(train)]
    held = [(f"more {chr(0x8E00 + 7 * i)}", written(own)) for i, own in enumerate(test)]
    frame, tested = make_frame(rows), make_frame(held, "test.csv")
    labels = all_labels(frame.labels)
    return Dataset(frame, None, tested, None, labels, "0" * 64)


SOUND = [["oil"], ["gas"], ["oil", "gas"], []] * 12


def found(dataset: Dataset) -> dict[str, str]:
    """Return the sentences of the findings by guard."""
    return {finding.guard: finding.sentence for finding in audit(CARD, dataset)}


def test_sound_labels_have_no_finding_but_rows_without_one() -> None:
    said = found(made(SOUND, [["oil"], ["gas"]]))
    assert list(said) == ["no_labels"]
    assert said["no_labels"].startswith("Rows without a label: 12 of 50 (24.0 %).")


def test_labels_that_are_rare_unknown_repeated_or_never_apart_are_named() -> None:
    train = [*SOUND, *([["sun", "moon"]] * 12), ["rare"], ["oil", "oil"]]
    said = found(made(train, [["oil"], ["new"], ["newer", "gas"]]))
    assert "1 of 5 (20.0 %); rare (1)." in said["class_counts"]
    assert "2 of 3 (66.7 %); new, newer. The model never gives" in said["unseen_labels"]
    assert said["repeated_labels"] == "Rows that name a label twice: 1. It counts once."
    assert "training rows: moon and sun." in said["joined_labels"]


def test_labels_that_differ_in_case_or_space_are_twins() -> None:
    (finding,) = label_spelling(CARD, made([*SOUND, ["Oil"], ["natural gas"], ["natural  Gas"]]))
    assert "'Oil' and 'oil'" in finding.sentence
    assert "'natural  Gas' and 'natural gas'" in finding.sentence
    assert (finding.severity, finding.count) == ("warn", 2)
