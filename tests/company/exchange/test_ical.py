"""Calendars: milestones and tasks out, holidays in."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from whet.company.exchange.draft import Draft, merged
from whet.company.exchange.ical import export_ical, import_ical
from whet.company.exchange.rows import Row
from whet.company.plan.schema import Plan
from whet.core.errors import InputError

START = date(2028, 1, 1)


def calendar(*events: str) -> bytes:
    body = "".join(
        f"BEGIN:VEVENT\r\nUID:{i}\r\n{e}\r\nEND:VEVENT\r\n" for i, e in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{body}END:VCALENDAR\r\n".encode()


def test_milestones_are_events_and_tasks_are_to_dos(short: Plan, rows: list[Row]) -> None:
    data = export_ical(short, rows)
    assert data == export_ical(short, rows)
    parts: list[Any] = list(Calendar.from_ical(data).subcomponents)
    assert [(p.name, str(p["UID"]), str(p["SUMMARY"])) for p in parts] == [
        ("VTODO", "task.build@oak-1-labs.whet", "click here: 50%"),
        ("VTODO", "task.ship@oak-1-labs.whet", "ship"),
        ("VEVENT", "milestone.launch@oak-1-labs.whet", "Launch: now"),
    ]
    todo, _, event = parts
    assert (todo["DTSTART"].dt, todo["DUE"].dt) == (
        datetime(2028, 2, 28, 9),  # floating: no time zone, over the leap day
        datetime(2028, 3, 1, 17),
    )
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1)


def test_all_day_events_are_holidays() -> None:
    data = calendar(
        "SUMMARY:Leap\r\nDTSTART;VALUE=DATE:20280229\r\nRRULE:FREQ=YEARLY;COUNT=2",
        "SUMMARY:Break\r\nDTSTART;VALUE=DATE:20281224\r\nDTEND;VALUE=DATE:20281227",
        "SUMMARY:Old\r\nDTSTART;VALUE=DATE:20271224\r\nDTEND;VALUE=DATE:20271225",
        "SUMMARY:Call\r\nDTSTART:20280301T100000Z\r\nDTEND:20280301T110000Z",
        "SUMMARY:Monthly\r\nDTSTART;VALUE=DATE:20280301\r\nRRULE:FREQ=MONTHLY",
    )
    draft = import_ical(data, "h.ics", START)
    found = merged([Draft({"calendars": [{"id": "own", "holidays": [date(2028, 5, 1)]}]}), draft])
    assert found.values["calendars"] == [
        {
            "id": "own",
            "holidays": [date(2028, 2, 29), date(2028, 5, 1), date(2032, 2, 29)],
            "closed": [{"first": date(2028, 12, 24), "last": date(2028, 12, 26), "why": "Break"}],
        }
    ]
    assert draft.notes == (
        "h.ics: 1 events with a time of day were left out: holidays last all day.",
        'h.ics: Monthly comes again by a rule that is not "every year"; it was left out. Write its '
        "days in.",
    )


def test_a_file_that_is_no_calendar_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        import_ical(b"hello", "h.ics", START)
    assert str(caught.value).startswith(
        "h.ics: must be a calendar (iCalendar, .ics); it cannot be read"
    )
