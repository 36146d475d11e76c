"""Tests for whet.company.plan.checks.hours: more pinned work than days."""

from tests.company.plan.conftest import Complaints

from whet.company.plan.read import plan_of_text


def pinned(name: str, effort: object, pin: str) -> str:
    return f"      - {{id: {name}, effort: {effort}, pin: {{{pin}}}}}\n"


def test_five_days_fit_into_a_week_and_six_do_not(minimal: str, complaints: Complaints) -> None:
    week = "people: [ada], start: 2026-01-12, end: 2026-01-18"
    assert plan_of_text(minimal + pinned("b", 5, week), "plan")
    assert complaints(minimal + pinned("b", 6, week)) == [
        "12: projects[0].tasks[1].pin: more work is pinned to 'ada' than there are days: 6 from "
        "2026-01-12 to 2026-01-18, which has 5 (b). Move a pin, or give the work to somebody else."
    ]


def test_windows_that_overlap_are_added_up(minimal: str, complaints: Complaints) -> None:
    text = minimal + pinned("b", "[2, 3, 9]", "people: [ada], start: 2026-01-12, end: 2026-01-16")
    text += pinned("c", 3, "people: [ada], start: 2026-01-14, end: 2026-01-16")
    assert complaints(text) == [
        "13: projects[0].tasks[2].pin: more work is pinned to 'ada' than there are days: 6 from "
        "2026-01-12 to 2026-01-16, which has 5 (b, c). Move a pin, or give the work to somebody "
        "else."
    ]


def test_work_is_shared_and_what_is_done_does_not_count(minimal: str) -> None:
    text = minimal + pinned("b", 8, "people: [ada, bo], start: 2026-01-12, end: 2026-01-16")
    done = "      - {id: c, effort: 9, spent: 8, pin: {people: [ada], end: 2026-01-09}}\n"
    assert plan_of_text(text + done, "plan")


def test_part_time_holidays_and_absences_count(minimal: str, complaints: Complaints) -> None:
    text = minimal.replace(
        "{id: ada,",
        "{id: ada, share: 0.5, away: [{first: 2026-01-14, last: 2026-01-14}],",
    )
    text += pinned("b", 2, "people: [ada], start: 2026-01-12, end: 2026-01-16")
    text += "calendars: [{id: c, holidays: [2026-01-13], half_days: [fri]}]\n"
    (found,) = complaints(text)
    assert "2 from 2026-01-12 to 2026-01-16, which has 1.25 (b)" in found
