"""Tests for whet.store.packages: versions never change, aliases move and leave a history."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from whet.core.clock import Clock
from whet.core.errors import InputError
from whet.store.packages import AliasChange, Package
from whet.store.store import Store


@pytest.fixture
def package(clock: Clock) -> Package:
    return Package(
        name="support",
        version="1",
        path="packages/support/1",
        form="onnx",
        bytes=91_226_112,
        manifest_sha256="c" * 64,
        metrics={"macro_f1": {"value": 0.9, "low": 0.88, "high": 0.92}},
        data_version="d" * 64,
        created=clock(),
    )


@pytest.fixture
def two(
    store: Store, package: Package, clock: Clock, advance: Callable[[float], None]
) -> tuple[Package, Package]:
    """Register two versions of one package."""
    store.packages.add(package)
    advance(1)
    second = replace(package, version="2", created=clock())
    store.packages.add(second)
    return package, second


def test_packages_are_listed_by_name_the_newest_version_first(
    store: Store, two: tuple[Package, Package], package: Package
) -> None:
    other = replace(package, name="opinion")
    store.packages.add(other)
    assert store.packages.all() == [other, two[1], two[0]]
    assert store.packages.all("support") == [two[1], two[0]]
    assert store.packages.all("nothing") == []


def test_a_version_never_changes(store: Store, package: Package) -> None:
    store.packages.add(package)
    with pytest.raises(InputError) as error:
        store.packages.add(replace(package, form="linear"))
    assert str(error.value) == (
        "Package 'support' already has a version '1'. "
        "A version never changes: register the new package under a new one."
    )
    assert store.packages.all() == [package]


@pytest.mark.parametrize("version", ["", "../1", ".1", "v 1", "1\n", "champion", "x" * 65])
def test_a_version_must_be_fit_for_a_folder(store: Store, package: Package, version: str) -> None:
    with pytest.raises(InputError) as error:
        store.packages.add(replace(package, version=version))
    assert str(error.value) == (
        "A version must be 1 to 64 letters, digits, '.', '_', '+' or '-', begin with a letter or "
        f"digit and not be an alias; found {version!r}."
    )


def test_an_alias_resolves_to_the_version_it_was_set_to(
    store: Store, two: tuple[Package, Package]
) -> None:
    assert store.packages.aliases("support") == {}
    assert store.packages.set_alias("support", "champion", "1") == two[0]
    assert store.packages.resolve("support", "champion") == two[0]
    store.packages.set_alias("support", "challenger", "2")
    assert store.packages.set_alias("support", "champion", "challenger") == two[1]
    assert store.packages.resolve("support", "champion") == two[1]
    assert store.packages.resolve("support", "1") == two[0]
    assert store.packages.aliases("support") == {"challenger": "2", "champion": "2"}


def test_every_move_of_an_alias_is_kept(
    store: Store, two: tuple[Package, Package], clock: Clock, advance: Callable[[float], None]
) -> None:
    start = clock()
    store.packages.set_alias("support", "champion", "1")
    store.packages.set_alias("support", "champion", "1")  # no move
    advance(1)
    store.packages.set_alias("support", "champion", "2")
    store.packages.set_alias("support", "champion", "1")
    assert store.packages.alias_changes("support") == [
        AliasChange("champion", None, "1", start),
        AliasChange("champion", "1", "2", clock()),
        AliasChange("champion", "2", "1", clock()),
    ]


def test_the_history_is_a_chain_when_many_move_an_alias_at_once(
    store: Store, two: tuple[Package, Package]
) -> None:
    def move(turn: int) -> None:
        store.packages.set_alias("support", "champion", two[turn % 2].version)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(move, range(40)))
    changes = store.packages.alias_changes("support")
    versions = [change.version for change in changes]
    assert [change.previous for change in changes] == [None, *versions[:-1]]
    assert store.packages.aliases("support") == {"champion": versions[-1]}


def test_what_does_not_exist_is_refused_with_the_nearest_name(
    store: Store, package: Package
) -> None:
    with pytest.raises(InputError) as empty:
        store.packages.resolve("support", "1")
    assert str(empty.value) == "There is no package 'support': this store has no packages yet."
    store.packages.add(replace(package, version="20261122-1"))
    store.packages.set_alias("support", "champion", "20261122-1")
    refusals = {
        ("suport", "1"): "There is no package 'suport'. Did you mean 'support'?",
        ("support", "20261122"): "Package 'support' has no version or alias '20261122'. "
        "Did you mean '20261122-1'?",
        ("support", "champoin"): "Package 'support' has no version or alias 'champoin'. "
        "Did you mean 'champion'?",
    }
    for (name, version), text in refusals.items():
        with pytest.raises(InputError) as error:
            store.packages.resolve(name, version)
        assert str(error.value) == text
    with pytest.raises(InputError) as missing:
        store.packages.set_alias("support", "champion", "3")
    assert str(missing.value) == (
        "Package 'support' has no version or alias '3'. Valid names: 20261122-1, champion."
    )
    with pytest.raises(InputError) as alias:
        store.packages.set_alias("support", "champ", "20261122-1")
    assert str(alias.value) == "'champ' is not an alias. Did you mean 'champion'?"
    assert store.packages.aliases("support") == {"champion": "20261122-1"}
