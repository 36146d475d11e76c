"""Tests for whet.feedback.guard: nobody moves a label alone."""

import csv
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from whet.feedback.guard import Known, Rules, guarded
from whet.models.linear import count_ngrams, fit_linear
from whet.store.examples import Example

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
REFUNDS = ["I want my money back", "refund my order please", "give me my money back now"]
LOGINS = ["I forgot my password", "reset my password please", "cannot log in to my account"]
KNOWN = Known([*REFUNDS, *LOGINS], ["refund"] * 3 + ["login"] * 3)
ALL_ROOM = Rules(least=100)
TOLERANCE = 0.03
"""Share of clean test rows whose answer may flip; the margin of a card by default."""


def example(text: str, label: str | None, **fields: object) -> Example:
    values = {"source": "feedback", "who": "key:a", "at": NOON, "answered": None, "model": "m"}
    ident = str(fields.pop("id", f"{text}:{label}:{fields.get('who', '')}"))
    return Example(id=ident, text=text, label=label, **values | fields)  # type: ignore[arg-type]


def test_a_plain_correction_is_accepted() -> None:
    (found,) = guarded([example("please refund my money", "refund")], KNOWN, rules=ALL_ROOM)
    assert (found.state, found.why) == ("accepted", "nothing speaks against it")


def test_without_a_label_nothing_is_learnt() -> None:
    before = example("please refund my money", None)
    assert guarded([before], KNOWN) == [before]


def test_a_label_that_no_row_has_is_held() -> None:
    (found,) = guarded([example("please refund my money", "refunds")], KNOWN)
    assert (found.state, found.why) == ("quarantined", "'refunds' is no label of the model")


def test_two_people_who_disagree_are_both_held() -> None:
    both = [
        example("please refund my money", "refund", who="a"),
        example("Please refund my money!", "login", who="b"),
    ]
    found = guarded(both, KNOWN, rules=ALL_ROOM)
    assert [e.state for e in found] == ["quarantined"] * 2
    assert found[0].why == "somebody else gives this text the label login"


def test_a_reviewer_settles_a_disagreement() -> None:
    both = [
        example("please refund my money", "login", who="a"),
        example("please refund my money", "refund", who="reviewer:ann", source="review"),
    ]
    found = guarded(both, KNOWN, rules=ALL_ROOM)
    assert [e.state for e in found] == ["quarantined", "accepted"]


def test_a_training_row_is_not_contradicted() -> None:
    (found,) = guarded([example("I want my MONEY back", "login")], KNOWN, rules=ALL_ROOM)
    assert found.why == "a training row with the same text has the label 'refund'"


def test_what_looks_like_another_label_or_like_none_is_held() -> None:
    strange = [
        example("I want all my money back", "login"),
        example("zebra quartz", "refund"),
    ]
    found = guarded(strange, KNOWN, rules=ALL_ROOM)
    assert [e.state for e in found] == ["quarantined"] * 2
    assert found[1].why == "it is unlike every training row of 'refund'"


def test_an_embedding_decides_where_there_is_one() -> None:
    def embed(texts: object) -> np.ndarray:
        assert isinstance(texts, list)
        return np.array([[1.0, 0.0] if t in REFUNDS or "zebra" in t else [0.0, 1.0] for t in texts])

    (found,) = guarded([example("zebra", "refund")], KNOWN, rules=ALL_ROOM, embed=embed)
    assert found.state == "accepted"


def test_one_person_teaches_so_much_and_no_more() -> None:
    rules = Rules(label_share=0, least=2)
    texts = [f"refund my money {i * 7919}" for i in range(4)]
    many = [
        example(text, "refund", who="a", at=NOON + timedelta(seconds=i))
        for i, text in enumerate(texts)
    ]
    found = guarded([*many, example("money back for order", "refund", who="b")], KNOWN, rules=rules)
    assert [e.state for e in found] == ["accepted"] * 2 + ["quarantined"] * 2 + ["accepted"]
    assert found[3].why == "a has taught 2 examples of 'refund' already"


def test_the_guard_says_the_same_twice() -> None:
    many = [example(f"refund my money {i * 7919}", "refund") for i in range(9)]
    once = guarded(many, KNOWN)
    assert guarded(once, KNOWN) == once


