"""Tests for whet.store.versions: data versions by their content."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from whet.core.clock import Clock
from whet.core.errors import InputError
from whet.store.store import Store
from whet.store.versions import DataVersion


@pytest.fixture
def first(clock: Clock) -> DataVersion:
    return DataVersion("a" * 64, "消息.csv", {"train": 80, "test": 20}, {}, clock())


def test_a_version_and_its_child(
    store: Store, first: DataVersion, clock: Clock, advance: Callable[[float], None]
) -> None:
    store.versions.add(first)
    advance(1)
    child = replace(
        first, hash="b" * 64, parent=first.hash, changes={"dropped": 3}, created=clock()
    )
    store.versions.add(child)
    assert store.versions.all() == [child, first]


def test_the_same_content_again_changes_nothing(store: Store, first: DataVersion) -> None:
    store.versions.add(first)
    store.versions.add(replace(first, source="copy.csv"))
    assert store.versions.all() == [first]


def test_a_parent_must_be_known(store: Store, first: DataVersion) -> None:
    with pytest.raises(InputError) as empty:
        store.versions.add(replace(first, parent="x"))
    assert str(empty.value) == "There is no data version 'x'. This store has no data versions yet."
    store.versions.add(first)
    wrong = "a" * 63
    with pytest.raises(InputError) as error:
        store.versions.add(replace(first, hash="b" * 64, parent=wrong))
    assert str(error.value) == f"There is no data version {wrong!r}. Did you mean {first.hash!r}?"
    assert store.versions.all() == [first]
