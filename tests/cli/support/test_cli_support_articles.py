"""`whet support articles`: a folder is synced, listed, shown and searched."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet
from tests.cli.conftest import whet as whet  # the fixture

from whet.core.workspace import Workspace
from whet.store.store import open_store


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A desk with two articles."""
    (tmp_path / "whet.toml").touch()
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "refunds.md").write_text(
        "---\nowner: Ana\n---\n# Refunds\n\nMoney is back in three days.\n\n## Abroad\n\nTen days."
    )
    (tmp_path / "articles" / "tuikuan.md").write_text(
        "# 退款\n\n退款三天内到账。", encoding="utf-8"
    )
    return tmp_path


def test_a_folder_is_synced_and_searched(whet: Whet, desk: Path) -> None:
    ran = whet("support", "articles", "sync", "--workspace", desk)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "2 added, 0 changed, 0 removed, 0 unchanged.\n"
        "No package of this workspace can embed: articles are found by their words alone.\n"
    )
    ran = whet("support", "articles", "search", "money back", "--workspace", desk)
    assert ran.out.splitlines()[0] == "Money is back in three days."
    assert ran.out.splitlines()[1].startswith("— Refunds (refunds), confidence 0.")
    ran = whet("support", "articles", "search", "退款多久", "--workspace", desk, "--json")
    said = json.loads(ran.out)
    assert said["answer"]["sources"][0]["quote"] == "退款三天内到账。"
    assert said["embedder"] is None
    ran = whet("support", "articles", "search", "weather", "--workspace", desk)
    assert ran.out == "No article holds anything about that.\n"


def test_a_file_that_cannot_be_read_is_told_and_exit_is_1(whet: Whet, desk: Path) -> None:
    (desk / "articles" / "bad.md").write_bytes(b"\xff")
    ran = whet("support", "articles", "sync", "--workspace", desk, "--json")
    assert ran.code == 1
    said = json.loads(ran.out)
    assert said["added"] == ["refunds", "tuikuan"]
    assert [problem["file"] for problem in said["problems"]] == ["bad.md"]


def test_articles_are_listed_by_what_they_want(whet: Whet, desk: Path) -> None:
    whet("support", "articles", "sync", "--workspace", desk)
    with open_store(Workspace(desk).database_url) as store:
        store.article_uses.used("articles", ["refunds"])
        store.article_uses.unanswered("articles", "Do you ship to Mars?")
    ran = whet("support", "articles", "list", "--workspace", desk, "--json")
    listed = json.loads(ran.out)["articles"]
    assert [(one["id"], one["owner"], one["uses"]) for one in listed] == [
        ("refunds", "Ana", 1),
        ("tuikuan", "", 0),
    ]
    ran = whet("support", "articles", "list", "--unused", "--workspace", desk)
    assert "tuikuan" in ran.out and "refunds" not in ran.out
    ran = whet("support", "articles", "list", "--questions", "--workspace", desk)
    assert "Do you ship to Mars?" in ran.out
    ran = whet("support", "articles", "list", "--questions", "--workspace", desk, "--json")
    assert json.loads(ran.out)["questions"][0]["times"] == 1


def test_an_article_is_shown_as_it_is_searched(whet: Whet, desk: Path) -> None:
    whet("support", "articles", "sync", "--workspace", desk)
    ran = whet("support", "articles", "show", "refunds", "--workspace", desk)
    assert ran.out == (
        "Refunds\nrefunds.md  en  Ana\n\n[1]\nMoney is back in three days.\n\n"
        "[2] Abroad\nTen days.\n"
    )
    ran = whet("support", "articles", "show", "refund", "--workspace", desk)
    assert ran.code == 2
    assert ran.err == ("whet: There is no article 'refund' in the index. Did you mean 'refunds'?\n")
    ran = whet("support", "articles", "show", "refunds", "--workspace", desk, "--json")
    assert len(json.loads(ran.out)["passages"]) == 2


def test_a_desk_without_articles_is_told_so(whet: Whet, tmp_path: Path) -> None:
    ran = whet("support", "articles", "sync", "--workspace", tmp_path)
    assert ran.code == 2
    assert "must be a folder of articles" in ran.err
