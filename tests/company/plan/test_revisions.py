"""Tests for whet.company.plan.revisions: plans of a real git repository."""

import subprocess
from pathlib import Path

import pytest

from whet.company.plan.revisions import plan_at, plan_of
from whet.core.errors import InputError

PLAN = "currency: EUR\nstart: 2026-01-05\nmonths: 12\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose first revision plans 12 months, and whose file plans 18."""
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@t", "-c", "commit.gpgsign=false"]
    (tmp_path / "plans").mkdir()
    path = tmp_path / "plans" / "company.yaml"
    path.write_text(PLAN)
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"], ["tag", "one"]):
        subprocess.run([*git, *words], cwd=tmp_path, check=True)
    path.write_text(PLAN.replace("12", "18"))
    return tmp_path


def refusal(name: str) -> str:
    with pytest.raises(InputError) as caught:
        plan_at(name)
    return str(caught.value)


def test_a_revision_and_the_file_as_it_is(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = repository / "plans" / "company.yaml"
    assert plan_of(path, "one").months == 12
    assert plan_at(str(path)).months == 18
    monkeypatch.chdir(repository)
    assert plan_at("HEAD:plans/company.yaml").months == 12
    monkeypatch.chdir(repository / "plans")
    assert plan_at("one:company.yaml").months == 12


def test_what_is_not_there(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    hint = "Name a file, or REV:path such as HEAD~1:company.yaml."
    assert refusal("two:plans/company.yaml") == f"There is no revision 'two'. {hint}"
    assert refusal("one:company.yml") == (
        f"There is no file company.yml in the revision one. {hint}"
    )
    assert refusal("--output=x:company.yaml") == (
        "A revision is a name such as HEAD~3 or a tag; found '--output=x'."
    )
    assert not (repository / "x").exists()


def test_a_folder_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    assert refusal("HEAD:company.yaml") == (
        f"{tmp_path} is in no git repository. Name a file, or REV:path such as HEAD~1:company.yaml."
    )


def test_an_old_plan_with_a_mistake(repository: Path) -> None:
    path = repository / "plans" / "company.yaml"
    path.write_text("currency: EUR\nstart: soon\n")
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qam", "bad"],
        cwd=repository,
        check=True,
    )
    with pytest.raises(InputError) as caught:
        plan_of(path, "HEAD")
    assert str(caught.value) == (
        f"HEAD:{path}:2: start: must be a date such as 2026-03-31; found 'soon'"
    )
