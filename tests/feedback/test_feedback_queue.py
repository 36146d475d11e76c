"""Tests for whet.feedback.queue: the unsure first, copies once, no label takes all."""

import pytest

from whet.feedback.queue import Asked, Candidate, review_queue, uncertainty


def _candidate(text: str, *p: float, label: str = "a", wrong: bool = False) -> Candidate:
    return Candidate(text, text, label, p, found_wrong=wrong)


def _texts(queue: list[Asked]) -> list[str]:
    return [asked.candidate.text for asked in queue]


def test_uncertainty_is_one_minus_the_margin() -> None:
    assert uncertainty(_candidate("x", 0.7, 0.2)) == pytest.approx(0.5)
    assert uncertainty(_candidate("x", 1.0)) == 0
    assert uncertainty(_candidate("x", 1.0, wrong=True)) == 1


def test_the_unsure_come_first_and_the_wrong_before_them() -> None:
    found = review_queue(
        [
            _candidate("where is my parcel", 0.9, 0.1),
            _candidate("refund of an invoice", 0.5, 0.5, label="b"),
            _candidate("password forgotten", 0.99, label="c", wrong=True),
        ],
        [],
        budget=3,
    )
    assert _texts(found) == ["password forgotten", "refund of an invoice", "where is my parcel"]


def test_near_copies_are_asked_once_and_stand_for_all() -> None:
    copies = [_candidate(t, 0.6, 0.4) for t in ("My refund?", "my refund!", "MY REFUND")]
    (found,) = review_queue(copies, [], budget=5)
    assert found.stands_for == 3
    assert found.worth == pytest.approx(0.8 * (1 + 1.0986), abs=1e-3)  # ln 3


def test_what_has_a_label_is_not_asked_again() -> None:
    asked = [_candidate("my refund", 0.5, 0.5), _candidate("my parcel", 0.6, 0.4)]
    assert _texts(review_queue(asked, ["My refund!"], budget=5)) == ["my parcel"]
    wrong = [_candidate("my refund", 0.5, 0.5, wrong=True)]
    assert review_queue(wrong, ["My refund"], budget=5)[0].novelty == pytest.approx(0)


def test_no_label_takes_the_queue_but_no_place_stays_empty() -> None:
    words = ["apple tree", "bread oven", "car wheel", "door lock"]
    many = [_candidate(w, 0.5, 0.5) for w in words] + [_candidate("egg cup", 0.9, 0.1, label="b")]
    found = review_queue(many, [], budget=5)
    assert _texts(found)[:2] == ["apple tree", "egg cup"]
    assert len(found) == 5


def test_nothing_to_ask() -> None:
    assert review_queue([], ["x"], budget=3) == []
    assert review_queue([_candidate("x", 0.5, 0.5)], [], budget=0) == []
