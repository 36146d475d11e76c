"""What answers for a desk is loaded once, and reads each message once."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.products.support.articles.test_articles_sync import register
from tests.serving.tiny_package import make_linear_package, make_onnx_package

from whet.products.support.answering.answerer import Answerer
from whet.products.support.answering.opening import models_of, open_answerer
from whet.products.support.articles.sync import open_index, sync_articles
from whet.products.support.desk.read import DeskFiles, read_desk
from whet.products.support.turns import Reply, Turn
from whet.retrieval.index import POLL_S
from whet.serving.transformer import EncoderGraph
from whet.store.store import Store, open_store

ARTICLE = """# Parcels

A parcel is on its way for three days, in winter for five.

Whoever is not at home finds a card of the carrier in the letter box.

Nobody but the person whose name is on the parcel may fetch it from the shop.
"""
QUESTION = "Who may fetch a parcel from the shop"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'whet.db'}") as opened:
        yield opened


@pytest.fixture
def files(tmp_path: Path) -> DeskFiles:
    desk = "{name: Shop, languages: [en], card: support, decision: {article_threshold: 0.01}}"
    (tmp_path / "desk.yaml").write_text(desk, encoding="utf-8")
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "parcels.md").write_text(ARTICLE, encoding="utf-8")
    return read_desk(tmp_path)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return every text that an encoder reads from now on."""
    found, run = list[str](), EncoderGraph.run

    def noted(self: EncoderGraph, texts: Sequence[str]) -> Any:
        found.extend(texts)
        return run(self, texts)

    monkeypatch.setattr(EncoderGraph, "run", noted)
    return found


def opened(files: DeskFiles, store: Store) -> Answerer:
    """Return what answers, with the articles indexed."""
    embedder = models_of(files.model, store).embedder
    sync_articles(files.folder / "articles", open_index(store, embedder))
    return open_answerer(files, store)


def ask(answerer: Answerer, text: str) -> Reply:
    """Return the answer to a first message."""
    return answerer.answer(Turn(text, datetime(2026, 3, 4, 10, tzinfo=UTC)))


def unsure(folder: Path, **fields: Any) -> Path:
    """Write a package that leaves what it is not sure of to others."""
    return make_onnx_package(folder, abstain={"threshold": 0.99}, **fields)


def test_a_message_is_read_once_for_its_intent_its_passages_and_its_quote(
    files: DeskFiles, store: Store, read: list[str], tmp_path: Path
) -> None:
    register(store, unsure(tmp_path / "one"), "support")
    answerer = opened(files, store)
    read.clear()
    reply = ask(answerer, QUESTION)
    assert reply.reason.tier == "article"
    assert reply.text.startswith("Nobody but the person")
    assert read.count(QUESTION) == 1
    assert len(read) == len(set(read)) == 4  # the question, and the three sentences


def test_what_was_quoted_is_not_read_again_until_the_articles_change(
    files: DeskFiles, store: Store, read: list[str], tmp_path: Path
) -> None:
    register(store, unsure(tmp_path / "one"), "support")
    answerer = opened(files, store)
    ask(answerer, QUESTION)
    read.clear()
    other = "Who may fetch the parcel at the shop"
    assert ask(answerer, other).reason.tier == "article"
    assert read == [other]
    path = files.folder / "articles" / "parcels.md"
    path.write_text(ARTICLE.replace("three", "four"), encoding="utf-8")
    opened(files, store)
    time.sleep(1.5 * POLL_S)  # then the desk looks whether its articles have changed
    read.clear()
    last = "Who may fetch some parcel at the shop"
    assert ask(answerer, last).reason.tier == "article"
    assert len(read) == 4  # all three sentences again: none is kept of articles that are gone


def test_the_model_of_intents_embeds_too_and_is_loaded_once(
    files: DeskFiles, store: Store, tmp_path: Path
) -> None:
    register(store, unsure(tmp_path / "one"), "support")
    models = models_of(files.model, store)
    assert models.intents is not None and models.embedder is not None
    assert models.embedder.embed == models.intents.embed


def test_an_embedding_is_the_same_whether_or_not_its_text_was_just_read(
    files: DeskFiles, store: Store, tmp_path: Path
) -> None:
    register(store, unsure(tmp_path / "one"), "support")
    intents = models_of(files.model, store).intents
    assert intents is not None
    fresh = intents.embed(["refund please", "zzz"])
    intents.guess(["zzz", "refund please"])
    np.testing.assert_array_equal(intents.embed(["refund please", "zzz"]), fresh)
    assert intents.embed([]).shape == (0, fresh.shape[1])


def test_the_desks_own_model_embeds_where_others_could_too(
    files: DeskFiles, store: Store, tmp_path: Path
) -> None:
    register(store, unsure(tmp_path / "one"), "support")
    register(store, unsure(tmp_path / "two", version="2"), "other")
    embedder = models_of(files.model, store).embedder
    assert embedder is not None and embedder.name == "support"
    assert ask(opened(files, store), QUESTION).reason.tier == "article"


def test_a_model_without_an_embedding_leaves_that_to_the_only_other_one(
    files: DeskFiles, store: Store, tmp_path: Path
) -> None:
    register(store, make_linear_package(tmp_path / "words"), "support")
    assert models_of(files.model, store).embedder is None
    register(store, unsure(tmp_path / "two"), "other")
    models = models_of(files.model, store)
    assert models.embedder is not None and models.embedder.name == "other"
    assert models.intents is not None


def test_a_desk_answers_before_anything_was_built(files: DeskFiles) -> None:
    answerer = open_answerer(files, None)
    assert not answerer.finds_intents
    assert ask(answerer, QUESTION).action == "ask"
