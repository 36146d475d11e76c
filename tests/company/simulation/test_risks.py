import re
from typing import Any

import numpy as np
import pytest

from whet.company.simulation.estimates import ThreePoint, certain
from whet.company.simulation.risks import Action, Impact, Risk, draw_risks, residual, with_risks
from whet.company.simulation.streams import Streams
from whet.core.errors import InputError

STREAMS = Streams(20_000, 2)
EFFORTS = {"train": np.full(20_000, 10.0), "label": np.full(20_000, 4.0)}


def risk(**changes: Any) -> Risk:
    given: dict[str, Any] = {
        "id": "flat",
        "probability": 0.3,
        "impacts": (Impact("effort_factor", certain(1.5), ("train",)),),
    }
    return Risk(**(given | changes))


def test_it_strikes_as_often_as_it_says() -> None:
    drawn = draw_risks([risk()], STREAMS)
    assert drawn.occurs["flat"].mean() == pytest.approx(0.3, abs=0.01)
    longer = with_risks(EFFORTS, drawn)["train"]
    assert np.array_equal(longer, np.where(drawn.occurs["flat"], 15.0, 10.0))


def test_days_and_factors_add_on_the_effort_without_risks() -> None:
    both = risk(
        probability=1.0,
        impacts=(
            Impact("effort_factor", certain(2), ("train", "label")),
            Impact("effort_days", certain(3), ("train",)),
        ),
    )
    longer = with_risks(EFFORTS, draw_risks([both], STREAMS))
    assert longer["train"][0] == 23 and longer["label"][0] == 8
    assert EFFORTS["train"][0] == 10  # the input is left alone


def test_with_its_action_it_strikes_only_where_it_would_without() -> None:
    acted = risk(actions=(Action("measure", 100, probability=0.1),))
    without = draw_risks([acted], STREAMS).occurs["flat"]
    drawn = draw_risks([acted], STREAMS, acted={("flat", 0): True})
    assert not np.any(drawn.occurs["flat"] & ~without)
    assert drawn.occurs["flat"].mean() == pytest.approx(0.1, abs=0.01)
    assert [a.cost for a in drawn.actions] == [100]


def test_an_action_leaves_a_part_of_the_impact() -> None:
    half = risk(probability=1.0, actions=(Action("help", impact=0.5, taken=True),))
    assert with_risks(EFFORTS, draw_risks([half], STREAMS))["train"][0] == 12.5
    undone = draw_risks([half], STREAMS, acted={("flat", 0): False})
    assert with_risks(EFFORTS, undone)["train"][0] == 15


def test_two_actions_multiply() -> None:
    actions = (Action("a", probability=0.15, impact=0.5), Action("b", probability=0.1, impact=0.4))
    assert residual(risk(), actions) == pytest.approx((0.05, 0.2))
    assert residual(risk(), ()) == (0.3, 1.0)


def test_lost_demand_is_never_more_than_all() -> None:
    lost = risk(probability=1.0, impacts=(Impact("demand", ThreePoint(0.5, 0.8, 1.0)),))
    sizes = draw_risks([lost], STREAMS).strikes[0].size
    assert sizes.max() == 1.0 and sizes.min() >= 0.0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"probability": 1.2},
            "The probability of the risk 'flat' must be from 0 to 1; found 1.2.",
        ),
        (
            {"actions": (Action("x", probability=0.5),)},
            "The action 'x' against 'flat' must leave a probability from 0 to the 0.3 of before; "
            "found 0.5.",
        ),
        (
            {"actions": (Action("x", cost=-1),)},
            "The action 'x' against 'flat' needs a cost and an impact of at least 0; found -1 and "
            "1.",
        ),
    ],
)
def test_a_wrong_risk_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        risk(**changes)


def test_a_wrong_impact_is_refused() -> None:
    sentence = "The demand that a risk takes away is a share from 0 to 1; found 20."
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        Impact("demand", certain(20))
    sentence = "A risk for effort must name the tasks that it makes longer."
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        Impact("effort_days", certain(2))


def test_names_must_be_known_and_single() -> None:
    sentence = (
        "The risk 'flat' names the task 'train', which has no work left in the plan. "
        "Valid names: label."
    )
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        with_risks({"label": EFFORTS["label"]}, draw_risks([risk()], STREAMS))
    with pytest.raises(InputError, match="Every risk needs a name of its own; 'flat' is used"):
        draw_risks([risk(), risk()], STREAMS)
    sentence = "'flta' is not a risk of the register. Did you mean 'flat'?"
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        draw_risks([risk()], STREAMS, acted={("flta", 0): True})
    sentence = "The risk 'flat' has 0 actions, counted from 0; found 0."
    with pytest.raises(InputError, match=f"^{re.escape(sentence)}$"):
        draw_risks([risk()], STREAMS, acted={("flat", 0): True})
