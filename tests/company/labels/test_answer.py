"""Tests for whet.company.labels.answer: one question, all answers, also as JSON."""

import json
from dataclasses import replace
from datetime import date

import pytest
from tests.company.labels.conftest import MakeCurve

from whet.company.labels.answer import Question, answer_question, as_json
from whet.company.labels.origin import Origin
from whet.company.labels.requirement import Target
from whet.company.labels.terms import Pace, Prices
from whet.core.errors import InputError

ORIGIN = Origin("support", "probe", "run_1")


@pytest.fixture
def question(make_curve: MakeCurve) -> Question:
    return Question(
        ORIGIN,
        make_curve(),
        Target(0.91),
        Prices(label=0.5, miss=9000),
        Pace(labels_per_week=500, deadline_weeks=8),
        start=date(2026, 12, 1),
        by=date(2027, 1, 25),
    )


def test_everything_is_answered(question: Question) -> None:
    answer = answer_question(question)
    assert answer.refused is None
    assert [one.size for one in answer.told] == pytest.approx(
        [3200, 4525.5, 6400, 9051, 12800], 1e-4
    )
    assert answer.requirement is not None and answer.purchase is not None
    assert answer.worth is not None and answer.worth.week is not None
    assert len(answer.lower) == 3
    at_end = answer_question(replace(question, sizes=(3200 + 8 * 500,))).told[0]
    assert answer.by == pytest.approx(at_end.chance)


def test_json_holds_it_and_the_same_seed_gives_the_same_text(question: Question) -> None:
    first, again = (json.dumps(as_json(answer_question(question, seed=4))) for _ in range(2))
    assert first == again
    facts = json.loads(first)
    assert facts["purchase"]["best"]["action"] == "buy"
    assert facts["target"]["score"] == 0.91
    assert facts["requirement"]["within_reach"] > 0.8
    fan = facts["fan"]
    assert (fan["sizes"][0], fan["sizes"][-1], len(fan["sizes"])) == (3200, 12_800, 9)
    assert all(row == sorted(row) and len(row) == len(fan["levels"]) for row in fan["scores"])
    assert set(facts["one_more_is_worth"]) == {"label", "gpu_hour", "week"}
    assert json.dumps(as_json(answer_question(question, seed=5))) != first


def test_a_refused_curve_is_an_answer(question: Question, make_curve: MakeCurve) -> None:
    answer = answer_question(replace(question, curve=make_curve(points=3)))
    assert answer.refused is not None and "it has 3" in answer.refused
    facts = as_json(answer)
    assert facts["refused"] == answer.refused
    assert "forecast" not in facts


def test_without_a_target_or_prices_less_is_answered(question: Question) -> None:
    answer = answer_question(replace(question, target=None))
    assert (answer.requirement, answer.purchase) == (None, None)
    assert answer.told[0].chance is None
    answer = answer_question(replace(question, prices=None))
    assert answer.requirement is not None
    assert answer.purchase is None and answer.worth is None


def test_a_day_that_is_over_counts_what_is_there(question: Question) -> None:
    answer = answer_question(replace(question, by=date(2026, 11, 1), sizes=(3200,)))
    assert answer.by == answer.told[0].chance


def test_sizes_too_far_are_refused(question: Question) -> None:
    with pytest.raises(InputError, match="must stay within two doublings"):
        answer_question(replace(question, sizes=(99_999,)))
