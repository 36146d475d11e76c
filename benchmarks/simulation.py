"""Joint draws of dates and cash: an invented company, and a plain loop over draws beside it.

    python benchmarks/simulation.py [--draws 10000] [--rounds 5] [--naive 200]

Ten people, 60 tasks in a seeded random order, 5 milestones, 8 risks, 3 products, a funding round,
36 months. Whet draws all worlds at once; the peer is what one writes first: for each draw, a loop
over tasks that walks the calendar day by day, and one over months, in plain Python. Its time is for
fewer draws, scaled. Both are of the same company with random numbers of their own, and must agree
on the dates and on the odds of ruin; the last columns show it. Times are of one process on its own
threads; `answers` adds everything that `whet plan cash` and `whet plan risk` tell.
"""

import argparse
import math
import random
import resource
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import common
import numpy as np

from whet.company.cash.company import Company, World, simulate
from whet.company.cash.decisions import Option, deadlines
from whet.company.cash.lines import Cost, Pay, Round
from whet.company.cash.revenue import Sales, Subscription
from whet.company.cash.runway import ruin_before, runway
from whet.company.cash.units import unit_economics
from whet.company.risk.effects import action_worths, strike_effects
from whet.company.risk.tornado import outcomes, tornado
from whet.company.simulation.calendars import together, working_days
from whet.company.simulation.criticality import criticality
from whet.company.simulation.estimates import Z90, ThreePoint, certain
from whet.company.simulation.milestones import milestone_dates
from whet.company.simulation.network import Activity, Link, Network
from whet.company.simulation.ordering import serial_times, with_people_order
from whet.company.simulation.risks import Action, Impact, Risk

START = date(2027, 1, 4)
PEOPLE, TASKS, MILESTONES, MONTHS = 10, 60, 5, 36
SEED = 7
PAY = 7000.0
OPENING = 1_500_000.0


def company() -> Company:
    """Return the company: 10 people, 60 tasks, 5 milestones."""
    rng = random.Random(SEED)
    crews = {f"p{i}": together(f"p{i}", [working_days(START, 1500)]) for i in range(PEOPLE)}
    people, efforts, activities = {}, {}, []
    for j in range(TASKS):
        before = sorted({rng.randrange(max(0, j - 12), j) for _ in range(2)}) if j else []
        name, who = f"t{j:02}", f"p{j % PEOPLE}"
        activities.append(Activity(name, tuple(Link(f"t{i:02}") for i in before), who))
        likely = rng.uniform(5, 20)
        people[name], efforts[name] = (who,), ThreePoint(0.7 * likely, likely, 1.7 * likely)
    size = TASKS // MILESTONES
    for k in range(MILESTONES):
        links = tuple(Link(f"t{j:02}") for j in range(k * size, (k + 1) * size))
        activities.append(Activity(f"m{k}", links))
    likely_days = {name: three.likely for name, three in efforts.items()}
    times = serial_times(Network(tuple(activities), crews), people, likely_days)
    network = Network(with_people_order(activities, people, times), crews)
    return Company(
        START,
        MONTHS,
        OPENING,
        network,
        efforts,
        {f"m{k}": date(2027, 5 + k, 1) for k in range(MILESTONES)},
        people=tuple(Pay(f"p{i}", PAY) for i in range(PEOPLE)),
        costs=(Cost("gpu", "compute", ThreePoint(3000, 5000, 9000)),),
        revenues=tuple(
            Subscription(
                Sales(f"s{k}", ThreePoint(2, 4, 8), after=f"m{k + 2}"),
                ThreePoint(300, 400, 500),
                ThreePoint(0.01, 0.02, 0.05),
            )
            for k in range(3)
        ),
        rounds=(Round("seed", certain(900_000), 0.5, date(2028, 6, 1), "m3"),),
        risks=tuple(
            Risk(
                f"r{k}",
                0.2,
                (Impact("effort_factor", ThreePoint(1.1, 1.4, 2), (f"t{7 * k:02}",)),),
                (Action("act", 5000, probability=0.05),),
            )
            for k in range(8)
        ),
    )


