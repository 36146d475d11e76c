"""The page about the plan's file says what the commands say."""

import re
from pathlib import Path

import pytest

from whet.company.plan.read import check_plan
from whet.core.yaml.read import as_line

PAGE = Path(__file__).parents[1] / "docs" / "plan" / "file.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_plan_with_mistakes_has_the_mistakes_that_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("company.yaml")
    (plan,) = blocks("yaml")
    path.write_text(plan, encoding="utf-8")
    said = "".join(f"{as_line(path, problem)}\n" for problem in check_plan(path))
    assert said == blocks("text")[0]
