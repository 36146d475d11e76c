"""Tests for whet.company.market.compliance: every status on its day, leap days, refusals."""

from dataclasses import replace
from datetime import date

import pytest

from whet.company.market.compliance import Rule, compliance_calendar
from whet.core.errors import InputError

RULE = Rule("AI Act, article 50", date(2026, 8, 2), lead_days=90, owner="Ana")


@pytest.mark.parametrize(
    ("today", "status", "sentence"),
    [
        (
            date(2026, 1, 1),
            "later",
            "AI Act, article 50 is due on 2026-08-02; its work must start by 2026-05-04. "
            "Ana owns it.",
        ),
        (
            date(2026, 5, 4),
            "start now",
            "AI Act, article 50 is due on 2026-08-02; its work must start by 2026-05-04. "
            "Ana owns it.",
        ),
        (
            date(2026, 5, 5),
            "start is late",
            "AI Act, article 50 is due on 2026-08-02; its work of 90 days should have started on "
            "2026-05-04, 1 day ago. Ana owns it.",
        ),
        (
            date(2026, 8, 5),
            "overdue",
            "AI Act, article 50 was due on 2026-08-02, 3 days ago, and is not met. Ana owns it.",
        ),
    ],
)
def test_a_rule_on_its_days(today: date, status: str, sentence: str) -> None:
    found = compliance_calendar([RULE], today=today)[0]
    assert (found.status, found.sentence) == (status, sentence)
    assert found.days_left == (RULE.due - today).days


def test_the_due_day_itself_is_not_overdue() -> None:
    assert compliance_calendar([RULE], today=RULE.due)[0].status == "start is late"


def test_the_most_urgent_comes_first_and_what_is_done_last() -> None:
    rules = [
        replace(RULE, name="met", is_done=True),
        replace(RULE, name="later", due=date(2028, 1, 1)),
        replace(RULE, name="past", due=date(2026, 1, 1), owner=""),
        replace(RULE, name="late"),
    ]
    found = compliance_calendar(rules, today=date(2026, 6, 1))
    assert [m.rule.name for m in found] == ["past", "late", "later", "met"]
    assert found[0].sentence.endswith("Nobody owns it.")


def test_a_lead_over_a_leap_day() -> None:
    rule = replace(RULE, due=date(2028, 3, 1), lead_days=1)
    assert compliance_calendar([rule], today=date(2028, 1, 1))[0].start_by == date(2028, 2, 29)


def test_refusals() -> None:
    with pytest.raises(InputError) as error:
        compliance_calendar([RULE, RULE], today=RULE.due)
    assert str(error.value) == (
        "rules must have different names; found 'AI Act, article 50' twice."
    )
    with pytest.raises(InputError) as error:
        compliance_calendar([replace(RULE, lead_days=-1)], today=RULE.due)
    assert str(error.value) == (
        "the rule 'AI Act, article 50' must have a lead time of 0 to 3650 days; found -1."
    )
