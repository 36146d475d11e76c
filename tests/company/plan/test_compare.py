"""Tests for whet.company.plan.compare: what changed, in the plan's own words."""

from datetime import date

import pytest

from whet.company.plan.compare import changes
from whet.company.plan.read import plan_of_text

BASE = """\
currency: EUR
start: 2026-01-05
calendars: [{id: c, holidays: [2026-04-03]}]
people:
  - {id: ada, role: engineer, skills: {ml: 1}, cost_per_month: 5000}
  - {id: bo, name: Bo, role: sales, skills: {ml: 0.8}, cost_per_month: 4000}
projects:
  - id: one
    goal: win
    milestones: [{id: launch, deadline: 2026-03-31, hard: true}]
    tasks:
      - {id: build, title: Build it, effort: 4, skills: {ml: 1}, milestone: launch}
      - {id: try, title: Try it, effort: [2, 3, 8], skills: {ml: 1}, after: [build]}
  - {id: two, goal: more}
prices: {label: 0.4}
strategy: {budget: 50000}
operations:
  services:
    - id: s
      requests_per_month: 10
      forms: [{id: small, quality: 0.8, per_second: 20, cost_per_month: 30}]
risks:
  - {id: r, title: Rain, probability: 0.2, impact: {effort: 1.2, cash: 500}}
"""


def said(*replacements: tuple[str, str]) -> list[str]:
    """Return the sentences for a plan after some replacements."""
    text = BASE
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    old_plan, new_plan = plan_of_text(BASE, "old"), plan_of_text(text, "new")
    return [change.sentence for change in changes(old_plan, new_plan)]


def test_nothing_changed() -> None:
    assert said() == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("start: 2026-01-05", "start: 2026-01-04", "plan: start 1 day earlier, 2026-01-05 → "
         "2026-01-04"),
        ("deadline: 2026-03-31", "deadline: 2026-04-14", "milestone launch: deadline 14 days "
         "later, 2026-03-31 → 2026-04-14"),
        ("hard: true", "hard: false", "milestone launch: hard yes → no"),
        ("effort: 4", "effort: 5", "task build: effort 4 → 5 person-days (+25.0%)"),
        ("[2, 3, 8]", "[2, 6, 9]", "task try: effort 3 (2 to 8) → 6 (2 to 9) person-days "
         "(+100.0%)"),
        ("[2, 3, 8]", "[2, 3, 9]", "task try: effort 3 (2 to 8) → 3 (2 to 9) person-days"),
        ("cost_per_month: 4000", "cost_per_month: 4400", "person bo: cost per month 4,000 → 4,400 "
         "EUR (+10.0%)"),
        ("{ml: 0.8}", "{ml: 0.8, law: 1}", "person bo: skills.law set to 1"),
        ("role: sales,", "role: law,", "person bo: role sales → law"),
        (", milestone: launch", "", "task build: milestone launch taken out"),
        ("after: [build]", "after: [{task: build, lag_days: 3}]", "task try: after build → build + "
         "3 days"),
        ("holidays: [2026-04-03]", "holidays: [2026-04-03, 2026-04-06]", "calendar c: holidays "
         "2026-04-03 → 2026-04-03, 2026-04-06"),
        ("label: 0.4", "label: 0.5", "prices: label 0.4 → 0.5 EUR (+25.0%)"),
        ("budget: 50000", "budget: 60000", "strategy: budget 50,000 → 60,000 EUR (+20.0%)"),
        ("per_second: 20", "per_second: 25", "service s: forms[small].per second 20 → 25 "
         "(+25.0%)"),
        ("effort: 1.2", "effort: 1.5", "risk r: impact.effort 1.2 → 1.5 (+25.0%)"),
        ("cash: 500", "cash: 600", "risk r: impact.cash 500 → 600 EUR (+20.0%)"),
        ("  - {id: two, goal: more}\n", "", "project two removed: more"),
        ("  - {id: bo, name: Bo, role: sales, skills: {ml: 0.8}, cost_per_month: 4000}\n", "",
         "person bo removed: Bo"),
        ("risks:\n", "risks:\n  - {id: q, title: Hail, probability: 1, impact: {cash: 1}}\n",
         "risk q added: Hail"),
    ],
)  # fmt: skip
def test_one_change(old: str, new: str, sentence: str) -> None:
    assert said((old, new)) == [sentence]


def test_a_section_that_came_is_told_by_its_fields() -> None:
    found = said(("prices: {label: 0.4}\n", "cash: {balance: 100}\nprices: {label: 0.4}\n"))
    assert "cash: balance set to 100 EUR" in found


def test_a_task_that_moves_to_another_project_is_the_same_task() -> None:
    task = "      - {id: try, title: Try it, effort: [2, 3, 8], skills: {ml: 1}, after: [build]}\n"
    moved = f"  - id: two\n    goal: more\n    tasks:\n{task}"
    assert said((task, ""), ("  - {id: two, goal: more}\n", moved)) == [
        "task try: project one → two"
    ]


def test_amounts_in_another_currency_are_not_given_one() -> None:
    found = said(("EUR", "USD"), ("label: 0.4", "label: 0.5"))
    assert found == ["plan: currency EUR → USD", "prices: label 0.4 → 0.5 (+25.0%)"]


def test_long_lists_say_what_came_and_what_went() -> None:
    days = ", ".join(f"2026-05-{day:02d}" for day in range(1, 7))
    old = plan_of_text(BASE.replace("[2026-04-03]", f"[{days}]"), "old")
    new = plan_of_text(
        BASE.replace("[2026-04-03]", f"[{days}, 2026-06-01]".replace("05-06", "05-07")), "new"
    )
    (change,) = changes(old, new)
    assert (
        change.sentence == "calendar c: holidays with 2026-05-07, 2026-06-01 and without 2026-05-06"
    )


def test_a_change_holds_its_place_and_values() -> None:
    old = plan_of_text(BASE, "old")
    new = plan_of_text(BASE.replace("2026-03-31", "2026-04-14"), "new")
    (change,) = changes(old, new)
    assert (change.section, change.what, change.kind, change.id, change.field) == (
        "projects", "changed", "milestone", "launch", "deadline",
    )  # fmt: skip
    assert (change.old, change.new) == (date(2026, 3, 31), date(2026, 4, 14))
