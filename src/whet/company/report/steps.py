"""Which part of the plan answers for which section, and what do they share?

The learning curves give the effort of labelling and training; with it the schedule is solved; its
order of work is simulated; dates, cash and risks come from the same simulated worlds.
"""

from whet.company.cash.answer import bearable
from whet.company.cash.company import Company, World, sensible_draws, simulate
from whet.company.cash.decisions import deadlines
from whet.company.cash.from_plan import company_of_plan, options_of_plan
from whet.company.cash.sources import given_by
from whet.company.labels.answer import Answer as LabelAnswer
from whet.company.labels.answer import answer_question
from whet.company.labels.calibration import SHIPPED
from whet.company.labels.from_plan import plan_questions
from whet.company.labels.records import calibration_of
from whet.company.labels.tasks import Learnt, learnt_efforts
from whet.company.market.compliance import compliance_calendar
from whet.company.market.from_plan import (
    ladder_of,
    meter_of,
    rules_of,
    segment_maps,
    with_rule_milestones,
)
from whet.company.operations.answer import operate
from whet.company.operations.from_plan import operations_of
from whet.company.operations.measured import meters
from whet.company.report.computation import Question, Step
from whet.company.report.filling import futures, learning, people, running, selling, spending, work
from whet.company.report.sections import (
    CashSection,
    DatesSection,
    LabelsSection,
    LoadSection,
    MarketSection,
    OperationsSection,
    Price,
    Refusal,
    RisksSection,
    ScheduleSection,
    StrategySection,
    TeamSection,
    WhatIf,
)
from whet.company.risk.effects import action_worths, strike_effects
from whet.company.risk.register import register
from whet.company.schedule.answer import read_last
from whet.company.schedule.chosen import Chosen, Search, chosen_schedule
from whet.company.schedule.explain import is_large
from whet.company.schedule.from_plan import Asked, asked
from whet.company.schedule.limits import Limits
from whet.company.schedule.problem import Schedule
from whet.company.schedule.solve import Plan as Solved
from whet.company.schedule.solve import solve
from whet.company.schedule.what_if import Change, one_more_person, one_more_week, price
from whet.company.simulation.from_plan import Given
from whet.company.strategy.answer import Answer, allocate
from whet.company.strategy.from_plan import problem_of
from whet.company.team.from_plan import team_inputs
from whet.company.team.report import team_report
from whet.core.errors import InputError

_WHAT_IF_SHARE = 0.08
"""Part of the time for the schedule that the plan and each what-if get."""
_SKILLS = 5
"""Skills of which one more person is tried: those that most of the work needs."""
_SOLVER_SECONDS = 3.0
_EFFECT_DRAWS = 1000
"""Draws of each run that tells what a risk or an action does: differences need few."""


# Work --------------------------------------------------------------------------------------------


def efforts(question: Question) -> Learnt:
    """Return the efforts that the file leaves to learning curves, or to a rule of thumb."""
    return question.once(
        "efforts", lambda: learnt_efforts(question.plan, question.store, seed=question.seed)
    )


def schedule_asked(question: Question) -> Asked:
    """Return the plan as a problem of scheduling."""
    return question.once(
        "asked",
        lambda: asked(with_rule_milestones(question.plan), efforts(question).likely()),
    )


def chosen(question: Question) -> Chosen:
    """Return the schedule; one worker, so that the same plan gives the same page.

    Where no schedule keeps the plan, it is a list that misses deadlines: money runs out all the
    same.
    """
    given = schedule_asked(question)
    limits = Limits(seconds=question.seconds, workers=1, seed=question.seed)
    search = Search(limits, question.schedules, last_schedule(question))
    return question.once("chosen", lambda: chosen_schedule(given, search))


def solved(question: Question) -> Solved:
    """Return the schedule with its goals.

    Raises:
        InputError: no schedule keeps the plan.
    """
    found = chosen(question)
    if found.plan is None:
        raise InputError(found.refused)
    return found.plan


def last_schedule(question: Question) -> Schedule | None:
    """Return the plan before this one, or None; tasks that are gone since are left out."""
    path = question.baseline
    if path is None:
        return None
    given = schedule_asked(question)
    return question.once("last", lambda: read_last(path, given.grid))


