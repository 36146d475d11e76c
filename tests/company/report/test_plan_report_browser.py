"""Tests of the plan's report in a real browser: the language changes without a script."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.company.report import invented

from whet.company.report.page import render_report

pytestmark = pytest.mark.browser


def _screenshot(page: str, folder: Path, width: int) -> bytes:
    """Return the page as Chromium draws it."""
    picture = folder / "plan.png"
    _draw(page, folder, [f"--window-size={width},900", f"--screenshot={picture}"])
    return picture.read_bytes()


def _printed(page: str, folder: Path) -> list[str]:
    """Return the texts of the pages that Chromium prints."""
    paper = folder / "plan.pdf"
    _draw(page, folder, ["--no-pdf-header-footer", f"--print-to-pdf={paper}"])
    return [sheet.extract_text() for sheet in PdfReader(paper).pages]


def _draw(page: str, folder: Path, asked: list[str]) -> None:
    """Let Chromium draw the page."""
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("needs Chromium: `chromium` is not on this machine")
    file = folder / "plan.html"
    file.write_text(page, encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    place = [f"--user-data-dir={folder / 'profile'}"]
    subprocess.run(
        [browser, *flags, *place, *asked, file.as_uri()],
        capture_output=True,
        check=True,
        timeout=60,
    )


def test_the_chosen_face_is_shown_and_the_other_is_not(tmp_path: Path) -> None:
    both = render_report(invented.full(tasks=3))
    chosen = both.replace(" checked", "", 1).replace('id="face-zh"', 'id="face-zh" checked', 1)
    bare = re.sub(r"<fieldset.*?</fieldset>", "", both, flags=re.DOTALL)
    assert _screenshot(both, tmp_path, 1200) != _screenshot(chosen, tmp_path, 1200)
    assert _screenshot(both, tmp_path, 1200) != _screenshot(bare, tmp_path, 1200)


def test_paper_has_one_face_folded_tables_open_and_short_ones_whole(tmp_path: Path) -> None:
    found = invented.full(tasks=30)
    assert found.schedule is not None and found.operations is not None
    sheets = _printed(render_report(found), tmp_path)
    text = " ".join(" ".join(sheets).split())
    assert "To decide this Monday" in text and "本周一需要决定的事" not in text
    # The table of 30 tasks is folded on the screen; each task is in the drawing and in it.
    last = found.schedule.bars[-1].name
    assert text.count(last) > 1
    # A short table stands on one sheet, with its caption and its last row.
    (sheet,) = [s for s in sheets if "What one change costs over all months" in s]
    assert "support: 10 % more contacts" in sheet
