from datetime import date
from typing import Any

import pytest

from whet.company.risk.effects import Difference
from whet.company.risk.register import MONEY_BANDS, Entry, band, matrix, register
from whet.company.simulation.estimates import certain
from whet.company.simulation.risks import Action, Impact, Risk
from whet.company.simulation.summary import Estimate

TODAY = date(2027, 2, 26)


def effect(value: float = -500.0, days: float = 0.0) -> Difference:
    return Difference(Estimate(value, 1.0), Estimate(days, 0.1), days, Estimate(0.0, 0.0))


def entry(effect_: Difference, **changes: Any) -> Entry:
    given: dict[str, Any] = {
        "id": "r",
        "probability": 0.3,
        "impacts": (Impact("cash", certain(1)),),
    }
    risk = Risk(**(given | changes))
    return register([risk], {"r": effect_}, cash=10_000, today=TODAY)[0]


def test_bands_include_their_upper_end() -> None:
    assert [band(x, MONEY_BANDS) for x in (0.0, 0.01, 0.0101, 0.03, 0.1, 0.25, 0.26)] == [
        1,
        1,
        2,
        2,
        3,
        4,
        5,
    ]


def test_a_line_by_hand() -> None:
    found = entry(effect(-500, 12), actions=(Action("x", probability=0.06, impact=0.5),))
    # 30 % is band 3; 5 % of the cash is band 3, 12 days are band 3.
    assert (found.probability_band, found.impact_band, found.score) == (3, 3, 9)
    assert found.expected_loss == pytest.approx(150)
    # After: 6 % is band 2; half of it is 2.5 % and 6 days: band 2.
    assert found.residual_probability == pytest.approx(0.06)
    assert found.residual_score == 4
    assert found.residual_loss == pytest.approx(0.06 * 250)


def test_the_worse_of_money_and_days_counts() -> None:
    assert entry(effect(-1, 50)).impact_band == 5
    assert entry(effect(-4000, 0)).impact_band == 5
    assert entry(effect(300, -2)).impact_band == 1  # a chance is no threat


def test_an_effect_measured_with_its_action_is_scaled_back() -> None:
    action = Action("x", impact=0.5, taken=True)
    found = entry(effect(-500), actions=(action,))
    assert found.expected_loss == pytest.approx(0.3 * 1000)
    assert found.residual_loss == pytest.approx(0.3 * 500)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (None, "none"),
        (date(2027, 2, 25), "overdue"),
        (date(2027, 2, 26), "soon"),
        (date(2027, 3, 12), "soon"),
        (date(2027, 3, 13), "later"),
    ],
)
def test_how_near_the_review_is(day: date | None, expected: str) -> None:
    assert entry(effect(), trigger=day).trigger == expected


def test_the_worst_comes_first_and_stands_in_its_cell() -> None:
    risks = [
        Risk("small", 0.02, (Impact("cash", certain(1)),)),
        Risk("large", 0.9, (Impact("cash", certain(1)),), (Action("x", probability=0.1),)),
    ]
    effects = {"small": effect(-50), "large": effect(-9000)}
    entries = register(risks, effects, cash=10_000, today=TODAY)
    assert [e.risk.id for e in entries] == ["large", "small"]
    cells = matrix(entries)
    assert cells[0][4] == ["large"] and cells[4][0] == ["small"]
    assert sum(len(cell) for row in cells for cell in row) == 2
    assert matrix(entries, residual=True)[3][4] == ["large"]
