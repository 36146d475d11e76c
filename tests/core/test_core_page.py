"""Tests for whet.core.page: the shell, its policy, escaping."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from whet.core.page import format_bytes, render_page


def _template(folder: Path, body: str) -> Path:
    shell = '{% extends "page.html" %}{% block title %}T{% endblock %}'
    (folder / "t.html").write_text(f"{shell}{{% block body %}}{body}{{% endblock %}}")
    return folder


def test_texts_are_escaped(tmp_path: Path) -> None:
    page = render_page(_template(tmp_path, "<p>{{ text }}</p>"), "t.html", text="<b>&</b>")
    assert "<p>&lt;b&gt;&amp;&lt;/b&gt;</p>" in page


def test_without_a_script_the_policy_forbids_all_scripts(tmp_path: Path) -> None:
    page = render_page(_template(tmp_path, ""), "t.html")
    assert "<script" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert "script-src &#39;none&#39;" in page


def test_the_policy_allows_exactly_the_script_of_the_page(tmp_path: Path) -> None:
    code = 'const a = "<é>" && 1;\n'
    (tmp_path / "s.js").write_text(code, encoding="utf-8")
    page = render_page(_template(tmp_path, ""), "t.html", script="s.js")
    assert f"<script>{code}</script>" in page
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    found = re.search(r"script-src &#39;sha256-([^&]+)&#39;", page)
    assert found is not None
    assert found.group(1) == digest


def test_a_fact_that_is_missing_is_an_error_and_not_a_blank(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError, match="'text' is undefined"):
        render_page(_template(tmp_path, "{{ text }}"), "t.html")


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_900, "999.9 kB"),
        (1_000_000, "1.0 MB"),
        (2_500_000_000, "2.5 GB"),
        (7e12, "7000.0 GB"),
    ],
)
def test_sizes_in_words(size: float, words: str) -> None:
    assert format_bytes(size) == words


def _colours(css: str, start: str) -> dict[str, str]:
    block = css[css.index(start) :]
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block[: block.index("}")]))


def _luminance(colour: str) -> float:
    """Return the relative luminance of sRGB. Source: WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("start", [":root", "@media screen and (prefers-color-scheme: dark)"])
@pytest.mark.parametrize("ink", ["ink", "muted", "accent", "good", "bad", "warn"])
@pytest.mark.parametrize("paper", ["paper", "soft"])
def test_texts_stand_out_in_light_and_dark(start: str, ink: str, paper: str) -> None:
    shell = Path(render_page.__code__.co_filename).parent / "templates"
    colours = _colours((shell / "colours.css").read_text(), start)
    bright, dark = sorted((_luminance(colours[ink]), _luminance(colours[paper])), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= 4.5  # level AA for texts


def test_figures_stand_out_from_paper_in_light_and_dark() -> None:
    css = (Path(render_page.__code__.co_filename).parent / "templates" / "colours.css").read_text()
    light, dark = re.findall(r"--point: (#[0-9a-f]{6})", css)
    assert _luminance(light) < 0.3  # on white, 3:1 needs less than 0.3
    assert _luminance(dark) > 0.13  # on #14181c, 3:1 needs more than 0.13
