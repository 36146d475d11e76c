"""Tests for whet.company.report.computation: order, sharing, and parts that cannot answer."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.company.report import invented

from whet.company.plan.schema import Plan
from whet.company.report.computation import Question, compute_report
from whet.company.team.programme import NoAnswer
from whet.core.errors import InputError

PLAN = Plan(company="Fennel", currency="EUR", start=date(2026, 12, 1))


class _Steps:
    """A `Progress` that counts."""

    def __init__(self) -> None:
        self.total: int | None = None
        self.done = 0

    def start(self, stage: str, total: int | None = None) -> None:
        self.total = total

    def advance(self, steps: int = 1) -> None:
        self.done += steps

    def note(self, text: str) -> None:
        raise AssertionError(text)


def _fails(question: Question) -> Any:
    raise InputError("The curve has 3 points; 6 are needed.")


def test_a_part_that_cannot_answer_leaves_the_others_standing() -> None:
    progress = _Steps()
    found = compute_report(
        Question(PLAN, Path("company.yaml")),
        [("labels", _fails), ("team", lambda q: invented.team()), ("market", lambda q: None)],
        command="whet plan report",
        progress=progress,
    )
    assert found.team == invented.team()
    assert found.labels is None
    assert [(r.what, r.why) for r in found.refused] == [
        ("labels", "The curve has 3 points; 6 are needed.")
    ]
    assert (found.company, found.currency, found.today) == ("Fennel", "EUR", date(2026, 12, 1))
    assert (progress.total, progress.done) == (3, 3)


def test_a_solver_that_ran_out_of_time_takes_its_own_section_only() -> None:
    def slow(question: Question) -> Any:
        raise NoAnswer("The solver found no answer within 1 seconds.", is_impossible=False)

    found = compute_report(
        Question(PLAN, Path("company.yaml")),
        [("team", slow), ("labels", lambda q: invented.labels())],
        command="whet plan report",
    )
    assert found.labels is not None
    assert [r.why for r in found.refused] == ["The solver found no answer within 1 seconds."]


def test_a_bug_is_no_refusal() -> None:
    def bug(question: Question) -> Any:
        raise KeyError("x")

    with pytest.raises(KeyError):
        compute_report(Question(PLAN, Path("c.yaml")), [("labels", bug)], command="")


def test_what_sections_share_is_computed_once_and_an_error_is_remembered() -> None:
    question, calls = Question(PLAN, Path("c.yaml")), []

    def answer() -> int:
        calls.append(1)
        return 7

    assert [question.once("a", answer), question.once("a", answer)] == [7, 7]
    assert len(calls) == 1

    def error() -> int:
        calls.append(2)
        raise InputError("no")

    for _ in range(2):
        with pytest.raises(InputError, match=r"^no$"):
            question.once("b", error)
    assert calls == [1, 2]


def test_a_company_without_a_name_is_called_like_its_file() -> None:
    plan = PLAN.model_copy(update={"company": ""})
    assert compute_report(Question(plan, Path("x/fennel.yaml")), [], command="").company == "fennel"
