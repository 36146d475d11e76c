"""What is wrong between the fields of desk.yaml? Every check that a single field cannot answer."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import BaseModel, TypeAdapter, ValidationError

from whet.core.errors import did_you_mean
from whet.core.yaml.document import Document, Problem, Where
from whet.products.support.desk.outside import Lookup
from whet.products.support.desk.paths import is_path
from whet.products.support.desk.slots import Slot, pattern_rules
from whet.products.support.desk.templates import SLOT, named_in
from whet.products.support.desk.times import WEEK, span_of

Found = Iterator[tuple[Where, str]]
Model = TypeVar("Model", bound=BaseModel)

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HEADER = re.compile(r"[A-Za-z0-9-]+")
_RUNAWAY = re.compile(r"[+*}]\)[+*{]")
_NAME_WORDS = "at most 40 lower-case letters, digits and `_`, a letter first"


def cross_problems(document: Document, folder: Path) -> list[Problem]:
    """Return the problems between the fields of a desk that stands in `folder`."""
    found = [item for check in CHECKS for item in check(document)]
    found += _check_files(document, folder)
    return [document.problem(where, sentence) for where, sentence in found]


def _check_names(document: Document) -> Found:
    """Slots and lookups have names that templates can use, and no two of them the same."""
    for section in ("slots", "lookups"):
        for where, name, _ in document.entries(section):
            if not _NAME.fullmatch(name):
                yield where, f"must be a name of {_NAME_WORDS}; found {name[:60]!r}"
            if section == "lookups" and name in (document.get("slots") or {}):
                yield where, f"{name!r} is the name of a slot too. Give one of them another name."


def _check_slots(document: Document) -> Found:
    """A slot has what its kind needs."""
    for where, slot in _valid(document, "slots", Slot):
        if slot.kind == "pattern":
            yield from _pattern_problem((*where, "pattern"), slot.pattern)
        elif slot.pattern is not None:
            yield (*where, "pattern"), f"is for kind 'pattern' only; the kind is {slot.kind!r}"
        if slot.kind == "choice" and len(slot.choices) < 2:
            found = f"must hold at least two choices for kind 'choice'; found {len(slot.choices)}"
            yield (*where, "choices"), found
        if None not in (slot.least, slot.most) and slot.least > slot.most:  # type: ignore[operator]
            yield (
                (*where, "most"),
                f"must be at least `least` ({slot.least:g}); found {slot.most:g}",
            )
        values = [choice.value for choice in slot.choices]
        for i, value in enumerate(values):
            if value in values[:i]:
                yield (*where, "choices", i), f"{value!r} is a value of this slot already"


def _pattern_problem(where: Where, pattern: str | None) -> Found:
    """Yield what is wrong with the pattern of a slot."""
    if pattern is None:
        yield (
            where,
            "must be given for kind 'pattern': a regular expression such as '[A-Z]{2}[0-9]{6}'",
        )
        return
    try:
        is_empty = pattern_rules(pattern)[1].fullmatch("")
    except (re.error, OverflowError, RecursionError) as error:
        yield where, f"must be a regular expression; found {pattern[:60]!r}: {error}"
        return
    if is_empty:
        yield where, f"must not match an empty text; found {pattern[:60]!r}"
    if _RUNAWAY.search(pattern):
        yield (
            where,
            (
                "must not repeat what repeats itself, such as (a+)+: a long message would hold up "
                f"the desk; found {pattern[:60]!r}"
            ),
        )


def _check_lookups(document: Document) -> Found:
    """A lookup asks a web address about slots that exist, and reads paths that can be followed."""
    slots = list(document.get("slots") or {})
    for where, lookup in _valid(document, "lookups", Lookup):
        yield from _url_problems((*where, "url"), lookup.url)
        texts: list[tuple[Where, str]] = [((*where, "url"), lookup.url)]
        texts += [((*where, "body", name), text) for name, text in lookup.body.items()]
        for place, text in texts:
            yield from _unknown_slots(place, named_in(text), slots)
        for name in lookup.same:
            yield from _unknown_slots((*where, "same", name), [name], slots)
        for part, paths in (("fields", lookup.fields), ("same", lookup.same)):
            for name, path in paths.items():
                if not is_path(path):
                    sentence = f"must be a path such as `$.delivery.state`; found {path[:60]!r}"
                    yield (*where, part, name), sentence
        if lookup.body and lookup.method != "POST":
            yield (*where, "body"), "is sent by `method: POST` only; the method is GET"
        for header, variable in lookup.headers.items():
            yield from _header_problems((*where, "headers", header), header, variable)


def _header_problems(where: Where, header: str, variable: str) -> Found:
    """Yield what is wrong with a header whose value stands in a variable of the environment."""
    if not _HEADER.fullmatch(header):
        yield where, f"must be the name of a header, such as Authorization; found {header[:60]!r}"
    if not _VARIABLE.fullmatch(variable):
        yield (
            where,
            (
                "must name a variable of the environment, such as ORDERS_TOKEN, so that no secret "
                f"stands in the file; found {variable[:12]!r}"
            ),
        )


def _url_problems(where: Where, url: str) -> Found:
    """Yield what is wrong with an address."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host:
        yield where, f"must be an address that starts with https:// or http://; found {url[:60]!r}"
    elif SLOT.search(parts.netloc) or parts.username is not None:
        yield (
            where,
            (
                f"must name its host itself, without slots, user or password; found {url[:60]!r}. "
                "Put slots into the path, and secrets into `headers`."
            ),
        )


