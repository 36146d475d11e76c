"""How does a figure become a file of its own? Its style goes into it, with real colours.

A page gives its figures their colours by variables; drawing programs and mail readers know no
variables, so here each is replaced by its value: those of paper first, those of a dark screen
for browsers that ask for them.
"""

import re
from functools import lru_cache
from pathlib import Path
from xml.etree.ElementTree import Element

from whet.core.svg import markup

_STYLES = Path(__file__).parent / "templates"
_MARGIN = 8
"""Pixels of paper around the figure."""
_FONTS = 'system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif'


def svg_file(figure: Element, *styles: str) -> str:
    """Return a figure as the text of an ``.svg`` file; `styles` are further style sheets.

    The file asks for nothing: no font, no script, no picture.
    """
    light, dark = _palettes()
    rules = "\n".join(((_STYLES / "figures.css").read_text(encoding="utf-8"), *styles))
    root = f"svg {{ background: var(--paper); font-family: {_FONTS}; }}\n"
    css = (
        f"{_coloured(root + rules, light)}\n"
        f"@media screen and (prefers-color-scheme: dark) {{\n{_coloured(root + rules, dark)}\n}}"
    )
    width, height = (float(figure.get(name, "0")) + 2 * _MARGIN for name in ("width", "height"))
    framed = Element("svg", figure.attrib)
    framed.set("viewBox", f"{-_MARGIN} {-_MARGIN} {width:g} {height:g}")
    framed.set("width", f"{width:g}")
    framed.set("height", f"{height:g}")
    framed.extend(figure)
    opening, rest = markup(framed).split(">", 1)
    opening = opening.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    closed = opening.removesuffix("/").rstrip()
    rest = rest or "</svg>"
    return f"{closed}>\n<style>{css}</style>\n{rest}\n"


@lru_cache(maxsize=1)
def _palettes() -> tuple[dict[str, str], dict[str, str]]:
    """Return the colours of paper and those of a dark screen, by name."""
    css = (_STYLES / "colours.css").read_text(encoding="utf-8")
    light, dark = css.split("@media", 1)
    return (_named(light), _named(dark))


def _named(css: str) -> dict[str, str]:
    """Return the variables that a style sheet sets."""
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", css))


def _coloured(css: str, palette: dict[str, str]) -> str:
    """Return a style sheet with each variable replaced by its colour."""
    plain = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"var\(--(\w+)\)", lambda found: palette[found.group(1)], plain)
