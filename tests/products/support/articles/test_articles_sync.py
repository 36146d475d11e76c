"""The index follows the folder: added, changed, removed; and what wants care is listed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.products.support.articles.files import make_pdf
from tests.serving.tiny_package import make_linear_package, make_onnx_package

from whet.core.errors import InputError
from whet.core.files import sha256_file
from whet.products.support.articles.embedder import desk_embedder, find_embedder
from whet.products.support.articles.health import health_of
from whet.products.support.articles.sync import Synced, open_index, sync_articles
from whet.serving.package import open_package
from whet.store.packages import Package
from whet.store.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'whet.db'}") as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "card.md").write_text("---\nowner: Ana\nreviewed: 2026-01-01\n---\n# Card\n\nLost?")
    (articles / "refund.md").write_text("# Refund\n\nThree days.")
    return articles


def register(store: Store, path: Path, name: str) -> None:
    """Let a package answer under a name."""
    contents = open_package(path).contents
    store.packages.add(
        Package(
            name=name,
            version=contents.version,
            path=str(path),
            form=contents.form,
            bytes=1,
            manifest_sha256=sha256_file(path / "manifest.json"),
            metrics={},
            data_version="0" * 64,
            run=None,
            created=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )
    store.packages.set_alias(name, "champion", contents.version)


def test_only_what_changed_is_indexed(store: Store, folder: Path) -> None:
    index = open_index(store, None)
    assert sync_articles(folder, index) == Synced(("card", "refund"), (), (), 0, ())
    assert sync_articles(folder, index) == Synced((), (), (), 2, ())
    (folder / "card.md").write_text("# Card\n\nLost or stolen?")
    (folder / "login.md").write_text("# Login\n\nReset it.")
    (folder / "refund.md").unlink()
    done: list[int] = []
    synced = sync_articles(folder, index, advance=done.append)
    assert synced == Synced(("login",), ("card",), ("refund",), 0, ())
    assert sum(done) == 2
    assert index.search("stolen")[0].document == "card"
    assert index.search("three days") == []


def test_a_file_that_broke_keeps_its_article(store: Store, folder: Path) -> None:
    index = open_index(store, None)
    sync_articles(folder, index)
    (folder / "refund.md").write_bytes(b"# Refund\n\n\xff\xfe\xff")
    (folder / "scan.pdf").write_bytes(make_pdf([""]))
    synced = sync_articles(folder, index)
    assert (synced.added, synced.changed, synced.removed, synced.unchanged) == ((), (), (), 1)
    assert [problem.file for problem in synced.problems] == ["refund.md", "scan.pdf"]
    assert index.search("three days")[0].document == "refund"


def test_an_article_that_moved_to_another_file_is_one_article(store: Store, folder: Path) -> None:
    index = open_index(store, None)
    sync_articles(folder, index)
    (folder / "refund.md").unlink()
    (folder / "money.md").write_text("---\nid: refund\n---\n# Refund\n\nThree days.")
    assert sync_articles(folder, index) == Synced((), ("refund",), (), 1, ())


def test_a_package_embeds_and_another_one_embeds_again(
    store: Store, folder: Path, tmp_path: Path
) -> None:
    assert find_embedder(store) is None
    sync_articles(folder, open_index(store, None))
    register(store, make_onnx_package(tmp_path / "one"), "support")
    embedder = find_embedder(store)
    assert embedder is not None and embedder.name == "support"
    index = open_index(store, embedder)
    assert sync_articles(folder, index).changed == ("card", "refund")
    assert sync_articles(folder, index).unchanged == 2
    assert index.search("my lost card")[0].meaning_rank == 1
    register(store, make_onnx_package(tmp_path / "two", version="2"), "support")
    again = find_embedder(store)
    assert again is not None and again.identity != embedder.identity
    assert sync_articles(folder, open_index(store, again)).changed == ("card", "refund")


def test_which_package_embeds(store: Store, tmp_path: Path) -> None:
    register(store, make_linear_package(tmp_path / "linear"), "words")
    assert find_embedder(store) is None
    with pytest.raises(InputError) as error:
        find_embedder(store, "words")
    assert str(error.value) == (
        "Package 'words' must have an embedding of a text; it has none. Build it with "
        "candidates: [probe], or name another one with --model."
    )
    register(store, make_onnx_package(tmp_path / "a"), "support")
    with pytest.raises(InputError) as error:
        find_embedder(store, "suport")
    assert str(error.value) == (
        "'suport' must be a package that may answer; there is none. Did you mean 'support'?"
    )
    register(store, make_onnx_package(tmp_path / "b"), "other")
    with pytest.raises(InputError) as error:
        find_embedder(store)
    assert str(error.value) == (
        "Several packages can embed: other, support. Name one with --model, or the desk's own "
        "under `card` in its file."
    )


def test_a_desks_own_model_embeds_for_it(store: Store, tmp_path: Path) -> None:
    register(store, make_onnx_package(tmp_path / "a"), "other")
    for model in (None, "support"):  # the desk's may not answer yet
        only = desk_embedder(store, model)
        assert only is not None and only.name == "other"
    register(store, make_linear_package(tmp_path / "linear"), "support")
    only = desk_embedder(store, "support")
    assert only is not None and only.name == "other"
    register(store, make_onnx_package(tmp_path / "b", version="2"), "support")
    own = desk_embedder(store, "support")
    assert own is not None and own.name == "support"
    with pytest.raises(InputError, match="Several packages can embed: other, support"):
        desk_embedder(store, None)


def test_reviews_grow_old_and_uses_are_counted(store: Store, folder: Path) -> None:
    index = open_index(store, None)
    sync_articles(folder, index)
    store.article_uses.used("articles", ["card"])
    uses = store.article_uses.all("articles")
    reviewed = datetime(2026, 1, 1, tzinfo=UTC)
    for days, is_stale in ((0, False), (180, False), (181, True), (-3, False)):
        card, refund = health_of(index.documents(), uses, now=reviewed + timedelta(days=days))
        assert (card.days, card.is_stale) == (max(days, 0), is_stale)
        assert (card.owner, card.uses, card.passages) == ("Ana", 1, 1)
        assert (refund.days, refund.is_stale, refund.uses) == (None, True, 0)
