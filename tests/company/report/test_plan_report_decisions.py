"""Tests for whet.company.report.decisions: the sentences on top follow from the numbers."""

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.company.report import invented

from whet.company.report.decisions import decisions
from whet.company.report.sections import (
    DatesSection,
    LabelsSection,
    PlanReport,
    Price,
    Range,
    ScheduleSection,
    WhatIf,
)
from whet.company.report.wording import Words

EN, ZH = Words("en", "EUR"), Words("zh", "EUR")


def _only(**sections: object) -> PlanReport:
    return replace(invented.empty(), currency="EUR", **sections)  # type: ignore[arg-type]


def test_a_whole_report_gives_five_sentences_in_order() -> None:
    assert decisions(invented.full(), EN) == (
        "Release 1.0 is due on 24 Mar 2027 and is met in 71 % of cases; promise 27 Mar 2027 (80 %) "
        "or cut the scope.",
        "The money lasts 13.2 months in the median; it runs out in 12 % of cases within 14 months, "
        "and before Release 1.0 in 3 %: decide on money by 14 May 2027.",
        "Buy next: one more EUR for content marketing is worth EUR 3.35 and costs EUR 1.",
        "Hiro is over 100 % in 3 of the next 8 weeks; one more person with labelling would end the "
        "plan 9 days earlier.",
        "support-intents, labelled from today on, reaches 88.0 % macro F1 by 1 Mar 2027 with 64 % "
        "probability: no number of labels within two doublings suffices in 80 % of cases, so "
        "change method or target.",
    )
    assert len(decisions(invented.full(), ZH)) == 5


def test_nothing_computed_is_nothing_decided() -> None:
    assert decisions(invented.empty(), EN) == (
        "Nothing was computed yet, so nothing can be decided from this report.",
    )


def test_safe_dates_name_the_tightest() -> None:
    early, late, _ = invented.dates().finishes
    safe = replace(late, deadline=date(2027, 4, 2))
    (sentence,) = decisions(_only(dates=DatesSection((early, safe), 10)), EN)
    assert sentence == (
        "Every deadline is met in at least 4 of 5 cases; Release 1.0 is the tightest (96 %)."
    )


def test_a_schedule_alone_tells_the_latest_milestone_or_that_there_is_none() -> None:
    (late,) = decisions(_only(schedule=replace(invented.schedule(3), what_ifs=())), EN)
    assert late.startswith("release 1.0 is planned for ")
    assert "after its deadline" in late
    (none,) = decisions(_only(schedule=ScheduleSection((), state="impossible")), EN)
    assert none == (
        "There is no schedule that meets all requirements: drop one of the conflicting ones below. "
        "Dates and money are those of a list of tasks that misses deadlines."
    )
    with_dates = replace(invented.full(), schedule=ScheduleSection((), state="impossible"))
    assert decisions(with_dates, EN)[0] == none
    assert len(decisions(with_dates, EN)) == 5


def test_units_that_cost_more_than_they_are_worth_are_not_bought() -> None:
    dear = Price("label", "intents", Range(0.4), 0.6)
    assert decisions(_only(prices=(dear,)), EN) == decisions(invented.empty(), EN)
    (budget,) = decisions(_only(prices=(dear,), strategy=invented.strategy()), EN)
    assert budget == (
        "One more EUR of budget is worth 3.35 EUR of gross profit; raise content marketing from "
        "2.5k to 9k first."
    )


def test_a_missing_skill_is_named_where_nobody_is_overfull() -> None:
    (sentence,) = decisions(_only(team=invented.team()), EN)
    assert sentence == "The plan lacks 44 days of labelling: train, hire or postpone."
    what = ScheduleSection((), what_ifs=(WhatIf("one more week", -3),))
    (hint,) = decisions(_only(schedule=what), EN)
    assert hint == "One more week would end the plan 3 days earlier."


def test_a_risk_is_acted_upon_where_no_target_is_weak() -> None:
    (sentence,) = decisions(_only(risks=invented.risks()), EN)
    assert sentence == (
        "Act on the risk “the labelling partner stops”: “second partner” is worth EUR 14k and "
        "costs EUR 4k."
    )
    weak = replace(invented.labels().targets[0], needed=(900, 1500))
    (target,) = decisions(_only(labels=LabelsSection((weak,)), risks=invented.risks()), EN)
    assert target.endswith("with 64 % probability: buy labels in steps and measure.")


@pytest.mark.parametrize("words", [EN, ZH])
def test_a_runway_beyond_the_plan_is_said_so(words: Words) -> None:
    cash = replace(invented.cash(), runway_months={0.5: math.inf}, ruin=0.0, decide_by=None)
    (sentence,) = decisions(_only(cash=cash), words)
    assert ("more than 14 months" if words is EN else "超过 14 个月") in sentence
    assert ("under 1 %" if words is EN else "不到 1%") in sentence


def test_eighteen_months_from_a_leap_day_are_eighteen() -> None:
    ends = [date(2028 + m // 12, m % 12 + 1, 1) - timedelta(days=1) for m in range(2, 20)]
    months = (date(2028, 2, 29), *ends)
    section = replace(invented.cash(), months=months, ruin=0.1, ruin_before=None, decide_by=None)
    (said,) = decisions(_only(cash=section), EN)
    assert "within 18 months" in said
