"""Can the lines of spending, the tiers of a price and the ways of demand be what they say?"""

import math
from collections.abc import Iterator
from datetime import date

from whet.company.plan.entries import entries, valid
from whet.company.plan.market import Scenario
from whet.company.plan.revenue import Usage
from whet.company.plan.strategy import Channel
from whet.core.yaml.document import Document, Problem, Where

Found = Iterator[tuple[Where, str]]

_MOST: dict[str, dict[str, float]] = {"power": {"exponent": 1}}
"""Parameters of each kind of response that have an upper bound: above it, it is not concave."""

_FREE = frozenset({"scale"})
"""Parameters that may be 0; the others are divisors or exponents."""


def check_channel(channel: Channel, _: date) -> Found:
    """Bounds of a line of spending leave room, and its curve is one."""
    most = math.inf if channel.most is None else channel.most
    if most < channel.least:
        yield ("most",), f"must be at least `least` ({channel.least:g}); found {most:g}"
    response = channel.response
    for name in type(response).model_fields:
        if name == "kind":
            continue
        value, limit = getattr(response, name), _MOST.get(response.kind, {}).get(name)
        if name not in _FREE and value.low <= 0:
            yield ("response", name), f"must be above 0; found {value}"
        elif limit is not None and value.high > limit:
            sentence = f"must be at most {limit:g}, or spending would pay more and more"
            yield ("response", name), f"{sentence}; found {value}. Take `hill` for an S-curve."


def check_tiers(usage: Usage, _: date) -> Found:
    """Tiers rise, and only the last one is open."""
    below = 0.0
    for i, tier in enumerate(usage.tiers):
        is_last = i == len(usage.tiers) - 1
        if is_last and tier.up_to is not None:
            yield ("tiers", i, "up_to"), "must be left out of the last tier: it has no upper end"
        elif not is_last and tier.up_to is None:
            yield ("tiers", i), "must say `up_to`: only the last tier has no upper end"
        elif tier.up_to is not None and tier.up_to <= below:
            yield ("tiers", i, "up_to"), f"must be above {below:g}; found {tier.up_to:g}"
        below = tier.up_to or below


def check_scenarios_add_up(document: Document) -> Iterator[tuple[Where, str]]:
    """The ways in which demand may go are all of them."""
    scenarios = [scenario for _, scenario in valid(document, "scenario", Scenario)]
    total = math.fsum(scenario.probability for scenario in scenarios)
    are_all = len(scenarios) == len(list(entries(document, "scenario")))
    if scenarios and are_all and not math.isclose(total, 1, abs_tol=1e-6):
        sentence = f"must have probabilities that add up to 1; found {total:g}"
        yield ("market", "scenarios"), sentence


def check_strategy(document: Document) -> Iterator[Problem]:
    """What must be spent fits into the budget."""
    budget = document.get("strategy", "budget")
    channels = [channel for _, channel in valid(document, "channel", Channel)]
    least = math.fsum(channel.least for channel in channels)
    if isinstance(budget, int | float) and budget < least:
        sentence = (
            f"must be at least what the channels must spend, {least:,.10g}; found {budget:,.10g}. "
            "Raise it, or lower a channel's `least`."
        )
        yield document.problem(("strategy", "budget"), sentence)
