"""Invented input for the pictures: a plan as small or as large as a test wants it."""

import math
from datetime import date, timedelta
from random import Random

from whet.company.pictures.fan import Fan
from whet.company.pictures.finish import Finish
from whet.company.pictures.gantt import Bar, Milestone
from whet.company.pictures.position import Offer
from whet.company.pictures.response import Response

MONDAY = date(2026, 11, 30)
PEOPLE = ("Ada", "Björn", "陈晓明", "Dmitri", "Esra", "Femi", "Giulia", "Hiro", "Inés", "Jun")
_WORK = (
    "label",
    "train",
    "evaluate",
    "package",
    "serve",
    "write the guide for",
    "标注数据",
    "训练模型",
)
_PROJECTS = ("Support answers", "Contracts in Chinese 合同", "Sensor alarms with a very long name")


def plan(tasks: int, seed: int = 0) -> tuple[list[Bar], list[Milestone]]:
    """Return that many tasks in three projects, with two milestones a project."""
    random = Random(seed)
    bars, ends = [], dict.fromkeys(_PROJECTS, MONDAY)
    for i in range(tasks):
        project = _PROJECTS[i % 3]
        start = ends[project] + timedelta(days=random.randrange(0, 6))
        end = start + timedelta(days=random.randrange(1, 16))
        moved = timedelta(days=random.randrange(-6, 3))
        bars.append(
            Bar(
                name=f"{_WORK[i % len(_WORK)]} {i + 1}",
                project=project,
                start=start,
                end=end,
                people=tuple(random.sample(PEOPLE, random.choice((1, 1, 2, 3)))),
                is_critical=project == _PROJECTS[0] and i % 4 != 3,
                p80=end + timedelta(days=random.randrange(0, 9)),
                baseline=(start + moved, end + moved) if i % 5 else None,
            )
        )
        ends[project] = end - timedelta(days=random.randrange(0, 4))
    stones = []
    for project in _PROJECTS:
        last = max((b.end for b in bars if b.project == project), default=MONDAY)
        middle = MONDAY + (last - MONDAY) // 2
        stones.append(
            Milestone("first customer", project, middle, middle + timedelta(days=9), None)
        )
        stones.append(
            Milestone("release 1.0", project, last, last - timedelta(days=4), last + timedelta(12))
        )
    return bars, stones


def loads(people: int, weeks: int, seed: int = 0) -> list[list[float]]:
    """Return a row a person and a column a week; some weeks are too full, one is away."""
    random = Random(seed)
    rows = [
        [random.choice((0, 0.3, 0.5, 0.8, 1, 1, 1.25)) for _ in range(weeks)] for _ in range(people)
    ]
    if people and weeks > 3:
        rows[0][3] = math.nan
    return rows


def months(count: int) -> list[date]:
    """Return the ends of that many months."""
    firsts = [date(2026 + (11 + i) // 12, (11 + i) % 12 + 1, 1) for i in range(count)]
    return firsts


def cash(count: int) -> dict[float, list[float]]:
    """Return quantiles of cash that run out after some months, with a round in between."""
    middle = [900_000 - 62_000 * i + (600_000 if i >= 8 else 0) for i in range(count)]
    spread = {0.05: -1.64, 0.25: -0.67, 0.5: 0.0, 0.75: 0.67, 0.95: 1.64}
    return {
        p: [m + z * 40_000 * math.sqrt(i) for i, m in enumerate(middle)] for p, z in spread.items()
    }


def quality() -> tuple[Fan, list[tuple[float, float]]]:
    """Return a forecast of quality over labels, and what was measured."""
    sizes = [800.0 * 2 ** (i / 3) for i in range(7)]
    middle = [0.95 - 2.2 * n**-0.45 for n in sizes]
    fan = Fan(
        tuple(sizes),
        {
            0.1: tuple(v - 0.006 * (i + 1) for i, v in enumerate(middle)),
            0.5: tuple(middle),
            0.9: tuple(v + 0.004 * (i + 1) for i, v in enumerate(middle)),
        },
    )
    measured = [(n, 0.95 - 2.2 * n**-0.45) for n in (25.0, 50.0, 100.0, 200.0, 400.0, 800.0)]
    return fan, measured


def finish() -> Finish:
    """Return a finish date that is spread over about seven weeks."""
    days = tuple(date(2027, 3, 1) + timedelta(days=2 * i) for i in range(25))
    chances = tuple(1 / (1 + math.exp(-(i - 9) / 2.2)) for i in range(25))
    return Finish("Release 1.0", days, chances, deadline=date(2027, 3, 24))


def response() -> Response:
    """Return a saturating line of spending."""
    spend = tuple(500.0 * i for i in range(41))
    value = tuple(90_000 * (1 - math.exp(-s / 6000)) for s in spend)
    at = 9000.0
    return Response(
        "content marketing",
        spend,
        value,
        (at, 90_000 * (1 - math.exp(-at / 6000))),
        15 * math.exp(-at / 6000),
        today=(2500.0, 90_000 * (1 - math.exp(-2500 / 6000))),
        limits=(1000.0, 18_000.0),
    )


def offers() -> list[Offer]:
    """Return us and four rivals, two of them at nearly the same place."""
    return [
        Offer("Whetstone", 49, 71, is_ours=True),
        Offer("Bigmodel Suite", 99, 80),
        Offer("竞品甲", 45, 55),
        Offer("Cheap & Quick", 44, 53),
        Offer("Open source", 0, 38),
    ]