def schedule(question: Question) -> ScheduleSection | None:
    """Return who does what by when; None without tasks."""
    if not question.plan.tasks:
        return None
    given, found = schedule_asked(question), chosen(question)
    drawn = _world_or_none(question)
    return work.schedule_section(
        question.plan,
        given.problem,
        found,
        given.grid,
        simulated=_simulated(drawn),
        last=last_schedule(question),
        what_ifs=what_ifs(question) if found.plan else [],
    )


def _simulated(drawn: World | None) -> work.Simulated:
    """Return what the simulated futures say about the tasks; nothing without futures."""
    if drawn is None:
        return work.Simulated()
    return work.Simulated(futures.late_dates(drawn), futures.critical_tasks(drawn))


def what_ifs(question: Question) -> list[WhatIf]:
    """Return what one more person of a skill, and one more week, would do, by solving again.

    All are solved within the same short limit, the plan itself too, so that differences are fair.
    """
    given = schedule_asked(question)
    if is_large(given.problem):
        why = f"{len(given.problem.tasks):,} tasks take too long to be scheduled again and again."
        question.left_out.append(Refusal("what-ifs", f"{why} `whet plan schedule --what-if` does."))
        return []
    limits = Limits(seconds=_WHAT_IF_SHARE * question.seconds, workers=1, seed=question.seed)
    base = solve(given.problem, limits=limits, naming=given.naming)
    needed: dict[str, int] = {}
    for task in given.problem.tasks:
        for skill in task.skills:
            needed[skill] = needed.get(skill, 0) + task.work
    skills = sorted(needed, key=lambda skill: (-needed[skill], skill))[:_SKILLS]
    changes: list[Change] = [one_more_person(given.problem, skill) for skill in skills]
    changes.append(one_more_week(given.problem))
    priced = price(base, given.problem, changes, limits=limits, naming=given.naming)
    late = work.late_milestones(given.problem, base.schedule)
    return [work.what_if(question.plan, one, late) for one in priced if not one.refused]


def load(question: Question) -> LoadSection | None:
    """Return how full the weeks of everybody are; None without tasks."""
    if not question.plan.tasks:
        return None
    given = schedule_asked(question)
    return work.load_section(question.plan, given.problem, chosen(question).schedule, given.grid)


# Futures -----------------------------------------------------------------------------------------


def company(question: Question) -> Company:
    """Return the company as the simulation knows it, with the order of work of the schedule."""

    return question.once("company", lambda: company_of_plan(question.plan, _given(question)))


def _given(question: Question) -> Given:
    """Return what schedule and curves say about the work."""
    learnt = efforts(question)
    if all(task.finished for task in question.plan.tasks):
        return Given(learnt.days)
    found = chosen(question)
    return given_by(question.plan, learnt, schedule_asked(question), found.schedule)


def world(question: Question) -> World:
    """Return the simulated futures that dates, cash and risks share."""
    draws = sensible_draws(company(question), question.plan.assumptions.draws)
    return question.once(
        "world", lambda: simulate(company(question), draws=draws, seed=question.seed)
    )


def _world_or_none(question: Question) -> World | None:
    """Return the simulated futures, or None where there are none: their own sections say why."""
    try:
        return world(question)
    except InputError:
        return None


def dates(question: Question) -> DatesSection | None:
    """Return when milestones are reached; None without any."""
    if not question.plan.milestones:
        return None
    return futures.dates_section(question.plan, world(question))


def cash(question: Question) -> CashSection | None:
    """Return how long the money lasts; None where the plan says nothing of money."""
    if question.plan.cash is None:
        return None
    drawn = world(question)
    options = options_of_plan(question.plan, drawn.company)
    accepted = bearable(question.plan)
    by = deadlines(drawn.accounts, options, drawn.streams, accepted=accepted)
    return futures.cash_section(question.plan, drawn, decide_by=by)


