"""Questions with the answers that resolved them, told by what customers say afterwards."""

from datetime import UTC, datetime, timedelta

import pytest

from whet.products.support.history.cues import complains, confirms, denies, is_social, thanks
from whet.products.support.history.pairs import Pair, pairs_of
from whet.products.support.turns import Author, Said

WHO: dict[str, Author] = {"C": "customer", "A": "person", "B": "bot", "S": "system"}


def pairs(*lines: str) -> list[Pair]:
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    said = [
        Said(WHO[line[0]], line[2:], start + timedelta(minutes=i)) for i, line in enumerate(lines)
    ]
    return pairs_of("c1", said)


def told(pair: Pair) -> tuple[str, str, bool, float, str]:
    return pair.question, pair.answer, pair.resolved, pair.confidence, pair.why


def test_runs_are_joined_and_thanks_resolve() -> None:
    (pair,) = pairs(
        "C Hello", "C where is it?", "C order 5", "A Hi!", "A On its way", "C thank you"
    )
    assert told(pair) == ("where is it?\norder 5", "On its way", True, 0.85, "thanked")
    assert (pair.at, pair.number) == ("2026-03-02T08:00:00+00:00", 0)


def test_a_denial_looks_for_the_answer_that_helped() -> None:
    (pair,) = pairs(
        "C no mail comes", "B Click reset", "C No, that's not it", "A Try spam", "C it works now"
    )
    assert told(pair) == ("no mail comes", "Try spam", True, 0.95, "confirmed")
    assert pair.answered_by == "person"
    (pair,) = pairs("C 收不到邮件", "A 请点击重置", "C 还是不行")
    assert told(pair) == ("收不到邮件", "", False, 0.0, "denied")


def test_silence_after_an_answer_is_half_sure_and_less_after_a_bot() -> None:
    assert told(pairs("C where?", "A here")[0])[2:] == (True, 0.5, "ended without a complaint")
    assert told(pairs("C where?", "B here")[0])[2:] == (True, 0.4, "ended without a complaint")
    assert told(pairs("C where?", "S note to self")[0])[1:] == ("", False, 0.0, "nobody answered")


def test_a_complaint_leaves_it_unresolved() -> None:
    first, second = pairs("C where?", "A soon", "C ridiculous, I want to speak to a manager")
    assert told(first)[2:] == (False, 0.0, "complained")
    assert second.answer == ""


def test_what_the_desk_asks_back_belongs_to_the_question() -> None:
    (pair,) = pairs(
        "C track my parcel", "A Which order?", "C LK-20877", "A It is in Leeds", "C great"
    )
    assert told(pair) == ("track my parcel", "It is in Leeds", True, 0.95, "confirmed")


def test_a_second_question_is_a_pair_of_its_own() -> None:
    first, second = pairs("C where?", "A here", "C Thanks! And how do I pay?", "A By card")
    assert told(first)[2:] == (True, 0.85, "thanked")
    assert (second.number, second.question) == (1, "Thanks! And how do I pay?")
    assert pairs("A Hello?", "C thanks", "C 好的") == []


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("that solved it, cheers", confirms),
        ("已经收到了", confirms),
        ("that did not help", denies),
        ("这不是我要的", denies),
        ("many thanks", thanks),
        ("多谢多谢", thanks),
        ("你们太差了", complains),
        ("ok great, bye!", is_social),
        ("嗯嗯，好的", is_social),
        ("👍", is_social),
    ],
)
def test_cues_are_heard(text: str, cue: object) -> None:
    assert callable(cue) and cue(text)


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("thanks in advance", thanks),
        ("that did not solve it", confirms),
        ("how does it work?", confirms),
        ("my card does not arrive", denies),
        ("我想投资", complains),
        ("hi, my card is lost", is_social),
    ],
)
def test_cues_are_not_heard_where_they_are_not(text: str, cue: object) -> None:
    assert callable(cue) and not cue(text)