def _check_endpoint(document: Document) -> Found:
    """The endpoint has an address, and its key is a variable."""
    if url := document.text("endpoint", "base_url"):
        yield from _url_problems(("endpoint", "base_url"), url)
    key = document.text("endpoint", "key")
    if key is not None and not _VARIABLE.fullmatch(key):
        yield (
            ("endpoint", "key"),
            (
                "must name a variable of the environment, such as OPENAI_API_KEY, so that no "
                "secret stands in the file"
            ),
        )


def _check_channels(document: Document) -> Found:
    """Origins are origins, Chatwoot has an address, and its secrets are variables."""
    for where, origin in document.texts("channels", "widget", "origins"):
        if not _is_origin(origin):
            yield where, f"must be an origin such as https://shop.example; found {origin[:60]!r}"
    if url := document.text("channels", "chatwoot", "base_url"):
        yield from _url_problems(("channels", "chatwoot", "base_url"), url)
    for name in ("token", "secret"):
        variable = document.text("channels", "chatwoot", name)
        if variable is not None and not _VARIABLE.fullmatch(variable):
            yield (
                ("channels", "chatwoot", name),
                (
                    "must name a variable of the environment, such as CHATWOOT_TOKEN, so that no "
                    "secret stands in the file"
                ),
            )


def _is_origin(text: str) -> bool:
    """Return whether a text is an origin: scheme and host, perhaps a port, and nothing behind."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and text == f"{parts.scheme}://{parts.netloc}" and "@" not in text


def _check_hours(document: Document) -> Found:
    """Hours are spans of a day in a zone that exists."""
    zone = document.text("hours", "zone")
    if zone is not None and zone not in available_timezones():
        nearest = did_you_mean(zone, available_timezones())
        hint = nearest if nearest.startswith("Did") else "Write one such as Europe/Berlin."
        yield ("hours", "zone"), f"{zone[:60]!r} is no time zone. {hint}"
    for day in WEEK:
        last = -1
        for where, text in document.texts("hours", day):
            span = span_of(text)
            if span is None:
                yield (
                    where,
                    f"must be hours such as 09:00-18:00, the later one last; found {text[:60]!r}",
                )
            elif span[0] < last:
                yield where, f"must begin after the hours before it end; found {text!r}"
            last = max(last, span[1] if span else last)


def _check_queues(document: Document) -> Found:
    """Every queue has a name of its own."""
    queues = document.get("queues")
    seen: dict[str, int] = {}
    for i in range(len(queues) if isinstance(queues, list) else 0):
        name = document.text("queues", i, "name")
        if name in seen:
            line = document.line_of(("queues", seen[name], "name"))
            yield ("queues", i, "name"), f"{name!r} is the name of another queue (line {line})"
        elif name is not None:
            seen[name] = i


def _check_languages(document: Document) -> Found:
    """Every language stands once."""
    names = [name for _, name in document.texts("languages")]
    for i, name in enumerate(names):
        if name in names[:i]:
            yield ("languages", i), f"{name!r} is given twice. Keep one."


def _check_files(document: Document, folder: Path) -> Found:
    """Files and folders that the desk names are there; without a name they may be missing."""
    if (name := document.text("templates")) is not None and not (folder / name).is_file():
        yield ("templates",), f"there is no file {name[:60]!r} beside the desk"
    if (name := document.text("articles")) is not None and not (folder / name).is_dir():
        yield ("articles",), f"there is no folder {name[:60]!r} beside the desk"


def _unknown_slots(where: Where, names: list[str], slots: list[str]) -> Found:
    """Yield a sentence for each name that is no slot."""
    for name in names:
        if name not in slots:
            hint = did_you_mean(name, slots) if slots else "Describe it under `slots`."
            yield where, f"{{{name[:60]}}} is no slot of the desk. {hint}"


def _valid(document: Document, section: str, model: type[Model]) -> Iterator[tuple[Where, Model]]:
    """Yield place and entry of those of a section that their model accepts."""
    adapter: TypeAdapter[Any] = TypeAdapter(model)
    for where, _, value in document.entries(section):
        try:
            yield where, adapter.validate_python(value, strict=True)
        except ValidationError:
            continue


CHECKS: tuple[Callable[[Document], Found], ...] = (
    _check_names,
    _check_slots,
    _check_lookups,
    _check_endpoint,
    _check_channels,
    _check_hours,
    _check_queues,
    _check_languages,
)
"""Every check between fields, but for those that look at the disk."""
