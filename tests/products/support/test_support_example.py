"""The example desk is whole: its files are right, and say the same about each other."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from whet.cards.read import read_card
from whet.products.support.articles.read import Read, read_articles
from whet.products.support.build import read_questions
from whet.products.support.desk.read import check_desk, read_desk
from whet.products.support.simulation.customers import read_scripts
from whet.products.support.simulation.verdicts import Fingerprints
from whet.products.support.suite.read import read_suite

EXAMPLE = Path(__file__).parents[3] / "examples" / "support"


@pytest.fixture(scope="module")
def intents() -> list[str]:
    """The labels of the example's messages."""
    with (EXAMPLE / "messages.csv").open(encoding="utf-8", newline="") as file:
        return sorted({row["intent"] for row in csv.DictReader(file)})


@pytest.fixture(scope="module")
def articles() -> Read:
    """The example's articles."""
    return read_articles(EXAMPLE / "articles")


def test_the_desk_is_right(intents: list[str]) -> None:
    assert check_desk(EXAMPLE, intents=lambda _: intents) == []
    assert read_desk(EXAMPLE).model == read_card(EXAMPLE / "card.yaml").name


def test_every_intent_has_a_template_in_both_languages(intents: list[str]) -> None:
    templates = read_desk(EXAMPLE).templates
    assert sorted(templates) == intents
    assert all(template.en and template.zh and template.title for template in templates.values())


def test_templates_can_be_told_apart() -> None:
    templates = read_desk(EXAMPLE).templates
    prints = Fingerprints(templates)
    for intent, template in templates.items():
        for text in template.by_language().values():
            assert prints.found(text) == {intent}


def test_forty_articles_of_some_length(articles: Read) -> None:
    assert articles.problems == ()
    assert Counter(article.language for article in articles.articles) == {"en": 28, "zh": 12}
    for article in articles.articles:
        text = "\n".join(section.text for section in article.sections)
        size = len(text.split()) if article.language == "en" else len(text)
        assert 150 <= size <= 600, article.id
        assert article.url.startswith("https://help.larkspur.example/")
        assert len(article.sections) >= 3
    assert any(article.source.endswith(".html") for article in articles.articles)


def test_sixty_conversations_about_what_the_desk_has(intents: list[str], articles: Read) -> None:
    scripts = read_scripts(EXAMPLE / "conversations.jsonl")
    assert len(scripts) == 60
    assert set(Counter(s.outcome for s in scripts)) == {
        "answered", "handed_over", "corrected", "reopened"
    }  # fmt: skip
    assert Counter(s.language for s in scripts) == {"en": 40, "zh": 20}
    known = {article.id for article in articles.articles}
    for script in scripts:
        assert len(script.turns) >= 3
        for line in script.says:
            assert set(line.expects.intents) <= set(intents)
            assert set(line.expects.articles) <= known
        has_person = any(line.author == "person" for line in script.turns)
        assert has_person or script.outcome != "handed_over", script.id
    texts = [line.text for script in scripts for line in script.says]
    assert len(set(texts)) == len(texts)


def test_the_suite_and_the_questions_are_about_what_the_desk_has(
    intents: list[str], articles: Read
) -> None:
    cases = read_suite(EXAMPLE / "tests.yaml", read_desk(EXAMPLE), intents)
    assert len(cases) >= 40
    known = {article.id for article in articles.articles}
    assert {case.then.article for case in cases if case.then.article} <= known
    questions = read_questions(EXAMPLE / "questions.csv", sorted(known), intents)
    assert {one.article for one in questions if one.article} == known
    with (EXAMPLE / "messages.csv").open(encoding="utf-8", newline="") as file:
        learnt = {row["message"] for row in csv.DictReader(file)}
    assert not learnt & {one.text for one in questions}
