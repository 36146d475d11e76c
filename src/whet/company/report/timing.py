"""How do schedule, load and dates look in the report?"""

from collections.abc import Sequence
from datetime import date

from whet.company.pictures.finish import Finish, finish_curve
from whet.company.pictures.gantt import Bar, Milestone, gantt
from whet.company.pictures.load import load_map
from whet.company.pictures.swings import tornado
from whet.company.report.blocks import Block, Gallery, Lines, Picture, Table, table
from whet.company.report.numbers import finish_table, swing_table
from whet.company.report.sayings import spoken
from whet.company.report.sections.work import DatesSection, LoadSection, ScheduleSection, WhatIf
from whet.company.report.wording import Words

_SHOWN_CURVES = 4
_SHOWN_CRITICAL = 10
_FULL = 1.005


def schedule(found: ScheduleSection, today: date, w: Words) -> list[Block]:
    """Return the Gantt with its table, what the solver proved, and the changes that were tried."""
    figure = gantt(
        found.bars,
        found.milestones,
        today=today,
        holidays=found.holidays,
        language=w.language,
    )
    caption = w(
        "Bars are tasks; a framed orange bar is critical: its delay moves the end in at least half "
        "of the simulated futures. "
        "Whiskers reach to the date that holds in 80 % of all cases.",
        "横条为任务；带边框的橙色条为关键任务，在至少一半的模拟情形中其延误会推迟结束日。"
        "须线延伸到有 80% 把握的完成日。",
    )
    blocks: list[Block] = [Lines((_state(found, w),))]
    if found.conflicts:
        blocks += spoken(found.conflicts, w)
    blocks.append(Picture("gantt", figure, caption, _task_table(found.bars, w)))
    if found.milestones:
        blocks.append(_milestone_table(found.milestones, w))
    if found.what_ifs:
        blocks += _what_ifs(found.what_ifs, w)
    return blocks


def _state(found: ScheduleSection, w: Words) -> str:
    """Return whether a better schedule may exist."""
    if found.state == "impossible":
        return w(
            "No schedule can meet all requirements; these cannot hold together:",
            "没有任何进度安排能满足全部要求；以下要求彼此冲突：",
        )
    if found.state == "proved":
        return w(
            "No schedule that meets the requirements is better: this is proved.",
            "已证明：在满足要求的安排中没有更好的。",
        )
    if found.gap is None:
        return w(
            "This is the best schedule found; how much better one could be is not known.",
            "这是目前找到的最好安排；尚不知还能改进多少。",
        )
    share = w.share(found.gap, 1)
    return w(
        f"This is the best schedule found; another can be better by {share} at most.",
        f"这是目前找到的最好安排；其他安排最多再好 {share}。",
    )


def _task_table(bars: Sequence[Bar], w: Words) -> Table:
    """Return every task with its dates."""
    rows = [
        (
            bar.name,
            bar.project,
            w.day(bar.start),
            w.day(bar.end),
            w.day(bar.p80) if bar.p80 else "",
            ", ".join(bar.people),
            w("yes", "是") if bar.is_critical else "",
        )
        for bar in bars
    ]
    return table(
        w("Tasks", "任务"),
        [
            w("task", "任务"),
            w("project", "项目"),
            w("start", "开始"),
            w("end", "结束"),
            w("end in 80 % of cases", "80% 把握的结束日"),
            w("people", "人员"),
            w("critical", "关键"),
        ],
        rows,
    )


def _milestone_table(milestones: Sequence[Milestone], w: Words) -> Table:
    """Return every milestone with its deadline."""
    rows = []
    for stone in milestones:
        slack = (stone.deadline - stone.when).days if stone.deadline else None
        rows.append(
            (
                stone.name,
                stone.project,
                w.day(stone.when),
                w.day(stone.p80) if stone.p80 else "",
                w.day(stone.deadline) if stone.deadline else w("none", "无"),
                "" if slack is None else _slack(slack, w),
            )
        )
    return table(
        w("Milestones of this schedule", "本计划的里程碑"),
        [
            w("milestone", "里程碑"),
            w("project", "项目"),
            w("planned", "计划日期"),
            w("in 80 % of cases", "80% 把握"),
            w("deadline", "截止日期"),
            w("#slack", "#余量"),
        ],
        rows,
    )


def _slack(days: int, w: Words) -> str:
    """Return how far before its deadline something is planned."""
    if days >= 0:
        return w.days(days)
    return w(f"{w.days(days)} late", f"晚 {w.days(days)}")


