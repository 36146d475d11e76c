"""Wrong labels that a linear model contradicts, and shuffled labels that must teach nothing."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml
from tests.data.audit.builders import make_card, make_frame, numbered

from whet.cards.read import read_card
from whet.data.audit.finding import Example, Finding
from whet.data.frame import Fold, Frame, joined
from whet.data.load import load
from whet.ladder.guards import FitPredict, label_errors, linear_answers, shuffled_labels, suspects
from whet.models.linear import count_ngrams, fit_linear
from whet.models.output import Floats, Ids

CARD = make_card()
NAMES = ("login", "refund")


def ids_of(frame: Frame, names: Sequence[str]) -> Ids:
    """Return the class id of each row."""
    return np.array([names.index(label) for label in frame.labels], dtype=np.int64)


def confident(labels: Ids, wrong: Sequence[int], classes: int = 2) -> Floats:
    """Return probabilities of 0.9 for the labels, but for the next class at `wrong` rows."""
    answers = labels.copy()
    answers[list(wrong)] = (answers[list(wrong)] + 1) % classes
    probabilities = np.full((len(labels), classes), 0.1 / (classes - 1), dtype=np.float32)
    probabilities[np.arange(len(labels)), answers] = 0.9
    return probabilities


def test_rows_that_the_answers_contradict_are_found_most_doubtful_first() -> None:
    labels = np.array([0, 1] * 20)
    probabilities = confident(labels, [6, 13])
    probabilities[13] = [0.99, 0.01]
    assert suspects(labels, probabilities).tolist() == [13, 6]


def test_the_finding_says_given_and_suggested_label() -> None:
    frame = make_frame([(f"text {i}", NAMES[i % 2]) for i in range(40)])
    labels = np.array([0, 1] * 20)
    assert label_errors(CARD, labels, confident(labels, [6]), frame, NAMES) == Finding(
        "label_errors",
        "info",
        1,
        "Labels that the out-of-fold answers contradict: 1 of 40 (2.5 %). Read them from the top "
        "and correct what is wrong in the file. In public data about half of such rows turn out "
        "to be wrong, fewer where the model is weak, so Whet changes none.",
        (Example(7, "train.csv", "text 6", "given login, suggested refund (90 %)"),),
    )
    more = label_errors(CARD, labels, confident(labels, [6, 7]), frame, NAMES)
    assert more is not None
    assert more.severity == "warn"
    waived = label_errors(
        make_card(waive={"label_errors": "read twice"}),
        labels,
        confident(labels, [6, 7]),
        frame,
        NAMES,
    )
    assert waived is not None
    assert (waived.severity, waived.waived) == ("waived", "read twice")


def test_a_sure_and_right_model_doubts_nothing() -> None:
    labels = np.array([0, 1, 2] * 10)
    frame = make_frame([("x", "a")] * 30)
    assert label_errors(CARD, labels, confident(labels, [], 3), frame, "abc") is None


def test_an_unsure_answer_that_agrees_is_no_suspect() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 200)
    probabilities = rng.dirichlet(np.ones(3), 200).astype(np.float32)
    found = suspects(labels, probabilities)
    assert len(found) > 10
    assert (probabilities[found].argmax(axis=1) != labels[found]).all()


def test_a_class_that_no_row_carries_is_borne() -> None:
    labels = np.array([0, 2] * 20)
    assert suspects(labels, confident(labels, [3], 3)).tolist() == [3]


def test_most_wrong_labels_of_the_support_example_are_among_the_suspects() -> None:
    folder = Path("examples/support")
    data = load(read_card(folder / "card.yaml"), folder)
    frame = joined(data.train, data.test)
    labels = ids_of(frame, data.labels)
    counts = count_ngrams(frame.texts).counts
    logits = np.zeros((len(frame), len(data.labels)), dtype=np.float32)
    part = np.random.default_rng(0).integers(0, 5, len(frame))
    for k in range(5):
        model = fit_linear(counts[part != k], labels[part != k], 25, seed=0, strength=1.0)
        logits[part == k] = model.predict(counts[part == k]).logits
    # Decision values of a support-vector machine are small; a tenth is near their temperature.
    weights = np.exp((logits - logits.max(axis=1, keepdims=True)) / 0.1)
    flagged = suspects(labels, weights / weights.sum(axis=1, keepdims=True))
    flaws = yaml.safe_load((folder / "flaws.yaml").read_text(encoding="utf-8"))
    wrong = {int(flaw["message_id"][1:]) for flaw in flaws["wrong_labels"]}
    assert len(wrong & {frame.rows[i] for i in flagged}) >= 7
    # Flagging every row would find all: who reads a tenth of the rows must find most.
    assert len(wrong & {frame.rows[i] for i in flagged[: len(frame) // 10]}) >= 7
    assert len(flagged) < len(frame) / 4


def test_shuffled_labels_teach_the_linear_model_nothing() -> None:
    rows = [*numbered("refund money", "refund", 60), *numbered("sign in", "login", 60)]
    frame = make_frame(rows)
    labels = ids_of(frame, NAMES)
    fold = Fold(np.arange(0, 120, 2), np.arange(1, 120, 2))
    true = linear_answers(frame.texts, labels, fold)
    assert (true == labels[fold.held_out]).mean() == 1  # what it learns from the true labels
    assert shuffled_labels(CARD, frame, labels, seed=0) is None


def cheat(texts: Sequence[str], labels: Ids, fold: Fold) -> Ids:
    """Return answers that know the held-out labels."""
    return labels[fold.held_out]


def half_cheat(texts: Sequence[str], labels: Ids, fold: Fold) -> Ids:
    """Return answers that know two of three held-out labels."""
    answers = labels[fold.held_out].copy()
    answers[::3] = 1 - answers[::3]
    return answers


@pytest.mark.parametrize(
    ("fit", "right"), [(cheat, "1,000 of 1,000 (100.0 %)"), (half_cheat, "666 of 1,000 (66.6 %)")]
)
def test_a_model_that_sees_held_out_labels_stops_the_build(fit: FitPredict, right: str) -> None:
    frame = make_frame([("text", NAMES[i % 2]) for i in range(2000)])
    found = shuffled_labels(CARD, frame, ids_of(frame, NAMES), seed=0, fit=fit)
    assert found is not None
    assert (found.guard, found.severity) == ("shuffled_labels", "stop")
    # 1,000 flips of a coin give more than 549 heads less than once in a thousand times.
    assert found.sentence == (
        f"A model trained on shuffled labels is right on {right} of the held-out rows; chance "
        "explains 549 of 1,000 (54.9 %) at most. The held-out labels reach the model on a way "
        "around the texts, so no score of this build can be believed. Look for what ties rows to "
        "labels besides the text."
    )


def test_the_most_frequent_label_is_chance() -> None:
    frame = make_frame([("text", NAMES[i % 10 > 0]) for i in range(1000)])
    labels = ids_of(frame, NAMES)

    def majority(texts: Sequence[str], ids: Ids, fold: Fold) -> Ids:
        return np.ones(len(fold.held_out), dtype=np.int64)

    assert shuffled_labels(CARD, frame, labels, seed=0, fit=majority) is None


def test_one_seed_gives_one_shuffle_and_the_shuffle_keeps_the_labels() -> None:
    frame = make_frame([("text", NAMES[i % 2]) for i in range(100)])
    labels = ids_of(frame, NAMES)
    seen: list[list[int]] = []

    def watch(texts: Sequence[str], ids: Ids, fold: Fold) -> Ids:
        seen.append(ids.tolist())
        return np.zeros(len(fold.held_out), dtype=np.int64)

    for seed in (1, 1, 2):
        shuffled_labels(CARD, frame, labels, seed=seed, fit=watch)
    assert seen[0] == seen[1] != seen[2]
    assert sorted(seen[0]) == sorted(labels.tolist())


def test_too_few_rows_to_learn_from_are_no_evidence() -> None:
    frame = make_frame([("a", "login"), ("b", "refund")])
    assert shuffled_labels(CARD, frame, ids_of(frame, NAMES), seed=0) is None
