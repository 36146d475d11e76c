from datetime import date
from typing import Any

import numpy as np
import pytest

from whet.company.cash.company import Company
from whet.company.cash.lines import Pay
from whet.company.risk.effects import action_worths, strike_effects
from whet.company.simulation.calendars import Capacity
from whet.company.simulation.estimates import ThreePoint, certain
from whet.company.simulation.network import Activity, Network
from whet.company.simulation.risks import Action, Impact, Risk
from whet.company.simulation.summary import Estimate

CREWS = {"ada": Capacity("ada", np.ones(800))}


def known(estimate: Estimate | None) -> Estimate:
    """Return an amount of money, which is there where the plan has cash."""
    assert estimate is not None
    return estimate


def company(*risks: Risk, **changes: Any) -> Company:
    given: dict[str, Any] = {
        "start": date(2027, 1, 1),
        "months": 12,
        "cash": 50_000,
        "network": Network((Activity("a", (), "ada"), Activity("b", (), "ada")), CREWS),
        "efforts": {"a": ThreePoint(20, 30, 40), "b": ThreePoint(1, 2, 3)},
        "people": (Pay("ada", 1000),),
        "discount": 0.0,
        "risks": risks,
    }
    return Company(**(given | changes))


def test_what_a_risk_does_is_what_it_says() -> None:
    risk = Risk("r", 0.1, (Impact("effort_days", certain(7), ("a",)), Impact("cash", certain(500))))
    found = strike_effects(company(risk), draws=500)["r"]
    assert known(found.value).value == pytest.approx(-500)
    assert found.days.value == pytest.approx(7) and found.days.error == pytest.approx(0, abs=1e-9)
    assert found.days_p80 == pytest.approx(7)


def test_a_risk_beside_the_critical_path_moves_no_date() -> None:
    risk = Risk("r", 0.1, (Impact("effort_days", certain(7), ("b",)),))
    assert strike_effects(company(risk), draws=500)["r"].days.value == 0


def test_an_action_is_worth_what_it_saves_less_what_it_costs() -> None:
    risk = Risk("r", 0.4, (Impact("cash", certain(1000)),), (Action("watch", 50, probability=0.1),))
    found = action_worths(company(risk), draws=40_000)[0]
    # 0.3 x 1000 - 50
    gain = known(found.gain.value)
    assert gain.value == pytest.approx(250, abs=4 * gain.error)
    assert gain.error < 3
    assert (found.risk, found.action, found.cost, found.taken) == ("r", "watch", 50, False)


def test_an_action_that_halves_the_impact() -> None:
    risk = Risk("r", 1.0, (Impact("effort_days", certain(8), ("a",)),), (Action("x", impact=0.5),))
    assert action_worths(company(risk), draws=500)[0].gain.days.value == pytest.approx(-4)


def test_an_action_that_keeps_the_company_alive() -> None:
    risk = Risk("r", 0.5, (Impact("cash", certain(9000)),), (Action("x", probability=0.0),))
    found = action_worths(company(risk, cash=12_500), draws=2000)[0]
    assert known(found.gain.ruin).value == pytest.approx(-0.5, abs=0.05)


def test_the_best_action_comes_first() -> None:
    actions = (Action("little", impact=0.9), Action("much", impact=0.2))
    risk = Risk("r", 0.5, (Impact("cash", certain(1000)),), actions)
    assert [w.action for w in action_worths(company(risk), draws=200)] == ["much", "little"]


def test_common_draws_make_differences_exact() -> None:
    risk = Risk(
        "r", 0.3, (Impact("cash", ThreePoint(50, 100, 200)),), (Action("x", probability=0.2),)
    )
    found = action_worths(company(risk), draws=4000)[0].gain.value
    # Two separate runs would leave an error of about 60 x sqrt(2 / 4000) = 1.3 from this risk
    # alone; the same draws leave that of the 10 % of draws that differ.
    assert known(found).error < 0.8
