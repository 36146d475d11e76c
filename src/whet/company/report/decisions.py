"""What is to be decided this Monday? Three to five sentences, computed from the results.

In this order: the date that is most in danger, the money, the next unit to buy, the people that
are too few, and the target or the risk to act upon.
"""

import math
from collections.abc import Callable, Sequence

from whet.company.pictures.finish import Finish
from whet.company.report.money import horizon, price_name, runway
from whet.company.report.sections import LabelTarget, PlanReport, Price, RiskRow, WhatIf
from whet.company.report.wording import Words

_FULL, _BUSY = 1.005, 0.95
"""Shares of working time: more than all of it, and hardly any left."""
_MOST = 5
"""Sentences that a reader is given."""
_WEEKS = 8
_SAFE = 0.8
"""A date that is met in this share of cases is not in danger."""


def decisions(found: PlanReport, w: Words) -> tuple[str, ...]:
    """Return the sentences for the top of the report, at most five; one where nothing is known."""
    ask: tuple[Callable[[PlanReport, Words], str], ...] = (
        _no_schedule,
        _dates,
        _cash,
        _next_unit,
        _people,
        _evidence,
    )
    said = tuple(filter(None, (question(found, w) for question in ask)))
    nothing = w(
        "Nothing was computed yet, so nothing can be decided from this report.",
        "尚未计算任何内容，因此无法据此报告作出决定。",
    )
    return said[:_MOST] or (nothing,)


def _no_schedule(found: PlanReport, w: Words) -> str:
    """Return that no schedule keeps the plan, and what the dates and the money then come from."""
    if found.schedule is None or found.schedule.state != "impossible":
        return ""
    return w(
        "There is no schedule that meets all requirements: drop one of the conflicting ones below. "
        "Dates and money are those of a list of tasks that misses deadlines.",
        "没有进度安排能满足全部要求：请放弃下文冲突要求中的一项。"
        "以下日期与资金来自一份会错过截止日期的任务排列。",
    )


def _dates(found: PlanReport, w: Words) -> str:
    """Return the milestone that is most in danger."""
    due = [f for f in found.dates.finishes if f.deadline] if found.dates else []
    if due:
        worst = min(due, key=_chance)
        return _in_danger(worst, w) if _chance(worst) < _SAFE else _all_safe(worst, w)
    if found.schedule is None:
        return ""
    late = [m for m in found.schedule.milestones if m.deadline and m.when > m.deadline]
    if late:
        worst_stone = max(late, key=lambda m: (m.when - (m.deadline or m.when)).days)
        name, when, by = worst_stone.name, w.day(worst_stone.when), w.day(worst_stone.deadline)
        return w(
            f"{name} is planned for {when}, after its deadline of {by}: move it or cut its scope.",
            f"{name}计划于{when}完成，晚于截止日期{by}：请调整日期或缩减范围。",
        )
    return ""


def _chance(finish: Finish) -> float:
    """Return the chance that a milestone meets its deadline."""
    return finish.chance_by(finish.deadline) if finish.deadline else 1.0


def _in_danger(finish: Finish, w: Words) -> str:
    """Return what to decide about a milestone that is likely late."""
    chance, by = w.chance(_chance(finish)), w.day(finish.deadline)
    late = finish.quantile(_SAFE)
    if late is None:
        return w(
            f"{finish.name} is due on {by} and is met in {chance} of cases: move the date "
            "or cut the scope.",
            f"{finish.name}应于{by}完成，按时概率为 {chance}：请推迟日期或缩减范围。",
        )
    return w(
        f"{finish.name} is due on {by} and is met in {chance} of cases; promise {w.day(late)} "
        "(80 %) or cut the scope.",
        f"{finish.name}应于{by}完成，按时概率为 {chance}；"
        f"请承诺{w.day(late)}（80% 把握）或缩减范围。",
    )


