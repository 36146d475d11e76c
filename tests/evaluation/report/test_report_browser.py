"""Tests of the report in a real browser: its script may run, and sorts the classes."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from tests.evaluation.report.reading import read

from whet.evaluation.report.page import render_report

Facts = dict[str, Any]
pytestmark = pytest.mark.browser


def _opened(page: str, folder: Path) -> str:
    """Return the page as Chromium sees it after its scripts ran."""
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("needs Chromium: `chromium` is not on this machine")
    (folder / "report.html").write_text(page, encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    place = [f"--user-data-dir={folder / 'profile'}", (folder / "report.html").as_uri()]
    done = subprocess.run(
        [browser, *flags, "--dump-dom", *place], capture_output=True, check=True, timeout=60
    )
    return done.stdout.decode()


def _column(tree: Element, name: str) -> tuple[str | None, list[str]]:
    """Return how the table of classes says it is sorted by a column, and the class names."""
    table = tree.find(".//table[@data-sortable]")
    assert table is not None
    (head,) = [e for e in table.iter("th") if "".join(e.itertext()).strip() == name]
    rows = [row.find("th") for body in table.iter("tbody") for row in body]
    return head.get("aria-sort"), ["".join(e.itertext()).strip() for e in rows if e is not None]


def test_the_policy_of_the_page_lets_its_own_script_run(banking: Facts, tmp_path: Path) -> None:
    tree = read(_opened(render_report(banking), tmp_path))
    names = ["".join(e.itertext()).strip() for e in tree.iter("button")]
    assert names == ["Class", "F1", "Precision", "Recall", "Test rows"]


def test_a_column_sorts_up_and_then_down(banking: Facts, tmp_path: Path) -> None:
    for i, row in enumerate(banking["per_class"]):
        row["support"] = 5 * i % 77  # as numbers 9 < 10, as texts not
    page = re.sub(r"<meta http-equiv.*?>", "", render_report(banking))
    click = "<script>document.querySelectorAll('th button')[4].click()</script>"
    expected = sorted(banking["per_class"], key=lambda row: row["support"])
    up = read(_opened(page.replace("</body>", f"{click}</body>"), tmp_path))
    assert _column(up, "Test rows") == ("ascending", [row["label"] for row in expected])
    down = read(_opened(page.replace("</body>", f"{click * 2}</body>"), tmp_path))
    assert _column(down, "Test rows") == (
        "descending",
        [row["label"] for row in reversed(expected)],
    )