def _what_ifs(what_ifs: Sequence[WhatIf], w: Words) -> list[Block]:
    """Return the changes that move something, and the names of those that do not."""
    moving = [what for what in what_ifs if what.days or any(days for _, days in what.moved)]
    rows = [
        (
            w.said(what.change),
            _move(what.days, w),
            w.joined([f"{name} {_move(days, w)}" for name, days in what.moved if days]),
            w.money(what.cost) if what.cost is not None else "",
        )
        for what in moving
    ]
    heads = [
        w("change", "改变"),
        w("the end moves", "结束日变化"),
        w("milestones move", "里程碑变化"),
        w("#cost", "#费用"),
    ]
    caption = w("What one change would do, by solving again", "单项改变的效果（重新求解）")
    still = w.joined([w.said(what.change) for what in what_ifs if what not in moving])
    blocks: list[Block] = [table(caption, heads, rows)] if rows else []
    if still:
        text = w(f"Tried, and no date moves: {still}.", f"尝试后日期不变：{still}。")
        blocks.append(Lines((text,), "note"))
    return blocks


def _move(days: float, w: Words) -> str:
    """Return how a date moves, in words."""
    if days == 0:
        return w("not at all", "不变")
    size = w.days(days)
    return w(f"{size} earlier", f"提前 {size}") if days < 0 else w(f"{size} later", f"推迟 {size}")


def load(found: LoadSection, today: date, w: Words) -> list[Block]:
    """Return the load of everybody by week."""
    figure = load_map(
        found.people, found.loads, monday=found.monday, today=today, language=w.language
    )
    caption = w(
        "The planned share of each person's working time by week. More than all of it is framed "
        "and marked.",
        "每人每周计划占用的工作时间比例。超过全部工作时间的以边框和标记标出。",
    )
    rows = []
    for person, row in zip(found.people, found.loads, strict=True):
        known = [v for v in row if v == v]
        rows.append(
            (
                person,
                w.share(sum(known) / len(known)) if known else w.unknown,
                w.share(max(known)) if known else w.unknown,
                str(sum(v > _FULL for v in known)),
            )
        )
    numbers = table(
        w("Load by person", "人员负荷"),
        [
            w("person", "人员"),
            w("#mean load", "#平均负荷"),
            w("#fullest week", "#最满的一周"),
            w("#weeks over 100 %", "#超过 100% 的周数"),
        ],
        rows,
    )
    return [Picture("load", figure, caption, numbers)]


def dates(found: DatesSection, today: date, w: Words) -> list[Block]:
    """Return when milestones are reached, and what decides it."""
    blocks: list[Block] = [
        Lines(
            (
                w(
                    f"From {found.draws:,} simulated futures; efforts and risks vary together.",
                    f"基于 {found.draws:,} 次模拟；工作量与风险相关变动。",
                ),
            ),
            "note",
        ),
        table(
            w("Milestones", "里程碑"),
            [
                w("milestone", "里程碑"),
                "P50",
                "P80",
                "P95",
                w("deadline", "截止日期"),
                w("#chance to meet it", "#按时概率"),
            ],
            [_finish_row(f, w) for f in found.finishes],
        ),
    ]
    riskiest = sorted(found.finishes, key=_risk)[:_SHOWN_CURVES]
    curves = [_curve(f, i, today, w) for i, f in enumerate(found.finishes) if f in riskiest]
    if curves:
        blocks.append(Gallery(tuple(curves)))
    if found.drivers:
        name = w("calendar days that the last milestone moves", "最后里程碑移动的天数")
        swings = w.swings(found.drivers)
        figure = tornado(swings, base=0.0, name=name, words=w.signed, language=w.language)
        caption = w("What moves the end most.", "对结束日影响最大的因素。")
        numbers = swing_table(swings, 0.0, name, w.signed, w)
        blocks.append(Picture("tornado-dates", figure, caption, numbers))
    if found.critical:
        rows = [(name, w.share(share)) for name, share in found.critical[:_SHOWN_CRITICAL]]
        heads = [w("task", "任务"), w("#share of futures", "#所占比例")]
        blocks.append(table(w("Tasks that decide the end", "决定结束日的任务"), heads, rows))
    return blocks


def _curve(finish: Finish, place: int, today: date, w: Words) -> Picture:
    """Return the curve of one milestone."""
    caption = w(
        f"{finish.name}: the chance to be finished by each date.",
        f"{finish.name}：到各日期为止完成的概率。",
    )
    figure = finish_curve(finish, today=today, language=w.language)
    return Picture(f"finish-{place + 1}", figure, caption, finish_table(finish, w))


def _risk(finish: Finish) -> float:
    """Return the chance to meet the deadline, for sorting; without one it is no risk."""
    return finish.chance_by(finish.deadline) if finish.deadline else 2.0


def _finish_row(finish: Finish, w: Words) -> tuple[str, ...]:
    """Return one milestone's dates."""
    due = finish.deadline
    return (
        finish.name,
        *(w.day(finish.quantile(p)) for p in (0.5, 0.8, 0.95)),
        w.day(due) if due else w("none", "无"),
        w.chance(finish.chance_by(due)) if due else "",
    )
