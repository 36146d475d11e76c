"""Tests for whet.serving.passages.predictor: answers, their characters, why there is none."""

import math
from pathlib import Path

import pytest
from tests.serving.passages.tiny_reader import make_reader_package
from tests.serving.tiny_package import make_linear_package

from whet.core.errors import InputError, IntegrityError
from whet.core.pairs import join_exact
from whet.serving.opening import load_predictor
from whet.serving.package import open_package
from whet.serving.passages.predictor import PassagePredictor


@pytest.fixture
def predictor(tmp_path: Path) -> PassagePredictor:
    return PassagePredictor(open_package(make_reader_package(tmp_path / "notes")))


def test_answers_are_parts_of_the_passage_as_it_was_sent(predictor: PassagePredictor) -> None:
    passages = ["  She  is in\n New   Rome .", "她在京。", "𝓍😀 is in Oslo"]
    answers = predictor.predict([join_exact("where is she?", text) for text in passages])
    assert [answer.answer for answer in answers] == ["New   Rome", "京", "Oslo"]
    for passage, answer in zip(passages, answers, strict=True):
        assert answer.start is not None
        assert passage[answer.start : answer.end] == answer.answer
        assert (answer.abstained, answer.reason, answer.truncated) == (False, None, False)
        assert 0.7 < answer.confidence < 1


def test_where_there_is_none_it_is_said(predictor: PassagePredictor) -> None:
    (answer,) = predictor.predict([join_exact("where is she?", "she is in .")])
    assert (answer.answer, answer.start, answer.end) == (None, None, None)
    assert (answer.abstained, answer.reason) == (False, "no_answer")


def test_what_is_unsure_is_named_and_left_to_a_person(predictor: PassagePredictor) -> None:
    (answer,) = predictor.predict([join_exact("where is she?", "in Rome, in Oslo")])
    assert answer.answer in ("Rome", "Oslo")
    assert (answer.abstained, answer.reason) == (True, "unsure")
    # Either town, or from one to the other: a third each, whose log odds are halved.
    assert answer.confidence == pytest.approx(1 / (1 + math.sqrt(2)), abs=1e-3)


def test_a_long_passage_is_read_to_its_end(predictor: PassagePredictor) -> None:
    for before in (0, 11, 12, 13, 40, 400):
        passage = "she is in . " * before + "in New Rome" + " she is in ." * 30
        (answer,) = predictor.predict([join_exact("where is she?", passage)])
        assert answer.answer == "New Rome", before
        assert answer.start == passage.index("New")
        assert not answer.truncated


def test_a_question_that_is_too_long_is_cut_and_told(predictor: PassagePredictor) -> None:
    texts = [join_exact("where is she? " * 50, "in Rome"), join_exact("where?", "in Rome")]
    long, short = predictor.predict(texts)
    assert (long.answer, long.truncated, short.truncated) == ("Rome", True, False)
    assert long.tokens <= 24


def test_what_cannot_be_read_is_refused(predictor: PassagePredictor) -> None:
    with pytest.raises(InputError, match="Text 2 must not be empty"):
        predictor.predict([join_exact("a", "b"), join_exact("a", " ")])
    with pytest.raises(InputError, match="There must be two texts"):
        predictor.predict(["a question alone"])
    with pytest.raises(InputError, match=r"'notes' answers from a passage and has no embedding"):
        predictor.embedded(["a"])
    assert predictor.predict([]) == [] and not predictor.has_embedding


def test_a_package_that_does_not_say_how_to_read_is_refused(tmp_path: Path) -> None:
    folder = make_reader_package(tmp_path / "a", reading=None)
    with pytest.raises(IntegrityError, match="`reading` is missing"):
        load_predictor(open_package(folder))
    assert not isinstance(
        load_predictor(open_package(make_linear_package(tmp_path / "b"))), PassagePredictor
    )