def _all_safe(finish: Finish, w: Words) -> str:
    """Return that no date is in danger."""
    chance = w.chance(_chance(finish))
    return w(
        "Every deadline is met in at least 4 of 5 cases; "
        f"{finish.name} is the tightest ({chance}).",
        f"所有截止日期的按时概率都不低于 80%；最紧的是{finish.name}（{chance}）。",
    )


def _cash(found: PlanReport, w: Words) -> str:
    """Return how long the money lasts, and by when to decide."""
    cash = found.cash
    if cash is None:
        return ""
    ahead, middle = horizon(cash), runway(cash, 0.5)
    lasts, ruin = w.months(middle, ahead), w.chance(cash.ruin)
    text = w(
        f"The money lasts {lasts} in the median; it runs out in {ruin} of cases "
        f"within {ahead:.0f} months",
        f"资金中位数可支撑 {lasts}；{ahead:.0f} 个月内耗尽的概率为 {ruin}",
    )
    if cash.ruin_before:
        name, chance = cash.ruin_before
        text += w(
            f", and before {name} in {w.chance(chance)}",
            f"，在{name}之前耗尽的概率为 {w.chance(chance)}",
        )
    if cash.decide_by and cash.decide_by <= found.today:
        text += w(": decide on money now", "：请立即决定筹资")
    elif cash.decide_by:
        text += w(
            f": decide on money by {w.day(cash.decide_by)}",
            f"：请在{w.day(cash.decide_by)}前决定筹资",
        )
    return text + w(".", "。")


def _next_unit(found: PlanReport, w: Words) -> str:
    """Return where the next unit of money goes."""
    bought = [p for p in found.prices or () if _gain(p) > 1]
    if bought:
        best = max(bought, key=_gain)
        costs = 1.0 if best.costs is None else best.costs
        name, worth = price_name(best, w), w.money(best.worth.value)
        return w(
            f"Buy next: one more {name} for {best.where} is worth {worth} and costs "
            f"{w.money(costs)}.",
            f"下一步购买：为{best.where}再加一{name}，价值 {worth}，成本 {w.money(costs)}。",
        )
    if found.strategy and found.strategy.lines:
        return _budget(found, w)
    return ""


def _gain(price: Price) -> float:
    """Return worth over cost, for units whose cost is known."""
    costs = 1.0 if price.what == "money" and price.costs is None else price.costs
    return price.worth.value / costs if costs else 0.0


def _budget(found: PlanReport, w: Words) -> str:
    """Return the price of money, and the line that grows most."""
    assert found.strategy is not None
    plan = found.strategy
    price = w.number(plan.price)
    text = w(
        f"One more {w.currency} of budget is worth {price} {w(*plan.unit)}",
        f"预算每增加 1 {w.currency} 的价值为 {price} {w(*plan.unit)}",
    )
    known = [line for line in plan.lines if line.today is not None]
    moved = max(known, key=lambda line: line.amount - (line.today or 0.0), default=None)
    if moved is not None and moved.today is not None and moved.amount > moved.today:
        now, then = w.number(moved.today), w.number(moved.amount)
        text += w(
            f"; raise {moved.name} from {now} to {then} first",
            f"；首先把{moved.name}由 {now} 增至 {then}",
        )
    return text + w(".", "。")


def _people(found: PlanReport, w: Words) -> str:
    """Return who has too much to do, or which skill there is too little of."""
    hint = _helpful(found.schedule.what_ifs, w) if found.schedule else ""
    over, busy = _fullest(found, _FULL), _fullest(found, _BUSY)
    if over is not None:
        name, weeks, of = over
        return w(
            f"{name} is over 100 % in {weeks} of the next {of} weeks{hint}.",
            f"{name}在未来 {of} 周中有 {weeks} 周超过 100%{hint}。",
        )
    short = [s for s in found.team.skills if s.needed_days > s.free_days] if found.team else []
    if short:
        worst = max(short, key=lambda s: s.needed_days - s.free_days)
        days = w.days(worst.needed_days - worst.free_days)
        return w(
            f"The plan lacks {days} of {worst.skill}: train, hire or postpone{hint}.",
            f"计划缺少 {days} 的“{worst.skill}”：请培训、招聘或推迟{hint}。",
        )
    if busy is not None:
        name, weeks, of = busy
        return w(
            f"{name} has no time left in {weeks} of the next {of} weeks, so nothing of "
            f"theirs may slip{hint}.",
            f"{name}在未来 {of} 周中有 {weeks} 周没有余量，其工作不容延误{hint}。",
        )
    text = hint.lstrip("；; ")
    return (text[:1].upper() + text[1:] + w(".", "。")) if text else ""


