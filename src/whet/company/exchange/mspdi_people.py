"""Who works in a project file, and when? Calendars and resources as a plan has them."""

from whet.company.exchange.mspdi_calendars import closed_days, closing, week_of
from whet.company.exchange.mspdi_read import Read, Values
from whet.company.exchange.mspdi_xml import Element, child, children, day, number, text
from whet.company.exchange.names import Ids, is_id


def read_calendars(found: Read) -> list[Values]:
    """Return the calendars that others refer to, the project's own one first."""
    own = text(found.root, "CalendarUID")
    elements = children(child(found.root, "Calendars"), "Calendar")
    bases = [e for e in elements if text(e, "IsBaseCalendar", "1") == "1"]
    ids = Ids()
    entries = []
    for element in sorted(bases, key=lambda e: text(e, "UID") != own):
        uid = text(element, "UID")
        found.calendars[uid] = ids.take(text(element, "Name"), "calendar")
        closed, other = closed_days(element)
        _note_exceptions(found, f"calendar {found.calendars[uid]}", other)
        week = week_of(element, found.minutes)
        entries.append({"id": found.calendars[uid], **week, **closing(closed)})
    return entries


def _note_exceptions(found: Read, whose: str, other: list[str]) -> None:
    """Note exceptions of a calendar that a plan cannot hold."""
    found.notes += [
        f"{whose}: the exception {name!r} opens days or comes again by a rule; a plan has no such "
        "thing. Write its days as holidays."
        for name in other
    ]


def read_people(found: Read) -> list[Values]:
    """Return the resources that are people; material and costs stay in the file."""
    ids, entries = Ids(), []
    for element in children(child(found.root, "Resources"), "Resource"):
        uid, name = text(element, "UID"), text(element, "Name")
        if not name or text(element, "IsNull") == "1":
            continue
        if text(element, "Type", "1") != "1" or text(element, "IsCostResource") == "1":
            found.notes.append(f"resource {name!r} is no person; it was left out.")
            continue
        code = text(element, "Code")
        found.people[uid] = ids.take(code if is_id(code) else name, "person")
        entries.append(_person(found, element, found.people[uid], name))
    return entries


def _person(found: Read, element: Element, name: str, title: str) -> Values:
    """Return one person; a rate is per hour, whatever it is shown in."""
    share = min(1.0, number(element, "MaxUnits", 1) or 1)
    month = number(found.root, "DaysPerMonth", 20) * found.minutes / 60
    values: Values = {"id": name, "name": title, "role": text(element, "Group", "team")}
    if share < 1:
        values["share"] = share
    values["cost_per_month"] = round(number(element, "StandardRate") * month * share, 2)
    for key, tag in (("start", "AvailableFrom"), ("end", "AvailableTo")):
        if (at := day(element, tag)) is not None and 1984 < at.year < 2049:
            values[key] = at
    own = _calendar(found, text(element, "CalendarUID"))
    if own is not None:
        base = found.calendars.get(
            text(own, "BaseCalendarUID"), found.calendars.get(text(own, "UID"))
        )
        if base and base != next(iter(found.calendars.values())):
            values["calendar"] = base
        if text(own, "IsBaseCalendar", "1") != "1":
            values |= _own_days(found, own, name)
    return values


def _own_days(found: Read, calendar: Element, name: str) -> Values:
    """Return when somebody is away, from a calendar of their own."""
    closed, other = closed_days(calendar)
    _note_exceptions(found, name, other)
    if week_of(calendar, found.minutes):
        found.notes.append(
            f"{name} has days of the week of their own; a plan has them in calendars only. Add a "
            "calendar and name it."
        )
    away = [{"first": p.first, "last": p.last, **({"why": p.why} if p.why else {})} for p in closed]
    return {"away": away} if away else {}


def _calendar(found: Read, uid: str) -> Element | None:
    """Return a calendar by its uid."""
    elements = children(child(found.root, "Calendars"), "Calendar")
    return next((e for e in elements if text(e, "UID") == uid), None)
