"""Tests for whet.serving.sources: champions, pinned versions, a folder."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from whet.core.errors import InputError, IntegrityError
from whet.serving import sources
from whet.serving.watch import Target
from whet.store.packages import Package
from whet.store.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/whet.db") as opened:
        for name, version in (("support", "1"), ("support", "2"), ("opinion", "1"), ("new", "1")):
            opened.packages.add(
                Package(
                    name=name,
                    version=version,
                    path=f"/packages/{name}/{version}",
                    form="linear",
                    bytes=1,
                    manifest_sha256=f"hash of {name} {version}",
                    metrics={},
                    data_version="0" * 64,
                    created=datetime(2026, 1, int(version), tzinfo=UTC),
                )
            )
        opened.packages.set_alias("support", "champion", "1")
        opened.packages.set_alias("opinion", "champion", "1")
        yield opened


def target(name: str, version: str) -> Target:
    return Target(version, Path(f"/packages/{name}/{version}"), f"hash of {name} {version}")


def test_champions_are_those_of_the_store_at_each_call(store: Store) -> None:
    source = sources.champions(store)
    assert source() == {"support": target("support", "1"), "opinion": target("opinion", "1")}
    store.packages.set_alias("support", "champion", "2")
    assert source()["support"] == target("support", "2")


def test_an_empty_store_has_no_champions(tmp_path: Path) -> None:
    with open_store(f"sqlite:///{tmp_path}/empty.db") as store:
        assert sources.champions(store)() == {}


def test_chosen_versions_may_be_aliases(store: Store) -> None:
    source = sources.chosen(store, {"support": "champion", "new": "1"})
    assert source() == {"support": target("support", "1"), "new": target("new", "1")}
    store.packages.set_alias("support", "champion", "2")
    assert source()["support"] == target("support", "2")


def test_an_unknown_choice_is_refused(store: Store) -> None:
    with pytest.raises(InputError) as error:
        sources.chosen(store, {"suport": "champion"})()
    assert str(error.value) == "There is no package 'suport'. Did you mean 'support'?"


def test_a_folder_names_the_package_in_it(linear_package: Path) -> None:
    assert sources.folder(linear_package)() == {"support": Target("1", linear_package)}


def test_a_folder_that_is_no_package_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match=r"must be a package folder with manifest\.json"):
        sources.folder(tmp_path)
