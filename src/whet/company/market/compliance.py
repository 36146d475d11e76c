"""Which rules bite when, and by when must work on them start? A calendar with lead times.

A rule's date is a milestone that nobody may move. Work on it must start its lead time earlier; a
date that has passed is overdue, and one whose start has passed will be late unless it is hurried.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from whet.core.errors import InputError

Status = Literal["done", "overdue", "start is late", "start now", "later"]
_SOON_DAYS = 30
_MOST_LEAD_DAYS = 3650
_ORDER: tuple[Status, ...] = ("overdue", "start is late", "start now", "later", "done")


@dataclass(frozen=True)
class Rule:
    """A rule with its date: what it asks, how many days of lead its work needs, who owns it."""

    name: str
    due: date
    lead_days: int = 90
    owner: str = ""
    asks: str = ""
    source: str = ""
    is_done: bool = False


@dataclass(frozen=True)
class ComplianceMilestone:
    """A rule on a day: work starts by `start_by`; `days_left` to the due date, negative if passed.

    `slack_days`: days until the work must have started; negative: that many days late.
    """

    rule: Rule
    start_by: date
    days_left: int
    slack_days: int
    status: Status
    sentence: str


def compliance_calendar(rules: Sequence[Rule], *, today: date) -> tuple[ComplianceMilestone, ...]:
    """Return the rules as milestones, the most urgent first.

    Raises:
        InputError: a lead time below 0 or above ten years, or one name for two rules.
    """
    names = [rule.name for rule in rules]
    for rule in rules:
        if names.count(rule.name) > 1:
            raise InputError(f"rules must have different names; found {rule.name!r} twice.")
        if not 0 <= rule.lead_days <= _MOST_LEAD_DAYS:
            raise InputError(
                f"the rule {rule.name!r} must have a lead time of 0 to {_MOST_LEAD_DAYS} days; "
                f"found {rule.lead_days}."
            )
    found = [_milestone(rule, today) for rule in rules]
    found.sort(key=lambda m: (_ORDER.index(m.status), m.start_by, m.rule.due, m.rule.name))
    return tuple(found)


def _milestone(rule: Rule, today: date) -> ComplianceMilestone:
    """Return one rule on a day."""
    start_by = rule.due - timedelta(days=rule.lead_days)
    left, slack = (rule.due - today).days, (start_by - today).days
    status: Status = "later"
    if rule.is_done:
        status = "done"
    elif left < 0:
        status = "overdue"
    elif slack < 0:
        status = "start is late"
    elif slack <= _SOON_DAYS:
        status = "start now"
    return ComplianceMilestone(
        rule, start_by, left, slack, status, _sentence(rule, start_by, left, slack, status)
    )


def _sentence(rule: Rule, start_by: date, left: int, slack: int, status: Status) -> str:
    """Return what is the matter with a rule, in words."""
    who = f" {rule.owner} owns it." if rule.owner else " Nobody owns it."
    if status == "done":
        return f"{rule.name} is met."
    if status == "overdue":
        return f"{rule.name} was due on {rule.due}, {_days(-left)} ago, and is not met.{who}"
    if status == "start is late":
        return (
            f"{rule.name} is due on {rule.due}; its work of {_days(rule.lead_days)} should have "
            f"started on {start_by}, {_days(-slack)} ago.{who}"
        )
    return f"{rule.name} is due on {rule.due}; its work must start by {start_by}.{who}"


def _days(count: int) -> str:
    """Return a number of days in words.

    >>> _days(1), _days(90)
    ('1 day', '90 days')
    """
    return f"{count} day" if count == 1 else f"{count} days"