def answers(world: World) -> None:
    """Compute all that the two commands tell."""
    for name, deadline in world.company.deadlines.items():
        milestone_dates(name, world.times.of(name), start=START, deadline=deadline)
        ruin_before(world.accounts, world.accounts.months.position(world.times.of(name)))
    runway(world.accounts)
    criticality(world.times)
    unit_economics(world)
    options = [Option("raise", 5, amount=800_000), Option("cut", 2, saving=20_000)]
    deadlines(world.accounts, options, world.streams)
    for outcome in outcomes(world).values():
        tornado(world, outcome)
    strike_effects(world.company)
    action_worths(world.company)


def quantiles(three: ThreePoint, z: float) -> float:
    """Return a shifted lognormal through three quantiles at a score, in plain Python."""
    down, up = three.likely - three.low, three.high - three.likely
    skew = math.log(up / down)
    if abs(skew) < 1e-6:
        return max(three.likely + down * z / Z90, 0.0)
    return max(three.likely + down * math.expm1(skew * z / Z90) / -math.expm1(-skew), 0.0)


def poisson(rng: random.Random, rate: float) -> int:
    """Return a Poisson number by Knuth's products, halving rates too large for them."""
    if rate > 30:
        return poisson(rng, rate / 2) + poisson(rng, rate / 2)
    count, product, bound = 0, rng.random(), math.exp(-rate)
    while product > bound:
        count, product = count + 1, product * rng.random()
    return count


def one_world(plan: Company, rng: random.Random) -> tuple[float, bool]:
    """Return the end of all work, and whether the money ran out, in one draw of a plain loop."""
    common_error = rng.gauss(0, 1)
    struck = {risk.id: rng.random() < risk.probability for risk in plan.risks}
    efforts = {}
    for name, three in plan.efforts.items():
        z = math.sqrt(0.3) * common_error + math.sqrt(0.7) * rng.gauss(0, 1)
        efforts[name] = quantiles(three, z)
    for risk in plan.risks:
        if struck[risk.id]:
            impact = risk.impacts[0]
            efforts[impact.targets[0]] *= quantiles(impact.size, rng.gauss(0, 1))
    ends: dict[str, float] = {}
    for j in plan.network.order:
        activity = plan.network.activities[j]
        begin = max((ends[link.id] for link in activity.after), default=0.0)
        ends[activity.id] = begin
        if activity.crew is not None:
            daily = plan.network.capacities[activity.crew].daily
            ends[activity.id] = walk(daily, begin, efforts[activity.id])
    return max(ends.values()), is_ruined(plan, ends, rng)


def walk(daily: Any, begin: float, work: float) -> float:
    """Return when work is done, day by day."""
    day, offset = int(begin), begin - int(begin)
    while True:
        can = float(daily[day]) * (1 - offset)
        if work <= can:
            return day + offset + (work / float(daily[day]) if work else 0.0)
        work, day, offset = work - can, day + 1, 0.0


