"""How do labels, risks, team, market and assumptions look in the report?"""

import math
from collections.abc import Sequence

from whet.company.pictures.fan import Fan, quality_fan
from whet.company.pictures.matrix import Risk, risk_matrix
from whet.company.pictures.plot import Event
from whet.company.pictures.position import price_value_map
from whet.company.pictures.swings import tornado
from whet.company.report.blocks import Block, Cards, Lines, Picture, Table, table
from whet.company.report.numbers import swing_table
from whet.company.report.sayings import spoken
from whet.company.report.sections.evidence import (
    LabelsSection,
    LabelTarget,
    MarketSection,
    PriceMap,
    RiskRow,
    RisksSection,
    Rule,
    SkillRow,
    TeamSection,
)
from whet.company.report.sections.whole import Refusal
from whet.company.report.wording import Words

_THIN = 1
"""A bus factor of this and below is a danger."""


def risks(found: RisksSection, w: Words) -> list[Block]:
    """Return the register with its matrix, and what moves the result."""
    ordered = sorted(found.risks, key=lambda r: (-r.probability * r.impact, r.id))
    numbered = [(f"R{i}", risk) for i, risk in enumerate(ordered, 1)]
    places = [Risk(number, r.name, r.probability, r.impact) for number, r in numbered]
    name = w(f"impact, {w.currency}", f"影响（{w.currency}）")
    caption = w(
        "Each risk's number by how likely and how costly it is.",
        "各风险编号按发生概率与损失排列。",
    )
    matrix = risk_matrix(places, name=name, language=w.language)
    blocks: list[Block] = [Picture("risks", matrix, caption), _register(numbered, w)]
    if found.swings:
        result = w(*found.result)
        swings = w.swings(found.swings)
        drawing = tornado(swings, base=found.base, name=result, language=w.language)
        what = w(f"What moves it most: {result}.", f"影响最大的因素：{result}。")
        numbers = swing_table(swings, found.base, result, w.number, w)
        blocks.append(Picture("tornado", drawing, what, numbers))
    return blocks


def _register(rows: Sequence[tuple[str, RiskRow]], w: Words) -> Table:
    """Return the register with its numbers."""
    heads = [
        w("no.", "编号"),
        w("risk", "风险"),
        w("#probability", "#概率"),
        w(f"#impact, {w.currency}", f"#影响（{w.currency}）"),
        w("#delay", "#延误"),
        w("action", "措施"),
        w("#action is worth", "#措施价值"),
        w("#it costs", "#措施成本"),
        w("#afterwards", "#措施后概率"),
        w("owner", "负责人"),
        w("look at it on", "检查日期"),
    ]
    return table(
        w("Register, greatest expected damage first", "风险登记册（按预期损失排序）"),
        heads,
        [
            (
                number,
                r.name,
                w.share(r.probability),
                w.number(r.impact),
                "" if r.days is None else w.days(r.days),
                _action(r, w),
                "" if r.worth is None else w.number(r.worth),
                "" if r.action_cost is None else w.number(r.action_cost),
                "" if r.residual is None else w.share(r.residual),
                r.owner or w("nobody", "无"),
                w.day(r.trigger) if r.trigger else "",
            )
            for number, r in rows
        ],
    )


def _action(risk: RiskRow, w: Words) -> str:
    """Return what can be done about a risk, and whether it is decided already."""
    if not risk.action:
        return w("none", "无")
    return f"{risk.action} {w('(decided)', '（已决定）')}" if risk.is_decided else risk.action


def labels(found: LabelsSection, w: Words) -> list[Block]:
    """Return what more labels would bring, target by target."""
    heads = [
        w("target", "目标"),
        w("metric", "指标"),
        w("#to reach", "#目标值"),
        w("by", "期限"),
        w("#chance, labelled from today", "#今日起标注的达标概率"),
        w("#labels, 50 %", "#标注量（50%）"),
        w("#labels, 80 %", "#标注量（80%）"),
        w(f"#cost, {w.currency}", f"#费用（{w.currency}）"),
    ]
    rows = [_target_row(t, w) for t in found.targets]
    blocks: list[Block] = [table(w("Quality targets", "质量目标"), heads, rows)]
    for i, target in enumerate(found.targets):
        if target.refused:
            said = w.said(target.refused)
            name = f"{target.name}{w(': ', '：')}{said}"
            blocks.append(Lines((name,), "note", "en" if said == target.refused else None))
        if target.fan is not None or target.measured:
            blocks.append(_curve(target, i, w))
    if found.scored and found.covered is not None:
        share = w.share(found.covered)
        text = w(
            f"Of {found.scored} forecasts whose truth is known, {share} held it in their "
            "80 % interval.",
            f"已有真实结果的 {found.scored} 次预测中，{share} 的真实值落在其 80% 区间内。",
        )
    else:
        text = w(
            "No forecast could be compared with the truth yet: whet plan score does it.",
            "尚无预测可与真实结果比较；可运行 whet plan score。",
        )
    blocks.append(Lines((text,), "note"))
    return blocks


