"""Tests for whet.company.team.skills: by hand, against a flow, at the edge, refusals."""

import importlib
from typing import Any

import numpy as np
import pytest

from whet.company.team.skills import Bottleneck, Gap, Member, skill_picture
from whet.core.errors import InputError

cvxpy: Any = importlib.import_module("cvxpy")  # its types are partial

ANA = Member("ana", {"ml": 1.0, "label": 0.5}, (20.0, 20.0))
BO = Member("bo", {"label": 1.0}, (20.0, 20.0))


def test_a_day_is_spent_once() -> None:
    # The columns of the matrix look fine: ml 20 of 20, label 30 of 25. Together they are not.
    found = skill_picture([ANA, BO], {"ml": (20.0, 10.0), "label": (25.0, 25.0)})
    assert [(gap.skill, gap.month) for gap in found.gaps] == [("label", 0)]
    assert found.gaps[0].missing == pytest.approx(5, abs=1e-3)
    assert found.missing == pytest.approx(5)
    # A day more of ml would free ana for half a day of label, so both skills compete.
    assert [(b.skills, b.people) for b in found.bottlenecks] == [(("label", "ml"), ("ana", "bo"))]


def test_the_largest_share_is_as_small_as_it_can_be() -> None:
    both = Member("cy", {"a": 1.0, "b": 1.0}, (10.0,))
    found = skill_picture([both], {"a": (10.0,), "b": (10.0,)})
    assert [(gap.skill, round(gap.missing, 4)) for gap in found.gaps] == [("a", 5.0), ("b", 5.0)]
    assert found.bottlenecks == (Bottleneck(0, ("a", "b"), ("cy",), 10.0),)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_missing_agrees_with_another_solver(seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels = rng.choice([0.0, 0.3, 0.6, 1.0], size=(5, 4))
    days, need = rng.uniform(5, 20, 5), rng.uniform(0, 25, 4)
    worked, missing = cvxpy.Variable((5, 4), nonneg=True), cvxpy.Variable(4, nonneg=True)
    done = cvxpy.sum(cvxpy.multiply(worked, levels), axis=0)
    problem = cvxpy.Problem(
        cvxpy.Minimize(cvxpy.sum(missing)),
        [cvxpy.sum(worked, axis=1) <= days, done + missing >= need],
    )
    problem.solve(solver=cvxpy.CLARABEL)
    team = [
        Member(str(p), {str(s): float(v) for s, v in enumerate(row) if v}, (float(days[p]),))
        for p, row in enumerate(levels)
    ]
    found = skill_picture(team, {str(s): (float(v),) for s, v in enumerate(need)})
    assert found.missing == pytest.approx(problem.value, abs=1e-4)
    assert sum(gap.missing for gap in found.gaps) == pytest.approx(problem.value, abs=1e-4)


def test_what_hangs_on_one_person() -> None:
    found = skill_picture([ANA, BO], {"ml": (10.0, 10.0), "label": (5.0, 5.0)})
    assert found.single == ("ml",) and found.nobody == ()
    assert found.holders == {"ml": ("ana",), "label": ("ana", "bo")}
    assert [(loss.person, loss.skills_lost) for loss in found.losses] == [
        ("ana", ("ml",)),
        ("bo", ()),
    ]
    assert [loss.missing for loss in found.losses] == pytest.approx([20, 0])
    # ml is 20 of the 30 needed days, so ana alone is enough.
    assert (found.bus_factor, found.leaving) == (1, ("ana",))


def test_a_skill_that_nobody_has_is_named() -> None:
    found = skill_picture([BO], {"law": (9.0, 0.0), "label": (1.0, 1.0)})
    assert found.nobody == ("law",)
    assert found.bus_factor == 0
    assert found.gaps == (Gap("law", 0, 9.0, 9.0),)


def test_a_plan_that_needs_nothing_and_a_company_of_nobody() -> None:
    assert skill_picture([ANA], {"ml": (0.0, 0.0)}).gaps == ()
    assert skill_picture([], {"ml": (3.0,)}).missing == pytest.approx(3)


@pytest.mark.parametrize(
    ("member", "sentence"),
    [
        (
            Member("ana", {"ml": 1.5}, (20.0,)),
            "ana: the level of 'ml' must lie above 0 and at most at 1; found 1.5. Leave out skills "
            "that a person does not have.",
        ),
        (
            Member("ana", {"ml": 1.0}, (-1.0,)),
            "ana: days of work must be 0 or more and finite.",
        ),
        (
            Member("ana", {"ml": 1.0}, (1.0, 2.0)),
            "people and demand must cover the same months; found 1, 2 months.",
        ),
    ],
)
def test_refusals(member: Member, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        skill_picture([member], {"ml": (3.0,)})
    assert str(error.value) == sentence
