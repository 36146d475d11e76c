"""Tests for whet.data.versions: written once, read back equal, and every change noticed."""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from whet.cards.schema import Card
from whet.core.errors import InputError, IntegrityError
from whet.core.workspace import Workspace
from whet.data.frame import Dataset, Frame
from whet.data.load import load
from whet.data.versions import (
    content_address,
    read_version,
    write_version,
)

MakeCard = Callable[..., Card]
MakeFrame = Callable[..., Frame]

CREATED = dt.datetime(2026, 2, 1, 8, 0, 55, tzinfo=dt.UTC)


@pytest.fixture
def dataset(make_frame: MakeFrame) -> Dataset:
    """Return a data set with every part, its address included."""
    train = make_frame("aabb", texts=["一", "x\0y", "", "z" * 999], row=["1", "", "3", "4"])
    oos = Frame("oos.csv", (2, 5), ("?", "!"), ("", ""), {"row": ("", "")})
    data = Dataset(
        train=train,
        validation=make_frame("ab", row="12"),
        test=make_frame("b", row="7"),
        out_of_scope=oos,
        labels=("a", "b"),
        version="",
        unusable=(("messages.csv", 9, "empty text"),),
        dropped=3,
    )
    return replace(data, version=content_address(data))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def write(
    workspace: Workspace, dataset: Dataset, *, parent: str | None = None, day: int = 1
) -> Path:
    created = CREATED.replace(day=day)
    return write_version(
        workspace, dataset, parent=parent, changes=["3 texts were masked."], created=created
    )


def test_a_version_is_read_back_equal(
    workspace: Workspace, dataset: Dataset, make_card: MakeCard
) -> None:
    path = write(workspace, dataset)
    assert path == workspace.versions / dataset.version
    assert sorted(file.name for file in path.iterdir()) == [
        "out_of_scope.parquet",
        "test.parquet",
        "train.parquet",
        "validation.parquet",
        "version.json",
    ]
    card = make_card(metrics={"by": ["row"]})
    assert read_version(path, card) == dataset
    assert load(card, workspace.root, version=path) == dataset


def test_parts_that_a_dataset_lacks_are_not_there(
    workspace: Workspace, dataset: Dataset, make_card: MakeCard
) -> None:
    small = replace(dataset, validation=None, out_of_scope=None)
    path = write(workspace, small)
    back = read_version(path, make_card())
    assert (back.validation, back.out_of_scope) == (None, None)
    assert back.version == content_address(small) != dataset.version


def test_an_equal_version_is_left_as_it_is(workspace: Workspace, dataset: Dataset) -> None:
    first = write(workspace, dataset)
    facts = (first / "version.json").read_bytes()
    assert write(workspace, dataset, parent="0" * 64, day=9) == first
    assert (first / "version.json").read_bytes() == facts
    assert [path.name for path in workspace.versions.iterdir()] == [dataset.version]


@pytest.mark.parametrize(
    "change",
    [
        {"texts": ("一", "x\0y", "", "z")},
        {"labels": ("a", "b", "a", "b")},
        {"rows": (1, 2, 3, 5)},
        {"columns": {"row": ("1", "3", "", "4")}},
        {"columns": {"other": ("1", "", "3", "4")}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_part_of_the_content_counts(dataset: Dataset, change: dict[str, object]) -> None:
    changed = replace(dataset, train=replace(dataset.train, **change))  # type: ignore[arg-type]
    assert content_address(changed) != dataset.version


def test_names_of_files_and_the_order_of_columns_do_not_count(
    dataset: Dataset, make_frame: MakeFrame
) -> None:
    one, two = make_frame("ab", x="12", y="34"), make_frame("ab", y="34", x="12")
    renamed = replace(two, source="messages.parquet")
    parts = (replace(dataset, train=frame) for frame in (one, renamed))
    assert len(set(map(content_address, parts))) == 1
    # Moving a row from one part to the next is another split.
    moved = replace(dataset, train=dataset.test, test=dataset.train)
    assert content_address(moved) != dataset.version


def test_a_version_says_where_it_came_from_and_what_was_done(
    workspace: Workspace, dataset: Dataset
) -> None:
    child = replace(dataset, out_of_scope=None)
    facts = json.loads(
        (write(workspace, child, parent="a" * 64, day=2) / "version.json").read_text()
    )
    assert facts["version"] == content_address(child)
    assert (facts["parent"], facts["source"]) == ("a" * 64, "messages.csv")
    assert facts["changes"] == ["3 texts were masked."]
    assert {name: part["rows"] for name, part in facts["parts"].items()} == {
        "train": 4,
        "validation": 2,
        "test": 1,
    }


def test_a_changed_version_is_noticed(
    workspace: Workspace, dataset: Dataset, make_card: MakeCard
) -> None:
    path = write(workspace, dataset)
    file = path / "train.parquet"
    pl.read_parquet(file).with_columns(label=pl.lit("a")).write_parquet(file)
    with pytest.raises(IntegrityError, match="must hold the data whose hash is its name; found "):
        read_version(path, make_card())


@pytest.mark.parametrize("name", ["train.parquet", "version.json"])
@pytest.mark.parametrize("damage", ["cut", "gone", "other"])
def test_a_damaged_version_is_told(
    workspace: Workspace, dataset: Dataset, make_card: MakeCard, name: str, damage: str
) -> None:
    path = write(workspace, dataset)
    file = path / name
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-10])
    elif damage == "gone":
        file.unlink()
    elif name == "version.json":
        file.write_text(json.dumps({"format": 2}))
    else:
        pl.DataFrame({"text": ["x"]}).write_parquet(file)
    with pytest.raises(IntegrityError) as caught:
        read_version(path, make_card())
    assert str(caught.value) == (
        f"{file} must be the file that Whet wrote; it is missing or damaged. Restore the folder."
    )


def test_a_version_without_a_part_is_told(
    workspace: Workspace, dataset: Dataset, make_card: MakeCard
) -> None:
    path = write(workspace, dataset)
    facts = json.loads((path / "version.json").read_text())
    del facts["parts"]["test"]
    (path / "version.json").write_text(json.dumps(facts))
    with pytest.raises(IntegrityError) as caught:
        read_version(path, make_card())
    assert str(caught.value) == (
        f"{path / 'test.parquet'} must be the file that Whet wrote; it is missing or damaged. "
        "Restore the folder."
    )


def test_a_version_must_be_there_and_have_the_columns_of_the_card(
    workspace: Workspace, dataset: Dataset, make_card: MakeCard, tmp_path: Path
) -> None:
    nowhere = tmp_path / "nowhere"
    with pytest.raises(InputError) as caught:
        read_version(nowhere, make_card())
    assert str(caught.value) == f"{nowhere} must be the folder of a data version; there is none."
    path = write(workspace, dataset)
    with pytest.raises(InputError) as caught:
        read_version(path, make_card(metrics={"by": ["rows"]}))
    assert str(caught.value) == (
        f"{path} must have the column 'rows' that the card names; it was written without it. "
        "Did you mean 'row'?"
    )
