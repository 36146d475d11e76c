"""Tests for whet.company.team.git_history: a repository that the test makes, read back."""

from pathlib import Path

import pytest
from tests.company.team.conftest import commit, run

from whet.company.team.git_history import read_history
from whet.core.errors import InputError

ANA, BO = "Ana <ana@x.org>", "Bo <bo@x.org>"


def test_changes_are_read_with_renames_and_odd_names(repository: Path) -> None:
    text = "line\n" * 30
    commit(repository, {"src/a.py": text, "b.py": "x\n"}, ANA)
    run(repository, "mv", "src/a.py", "src/ünter \tname.py")
    run(repository, "commit", "-q", "-m", "rename", who=BO, day="2026-02-01")
    commit(repository, {"src/ünter \tname.py": text + "more\n"}, BO, "2026-03-01")
    found = read_history(repository)
    assert found.files == ("b.py", "src/ünter \tname.py")
    assert [(c.path, c.author, c.at.month, c.is_creation) for c in found.changes] == [
        ("b.py", "Ana", 1, True),
        ("src/ünter \tname.py", "Ana", 1, True),
        ("src/ünter \tname.py", "Bo", 2, False),
        ("src/ünter \tname.py", "Bo", 3, False),
    ]


def test_aliases_are_joined_by_mailmap_mail_and_name(repository: Path) -> None:
    commit(repository, {"a.py": "1"}, "ana <ana@home>")
    commit(repository, {"a.py": "2"}, "Ana Li <ana@x.org>")
    commit(repository, {"a.py": "3"}, "Ana Li <ANA@home>")
    commit(repository, {"a.py": "4"}, "Li A <other@x.org>")
    mailmap = "Ana Li <ana@x.org> Li A <other@x.org>\n"
    commit(repository, {".mailmap": mailmap}, "Ana Li <ana@x.org>")
    found = read_history(repository)
    assert {change.author for change in found.changes} == {"Ana Li"}
    assert found.mails == {"Ana Li": ("ana@home", "ana@x.org")}


def test_what_is_not_ours_is_left_out(repository: Path) -> None:
    commit(
        repository,
        {
            "ours.py": "1\n",
            "vendor/lib.py": "1\n",
            "web/node_modules/x.js": "1\n",
            "app.min.js": "1\n",
            "uv.lock": "1\n",
            "made.py": "1\n",
            "logo.png": b"\x00\x01",
            ".gitattributes": "made.py linguist-generated\n",
        },
        ANA,
    )
    found = read_history(repository)
    assert found.files == (".gitattributes", "ours.py")
    assert found.excluded == 6
    assert {change.path for change in found.changes} == set(found.files)


def test_bots_merges_and_files_that_are_gone_do_not_count(repository: Path) -> None:
    commit(repository, {"a.py": "1\n", "old.py": "1\n"}, ANA)
    commit(repository, {"a.py": "2\n"}, "dependabot[bot] <support@github.com>")
    run(repository, "rm", "-q", "old.py")
    run(repository, "commit", "-q", "-m", "gone", who=ANA)
    run(repository, "checkout", "-q", "-b", "side")
    commit(repository, {"b.py": "1\n"}, BO)
    run(repository, "checkout", "-q", "main")
    commit(repository, {"c.py": "1\n"}, ANA)
    run(repository, "merge", "-q", "--no-ff", "-m", "merge", "side", who=BO)
    found = read_history(repository)
    assert sorted((c.path, c.author) for c in found.changes) == [
        ("a.py", "Ana"),
        ("b.py", "Bo"),
        ("c.py", "Ana"),
    ]


def test_a_shallow_clone_is_noticed(repository: Path, tmp_path: Path) -> None:
    for day in range(3):
        commit(repository, {"a.py": f"{day}\n"}, ANA)
    run(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", "shallow")
    assert read_history(tmp_path / "shallow").is_cut
    assert not read_history(repository).is_cut


def test_what_is_no_repository_is_said(tmp_path: Path, repository: Path) -> None:
    plain = tmp_path / "plain"
    plain.mkdir()
    with pytest.raises(InputError) as error:
        read_history(plain)
    assert str(error.value) == (
        f"{plain} must be a git repository with commits; git says: fatal: not a git repository (or "
        "any of the parent directories): .git."
    )
    with pytest.raises(InputError) as error:
        read_history(tmp_path / "none")
    assert str(error.value) == (
        f"{tmp_path / 'none'} must be a folder of a git repository; there is no such folder."
    )
    with pytest.raises(InputError) as error:
        read_history(repository)
    assert str(error.value) == f"{repository} must hold commits; it holds none."