def risks(question: Question) -> RisksSection | None:
    """Return the register with what actions are worth; None without risks."""
    if not question.plan.risks:
        return None
    if question.plan.cash is None:
        raise InputError(
            "The page shows risks by the money that they take, and the plan says nothing of money. "
            "Add a section `cash`, or see what they do to dates by `whet plan risk`."
        )
    drawn = world(question)
    given = {"draws": _EFFECT_DRAWS, "seed": question.seed}
    effects = strike_effects(drawn.company, **given)
    entries = register(
        drawn.company.risks, effects, cash=drawn.company.cash, today=question.plan.start
    )
    worths = action_worths(drawn.company, **given)
    return futures.risks_section(question.plan, drawn, entries, worths)


# Money, people, market ---------------------------------------------------------------------------


def allocation(question: Question) -> Answer:
    """Return the best split of the budget between the plan's channels."""
    plan = question.plan

    def answer() -> Answer:
        problem, _ = problem_of(plan.channels, plan.strategy)
        return allocate(problem, seconds=_SOLVER_SECONDS)

    return question.once("allocation", answer)


def strategy(question: Question) -> StrategySection | None:
    """Return where money goes; None where the plan has no budget to split."""
    if question.plan.strategy is None and not question.plan.channels:
        return None
    return spending.strategy_section(question.plan, allocation(question))


def operations(question: Question) -> OperationsSection | None:
    """Return how the products run; None where the plan runs nothing."""
    plan, store = question.plan, question.store
    if plan.operations is None:
        return None
    known = meters(store.usage.report()) if store else {}
    problem, measured = operations_of(plan.operations, known)
    found = operate(problem, seconds=_SOLVER_SECONDS)
    return running.operations_section(found, plan.start, measured)


def label_answers(question: Question) -> list[tuple[str, LabelAnswer]]:
    """Return what the curve of each quality target says, with the target's name."""
    plan, store = question.plan, question.store

    def answer() -> list[tuple[str, LabelAnswer]]:
        calibration = SHIPPED if store is None else calibration_of(store)
        asked_for = plan_questions(plan, store)
        return [
            (target.id, answer_question(one, seed=question.seed, calibration=calibration))
            for target, one in zip(plan.quality, asked_for, strict=True)
        ]

    return question.once("labels", answer)


def labels(question: Question) -> LabelsSection | None:
    """Return what more labels would bring; None without quality targets."""
    if not question.plan.quality:
        return None
    scores = question.store.forecasts.scores() if question.store else []
    held = [score.is_held for score in scores]
    covered = sum(held) / len(held) if held else None
    return learning.labels_section(label_answers(question), scored=len(held), covered=covered)


def team(question: Question) -> TeamSection | None:
    """Return how the team is, with the work that curves say; None without people."""
    if not question.plan.people:
        return None
    plan = learning.with_efforts(question.plan, efforts(question).days)
    found = team_report(plan, question.path.parent, seed=question.seed, seconds=_SOLVER_SECONDS / 3)
    return people.team_section(plan, found, team_inputs(plan).work.demand)


def market(question: Question) -> MarketSection | None:
    """Return rivals, prices, demand and rules; None where the plan says nothing of them."""
    plan, folder, seed = question.plan, question.path.parent, question.seed
    if plan.market == type(plan.market)():
        return None
    tests = plan.market.price_tests
    meters = [(t.id, meter) for t in tests if (meter := meter_of(t, folder, seed=seed))]
    ladders = [(t.id, ladder) for t in tests if (ladder := ladder_of(t, seed=seed))]
    rules = compliance_calendar(rules_of(plan), today=plan.start)
    return selling.market_section(plan, segment_maps(plan, seed=seed), meters, ladders, rules)


def prices(question: Question) -> tuple[Price, ...] | None:
    """Return what one more unit of each thing is worth; None where nothing could be priced."""
    found: list[Price] = []
    if question.plan.strategy is not None:
        found += spending.strategy_prices(question.plan, allocation(question))
    if question.plan.quality:
        found += learning.label_prices(label_answers(question))
    return tuple(found) or None


STEPS: tuple[Step, ...] = (
    ("schedule", schedule),
    ("load", load),
    ("dates", dates),
    ("cash", cash),
    ("risks", risks),
    ("strategy", strategy),
    ("operations", operations),
    ("labels", labels),
    ("team", team),
    ("market", market),
    ("prices", prices),
)
"""Every section with what computes it, in the order of the page."""
