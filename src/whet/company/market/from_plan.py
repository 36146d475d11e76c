"""What does company.yaml say about the market? Offers, price tests, buyers and rules of a plan."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from math import ceil
from pathlib import Path

from whet.company.market.compliance import Rule
from whet.company.market.demand import Case, Diffusion
from whet.company.market.gabor_granger import PriceTest, answers_from_counts, price_test
from whet.company.market.price_meter import QUESTIONS, PriceMeter, meter_answers, price_meter
from whet.company.market.rivals import Offer, SegmentMap, segment_map
from whet.company.plan.market import PriceTest as TestSection
from whet.company.plan.market import Rule as RuleSection
from whet.company.plan.market import Segment
from whet.company.plan.revenue import Licence, Revenue, Subscription
from whet.company.plan.schema import Plan
from whet.company.plan.work import After, Milestone, Task
from whet.core.rows import Row, read_rows

PRICE = "price"
"""Name under which a segment may weigh the price; it is an axis of the map, not a feature."""
_LEAD_DAYS = 90
_WEEK = 7 / 5


def segment_maps(plan: Plan, *, seed: int = 0) -> tuple[SegmentMap, ...]:
    """Return a map of every product that a segment's revenues sell, ours and the rivals' offers.

    Our price is the likely one of the subscription or licence that the segment pays; rivals without
    a price for the product are left out.
    """
    maps = []
    for segment in plan.market.segments:
        weights = {name: weight for name, weight in segment.wants.items() if name != PRICE}
        if not any(weights.values()):
            continue
        for product, price in _sold(plan, segment).items():
            offers = _offers(plan, product, price, weights)
            maps.append(segment_map(f"{segment.id}: {product}", weights, offers, seed=seed))
    return tuple(maps)


def meter_of(test: TestSection, folder: Path, *, seed: int = 0) -> PriceMeter | None:
    """Return the price meter of a test; None where it holds no such answers.

    Raises:
        InputError: a file that cannot be read, or too few consistent answers.
    """
    if test.file:
        rows = read_rows(folder / test.file)
    else:
        rows = [
            Row(f"{test.id}, answer {i}", {name: str(getattr(a, name)) for name in QUESTIONS})
            for i, a in enumerate(test.answers, start=1)
        ]
    return price_meter(meter_answers(rows), seed=seed) if rows else None


def ladder_of(test: TestSection, *, seed: int = 0) -> PriceTest | None:
    """Return demand and revenue by price of a test; None where it holds no such counts.

    Raises:
        InputError: too few answers at a price, or counts that cannot be.
    """
    if not test.points:
        return None
    points = [(point.price, point.asked, point.bought) for point in test.points]
    return price_test(*answers_from_counts(points), unit_cost=test.unit_cost, seed=seed)


def cases_of(plan: Plan, segment: Segment) -> tuple[Case, ...]:
    """Return the diffusion of a segment in each demand scenario; empty without an adoption.

    A scenario scales the buyers; without scenarios, low, likely and high of the segment's size and
    share stand for three cases of probability .3, .4 and .3.

    Source: three-point approximation of a distribution by its 10, 50 and 90 % points, Keefer and
    Bodily, Management Science 29 (1983): Swanson's rule.
    """
    adoption = segment.adoption
    if adoption is None:
        return ()
    sizes, shares = segment.customers, adoption.share

    def curve(buyers: float) -> Diffusion:
        return Diffusion(buyers, adoption.innovators, adoption.imitators)

    if plan.market.scenarios:
        likely = sizes.likely * shares.likely
        return tuple(
            Case(s.id, s.probability, curve(likely * s.demand)) for s in plan.market.scenarios
        )
    return (
        Case("low", 0.3, curve(sizes.low * shares.low)),
        Case("likely", 0.4, curve(sizes.likely * shares.likely)),
        Case("high", 0.3, curve(sizes.high * shares.high)),
    )


def rules_of(plan: Plan) -> tuple[Rule, ...]:
    """Return the rules of a plan; a rule is met when all of its tasks, one at least, are done."""
    tasks = {task.id: task for task in plan.tasks}
    return tuple(_rule(rule, tasks, plan) for rule in plan.market.rules)


def rule_milestones(plan: Plan) -> tuple[Milestone, ...]:
    """Return the milestone `rule-…` of every rule: its tasks are done by the evening before it.

    Rules without tasks are dates to watch: nothing that the schedule moves can hold them.
    """
    return tuple(
        Milestone(
            id=f"rule-{rule.id}",
            title=rule.title,
            deadline=rule.holds_from - timedelta(days=1),
            after=[After(task=task) for task in rule.tasks],
        )
        for rule in plan.market.rules
    )


def with_rule_milestones(plan: Plan) -> Plan:
    """Return the plan with the milestone of every rule, in the project of the rule's first task.

    A rule without open tasks stands in the first project; one whose milestone the file already has
    is left as it is.
    """
    homes = {task.id: i for i, project in enumerate(plan.projects) for task in project.tasks}
    taken = {mark.id for mark in plan.milestones} | set(homes)
    added: dict[int, list[Milestone]] = {}
    for mark in rule_milestones(plan):
        if mark.id not in taken:
            home = homes[mark.after[0].task] if mark.after else 0
            added.setdefault(home, []).append(mark)
    projects = [
        project.model_copy(update={"milestones": [*project.milestones, *added.get(i, ())]})
        for i, project in enumerate(plan.projects)
    ]
    return plan.model_copy(update={"projects": projects})


def _sold(plan: Plan, segment: Segment) -> dict[str, float]:
    """Return our products that a segment buys at a price of its own, with that price."""
    revenues: dict[str, Revenue] = {revenue.id: revenue for revenue in plan.revenue}
    prices: dict[str, float] = {}
    for name in segment.revenue:
        revenue = revenues.get(name)
        if isinstance(revenue, (Subscription, Licence)) and revenue.product:
            prices.setdefault(revenue.product, revenue.price.likely)
    return prices


def _offers(plan: Plan, product: str, price: float, weights: Mapping[str, float]) -> list[Offer]:
    """Return our product and what rivals sell in its place."""
    ours = next(p for p in plan.products if p.id == product)
    has = {name: 1.0 for name in ours.features if name in weights}
    offers = [Offer(ours.name or ours.id, price, has, is_ours=True)]
    for rival in plan.market.rivals:
        if product in rival.prices:
            features = {name: s for name, s in rival.features.items() if name in weights}
            offers.append(Offer(rival.name or rival.id, rival.prices[product], features))
    return offers


def _rule(rule: RuleSection, tasks: Mapping[str, Task], plan: Plan) -> Rule:
    """Return a rule with its lead time: its tasks' work one after the other, if not given."""
    named = [tasks[name] for name in rule.tasks]
    lead = rule.lead_days if rule.lead_days is not None else _lead_days(named, plan)
    done = bool(named) and all(task.finished for task in named)
    owner = next((p.name or p.id for p in plan.people if p.id == rule.owner), "")
    return Rule(rule.title, rule.holds_from, lead, owner, rule.id, rule.source, done)


def _lead_days(tasks: Iterable[Task], plan: Plan) -> int:
    """Return the calendar days that tasks take one after the other, pessimistically; 90 if none."""
    days = 0.0
    for task in tasks:
        if task.finished:
            continue
        if task.kind == "wait":
            days += task.days.high if task.days else 0.0
        elif task.remaining:
            days += task.remaining.high * plan.assumptions.bias
        elif task.effort:
            days += max(0.0, task.effort.high - task.spent) * plan.assumptions.bias
    return ceil(days * _WEEK) if days else _LEAD_DAYS
