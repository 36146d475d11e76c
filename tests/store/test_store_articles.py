"""Tests for whet.store.articles: uses by day, articles never used, questions never answered."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from whet.store.articles import ArticleUse, Unanswered
from whet.store.passages import Document, Passage
from whet.store.store import Store

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAY = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(autouse=True)
def articles(store: Store) -> None:
    documents = [
        Document(ident, ident.title(), (Passage("", "text"),), owner="Ana")
        for ident in ("login", "refunds")
    ]
    store.passages.put("kb", documents, [[b""], [b""]], embedder="")


def test_uses_are_counted_by_article_and_day(
    store: Store, advance: Callable[[float], None]
) -> None:
    store.article_uses.used("kb", ["refunds", "refunds", "gone"])  # one answer, one known article
    advance(86_400)
    store.article_uses.used("kb", ["refunds"])
    never = ArticleUse("login", "Login", "Ana", 0, None)
    tomorrow = DAY + timedelta(days=1)
    both = ArticleUse("refunds", "Refunds", "Ana", 2, tomorrow)
    assert store.article_uses.all("kb") == [never, both]
    recent = ArticleUse("refunds", "Refunds", "Ana", 1, tomorrow)
    assert store.article_uses.all("kb", since=tomorrow) == [never, recent]
    assert store.article_uses.all("other") == []


def test_a_changed_article_keeps_its_uses(store: Store) -> None:
    store.article_uses.used("kb", ["login"])
    store.passages.put("kb", [Document("login", "L", (Passage("", "new"),))], [[b""]], embedder="")
    assert {use.document: use.uses for use in store.article_uses.all("kb")}["login"] == 1


def test_questions_without_an_answer_are_counted_by_their_words(
    store: Store, advance: Callable[[float], None]
) -> None:
    store.article_uses.unanswered("kb", "Do you ship to  Mars?")
    advance(60)
    store.article_uses.unanswered("kb", "do you ship to mars?")
    store.article_uses.unanswered("kb", "能寄到火星吗")
    minute = NOON + timedelta(seconds=60)
    mars = Unanswered("Do you ship to  Mars?", 2, NOON, minute)
    assert store.article_uses.questions("kb") == [
        mars,
        Unanswered("能寄到火星吗", 1, minute, minute),
    ]
    assert store.article_uses.questions("kb", limit=1) == [mars]
    assert store.article_uses.settle("kb", "DO YOU SHIP TO MARS?")
    assert not store.article_uses.settle("kb", "DO YOU SHIP TO MARS?")
    assert [one.question for one in store.article_uses.questions("kb")] == ["能寄到火星吗"]


def test_a_long_question_is_kept_by_its_beginning(store: Store) -> None:
    store.article_uses.unanswered("kb", "x" * 100_000)
    (kept,) = store.article_uses.questions("kb")
    assert kept.question == "x" * 500
    assert store.article_uses.settle("kb", kept.question)
    assert store.article_uses.questions("kb") == []


def test_a_flood_of_questions_leaves_those_that_were_asked_most(
    store: Store, advance: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whet.store.articles.MOST_QUESTIONS", 3)
    store.article_uses.unanswered("kb", "Do you ship to Mars?", times=2)
    store.article_uses.unanswered("other", "Do you ship to Venus?")
    for n in range(5):
        advance(1)
        store.article_uses.unanswered("kb", f"question {n}")
    found = [one.question for one in store.article_uses.questions("kb")]
    assert found == ["Do you ship to Mars?", "question 4", "question 3"]
    assert len(store.article_uses.questions("other")) == 1
