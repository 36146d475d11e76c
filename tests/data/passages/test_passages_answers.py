"""Tests for whet.data.passages.answers: an answer is where it is said to be, or it is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whet.core.errors import InputError
from whet.data.passages.answers import Marked, answers_of, placed, told, written

TEXT = "Ana met Ana in Rome."


def test_labels_come_back() -> None:
    answers = (Marked(8, "Ana"), Marked(15, 'R"ome'))
    assert answers_of(written(answers)) == answers
    assert (told(written(answers)), told("[]")) == ("Ana", "no answer")
    with pytest.raises(InputError, match=r"must hold answers; found the label 'yes'"):
        answers_of("yes")


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [("Ana", "8", Marked(8, "Ana")), (" Rome", " 14", Marked(15, "Rome"))],
)
def test_white_space_around_an_answer_is_no_part_of_it(
    text: str, start: str, expected: Marked
) -> None:
    assert placed(TEXT, text, start, repair=False) == expected


@pytest.mark.parametrize(
    ("text", "start", "problem"),
    [
        ("Rome", "14", "'Rome' must begin at character 14, where ' Rom' begins; it begins at 15"),
        ("Ana", "1", "'Ana' must begin at character 1, where 'na ' begins; it begins at 0, 8"),
        (
            "Oslo",
            "15",
            "'Oslo' must begin at character 15, where 'Rome' begins; it stands nowhere in the "
            "passage",
        ),
        (
            "Rome",
            "90",
            "'Rome' must begin at character 90, which lies beyond the passage of 20 characters; it "
            "begins at 15",
        ),
        ("Rome", "", "must say at which character 'Rome' begins, from 0; found ''"),
        ("Rome", "-1", "must say at which character 'Rome' begins, from 0; found '-1'"),
    ],
)
def test_an_answer_that_is_not_at_its_place_is_refused(text: str, start: str, problem: str) -> None:
    with pytest.raises(ValueError) as caught:
        placed(TEXT, text, start, repair=False)
    assert str(caught.value) == problem


def test_on_request_the_nearest_place_is_taken() -> None:
    assert placed(TEXT, "Ana", "6", repair=True) == Marked(8, "Ana")
    assert placed(TEXT, "Ana", "99", repair=True) == Marked(8, "Ana")
    assert placed(TEXT, "Ana", "", repair=True) == Marked(0, "Ana")
    with pytest.raises(ValueError, match="stands nowhere"):
        placed(TEXT, "Oslo", "3", repair=True)


@given(st.text(min_size=1), st.integers(0, 30), st.integers(1, 30))
def test_what_is_placed_is_what_stands_there(passage: str, start: int, size: int) -> None:
    text = passage[start : start + size]
    if text.strip():
        found = placed(passage, text, str(start), repair=False)
        assert passage[found.start : found.end] == found.text == text.strip()
