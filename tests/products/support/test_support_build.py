"""A desk is brought up to date with its articles, its labelled questions and its suite."""

from pathlib import Path

import pytest
from tests.cli.conftest import register_champion
from tests.serving.tiny_package import make_linear_package

from whet.core.errors import InputError
from whet.core.progress import Quiet
from whet.core.workspace import Workspace
from whet.products.support.build import Built, build_model, finish_desk, read_questions
from whet.store.store import open_store

DESK = "name: Lark shop\ncard: tiny\ndecision: {intent_threshold: 0.6, article_threshold: 0.1}\n"
TEMPLATES = "refund: {en: Your refund is on its way., zh: 退款已提交。}\n"
ARTICLE = """\
---
id: gift
title: Gift cards
language: en
---
Gift cards are valid for 36 months. They cannot be paid out in cash.
"""
SUITE = """\
cases:
  - {name: gift cards, when: are gift cards valid for long, then: {article: gift}}
  - {name: never, when: hello, then: {hands_over: true}}
"""
QUESTIONS = "question,article,intent\nare gift cards valid for long,gift,\nrice with peas,,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A desk in a workspace with a model that answers."""
    (tmp_path / "whet.toml").write_text("")
    (tmp_path / "desk.yaml").write_text(DESK, encoding="utf-8")
    package = make_linear_package(tmp_path / ".whet" / "packages" / "tiny" / "1", name="tiny")
    register_champion(tmp_path, package)
    return tmp_path


def _built(folder: Path) -> Built:
    with open_store(Workspace(folder).database_url) as store:
        return finish_desk(folder / "desk.yaml", store, facts=None, progress=Quiet())


def test_a_desk_with_everything(folder: Path) -> None:
    (folder / "templates.yaml").write_text(TEMPLATES, encoding="utf-8")
    (folder / "articles").mkdir()
    (folder / "articles" / "gift.md").write_text(ARTICLE, encoding="utf-8")
    (folder / "tests.yaml").write_text(SUITE, encoding="utf-8")
    (folder / "questions.csv").write_text(QUESTIONS, encoding="utf-8")
    built = _built(folder)
    assert built.synced is not None
    assert built.synced.added == ("gift",)
    assert built.articles == {"en": 1}
    assert "refund" in built.intents
    assert built.measured is not None
    assert built.measured.questions == 2
    assert built.measured.choices["en"].threshold is None  # two questions prove nothing
    assert built.outcomes is not None
    assert [bool(one.problems) for one in built.outcomes] == [False, True]
    assert not built.is_good
    again = _built(folder)
    assert again.synced is not None
    assert (again.synced.added, again.synced.unchanged) == ((), 1)


def test_a_desk_of_a_name_alone(folder: Path) -> None:
    built = _built(folder)
    assert (built.synced, built.measured, built.outcomes) == (None, None, None)
    assert built.is_good


def test_without_a_card_no_model_is_built(folder: Path) -> None:
    assert build_model(folder / "desk.yaml", progress=Quiet()) is None


def test_a_broken_article_is_told(folder: Path) -> None:
    (folder / "articles").mkdir()
    (folder / "articles" / "gift.md").write_text("", encoding="utf-8")
    built = _built(folder)
    assert built.synced is not None
    assert [problem.file for problem in built.synced.problems] == ["gift.md"]
    assert not built.is_good


def test_every_mistake_in_the_questions_is_told(tmp_path: Path) -> None:
    file = tmp_path / "questions.csv"
    file.write_text("question,article,intent\n,gift,\nwhy,gitf,\nhow,,refnd\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_questions(file, ["gift"], ["refund"])
    assert str(refused.value).splitlines() == [
        f"{file}:2: must hold a question; it is blank",
        f"{file}:3: 'gitf' is no article of the desk. Did you mean 'gift'?",
        f"{file}:4: 'refnd' is no intent of the desk. Did you mean 'refund'?",
    ]


def test_a_column_that_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "questions.csv"
    file.write_text("question,article\nwhy,gift\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_questions(file, ["gift"], [])
    assert str(refused.value) == (
        f"{file} must have the columns question, article and intent; intent is missing."
    )
