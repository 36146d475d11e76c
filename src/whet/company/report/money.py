"""How do cash, strategy, operations and prices look in the report?"""

import math
from collections.abc import Sequence
from datetime import date

from whet.company.pictures.fan import money_fan
from whet.company.pictures.response import response_curve
from whet.company.pictures.swings import Step, waterfall
from whet.company.report.blocks import Block, Cards, Gallery, Lines, Picture, Table, table
from whet.company.report.numbers import response_table
from whet.company.report.sayings import spoken
from whet.company.report.sections.money import (
    CashSection,
    Changed,
    OperationsSection,
    Price,
    StrategySection,
    UnitEconomics,
)
from whet.company.report.wording import Words

_SHOWN_CURVES = 6
_DAYS_A_MONTH = 30.44
_PROVED = 1e-4
"""Share of the value below which a gap is none."""


def cash(found: CashSection, today: date, w: Words) -> list[Block]:
    """Return how long the money lasts, and what moved it."""
    figure = money_fan(
        found.months,
        found.quantiles,
        name=w(f"cash, {w.currency}", f"现金（{w.currency}）"),
        events=found.rounds,
        today=today,
        language=w.language,
    )
    caption = w(
        "What is in the bank, with the same simulated futures as the dates.",
        "银行余额；与日期使用同一组模拟情形。",
    )
    blocks: list[Block] = [
        _cash_cards(found, today, w),
        Picture("cash", figure, caption, _balances(found, w)),
    ]
    if found.change and found.months:
        start, end = (w.day(found.months[i]) for i in (0, -1))
        steps = [Step(w.term(step.name), step.change) for step in found.change]
        drawing = waterfall(
            (start, found.balance), steps, end=end, name=w.currency, language=w.language
        )
        what = w(
            "From today's balance to the mean one at the end, by line of the accounts.",
            "从今日余额到期末平均余额，按账目列出。",
        )
        blocks.append(Picture("waterfall-cash", drawing, what))
    if found.economics:
        blocks.append(_economics(found.economics, w))
    if found.receivables:
        blocks.append(Lines((_owed(found, w),)))
    return [*blocks, *spoken(found.doubts, w, "note")]


def _owed(found: CashSection, w: Words) -> str:
    """Return what customers still pay for the time before today, in a sentence."""
    each = w.joined([f"{name} {w.number(amount)}" for name, amount in found.receivables])
    total = w.money(sum(amount for _, amount in found.receivables))
    return w(
        f"Customers still pay {total} for the time before the start: {each}.",
        f"客户还将支付起始日之前的款项共 {total}：{each}。",
    )


def horizon(found: CashSection) -> float:
    """Return how many calendar months the accounts look ahead; the first may have begun."""
    return float(max(len(found.months) - 1, 0))


def runway(found: CashSection, probability: float) -> float | None:
    """Return the months that the money lasts at a quantile, or None where it is not known."""
    near = [p for p in found.runway_months if abs(p - probability) < 1e-6]
    return found.runway_months[near[0]] if near else None


def _cash_cards(found: CashSection, today: date, w: Words) -> Cards:
    """Return the four numbers of cash."""
    ahead = horizon(found)
    low = runway(found, 0.1)
    cards = [
        (w("In the bank", "银行余额"), w.money(found.balance), w("today", "今天")),
        (
            w("Runway", "可支撑时间"),
            w.months(runway(found, 0.5), ahead),
            w(
                f"median; in 9 of 10 cases at least {w.months(low, ahead)}",
                f"中位数；十有九例至少 {w.months(low, ahead)}",
            )
            if low is not None
            else w("median", "中位数"),
        ),
        (
            w("Chance to run out", "耗尽概率"),
            w.chance(found.ruin),
            w(f"within {ahead:.0f} months", f"{ahead:.0f} 个月内"),
        ),
    ]
    if found.decide_by:
        is_late = found.decide_by <= today
        reason = w("after that, money comes too late", "此后筹资将来不及")
        if is_late:
            reason = w("money that is raised now may come too late", "现在筹资也可能来不及")
        when = w("now", "立即") if is_late else w.day(found.decide_by)
        cards.append((w("Decide by", "最迟决定日"), when, reason))
    return Cards(tuple(cards))


def _balances(found: CashSection, w: Words) -> Table:
    """Return the balances by date and probability."""
    order = sorted(found.quantiles)
    rows = [
        (w.day(when), *(w.number(found.quantiles[p][i]) for p in order))
        for i, when in enumerate(found.months)
    ]
    heads = [w("date", "日期"), *(f"#P{100 * p:g}" for p in order)]
    return table(w(f"Balances, {w.currency}", f"余额（{w.currency}）"), heads, rows)