@pytest.mark.parametrize("attack", ["one label", "all labels", "made up"])
@pytest.mark.parametrize("part", [0, 1, 2])
def test_an_attacker_with_500_corrections_flips_no_clean_answers(attack: str, part: int) -> None:
    rows = _messages()
    train = [row for i, row in enumerate(rows) if i % 3 != part]
    clean = [row for i, row in enumerate(rows) if i % 3 == part]
    _check_attack(attack, train, clean, seed=part)


@pytest.mark.data
@pytest.mark.parametrize("attack", ["one label", "all labels", "made up"])
@pytest.mark.parametrize("seed", [101, 102, 103])
def test_the_limits_hold_on_messages_that_they_were_not_chosen_by(attack: str, seed: int) -> None:
    # They were chosen on splits of the example and on draws 1 to 5 (docs/experiments.md).
    rng = np.random.default_rng(seed)
    by_label: dict[str, list[str]] = {}
    for text, label in _banking77():
        by_label.setdefault(label, []).append(text)
    train, clean = [], []
    for label in rng.permutation(sorted(by_label))[:25].tolist():
        texts = rng.permutation(by_label[label])[:36].tolist()
        train += [(text, label) for text in texts[:24]]
        clean += [(text, label) for text in texts[24:]]
    _check_attack(attack, train, clean, seed=seed)


def _check_attack(
    attack: str, train: list[tuple[str, str]], clean: list[tuple[str, str]], *, seed: int
) -> None:
    """Assert that 500 wrong corrections of one key hardly move what is answered to clean rows."""
    labels = sorted({label for _, label in train})
    wrong = _attack(attack, train, labels, seed)
    known = Known([t for t, _ in train], [label for _, label in train])
    accepted = [e for e in guarded(wrong, known) if e.state == "accepted"]
    before = _answers(train, clean, labels)
    guarded_ = _answers([*train, *((e.text, str(e.label)) for e in accepted)], clean, labels)
    naive = _answers([*train, *((e.text, str(e.label)) for e in wrong)], clean, labels)
    assert (naive != before).mean() > 2 * TOLERANCE, "the attack must be one"
    assert (guarded_ != before).mean() <= TOLERANCE
    assert max(Counter(e.label for e in accepted).values(), default=0) <= 3


def _banking77() -> list[tuple[str, str]]:
    """Return the training rows of Banking77."""
    folder = os.environ.get("WHET_DATA")
    if not folder:
        pytest.skip("WHET_DATA must name the folder of public data")
    file = Path(folder) / "banking77" / "train.csv"
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return [(row["text"], row["category"]) for row in csv.DictReader(opened)]


def _messages() -> list[tuple[str, str]]:
    """Return the English messages of the example desk with their intents."""
    file = Path(__file__).parents[2] / "examples" / "support" / "messages.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        rows = [(r["message"], r["intent"]) for r in csv.DictReader(opened)]
    counts = Counter(label for _, label in rows)
    return [row for row in rows if counts[row[1]] >= 9]


def _attack(kind: str, train: list[tuple[str, str]], labels: list[str], seed: int) -> list[Example]:
    """Return 500 wrong corrections of one key."""
    rng = np.random.default_rng(seed)
    made = []
    for i in range(500):
        text, label = train[int(rng.integers(len(train)))]
        other = (
            labels[seed % len(labels)]
            if kind == "one label"
            else labels[(labels.index(label) + 7) % len(labels)]
        )
        if kind == "made up":
            words = [
                w
                for t, _ in (train[j] for j in rng.integers(len(train), size=2))
                for w in t.split()
            ]
            text = " ".join(rng.permutation(words)[:12])
        else:
            text = f"{text} {chr(0x3400 + i)}"  # no row of the data, word for word
        made.append(example(text, other, id=str(i), at=NOON + timedelta(seconds=i)))
    return made


def _answers(
    taught: list[tuple[str, str]], asked: list[tuple[str, str]], labels: list[str]
) -> np.ndarray:
    """Return what the linear rung answers to some rows after it learnt from others."""
    counts = count_ngrams([t for t, _ in [*taught, *asked]]).counts
    ids = np.array([labels.index(label) for _, label in taught], dtype=np.int64)
    model = fit_linear(counts[: len(taught)], ids, len(labels), seed=0, strength=1.0)
    return np.asarray(model.predict(counts[len(taught) :]).logits.argmax(axis=1))
