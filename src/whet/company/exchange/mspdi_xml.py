"""How are MS Project's XML, its times and its durations read and written, whoever sent the file?

Times are local and have no zone: the day that stands in the file is the day that is meant, also
where a clock is changed. Elements that nobody here knows stay where they are.
"""

import math
import re
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET
from xml.parsers import expat

from whet.core.errors import InputError

NAMESPACE = "http://schemas.microsoft.com/project"
MOST_BYTES = 50_000_000
_MOST_LEVELS = 60
_DURATION = re.compile(
    r"(-?)P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
)

ET.register_namespace("", NAMESPACE)

Element = ET.Element


def parse_project(data: bytes, name: str) -> Element:
    """Return the root of a project file.

    Raises:
        InputError: it is no XML, too large, has a DOCTYPE (which could hold entities that grow), or
            is not the XML of a project.
    """
    if len(data) > MOST_BYTES:
        raise InputError(
            f"{name}: a project file holds at most {MOST_BYTES:,} bytes; found {len(data):,}."
        )
    root = _parsed(data, name)
    if local(root) != "Project":
        raise InputError(
            f"{name}: must be a project saved as XML by MS Project, with <Project> around all; "
            f"found <{local(root)}>. Save it as XML there."
        )
    return root


def _parsed(data: bytes, name: str) -> Element:
    """Return the root of an XML file that has no DOCTYPE."""
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    level = 0

    def refuse(*_: Any) -> None:
        raise InputError(
            f"{name}:{parser.CurrentLineNumber}: a project file has no DOCTYPE; found one. It "
            "could hold entities that fill the memory: delete it if you know who wrote the file."
        )

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal level
        level += 1
        if level > _MOST_LEVELS:
            raise InputError(f"{name}: elements stand at most {_MOST_LEVELS} deep in a project.")
        builder.start(_tag(tag), {_tag(key): value for key, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal level
        level -= 1
        builder.end(_tag(tag))

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        words = expat.errors.messages[error.code]
        raise InputError(
            f"{name}:{error.lineno}: must be XML; found: {words}. Save the project as XML."
        ) from error
    return builder.close()


def _tag(name: str) -> str:
    """Return a name of expat as ElementTree writes it."""
    return "{" + name if "}" in name else name


def local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: Element | None, name: str) -> list[Element]:
    """Return the children with a name, whatever their namespace; none of an element that is not."""
    return [] if element is None else [child for child in element if local(child) == name]


def child(element: Element | None, name: str) -> Element | None:
    """Return the first child with a name, or None."""
    return next(iter(children(element, name)), None)


def text(element: Element | None, name: str, default: str = "") -> str:
    """Return the text of a child, or the default where it is empty or not there."""
    found = child(element, name)
    return (found.text or "").strip() or default if found is not None else default


def number(element: Element | None, name: str, default: float = 0.0) -> float:
    """Return the number in a child.

    Raises:
        InputError: it is no number.
    """
    found = text(element, name)
    try:
        value = float(found) if found else default
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(f"<{name}> must be a number; found {found!r}.")
    return value


def day(element: Element | None, name: str) -> date | None:
    """Return the day of a child's time as it is written, or None.

    Raises:
        InputError: there is no such day.
    """
    found = text(element, name)
    if not found or found.startswith("NA"):
        return None
    try:
        return date.fromisoformat(found[:10])
    except ValueError:
        raise InputError(
            f"<{name}> must be a time such as 2028-02-29T08:00:00; found {found!r}."
        ) from None


def hours(element: Element | None, name: str) -> float | None:
    """Return the hours of a child's duration, such as `PT12H30M0S`; None where there is none.

    Raises:
        InputError: it is no duration.
    """
    found = text(element, name)
    if not found:
        return None
    match = _DURATION.fullmatch(found)
    if match is None or found in ("P", "PT"):
        raise InputError(f"<{name}> must be a duration such as PT16H0M0S; found {found!r}.")
    sign, days, whole, minutes, seconds = match.groups()
    value = 24 * int(days or 0) + int(whole or 0) + int(minutes or 0) / 60
    return (value + float(seconds or 0) / 3600) * (-1 if sign else 1)


def duration(value: float) -> str:
    """Return hours as a duration, to the second.

    >>> duration(12.5), duration(0)
    ('PT12H30M0S', 'PT0H0M0S')
    """
    seconds = round(value * 3600)
    return f"PT{seconds // 3600}H{seconds % 3600 // 60}M{seconds % 60}S"


def put(parent: Element, name: str, value: str, order: tuple[str, ...]) -> Element:
    """Set the text of a child, which is made at its place in `order` where it is not there."""
    found = child(parent, name)
    if found is None:
        found = insert(parent, name, order)
    found.text = value
    return found


def insert(parent: Element, name: str, order: tuple[str, ...]) -> Element:
    """Return a new child before the first one that comes later in `order`; unknown ones stay."""
    namespace = parent.tag.rpartition("}")[0]
    made = ET.Element(f"{namespace}}}{name}" if namespace else name)
    later = set(order[order.index(name) + 1 :])
    at = len(parent)
    if later:
        at = next((i for i, other in enumerate(parent) if local(other) in later), at)
    parent.insert(at, made)
    return made


def drop(parent: Element, name: str) -> None:
    """Remove all children with a name."""
    for found in children(parent, name):
        parent.remove(found)


def to_bytes(root: Element) -> bytes:
    """Return a project file, indented."""
    ET.indent(root, "  ")
    found: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return found + b"\n"
