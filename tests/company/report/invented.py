"""An invented company's report: every section filled, as large as a test wants it."""

from datetime import date, timedelta

from tests.company.pictures import samples

from whet.company.pictures.finish import Finish
from whet.company.pictures.swings import Step, Swing
from whet.company.report.sections.evidence import (
    LabelsSection,
    LabelTarget,
    MarketSection,
    PriceMap,
    Remedy,
    RiskRow,
    RisksSection,
    Rule,
    SkillRow,
    TeamSection,
)
from whet.company.report.sections.money import (
    CashSection,
    Changed,
    Line,
    MonthChoice,
    OperationsSection,
    Price,
    StrategySection,
    UnitEconomics,
)
from whet.company.report.sections.ranges import Range
from whet.company.report.sections.whole import PlanReport, Refusal
from whet.company.report.sections.work import DatesSection, LoadSection, ScheduleSection, WhatIf

TODAY = date(2026, 12, 7)


def full(tasks: int = 60) -> PlanReport:
    """Return a report with every section, over that many tasks."""
    return PlanReport(
        company="Whetstone 磨刀石",
        currency="EUR",
        today=TODAY,
        command="whet plan report company.yaml",
        schedule=schedule(tasks),
        load=LoadSection(
            samples.PEOPLE,
            samples.MONDAY,
            tuple(tuple(row) for row in samples.loads(len(samples.PEOPLE), 26)),
        ),
        dates=dates(),
        cash=cash(),
        risks=risks(),
        strategy=strategy(),
        operations=operations(),
        labels=labels(),
        team=team(),
        market=market(),
        prices=prices(),
        assumptions=(
            ("Efforts vary together with correlation 0.3.", "工作量的相关系数为 0.3。"),
            ("Customers stay as before.", "客户留存与以往相同。"),
        ),
        refused=(Refusal("labels of contracts", "The curve has 3 points; 6 are needed."),),
    )


def empty() -> PlanReport:
    """Return a report of a plan of which nothing was computed."""
    return PlanReport("Nobody", "CNY", TODAY, "whet plan report")


def schedule(tasks: int) -> ScheduleSection:
    """Return a schedule with a gap and two what-ifs."""
    bars, stones = samples.plan(tasks)
    return ScheduleSection(
        tuple(bars),
        tuple(stones),
        tuple(date(2026, 12, 25) + timedelta(days=i) for i in range(8)),
        "gap",
        0.024,
        what_ifs=(
            WhatIf("one more person with labelling", -9, 6500.0),
            WhatIf("without the guide", -2, None, (("release 1.0", -2), ("first customer", 0))),
            WhatIf("one more week for the pilot", 0),
        ),
    )


def dates() -> DatesSection:
    """Return three milestones, one in danger."""
    late = samples.finish()
    early = Finish(
        "First customer 首个客户",
        tuple(day - timedelta(days=50) for day in late.days),
        late.chances,
        late.days[-1] - timedelta(days=50),
    )
    free = Finish("Contracts", late.days, late.chances)
    drivers = (Swing("label 1", -4, 9), Swing("训练模型", -2, 5.5), Swing("package", -1, 1))
    return DatesSection((early, late, free), 10_000, drivers, (("label 1", 0.62), ("标注", 0.3)))


def cash() -> CashSection:
    """Return fifteen months with a funding round and unit economics of two products."""
    return CashSection(
        tuple(samples.months(15)),
        {p: tuple(values) for p, values in samples.cash(15).items()},
        900_000.0,
        {0.1: 9.4, 0.5: 13.2, 0.9: float("inf")},
        0.12,
        ("Release 1.0", 0.03),
        date(2027, 5, 14),
        ((date(2027, 7, 20), "seed round (60 %)"), (date(2027, 8, 20), "grant")),
        (Step("funding", 340_000), Step("revenue: 合同", 90_000), Step("people", -680_000)),
        (
            UnitEconomics(
                "Support answers",
                Range(1900, 1400, 2600),
                Range(7200, 4100, 11_500),
                Range(8.1, 5.5, 13.0),
                Range(0.71, 0.66, 0.75),
            ),
            UnitEconomics("合同", None, Range(4000)),
        ),
    )


