"""Tests for whet.company.plan.checks.rules and .lines: fields of one entry that do not fit."""

import pytest
from tests.company.plan.conftest import Complaints

from whet.company.plan.read import plan_of_text
from whet.core.errors import InputError

SECTIONS = [
    ("cash: {balance: 0}", "cash.balance: the cash is already gone: must be above 0; found 0. A "
     "plan starts from money in the bank: add what shareholders or a bank lend to it."),
    ("cash: {balance: -1500.5}", "cash.balance: the cash is already gone: must be above 0; found "
     "-1,500.5. A plan starts from money in the bank: add what shareholders or a bank lend to it."),
    ("cash: {balance: 1, rounds: [{id: r, amount: 1, expected: 2025-12-01}]}",
     "cash.rounds[0].expected: lies in the past: the plan starts on 2026-01-05; found 2025-12-01. "
     "What came is part of cash.balance; move what is late."),
    ("cash: {balance: 1, costs: [{id: c}]}",
     "cash.costs[0].per_month: must be given, or else `once`: the money that is paid"),
    ("cash: {balance: 1, costs: [{id: c, once: 1, first: 2026-05-01, last: 2026-04-01}]}",
     "cash.costs[0].last: ends (2026-04-01) before it starts (2026-05-01). Swap the two."),
    ("prices: {label: -0.1}", "prices.label: must be a number of at least 0; found -0.1"),
    ("quality: [{id: q, value: 0.8, by: 2025-01-01}]",
     "quality[0].by: lies in the past: the plan starts on 2026-01-05; found 2025-01-01. Move it, "
     "or take it out."),
    ("quality: [{id: q, value: 0.8, card: c, run: r}]",
     "quality[0]: must take its curve from one of card, run, measured; found card and run"),
    ("quality: [{id: q, value: 0.8, labels_today: 90, most_labels: 10}]",
     "quality[0].most_labels: must be at least the labels at hand; found 10 of 90 at hand"),
    ("quality: [{id: q, value: 84}]",
     "quality[0].value: must be in [0, 1] for macro_f1; found 84. Did you mean 0.84? If less of it "
     "is better, say `lower_is_better: true`."),
    ("quality: [{id: q, value: 840}]",
     "quality[0].value: must be in [0, 1] for macro_f1; found 840. If less of it is better, say "
     "`lower_is_better: true`."),
    ("quality: [{id: q, value: 0.8, measured: [{size: 9, score: 71.5}]}]",
     "quality[0].measured[0].score: must be in [0, 1] for macro_f1; found 71.5. Did you mean "
     "0.715? If less of it is better, say `lower_is_better: true`."),
    ("quality: [{id: q, value: -2, metric: log_loss}]",
     "quality[0].value: must be at least 0 for log_loss; found -2"),
    ("calendars: [{id: c, work_days: [mon], half_days: [tue]}]",
     "calendars[0].half_days[0]: must be one of work_days; found 'tue'"),
    ("calendars: [{id: c, closed: [{first: 2026-03-02, last: 2026-03-01}]}]",
     "calendars[0].closed[0]: ends (2026-03-01) before it starts (2026-03-02). Swap the two."),
    ("pilots: [{id: p, per_week: 1, bad: 0.4, good: 0.3}]",
     "pilots[0].good: must be above `bad` (0.4); found 0.3"),
    ("pilots: [{id: p, per_week: 1, bad: 0.1, good: 0.3, asked: 2, won: 3}]",
     "pilots[0].won: must be at most `asked` (2); found 3"),
    ("market: {price_tests: [{id: t, product: x}]}",
     "market.price_tests[0]: must hold answers: `file`, `answers` or `points`"),
    ("market: {price_tests: [{id: t, product: x, points: [{price: 1, asked: 2, bought: 3}]}]}",
     "market.price_tests[0].points[0].bought: must be at most `asked` (2); found 3"),
    ("market: {scenarios: [{id: a, probability: 0.5, demand: 1}]}",
     "market.scenarios: must have probabilities that add up to 1; found 0.5"),
    ("channels: [{id: a, response: {kind: power, scale: 1, exponent: 0.5}, least: 3, most: 2}]",
     "channels[0].most: must be at least `least` (3); found 2"),
    ("channels: [{id: a, response: {kind: power, scale: 1, exponent: [0.5, 0.9, 1.2]}}]",
     "channels[0].response.exponent: must be at most 1, or spending would pay more and more; found "
     "0.9 (0.5 to 1.2). Take `hill` for an S-curve."),
    ("channels: [{id: a, response: {kind: log, scale: 1, half: 0}}]",
     "channels[0].response.half: must be above 0; found 0"),
    ("channels: [{id: a, response: {kind: hil, scale: 1}}]",
     "channels[0].response.kind: must be one of 'linear', 'power', 'log', 'exponential', 'hill', "
     "'learning'; found 'hil'. Did you mean 'hill'?"),
    ("revenue: [{id: u, kind: usage, units: 1, tiers: [{price: 1}, {price: 2}]}]",
     "revenue[0].tiers[0]: must say `up_to`: only the last tier has no upper end"),
    ("revenue: [{id: u, kind: usage, units: 1, tiers: [{price: 1, up_to: 3}]}]",
     "revenue[0].tiers[0].up_to: must be left out of the last tier: it has no upper end"),
    ("revenue: [{id: u, kind: usage, units: 1, tiers: [{price: 1, up_to: 3}, {price: 1, up_to: 3}, "
     "{price: 1}]}]", "revenue[0].tiers[1].up_to: must be above 3; found 3"),
    ("survey: {items: [{id: a, low: 5, high: 5}]}",
     "survey.items[0]: must have high above low; found 5 and 5"),
    ("strategy: {budget: 1}\n"
     "channels: [{id: a, least: 4, response: {kind: log, scale: 1, half: 1}}]",
     "strategy.budget: must be at least what the channels must spend, 4; found 1. Raise it, or "
     "lower a channel's `least`."),
]  # fmt: skip