def _helpful(changes: Sequence[WhatIf], w: Words) -> str:
    """Return the change that ends the plan soonest, else the one that helps a milestone most."""
    ending = min((c for c in changes if c.days < 0), key=lambda c: c.days, default=None)
    if ending is not None:
        size = w.days(ending.days)
        return w(
            f"; {ending.change} would end the plan {size} earlier",
            f"；{ending.change}可使计划提前 {size} 结束",
        )
    moves = [(c.change, *c.best) for c in changes if c.best]
    if not moves:
        return ""
    change, name, days = min(moves, key=lambda move: move[2])
    return w(
        f"; {change} would reach {name} {w.days(days)} earlier",
        f"；{change}可使{name}提前 {w.days(days)}",
    )


def _fullest(found: PlanReport, above: float) -> tuple[str, int, int] | None:
    """Return who has the most weeks with a load above a share soon: name, weeks, of how many."""
    if found.load is None:
        return None
    passed = max((found.today - found.load.monday).days // 7, 0)
    soon = [row[passed : passed + _WEEKS] for row in found.load.loads]
    counts = [sum(v > above for v in row) for row in soon]
    if not counts or not max(counts):
        return None
    place = counts.index(max(counts))
    return (found.load.people[place], counts[place], len(soon[place]))


def _evidence(found: PlanReport, w: Words) -> str:
    """Return the target least likely to be reached, else the risk whose action pays most."""
    targets = [t for t in found.labels.targets if t.chance is not None] if found.labels else []
    weak = min(targets, key=lambda t: t.chance or 0.0, default=None)
    if weak is not None and (weak.chance or 0.0) < _SAFE:
        return _weak_target(weak, w)
    risks = found.risks.risks if found.risks else ()
    open_ = [r for r in risks if not r.is_decided]
    paying = [r for r in open_ if r.worth is not None and r.worth > (r.action_cost or 0.0)]
    if not paying:
        return ""
    return _paying_action(max(paying, key=lambda r: (r.worth or 0.0) - (r.action_cost or 0.0)), w)


def _weak_target(target: LabelTarget, w: Words) -> str:
    """Return what to decide about a quality that is likely not reached."""
    share = w.share(target.target, 1) if target.is_share else w.number(target.target)
    chance = w.chance(target.chance)
    when = w(f" by {w.day(target.by)}", f"在{w.day(target.by)}前") if target.by else ""
    need = target.needed[1] if target.needed else None
    hint = w(": buy labels in steps and measure", "：请分批购买标注并测量")
    if need == math.inf:
        hint = w(
            ": no number of labels within two doublings suffices in 80 % of cases, so change "
            "method or target",
            "：标注量翻两番以内无法在 80% 的情形下达标，请更换方法或目标",
        )
    return w(
        f"{target.name}, labelled from today on, reaches {share} {target.metric}{when} with "
        f"{chance} probability{hint}.",
        f"{target.name}若今日起标注，{when}达到 {share} {target.metric} 的概率为 {chance}{hint}。",
    )


def _paying_action(risk: RiskRow, w: Words) -> str:
    """Return the action that is worth more than it costs."""
    worth, costs = w.money(risk.worth), w.money(risk.action_cost or 0.0)
    return w(
        f"Act on the risk “{risk.name}”: “{risk.action}” is worth {worth} and costs {costs}.",
        f"处理风险“{risk.name}”：“{risk.action}”，价值 {worth}，成本 {costs}。",
    )