def _target_row(target: LabelTarget, w: Words) -> tuple[str, ...]:
    """Return one target with its answer."""
    needed = target.needed or (None, None)
    return (
        target.name,
        target.metric,
        _score(target, target.target, w),
        w.day(target.by) if target.by else w("none", "无"),
        w.chance(target.chance),
        *(_needed(target, n, w) for n in needed),
        "" if target.cost is None else w.number(target.cost),
    )


def _needed(target: LabelTarget, size: float | None, w: Words) -> str:
    """Return a size that suffices, with its unit where it counts no labels."""
    if size == math.inf:
        return w("never", "无法达到")
    is_plain = size is None or target.counted == "labels"
    return w.number(size) if is_plain else f"{w.number(size)} {_counted(target, w)}"


def _counted(target: LabelTarget, w: Words) -> str:
    """Return what the sizes of a target's curve count."""
    chinese = {"labels": "标注数", "GPU-hours": "GPU 小时", "CPU-hours": "CPU 小时"}
    return w(target.counted, chinese.get(target.counted, target.counted))


def _curve(target: LabelTarget, place: int, w: Words) -> Picture:
    """Return the learning curve of a target, with its table."""
    fan = target.fan or Fan((), {})
    wanted = _score(target, target.target, w)
    counted = _counted(target, w)
    level = w(f"target {wanted}", f"目标 {wanted}")
    figure = quality_fan(
        fan,
        axes=(counted, target.metric),
        target=(target.target, level),
        measured=target.measured,
        purchases=[Event(n, name) for n, name in target.purchases],
        is_share=target.is_share,
        language=w.language,
    )
    caption = w(
        f"{target.name}: measured quality and what more {counted} are expected to bring.",
        f"{target.name}：实测质量与增加投入（{counted}）的预期效果。",
    )
    order = sorted(fan.quantiles)
    rows = [(w.number(n), _score(target, v, w), *[""] * len(order)) for n, v in target.measured]
    rows += [
        (w.number(n), "", *(_score(target, fan.quantiles[p][i], w) for p in order))
        for i, n in enumerate(fan.x)
    ]
    heads = [counted, w("#measured", "#实测"), *(f"#P{100 * p:g}" for p in order)]
    numbers = table(f"{target.name}, {target.metric}", heads, rows)
    return Picture(f"quality-{place + 1}", figure, caption, numbers)


def _score(target: LabelTarget, value: float, w: Words) -> str:
    """Return a value of a target's metric."""
    return w.share(value, 1) if target.is_share else w.number(value)


def team(found: TeamSection, w: Words) -> list[Block]:
    """Return how the team is and what it knows."""
    said = (
        w.span(found.satisfaction)
        if found.satisfaction
        else w("not shown: too few answers", "不显示：答卷过少")
    )
    count = w(f"{found.answers} answers", f"{found.answers} 份答卷")
    blocks: list[Block] = [Cards(((w("Satisfaction", "满意度"), said, count),))]
    if found.skills:
        blocks.append(_skills(found.skills, w))
    if found.bus_factors:
        blocks.append(_knowledge(found.bus_factors, w))
    if found.drivers:
        effects = [(name, w.span(effect)) for name, effect in found.drivers]
        heads = [w("driver", "驱动因素"), w("#effect", "#影响")]
        blocks.append(table(w("What moves satisfaction", "满意度的驱动因素"), heads, effects))
    if any(r.total for r in found.remedies):
        ways = [
            (w.said(r.name), w.number(r.money), w.days(r.waits), w.number(r.total))
            for r in found.remedies
        ]
        heads = [
            w("way", "方式"),
            w(f"#costs, {w.currency}", f"#费用（{w.currency}）"),
            w("#work waits", "#工作等待"),
            w(f"#in all, {w.currency}", f"#合计（{w.currency}）"),
        ]
        blocks.append(table(w("Ways to close the gaps", "弥补缺口的方式"), heads, ways))
    return [*blocks, *spoken(found.notes, w)]