@pytest.mark.parametrize(("line", "complaint"), SECTIONS)
def test_a_section_that_does_not_fit(
    minimal: str, complaints: Complaints, line: str, complaint: str
) -> None:
    assert f"12: {complaint}" in complaints(f"{minimal}{line}\n")


TASKS = [
    ("deadline: 2025-12-31, effort: 1",
     "deadline: lies in the past: the plan starts on 2026-01-05; "
     "found 2025-12-31. Move it, or take it out."),
    ("deadline: 2026-02-01, not_before: 2026-02-02, effort: 1",
     "deadline: ends (2026-02-01) before it may start (2026-02-02). Move one of them."),
    ("effort: 1, finished: 2026-02-01", "finished: must not be after the plan's first day, "
     "2026-01-05; found 2026-02-01. Move `start` on."),
    ("effort: 1, started: 2025-12-09, finished: 2025-12-03",
     "finished: ends (2025-12-03) before it "
     "starts (2025-12-09)"),
    ("effort: 1, started: 2026-02-01", "started: must not be after the plan's first day, "
     "2026-01-05; found 2026-02-01. Move `start` on."),
    ("effort: 1, pin: {start: 2025-02-03}", "pin.start: lies in the past: the plan starts on "
     "2026-01-05; found 2025-02-03. Give `started` if it was begun, or move the pin."),
    ("effort: 1, pin: {start: 2026-02-03, end: 2026-02-02}", "pin: ends (2026-02-02) before it "
     "starts (2026-02-03). Swap the two."),
    ("skills: {ml: 1}", "effort: must be given: work in person-days of somebody fully productive"),
    ("kind: wait", "days: must be given where kind is 'wait': the working days that pass"),
    ("kind: wait, days: 3, effort: 4", "effort: is of no use where kind is 'wait': nobody works on "
     "it. Delete it."),
    ("effort: 1, days: 2", "days: is for tasks of the kind 'wait'; found it where kind is 'work'"),
    ("effort: [6, 8, 12], spent: 8", "remaining: must be given: 8 of 8 person-days are spent, and "
     "it is not finished. Say how many it still takes, or when it was `finished`."),
    ("kind: label", "target: must be given where kind is 'label', or else `effort`: the quality "
     "target whose learning curve tells the effort"),
    ("effort: 1, skills: {ml: 0}", "skills.ml: must be at least 1 person; found 0"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "complaint"), TASKS)
