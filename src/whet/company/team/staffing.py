"""Train, hire or buy days? What closes the gaps of skills at which cost, and when.

Work that is not done in its month stays and waits; each waiting person-day costs per month. Four
plans are compared with leaving things as they are: training only, hiring only, bought days only,
and the best mix of all. Each is a small mixed-integer programme that HiGHS solves: who learns what
from which month, how many of each role start when, and who then does what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from whet.company.team.options import Options, Outside, Role, Training, check_options
from whet.company.team.programme import NoAnswer, Programme, Solution
from whet.company.team.skills import Demand, Member, check_team

_ENOUGH = 1e-6


@dataclass(frozen=True)
class Action:
    """Something to do: `kind` is train, hire or buy; `month` of the decision (0: the first).

    `count`: 1 person trained, people hired, or days bought in that month; `cost` in money.
    """

    kind: str
    who: str
    skills: tuple[str, ...]
    month: int
    count: float
    cost: float


@dataclass(frozen=True)
class Remedy:
    """A plan and what it leaves: money spent, and person-days times months that work waits.

    `closed`: for each skill the first month from which nothing waits; None: not within the plan.
    `total` is money plus the cost of waiting; `bound` the least that it could be; they are equal
    where the answer is proved best. `paid`: money by month.
    """

    name: str
    actions: tuple[Action, ...]
    money: float
    waited: float
    total: float
    bound: float
    is_optimal: bool
    closed: Mapping[str, int | None]
    paid: tuple[float, ...] = ()


def remedies(
    team: Sequence[Member],
    demand: Demand,
    options: Options,
    *,
    seconds: float = 10.0,
    left_out: list[str] | None = None,
) -> tuple[Remedy, ...]:
    """Return what happens as things are and under each kind of action, the best mix last.

    Args:
        team: people with their days per month.
        demand: person-days per skill and month.
        options: what may be done.
        seconds: limit of the solver for each of the plans.
        left_out: is told in sentences which plans got no answer in time; they are errors when None.

    Raises:
        InputError: an option names an unknown person, or a number outside its range.
        NoAnswer: the solver finds nothing in time.
    """
    months = check_team(team, demand)
    check_options([member.name for member in team], options)
    nothing = replace(options, trainings=(), roles=(), outside=())
    plans = {"as now": nothing}
    for name, kind in (("train", "trainings"), ("hire", "roles"), ("buy days", "outside")):
        if getattr(options, kind):
            plans[name] = replace(nothing, **{kind: getattr(options, kind)})
    if len(plans) > 2:
        plans["best mix"] = options
    found = []
    for name, plan in plans.items():
        try:
            found.append(StaffingPlan(team, demand, plan, months).remedy(name, seconds))
        except NoAnswer as none:
            if left_out is None or none.is_impossible:
                raise
            left_out.append(
                f"The solver found no answer to '{name}' in time: allow more with "
                "`whet plan team --seconds`."
            )
    return tuple(found)


class StaffingPlan:
    """One mixed-integer programme, and how its answer reads. Built once, solved once."""

    def __init__(
        self, team: Sequence[Member], demand: Demand, options: Options, months: int
    ) -> None:
        self.demand = {skill: days for skill, days in demand.items() if sum(days) > 0}
        self.options, self.months = options, months
        self.programme = Programme()
        # Coefficients of what is done per (skill, month), what occupies people, what costs money.
        self.done: dict[tuple[str, int], dict[int, float]] = {
            (skill, t): {} for skill in self.demand for t in range(months)
        }
        self.busy: dict[tuple[str, int], dict[int, float]] = {}
        self.decided: dict[int, Action] = {}
        self.taken: dict[int, float] = {}  # days of work that a training takes in all
        self.paid: dict[int, list[float]] = {}  # money of each decision by month
        self.starts: list[dict[int, int]] = []  # per role: month of the first day -> variable
        self.helped: dict[tuple[str, int], dict[int, float]] = {}  # newcomers per mentor and month
        for member in team:
            for t in range(months):
                self.busy[(member.name, t)] = {}
                self._work(member.name, member.skills, t)
        days = {member.name: member.days for member in team}
        for training in options.trainings:
            self._train(training, days[training.person])
        for role in options.roles:
            self._hire(role, list(days))
        for outside in options.outside:
            self._buy(outside)
        for (name, t), terms in self.busy.items():
            self.programme.at_most(terms, days[name][t])
        self.waits = self._waiting()
        self._keep_budget()
        self._keep_cash()
        self._keep_pace()

    def _work(self, name: str, levels: Mapping[str, float], month: int) -> dict[int, float]:
        """Add the days that somebody spends on each skill in a month; return their variables."""
        worked = {}
        for skill in sorted(self.demand.keys() & levels.keys()):
            variable = self.programme.variable()
            worked[variable] = 1.0
            self.done[(skill, month)][variable] = levels[skill]
        self.busy.setdefault((name, month), {}).update(worked)
        return worked

    def _decision(
        self, action: Action, most: float, *, whole: bool = True, pay: float = 0.0, start: int = 0
    ) -> int:
        """Add the variable of an action; its cost is per unit, and `pay` from `start` on."""
        paid = [0.0] * self.months
        paid[action.month] = action.cost
        growth = 1 + self.options.pay_growth
        for t in range(start, self.months):
            paid[t] += pay * growth ** (t / 12)
        action = replace(action, cost=sum(paid))
        variable = self.programme.variable(cost=action.cost, high=most, whole=whole)
        self.decided[variable], self.paid[variable] = action, paid
        return variable

    def _train(self, training: Training, days: Sequence[float]) -> None:
        """Add a training: it may start once, takes days while it lasts, and raises the level."""
        starts = {}
        for month in range(self.months - training.months + 1):
            skills = (training.skill,)
            action = Action("train", training.person, skills, month, 1.0, training.fee)
            starts[month] = self._decision(action, 1.0)
            self.taken[starts[month]] = training.days * training.months
            for t in range(month, month + training.months):
                self.busy[(training.person, t)][starts[month]] = training.days
        self.programme.at_most(dict.fromkeys(starts.values(), 1.0), 1.0)
        for t in range(training.months, self.months):
            worked = self._work(training.person, {training.skill: training.level}, t)
            ready = {v: -days[t] for m, v in starts.items() if m + training.months <= t}
            if worked:
                self.programme.at_most(worked | ready, 0.0)

    def _hire(self, role: Role, people: Sequence[str]) -> None:
        """Add a role: people start after the lead, ramp up and take time of their mentors."""
        starts = {}
        end = self.months if role.last is None else min(self.months, role.last + 1)
        for month in range(max(0, role.first - role.lead), end - role.lead):
            action = Action("hire", role.name, tuple(role.skills), month, 1.0, role.once)
            first = month + role.lead
            starts[first] = self._decision(action, float(role.most), pay=role.cost, start=first)
        self.starts.append(starts)
        self.programme.at_most(dict.fromkeys(starts.values(), 1.0), float(role.most))
        if role.least:
            self.programme.at_least(dict.fromkeys(starts.values(), 1.0), float(role.least))
        if self.options.per_mentor:
            self._pair(role, people, starts)
        for t in range(role.lead, self.months):
            present = {v: t - first for first, v in starts.items() if first <= t}
            worked: dict[int, float] = {}
            for skill in sorted(self.demand.keys() & role.skills.keys()):
                variable = self.programme.variable()
                worked[variable] = 1.0
                self.done[(skill, t)][variable] = role.skills[skill]
            able = {v: -role.days * _ramped(role.ramp, age) for v, age in present.items()}
            self.programme.at_most(worked | able, 0.0)
            if not self.options.per_mentor:
                self._mentor(role, people, t, present)

    def _pair(self, role: Role, people: Sequence[str], starts: Mapping[int, int]) -> None:
        """Give each new person one mentor for the whole ramp-up, who spends the time on it."""
        for first, start in starts.items():
            pairs: dict[int, float] = {}
            for name in role.mentors or people:
                pair = self.programme.variable(high=float(role.most), whole=True)
                pairs[pair] = 1.0
                for t in range(first, min(first + len(role.ramp), self.months)):
                    self.helped.setdefault((name, t), {})[pair] = 1.0
                    if role.mentor_days:
                        self.busy[(name, t)][pair] = role.mentor_days
            self.programme.at_least(pairs | {start: -1.0}, 0.0)

    def _mentor(
        self, role: Role, people: Sequence[str], month: int, present: Mapping[int, int]
    ) -> None:
        """Take the time that new people of a role need from the mentors."""
        needs = {v: -role.mentor_days for v, age in present.items() if age < len(role.ramp)}
        if not needs or not role.mentor_days:
            return
        given: dict[int, float] = {}
        for name in role.mentors or people:
            variable = self.programme.variable()
            given[variable] = 1.0
            self.busy[(name, month)][variable] = 1.0
        self.programme.at_least(given | needs, 0.0)

    def _buy(self, outside: Outside) -> None:
        """Add the days that may be bought in each month, and what is done in them."""
        skills = tuple(sorted(self.demand.keys() & outside.skills.keys()))
        for t in range(outside.first, self.months if skills else 0):
            action = Action("buy", outside.name, skills, t, 1.0, outside.cost)
            bought = self._decision(action, outside.most, whole=False)
            worked = {bought: -1.0}
            for skill in skills:
                variable = self.programme.variable()
                worked[variable] = 1.0
                self.done[(skill, t)][variable] = outside.skills[skill]
            self.programme.at_most(worked, 0.0)

    def _waiting(self) -> dict[tuple[str, int], int]:
        """Add the work that waits after each month: what waited, plus needed, minus done."""
        waits = {cell: self.programme.variable(cost=self._price(cell[0])) for cell in self.done}
        for (skill, t), done in self.done.items():
            before = {waits[(skill, t - 1)]: -1.0} if t else {}
            terms = done | before | {waits[(skill, t)]: 1.0}
            # Never more than is there to be done: as an equation, nothing is done in advance.
            self.programme.at_least(terms, self.demand[skill][t])
        return waits

    def _keep_budget(self) -> None:
        """Keep money and days of training within their limits."""
        if self.options.budget is not None and self.decided:
            costs = {variable: action.cost for variable, action in self.decided.items()}
            self.programme.at_most(costs, self.options.budget)
        fees = {variable: self.decided[variable].cost for variable in self.taken}
        if self.options.training_days is not None:
            self.programme.at_most(self.taken, self.options.training_days)
        if self.options.training_money is not None:
            self.programme.at_most(fees, self.options.training_money)

    def _price(self, skill: str) -> float:
        """Return what a day of work of a skill costs in each month that it waits."""
        return self.options.prices.get(skill, self.options.waiting)

    def _keep_cash(self) -> None:
        """Keep what is spent by the end of each month within the money that may be spent."""
        if self.options.headroom is None or not self.decided:
            return
        for t, room in enumerate(self.options.headroom):
            spent = {variable: sum(paid[: t + 1]) for variable, paid in self.paid.items()}
            self.programme.at_most({v: money for v, money in spent.items() if money}, room)

    def _keep_pace(self) -> None:
        """Keep first days apart, and each mentor to so many new people at a time."""
        for t in range(self.months if self.options.spacing else 0):
            window = range(t, t + self.options.spacing)
            together = {v: 1.0 for starts in self.starts for m, v in starts.items() if m in window}
            if len(together) > 1:
                self.programme.at_most(together, 1.0)
        for pairs in self.helped.values():
            self.programme.at_most(pairs, float(self.options.per_mentor))

    def remedy(self, name: str, seconds: float) -> Remedy:
        """Return the best plan in words and numbers."""
        if not self.demand:
            return Remedy(name, (), 0.0, 0.0, 0.0, 0.0, True, {})
        found = self.programme.solve(seconds=seconds)
        actions = self._actions(found)
        money = sum(action.cost for action in actions)
        waited = float(sum(found.values[variable] for variable in self.waits.values()))
        closed = {skill: self._closed(skill, found) for skill in self.demand}
        total = money + sum(
            self._price(skill) * float(found.values[variable])
            for (skill, _), variable in self.waits.items()
        )
        return Remedy(
            name,
            actions,
            money,
            waited,
            total,
            found.bound,
            found.is_optimal,
            closed,
            self._payments(found),
        )

    def _actions(self, found: Solution) -> tuple[Action, ...]:
        """Return what is done, by month."""
        actions = []
        for variable, action in self.decided.items():
            count = float(found.values[variable])
            count = count if action.kind == "buy" else float(round(count))
            if count > _ENOUGH:
                actions.append(replace(action, count=count, cost=action.cost * count))
        return tuple(sorted(actions, key=lambda action: (action.month, action.kind, action.who)))

    def _payments(self, found: Solution) -> tuple[float, ...]:
        """Return the money that all decisions take in each month."""
        return tuple(
            float(sum(paid[t] * found.values[variable] for variable, paid in self.paid.items()))
            for t in range(self.months)
        )

    def _closed(self, skill: str, found: Solution) -> int | None:
        """Return the first month from which no work of a skill waits."""
        first = None
        for t in reversed(range(self.months)):
            if found.values[self.waits[(skill, t)]] > 1e-5:
                return first
            first = t
        return first


def _ramped(ramp: Sequence[float], age: int) -> float:
    """Return the share of full work in the month of that age; 1 after the ramp."""
    return ramp[age] if age < len(ramp) else 1.0
