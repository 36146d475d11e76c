"""Tests for whet.evaluation.report.wording: what is missing is said, edges round well."""

import math

import pytest

from whet.evaluation.report import wording


@pytest.mark.parametrize("nothing", [None, math.nan, math.inf])
def test_a_missing_number_is_said_in_words(nothing: float | None) -> None:
    for said in (
        wording.share(nothing),
        wording.amount("log_loss", nothing),
        wording.amount("accuracy", nothing),
        wording.count(nothing),
        wording.duration(nothing),
        wording.size(nothing),
        wording.decimal(nothing),
        wording.milliseconds(nothing),
    ):
        assert said == "not measured"
    assert wording.brief(None) == "not measured"


def test_a_value_without_an_interval_says_so() -> None:
    result = {"value": 0.5, "low": math.nan, "high": math.nan}
    assert wording.measured("accuracy", result) == "50.0 % (no interval)"
    assert wording.difference("accuracy", result) == "+50.0 points (no interval)"


def test_no_result_is_not_measured_and_no_difference_not_compared() -> None:
    assert wording.measured("accuracy", None) == "not measured"
    assert wording.difference("accuracy", None) == "not compared"
    assert wording.difference("accuracy", {"value": math.nan}) == "not compared"


def test_losses_are_no_shares() -> None:
    result = {"value": 0.412, "low": 0.3, "high": 0.5334}
    assert wording.measured("log_loss", result) == "0.412 [0.300, 0.533]"
    change = {"value": -0.0124, "low": -0.02, "high": 0.0}
    assert wording.difference("log_loss", change) == "−0.012 [−0.020, 0.000]"
    assert wording.requirement("log_loss", 0.5) == "at most 0.500"


def test_a_difference_that_rounds_to_zero_has_no_sign() -> None:
    result = {"value": -0.0001, "low": -0.0104, "high": 0.0004}
    assert wording.difference("macro_f1", result) == "0.0 points [−1.0, 0.0]"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 ms"),
        (1, "1.0 s"),
        (9.94, "9.9 s"),
        (59.4, "59 s"),
        (59.7, "1 min 0 s"),
        (3599.6, "1 h 0 min"),
        (90_000, "25 h 0 min"),
    ],
)
def test_time_spans(seconds: float, words: str) -> None:
    assert wording.duration(seconds) == words


def test_a_time_without_a_zone_is_taken_for_utc() -> None:
    assert wording.moment("2026-01-09T23:05:00") == "9 January 2026, 23:05 UTC"


def test_a_sentence_keeps_its_own_full_stop_also_a_chinese_one() -> None:
    assert wording.sentence(" 数据不够。 ") == "数据不够。"
    assert wording.sentence("why?") == "Why?"
