"""Tests of the plan's report in a real browser: the language changes without a script."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.company.report import invented

from whet.company.report.page import render_report

pytestmark = pytest.mark.browser


def _screenshot(page: str, folder: Path, width: int) -> bytes:
    """Return the page as Chromium draws it."""
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("needs Chromium: `chromium` is not on this machine")
    file, picture = folder / "plan.html", folder / "plan.png"
    file.write_text(page, encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    place = [f"--user-data-dir={folder / 'profile'}", f"--window-size={width},900"]
    subprocess.run(
        [browser, *flags, *place, f"--screenshot={picture}", file.as_uri()],
        capture_output=True,
        check=True,
        timeout=60,
    )
    return picture.read_bytes()


def test_the_chosen_face_is_shown_and_the_other_is_not(tmp_path: Path) -> None:
    both = render_report(invented.full(tasks=3))
    chosen = both.replace(" checked", "", 1).replace('id="face-zh"', 'id="face-zh" checked', 1)
    bare = re.sub(r"<fieldset.*?</fieldset>", "", both, flags=re.DOTALL)
    assert _screenshot(both, tmp_path, 1200) != _screenshot(chosen, tmp_path, 1200)
    assert _screenshot(both, tmp_path, 1200) != _screenshot(bare, tmp_path, 1200)