def _skills(skills: Sequence[SkillRow], w: Words) -> Table:
    """Return what the plan needs of each skill, the scarcest first."""
    heads = [
        w("skill", "技能"),
        w("#days needed", "#所需人天"),
        w("#of them covered", "#其中可满足"),
        w("#people", "#人数"),
        w("so", "结论"),
    ]
    short, enough = w("✗ too little", "✗ 不足"), w("✓ enough", "✓ 足够")
    rows = [
        (
            s.skill,
            w.number(s.needed_days),
            w.number(s.free_days),
            str(s.people),
            short if s.needed_days > s.free_days else enough,
        )
        for s in sorted(skills, key=lambda s: s.free_days - s.needed_days)
    ]
    return table(w("Skills against the plan", "技能与计划需求"), heads, rows)


def _knowledge(areas: Sequence[tuple[str, int]], w: Words) -> Table:
    """Return how many people may leave before nobody knows an area, the fewest first."""
    heads = [w("area", "领域"), w("#people who know it", "#掌握人数"), w("so", "结论")]
    one, more = w("✗ one person's knowledge", "✗ 仅一人掌握"), w("✓ shared", "✓ 多人掌握")
    rows = [
        (area, str(n), one if n <= _THIN else more)
        for area, n in sorted(areas, key=lambda area: area[1])
    ]
    return table(w("Knowledge risk (bus factor)", "知识风险（巴士系数）"), heads, rows)


def market(found: MarketSection, w: Words) -> list[Block]:
    """Return rivals, prices, demand and the calendar of rules."""
    blocks: list[Block] = [_map(m, i, w) for i, m in enumerate(found.maps)]
    if found.prices:
        tested = [(w.said(name), w.span(price)) for name, price in found.prices]
        heads = [w("price", "价格"), f"#{w.currency}"]
        blocks.append(table(w("Price test", "价格测试"), heads, tested))
    if found.demand:
        heads = [
            w("scenario", "情景"),
            w("#probability", "#概率"),
            w("#demand, as a factor", "#需求系数"),
        ]
        rows = [(name, w.share(p), w.number(d)) for name, p, d in found.demand]
        blocks.append(table(w("Demand", "需求"), heads, rows))
    if found.rules:
        blocks.append(_rules(found.rules, w))
    return blocks or [Lines((w("The plan says nothing on the market.", "计划未涉及市场。"),))]


def _rules(rules: Sequence[Rule], w: Words) -> Table:
    """Return the calendar of rules, the first date first."""
    heads = [
        w("rule", "规定"),
        w("from", "生效日"),
        w("its work must start by", "最迟开工日"),
        w("owner", "负责人"),
        w("state", "状态"),
    ]
    states = {
        "done": w("✓ met", "✓ 已满足"),
        "overdue": w("✗ overdue", "✗ 已逾期"),
        "start is late": w("✗ should have started", "✗ 本应已开工"),
        "start now": w("start now", "现在开工"),
        "later": w("later", "尚有时间"),
    }
    rows = [
        (
            rule.name,
            w.day(rule.when),
            w.day(rule.start_by),
            rule.owner or w("nobody", "无"),
            states[rule.state],
        )
        for rule in sorted(rules, key=lambda rule: rule.when)
    ]
    return table(w("Calendar of rules", "合规日历"), heads, rows)


def _map(found: PriceMap, place: int, w: Words) -> Picture:
    """Return prices against value for one group of customers."""
    axes = (
        w(f"price, {w.currency}", f"价格（{w.currency}）"),
        w("value to the customer, points", "客户价值（分）"),
    )
    figure = price_value_map(found.offers, axes=axes, language=w.language)
    caption = w(
        f"What we and our rivals ask for what: {found.name}.",
        f"本公司与竞争对手的价格与价值：{found.name}。",
    )
    heads = [w("offer", "产品"), w("#price", "#价格"), w("#value", "#价值")]
    rows = [(o.name, w.number(o.price), w.number(o.value)) for o in found.offers]
    return Picture(f"market-{place + 1}", figure, caption, table(found.name, heads, rows))


def assumptions(
    taken: Sequence[tuple[str, str]], refused: Sequence[Refusal], w: Words
) -> list[Block]:
    """Return what was taken for granted, and what was asked and not answered."""
    blocks: list[Block] = []
    if taken:
        blocks.append(Lines(tuple(w(*sentence) for sentence in taken), "list"))
    if refused:
        heads = [w("question", "问题"), w("why it was not answered", "未回答的原因")]
        caption = w("What was refused", "未予回答的问题")
        blocks.append(table(caption, heads, [(w.said(r.what), w.said(r.why)) for r in refused]))
    none = w("Nothing was refused.", "没有被拒绝的问题。")
    return blocks if refused else [*blocks, Lines((none,), "note")]