def _economics(products: Sequence[UnitEconomics], w: Words) -> Table:
    """Return the unit economics of the products."""
    rows = [
        (
            p.product,
            w.span(p.cac),
            w.span(p.ltv),
            w.span(p.payback_months),
            w.span(p.gross_margin, is_share=True),
        )
        for p in products
    ]
    heads = [
        w("product", "产品"),
        w(f"#cost to win a customer, {w.currency}", f"#获客成本（{w.currency}）"),
        w(f"#worth of a customer, {w.currency}", f"#客户终身价值（{w.currency}）"),
        w("#months to pay back", "#回本月数"),
        w("#gross margin", "#毛利率"),
    ]
    return table(w("Unit economics", "单位经济"), heads, rows)


def strategy(found: StrategySection, w: Words) -> list[Block]:
    """Return the split of the budget, what it is worth, and the price of money."""
    blocks: list[Block] = [_strategy_cards(found, w), _lines(found, w)]
    if found.limits:
        rows = [(w.term(name), w.number(worth)) for name, worth in found.limits]
        heads = [
            w("limit", "限制"),
            w(f"#one more is worth, {w(*found.unit)}", f"#再放宽一单位的价值（{w(*found.unit)}）"),
        ]
        blocks.append(table(w("What binds", "起作用的限制"), heads, rows))
    if found.bound is not None:
        blocks.append(Lines((_bound(found, w),), "note"))
    axes = (
        w(f"spend, {w.currency}", f"支出（{w.currency}）"),
        w(f"value, {w(*found.unit)}", f"价值（{w(*found.unit)}）"),
    )
    curves = [
        Picture(
            f"response-{i + 1}",
            response_curve(response, axes=axes, language=w.language),
            response.name,
            response_table(response, axes, w),
        )
        for i, response in enumerate(found.responses[:_SHOWN_CURVES])
    ]
    if curves:
        blocks.append(Gallery(tuple(curves)))
    return [*blocks, *spoken(found.notes, w)]


def _strategy_cards(found: StrategySection, w: Words) -> Cards:
    """Return value, price of money and what today's split loses."""
    cards = [
        (w("Worth of the plan", "计划价值"), w.number(found.value), w(*found.unit)),
        (
            w("Price of money", "资金的价格"),
            w.number(found.price),
            w(
                f"{w(*found.unit)} for one more {w.currency}",
                f"每多 1 {w.currency} 带来的{w(*found.unit)}",
            ),
        ),
    ]
    for name, other in (
        (w("Today's split loses", "今日分配的损失"), found.value_today),
        (w("An equal split loses", "平均分配的损失"), found.value_equal),
    ):
        if other is not None:
            loss = found.value - other
            share = loss / abs(found.value) if found.value else math.nan
            cards.append(
                (
                    name,
                    w.number(loss),
                    w(f"{w.share(share, 1)} of the worth", f"占价值的 {w.share(share, 1)}"),
                )
            )
    return Cards(tuple(cards))


def _lines(found: StrategySection, w: Words) -> Table:
    """Return every line of spending."""
    rows = [
        (
            line.name,
            w.number(line.amount),
            w.share(line.amount / found.budget) if found.budget else w.unknown,
            "" if line.today is None else w.number(line.today),
            w.number(line.low),
            w("none", "无") if line.high is None else w.number(line.high),
            "" if line.slope is None else w.number(line.slope),
        )
        for line in sorted(found.lines, key=lambda line: -line.amount)
    ]
    heads = [
        w("line", "项目"),
        w(f"#plan, {w.currency}", f"#计划（{w.currency}）"),
        w("#share", "#占比"),
        w("#today", "#目前"),
        w("#least", "#下限"),
        w("#most", "#上限"),
        w("#one more brings", "#再加一单位带来"),
    ]
    total = w.money(found.budget)
    caption = w(f"How {total} are spent", f"{total} 的分配")
    if found.price_range:
        low, high = (w.money(v) for v in found.price_range)
        caption += w(
            f"; the same limits bind from {low} to {high}",
            f"；预算在 {low} 至 {high} 之间时起作用的限制不变",
        )
    return table(caption, heads, rows)