def test_a_task_that_does_not_fit(
    minimal: str, complaints: Complaints, fields: str, complaint: str
) -> None:
    found = complaints(f"{minimal}      - {{id: b, {fields}}}\n")
    assert found == [f"12: projects[0].tasks[1].{complaint}"]


def test_a_milestone_in_the_past(minimal: str, complaints: Complaints) -> None:
    assert complaints(minimal.replace("2026-03-31", "2026-01-04")) == [
        "9: projects[0].milestones[0].deadline: lies in the past: the plan starts on 2026-01-05; "
        "found 2026-01-04; 'build' is not finished. Move it, take it out, or say when its tasks "
        "were `finished`."
    ]


def test_the_first_day_is_not_over_and_done_work_lies_in_the_past(minimal: str) -> None:
    text = minimal.replace("2026-03-31", "2026-01-05")
    text += "      - {id: b, effort: 1, deadline: 2025-12-01, finished: 2025-12-02}\n"
    assert len(plan_of_text(text, "plan").tasks) == 2


def test_people_leave_after_they_came_and_are_not_their_own_mentor(
    minimal: str, complaints: Complaints
) -> None:
    person = "{id: ada, role: engineer, start: 2026-03-01, end: 2026-02-01, mentor: ada, "
    assert complaints(minimal.replace("{id: ada, role: engineer, ", person)) == [
        "4: people[0].end: ends (2026-02-01) before it starts (2026-03-01). Swap the two.",
        "4: people[0].mentor: must be somebody else; 'ada' would be their own mentor",
    ]


@pytest.mark.parametrize("year", ["0001", "1969", "2200", "9999"])
def test_a_first_day_that_is_a_slip_of_the_pen(minimal: str, year: str) -> None:
    text = minimal.replace("start: 2026", f"start: {year}").replace("2026-03-31", "9999-12-31")
    with pytest.raises(InputError) as refused:
        plan_of_text(text, "plan")
    assert str(refused.value) == (
        f"plan:2: start: must lie between 1970 and 2199; found {year}-01-05"
    )


@pytest.mark.parametrize(
    ("mentor", "sentence"),
    [
        ("start: 2026-03-01, mentor: bo, ", "'bo' comes (2026-03-01) no earlier than 'ada' "
         "(2026-02-02). Name another."),
        ("end: 2026-02-01, ", "'bo' is gone (2026-02-01) before 'ada' comes (2026-02-02). Name "
         "another."),
    ],
)  # fmt: skip
def test_who_helps_somebody_new_is_here_before(
    minimal: str, complaints: Complaints, mentor: str, sentence: str
) -> None:
    new = "{id: ada, start: 2026-02-02, ramp_up: [0.5], mentor: bo, "
    text = minimal.replace("{id: ada, ", new).replace("{id: bo, ", "{id: bo, " + mentor)
    assert f"4: people[0].mentor: {sentence}" in complaints(text)


def test_a_date_in_quotes_is_said_to_need_none(minimal: str, complaints: Complaints) -> None:
    assert complaints(minimal.replace("2026-03-31", "'2026-03-31'")) == [
        "9: projects[0].milestones[0].deadline: must be a date such as 2026-03-31; found "
        "'2026-03-31'. Write it without quotes."
    ]
    assert complaints(minimal.replace("cost_per_month: 5000", "cost_per_month: 1e400")) == [
        "4: people[0].cost_per_month: must be a number of at least 0; found '1e400'"
    ]
    assert complaints(minimal.replace("cost_per_month: 5000", "cost_per_month: 1e15")) == [
        "4: people[0].cost_per_month: must be a number of at least 0; found '1e15'. Write "
        "1000000000000000 without quotes."
    ]


@pytest.mark.parametrize(
    "fields",
    ["effort: [6, 8, 12], spent: 7.5", "effort: 8, spent: 9, remaining: 2",
     "effort: 8, spent: 9, finished: 2026-01-02"],
)  # fmt: skip
def test_work_of_which_something_is_left_to_say(minimal: str, fields: str) -> None:
    assert len(plan_of_text(f"{minimal}      - {{id: b, {fields}}}\n", "plan").tasks) == 2
