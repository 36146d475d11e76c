"""How does a page become HTML? Jinja with escaping on, in the language of its reader."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.responses import HTMLResponse, Response

import whet.core.page
from whet.server.console.ask import ROOT, Ask
from whet.server.console.guards import KEYS
from whet.server.console.wording.find import WORDS, words
from whet.server.console.wording.reasons import told

HERE = Path(__file__).parent
_SHARED = Path(whet.core.page.__file__).parent / "templates"
_STYLES = ("colours.css", "page.css", "figures.css")

MENU = (
    ("inbox", "agent"),
    ("intents", "agent"),
    ("articles", "agent"),
    ("quality", "agent"),
    ("review", "editor"),
    ("tests", "agent"),
    ("users", "admin"),
    ("audit", "admin"),
    ("keys", "agent"),
)
"""The pages of the bar, and the least role that sees each."""


def page(ask: Ask, template: str, *, status: int = 200, **facts: Any) -> Response:
    """Return a page of the console."""
    return HTMLResponse(_html(ask, template, facts), status_code=status)


def _html(ask: Ask, template: str, facts: dict[str, Any]) -> str:
    """Return the HTML of a page."""
    say = partial(words, ask.language)
    zone = ZoneInfo(ask.desk.conversations.rules.hours.zone)
    return (
        environment()
        .get_template(template)
        .render(
            t=say,
            language=ask.language,
            root=ROOT,
            path=ask.request.url.path,
            here=f"{ask.request.url.path}{'?' if ask.request.url.query else ''}"
            f"{ask.request.url.query}",
            user=ask.user,
            desk=ask.desk.name,
            said=ask.query("said"),
            now=ask.store.database.clock(),
            zone=zone,
            menu=MENU,
            sentences=WORDS,
            styles=asset_hash("console.css"),
            script=asset_hash("console.js"),
            single_keys=ask.request.cookies.get(KEYS) != "off",
            **facts,
        )
    )


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the environment of the templates."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["moment"] = moment
    made.filters["ago"] = ago
    made.filters["reason"] = reason
    made.filters["percent"] = lambda value: f"{100 * value:.1f} %"
    return made


@pass_context
def moment(context: Context, value: datetime) -> str:
    """Return a time as the desk's wall clock shows it, with the year where it is another one."""
    local = value.astimezone(context["zone"])
    is_this_year = local.year == context["now"].astimezone(context["zone"]).year
    if context["language"] == "zh":
        day = f"{local.month}月{local.day}日" if is_this_year else f"{local:%Y-%m-%d}"
    else:
        day = f"{local.day} {local:%b}" if is_this_year else f"{local.day} {local:%b %Y}"
    return f"{day} {local:%H:%M}"


@pass_context
def ago(context: Context, value: datetime) -> str:
    """Return how long ago something was, in the largest unit that fits."""
    say: Callable[..., str] = context["t"]
    seconds = max(0, int((context["now"] - value).total_seconds()))
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= size:
            return say(f"ago.{unit}", n=seconds // size)
    return say("ago.now")


@pass_context
def reason(context: Context, value: str) -> str:
    """Return why something was done, in the language of the page."""
    return told(context["language"], value)


@lru_cache(maxsize=8)
def asset(name: str) -> str:
    """Return a style sheet or script of the console; the shared styles come before its own."""
    own = (HERE / "static" / name).read_text(encoding="utf-8")
    if not name.endswith(".css"):
        return own
    return "\n".join([*((_SHARED / s).read_text(encoding="utf-8") for s in _STYLES), own])


@lru_cache(maxsize=8)
def asset_hash(name: str) -> str:
    """Return what changes with an asset, so that browsers may keep it for long."""
    return hashlib.sha256(asset(name).encode()).hexdigest()[:12]
