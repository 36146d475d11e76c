"""How are numbers, dates and the words of a picture said in English and in Chinese?

Everything that a picture writes by itself comes from here; names of people, tasks and lines come
from the plan and stay as they are.
"""

import math
from datetime import date
from typing import Literal

Language = Literal["en", "zh"]

LANGUAGES: tuple[Language, ...] = ("en", "zh")

_MINUS = "\N{MINUS SIGN}"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STEPS: dict[Language, tuple[tuple[float, str], ...]] = {
    "en": ((1e9, "bn"), (1e6, "M"), (1e3, "k")),
    "zh": ((1e8, "亿"), (1e4, "万")),
}
_FULL_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)

_PHRASES: dict[str, tuple[str, str]] = {
    "unknown": ("not known", "未知"),
    "today": ("today", "今天"),
    "task": ("task", "任务"),
    "critical": ("critical task", "关键任务"),
    "baseline": ("last plan", "上次计划"),
    "p80": ("late end (P80)", "80% 把握的完成日"),
    "milestone": ("milestone", "里程碑"),
    "deadline": ("deadline", "截止日期"),
    "day off": ("day off", "休息日"),
    "late": ("late", "延误"),
    "no tasks": ("The plan has no tasks.", "计划中没有任务。"),
    "no people": ("The plan has no people.", "计划中没有人员。"),
    "over": ("over 100 %", "超过 100%"),
    "load": ("share of working time", "工作时间占比"),
    "nobody else": ("other people", "其他人"),
    "middle": ("median", "中位数"),
    "band": ("{share} of all cases", "{share} 的情形"),
    "measured": ("measured", "实测"),
    "high": ("factor high", "因素偏高"),
    "low": ("factor low", "因素偏低"),
    "more": ("and {count} smaller", "另有 {count} 项较小"),
    "rise": ("adds", "增加"),
    "fall": ("takes away", "减少"),
    "total": ("total", "合计"),
    "chance": ("probability", "概率"),
    "finished by": ("chance to be finished", "按时完成的概率"),
    "chosen": ("chosen", "所选"),
    "now": ("today", "目前"),
    "tangent": ("next unit: {price}", "再加一单位：{price}"),
    "barred": ("not allowed", "不允许"),
    "probability": ("probability", "发生概率"),
    "impact": ("impact", "影响"),
    "price": ("price", "价格"),
    "value": ("value to the customer", "客户价值"),
    "ours": ("we", "本公司"),
    "rival": ("rival", "竞争对手"),
    "per value": ("the same price per point of value as we", "与本公司同等的性价比"),
    "nothing": ("nothing to show", "没有可显示的内容"),
    "target": ("target", "目标"),
}


def phrase(key: str, language: Language, **values: str) -> str:
    """Return a phrase in a language, with its values filled in.

    >>> phrase("tangent", "en", price="0.9"), phrase("today", "zh")
    ('next unit: 0.9', '今天')
    """
    return _PHRASES[key][LANGUAGES.index(language)].format(**values)


def percent(share: float, language: Language, digits: int = 0) -> str:
    """Return a share as per cent; Chinese writes no space before the sign.

    >>> percent(0.805, "en"), percent(0.8, "zh"), percent(float("nan"), "en")
    ('80 %', '80%', 'not known')
    """
    if not math.isfinite(share):
        return phrase("unknown", language)
    text = f"{100 * share:.{digits}f}".replace("-", _MINUS)
    return f"{text} %" if language == "en" else f"{text}%"


def chance(probability: float, language: Language) -> str:
    """Return a probability; what is nearly sure is not said to be sure.

    >>> chance(0.998, "en"), chance(0.0, "zh"), chance(0.4, "en"), chance(float("nan"), "en")
    ('over 99 %', '不到 1%', '40 %', 'not known')
    """
    if probability > 0.99:
        return "over 99 %" if language == "en" else "99% 以上"
    if probability < 0.01:
        return "under 1 %" if language == "en" else "不到 1%"
    return percent(probability, language)


def compact(value: float, language: Language) -> str:
    """Return an amount in three digits or so, with k and M, or with 万 and 亿.

    >>> compact(1_250_000, "en"), compact(1_250_000, "zh"), compact(-980, "en")
    ('1.25M', '125万', '−980')
    >>> compact(0.0312, "en"), compact(0, "en"), compact(999_999, "en")
    ('0.0312', '0', '1M')
    """
    if not math.isfinite(value):
        return phrase("unknown", language)
    sign, size = (_MINUS if value < 0 else ""), abs(float(f"{value:.3g}"))
    for step, name in _STEPS[language]:
        if size >= step:
            return f"{sign}{size / step:,.4g}{name}"
    return f"{sign}{size:,.4g}" if size >= 1e-4 or size == 0 else f"{sign}{size:.2e}"


def signed(value: float, language: Language) -> str:
    """Return an amount with its sign; zero has none.

    >>> signed(1200, "en"), signed(-3, "en"), signed(0, "en")
    ('+1.2k', '−3', '0')
    """
    return f"+{compact(value, language)}" if value > 0 else compact(value, language)


def day(when: date, language: Language) -> str:
    """Return a date as people write it.

    >>> day(date(2027, 3, 9), "en"), day(date(2027, 3, 9), "zh")
    ('9 Mar 2027', '2027年3月9日')
    """
    if language == "zh":
        return f"{when.year}年{when.month}月{when.day}日"
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def short_day(when: date, language: Language) -> str:
    """Return a date without its year.

    >>> short_day(date(2027, 3, 9), "en"), short_day(date(2027, 3, 9), "zh")
    ('9 Mar', '3月9日')
    """
    if language == "zh":
        return f"{when.month}月{when.day}日"
    return f"{when.day} {_MONTHS[when.month - 1]}"


def month(when: date, language: Language, *, with_year: bool) -> str:
    """Return a month as an axis shows it.

    >>> month(date(2027, 1, 1), "en", with_year=True)
    'Jan 2027'
    >>> month(date(2027, 3, 1), "zh", with_year=False)
    '3月'
    """
    if language == "zh":
        return f"{when.year}年{when.month}月" if with_year else f"{when.month}月"
    return _MONTHS[when.month - 1] + (f" {when.year}" if with_year else "")


def full_month(when: date, language: Language) -> str:
    """Return a month with its year, written out.

    >>> full_month(date(2027, 3, 9), "en"), full_month(date(2027, 3, 9), "zh")
    ('March 2027', '2027年3月')
    """
    if language == "zh":
        return f"{when.year}年{when.month}月"
    return f"{_FULL_MONTHS[when.month - 1]} {when.year}"


def joined(names: list[str], language: Language) -> str:
    """Return names as a list in a sentence.

    >>> joined(["a", "b", "c"], "en"), joined(["a", "b"], "zh"), joined([], "en")
    ('a, b and c', 'a、b', '')
    """
    if language == "zh":
        return "、".join(names)
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""