def _bound(found: StrategySection, w: Words) -> str:
    """Return how much better a split of curves that are not concave could be."""
    bound = w.number(found.bound)
    gap = (found.bound or found.value) - found.value
    if gap <= _PROVED * abs(found.value):
        return w(
            "Some curves are S-shaped; no other split is better, but prices hold near this one "
            "only.",
            "部分曲线呈 S 形；没有更好的分配，但价格仅在此分配附近有效。",
        )
    return w(
        "Some curves are S-shaped, so the answer is not proved best: "
        f"no split is worth more than {bound}.",
        f"部分曲线呈 S 形，因此不能证明最优：任何分配的价值都不超过 {bound}。",
    )


def operations(found: OperationsSection, w: Words) -> list[Block]:
    """Return how the products run month by month, and what that costs."""
    total = sum(m.cost for m in found.months)
    cards = [
        (
            w("Running cost", "运营成本"),
            w.money(total),
            w(f"in {len(found.months)} months", f"共 {len(found.months)} 个月"),
        )
    ]
    rows = [
        (
            w.month(m.month),
            m.choice,
            str(m.machines),
            f"{m.agents:g}",
            "" if m.automated is None else w.share(m.automated),
            w.number(m.cost),
        )
        for m in found.months
    ]
    heads = [
        w("month", "月份"),
        w("model and machine", "模型与机器"),
        w("#machines", "#机器数"),
        w("#agents", "#客服人数"),
        w("#automated", "#自动化比例"),
        w(f"#cost, {w.currency}", f"#成本（{w.currency}）"),
    ]
    blocks: list[Block] = [Cards(tuple(cards)), table(w("By month", "按月"), heads, rows)]
    if not found.is_proved:
        open_ = w(
            "The search ended before this was proved cheapest.",
            "搜索结束时尚未证明这是最省的方案。",
        )
        blocks.append(Lines((open_,), "note"))
    if found.changes:
        blocks.append(_changes(found.changes, w))
    return [*blocks, *spoken(found.notes, w)]


def _changes(changes: Sequence[Changed], w: Words) -> Table:
    """Return what one change costs; an interval where that is not proved."""
    rows = [(w.said(one.what), _dearer(one, w)) for one in changes]
    heads = [w("change", "改变"), w(f"#cost, {w.currency}", f"#费用（{w.currency}）")]
    return table(
        w("What one change costs over all months", "单项改变在所有月份的费用"), heads, rows
    )


def _dearer(change: Changed, w: Words) -> str:
    """Return by how much a change is dearer; what ran out of time is not called impossible."""
    if change.cost is None:
        if change.is_impossible:
            return w("impossible", "不可行")
        return w("not solved in time", "未能在限时内求解")
    if change.is_proved or change.low is None or change.high is None:
        return w.signed(change.cost)
    return f"{w.signed(change.cost)} [{w.signed(change.low)}, {w.signed(change.high)}]"


def prices(found: Sequence[Price], w: Words) -> list[Block]:
    """Return what one more unit of each thing is worth: one currency for all."""
    rows = [
        (
            price_name(price, w),
            price.where,
            w.span(price.worth),
            "" if price.costs is None else w.number(price.costs),
            _verdict(price, w),
        )
        for price in found
    ]
    heads = [
        w("one more", "再加"),
        w("where", "用于"),
        w(f"#is worth, {w.currency}", f"#价值（{w.currency}）"),
        w(f"#costs, {w.currency}", f"#成本（{w.currency}）"),
        w("so", "结论"),
    ]
    note = w(
        "The prices hold for small changes from this plan; buy a little, compute again.",
        "这些价格只适用于本计划附近的小幅变化；先买一点，再重新计算。",
    )
    return [
        table(w("What the next unit is worth", "下一单位的价值"), heads, rows),
        Lines((note,), "note"),
    ]


def price_name(price: Price, w: Words) -> str:
    """Return what there is one more of."""
    names = {
        "money": (w.currency, w.currency),
        "label": ("label", "条标注"),
        "gpu hour": ("GPU hour", "GPU 小时"),
        "week": ("week", "周"),
        "person": ("person", "人"),
        "limit": ("unit of the limit", "单位限额"),
    }
    return w(*names[price.what])


def _verdict(price: Price, w: Words) -> str:
    """Return whether to buy more, in words and a sign."""
    costs = 1.0 if price.what == "money" and price.costs is None else price.costs
    if costs is None:
        return ""
    low = price.worth.value if price.worth.low is None else price.worth.low
    high = price.worth.value if price.worth.high is None else price.worth.high
    if low > costs:
        return w("✓ worth it", "✓ 值得")
    return w("✗ not worth it", "✗ 不值得") if high < costs else w("≈ undecided", "≈ 尚不确定")