def risks() -> RisksSection:
    """Return three risks and a tornado of cash."""
    rows = (
        RiskRow(
            "R1",
            "the labelling partner stops",
            0.3,
            60_000,
            15,
            "Ada",
            "second partner",
            4000,
            14_000,
            0.05,
            date(2027, 1, 15),
        ),
        RiskRow("R2", "大客户流失", 0.1, 180_000, None, "Jun"),
        RiskRow("R3", "GPU prices double", 0.5, 20_000, None, "", "reserve", 3000, 1500, 0.5),
    )
    swings = (Swing("churn", 620_000, 210_000), Swing("price of labels", 455_000, 390_000))
    return RisksSection(rows, swings, 420_000.0, ("cash in February 2028", "2028年2月的现金"))


def strategy() -> StrategySection:
    """Return four lines of spending and a response curve."""
    curve = samples.response()
    return StrategySection(
        (
            Line("content marketing", 9000, 2500, 1000, 18_000, 3.35),
            Line("labels", 6000, 6000, 0, None, 3.35),
            Line("标注工具", 2000, 4000, 2000, 5000, 1.2),
            Line("compute", 3000, 7500, 0, 8000, 3.35),
        ),
        20_000,
        214_000,
        ("EUR of gross profit", "EUR 毛利"),
        3.35,
        (17_500, 23_000),
        197_000,
        188_000,
        None,
        (("least for 标注工具", -2.15),),
        (curve,),
    )


def operations() -> OperationsSection:
    """Return three months."""
    return OperationsSection(
        tuple(
            MonthChoice(
                date(2026 + (i + 11) // 12, (i + 11) % 12 + 1, 1),
                "small, int8, CPU",
                2 + i,
                1.5,
                0.62 + 0.05 * i,
                9100.0 - 300 * i,
            )
            for i in range(3)
        ),
        (
            Changed("shop: 10 % more requests", 410.0),
            Changed("shop: base-fp16-gpu all the time", None, is_impossible=True),
            Changed("shop: service level of 99.9 % instead of 99 %", None, is_proved=False),
            Changed("support: 10 % more contacts", 900.0, 850.0, 960.0, is_proved=False),
        ),
        notes=("Two machines keep the wait under 2 s in 95 % of requests.",),
    )


def labels() -> LabelsSection:
    """Return a target with a forecast, and one whose curve was refused."""
    fan, measured = samples.quality()
    return LabelsSection(
        (
            LabelTarget(
                "support-intents",
                "macro F1",
                0.88,
                date(2027, 3, 1),
                fan,
                tuple(measured),
                ((1000.0, "buy 200"), (1600.0, "buy 600")),
                0.64,
                (1500.0, float("inf")),
                1200.0,
            ),
            LabelTarget(
                "contracts",
                "macro F1",
                0.8,
                None,
                None,
                ((50.0, 0.5), (100.0, 0.49)),
                refused="The curve falls from 50 to 100 labels; measure more sizes.",
            ),
        ),
        12,
        0.83,
    )


def team() -> TeamSection:
    """Return a survey, skills, knowledge and training."""
    return TeamSection(
        7,
        Range(3.9, 3.2, 4.5),
        (("autonomy", Range(0.4, 0.1, 0.7)), ("pay", Range(0.1, -0.3, 0.4))),
        (SkillRow("labelling", 140, 96, 2), SkillRow("serving", 30, 120, 3)),
        (("serving", 1), ("标注", 3)),
        (Remedy("train", 3000, 4, 4800), Remedy("wait", 0, 44, 19_800)),
    )


def market() -> MarketSection:
    """Return rivals, a price test, scenarios and rules."""
    return MarketSection(
        (PriceMap("shops: triage", tuple(samples.offers())),),
        (("optimal price", Range(54, 47, 61)), ("least acceptable", Range(31, 27, 36))),
        (("slow", 0.3, 40), ("base", 0.5, 90), ("fast", 0.2, 160)),
        (
            Rule("AI Act, transparency", date(2027, 8, 2), date(2027, 5, 1), "later", "Mei Lin"),
            Rule("数据出境评估", date(2027, 2, 1), date(2026, 12, 20), "start now"),
        ),
    )


def prices() -> tuple[Price, ...]:
    """Return one price of each kind."""
    return (
        Price("money", "content marketing", Range(3.35)),
        Price("label", "support-intents", Range(1.9, 0.8, 4.1), 0.6),
        Price("week", "Release 1.0", Range(4200, 1000, 9000)),
        Price("gpu hour", "support-intents", Range(0.4, 0.1, 0.9), 2.1),
        Price("person", "labelling", Range(5000, -1000, 9000), 6500),
    )
