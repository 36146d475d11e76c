"""Tests for whet.core.drawing: a figure as a file that needs nothing else."""

import re
from xml.etree.ElementTree import fromstring

from whet.core.drawing import svg_file
from whet.core.svg import add, canvas

_SVG = "{http://www.w3.org/2000/svg}"


def test_the_file_is_xml_of_its_own_with_real_colours() -> None:
    figure = canvas(100, 50, label="<one> & two")
    add(figure, "rect", "mark", x=1, y=2, width=3, height=4)
    text = svg_file(figure, ".extra { fill: var(--bad); }")
    root = fromstring(text)
    assert root.tag == f"{_SVG}svg"
    assert root.get("aria-label") == "<one> & two"
    (style,) = root.iter(f"{_SVG}style")
    css = style.text or ""
    assert "var(" not in css
    assert "--" not in css
    assert ".extra { fill: #b3261e; }" in css
    assert css.index("#b3261e") < css.index("prefers-color-scheme: dark") < css.index("#ff8a80")
    assert len(list(root.iter(f"{_SVG}rect"))) == 1
    assert root.get("viewBox") == "-8 -8 116 66"
    assert (root.get("width"), root.get("height")) == ("116", "66")
    assert figure.get("viewBox") == "0 0 100 50"  # the figure itself stays as it was


def test_an_empty_figure_and_a_tip_with_an_angle_stay_whole() -> None:
    assert fromstring(svg_file(canvas(1, 1, label="nothing > 0"))).get("aria-label") == (
        "nothing > 0"
    )


def test_the_file_asks_for_nothing() -> None:
    text = svg_file(canvas(1, 1, label=""))
    assert re.findall(r"https?://[^\" ]+", text) == ["http://www.w3.org/2000/svg"]
    assert "url(" not in text
    assert "@import" not in text