def is_ruined(plan: Company, ends: dict[str, float], rng: random.Random) -> bool:
    """Return whether the money runs out in one draw, month by month."""
    edges = [(date(2027 + i // 12, i % 12 + 1, 1) - START).days for i in range(MONTHS + 1)]

    def position(days: float) -> float:
        for i in range(MONTHS):
            if days < edges[i + 1]:
                return i + (days - edges[i]) / (edges[i + 1] - edges[i])
        return float(MONTHS)

    gpu = quantiles(plan.costs[0].amount, rng.gauss(0, 1))
    market = rng.gauss(0, 1)
    lines = []
    for line in plan.revenues:
        assert isinstance(line, Subscription)
        z = math.sqrt(0.3) * market + math.sqrt(0.7) * rng.gauss(0, 1)
        rate = quantiles(line.sales.per_month, z)
        price = quantiles(line.price, rng.gauss(0, 1))
        churn = min(quantiles(line.churn, rng.gauss(0, 1)), 1.0)
        lines.append((position(ends[line.sales.after or ""]), rate, price, churn))
    seed = plan.rounds[0]
    comes = rng.random() < seed.probability
    arrives = int(max(position((date(2028, 6, 1) - START).days), position(ends["m3"])))
    balance, active, ruined = OPENING, [0.0] * len(lines), False
    for month in range(MONTHS):
        there = month + 1 - max(position(0), month)
        balance -= (PEOPLE * PAY + gpu) * there
        for i, (begin, rate, price, churn) in enumerate(lines):
            new = poisson(rng, rate * min(max(month + 1 - max(month, begin), 0.0), 1.0))
            active[i] = active[i] * (1 - churn) + new
            balance += active[i] * price
        if comes and arrives == month:
            balance += seed.amount.likely
        ruined = ruined or balance < 0
    return ruined


def timed(call: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that a call takes, and what it returns."""
    started = time.perf_counter()
    found = call()
    return time.perf_counter() - started, found


def rounds(plan: Company, draws: int, naive: int, count: int) -> dict[str, Any]:
    """Return seconds of each side, round by round, with the last world and all of the loop's."""
    ours, whole, peer = [], [], []
    worlds: list[tuple[float, bool]] = []
    rng = random.Random(SEED)
    for _ in range(count):
        seconds, world = timed(partial(simulate, plan, draws=draws, seed=SEED))
        ours.append(seconds)
        whole.append(seconds + timed(partial(answers, world))[0])
        took, found = timed(lambda: [one_world(plan, rng) for _ in range(naive)])
        peer.append(took * draws / naive)
        worlds += found
    return {"ours": ours, "whole": whole, "peer": peer, "world": world, "worlds": worlds}


def agreement(world: World, worlds: list[tuple[float, bool]]) -> dict[str, Any]:
    """Return how well both sides agree on the end of all work and on the odds of ruin."""
    ends, ruined = [end for end, _ in worlds], [float(is_gone) for _, is_gone in worlds]
    ours, theirs = runway(world.accounts).ruin, float(np.mean(ruined))
    error = math.hypot(ours.error, math.sqrt(float(np.var(ruined)) / len(worlds)))
    return {
        "end_days_p50": {
            "whet": float(np.quantile(world.times.end, 0.5)),
            "loop": float(np.quantile(ends, 0.5)),
        },
        "ruin": {
            "whet": ours.value,
            "loop": theirs,
            "difference_in_errors": (ours.value - theirs) / error,
        },
    }


def main() -> None:
    """Time both, and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--naive", type=int, default=200, help="draws of each round of the loop")
    options = parser.parse_args()
    found = rounds(company(), options.draws, options.naive, options.rounds)
    times = {
        "simulate_seconds": common.mean_interval(found["ours"]),
        "answers_seconds": common.mean_interval(found["whole"]),
        "loop_seconds_scaled": common.mean_interval(found["peer"]),
    }
    agreed = agreement(found["world"], found["worlds"])
    results = {
        "draws": options.draws,
        "naive_draws": len(found["worlds"]),
        **times,
        "loop_over_whet": common.ratio_interval(found["peer"], found["ours"]),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        **agreed,
    }
    end, ruin = agreed["end_days_p50"], agreed["ruin"]
    whet = (f"{end['whet']:.0f}", f"{ruin['whet']:.3f}")
    loop = (f"{end['loop']:.0f}", f"{ruin['loop']:.3f}")
    name = f"plain loop, {len(found['worlds']):,} draws, scaled"
    rows = [
        ("Whet, joint draws", common.shown(times["simulate_seconds"]), *whet),
        ("Whet, with all answers", common.shown(times["answers_seconds"]), "", ""),
        (name, common.shown(times["loop_seconds_scaled"], 1), *loop),
    ]
    header = [f"side, {options.draws:,} draws", "seconds", "end, days, P50", "odds of ruin"]
    common.finish(results, header, rows)


if __name__ == "__main__":
    main()
