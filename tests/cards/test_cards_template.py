"""Tests for whet.cards.template: `whet new` writes a card that is right and loses nothing."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from whet.cards.read import check_card, read_card
from whet.cards.schema import Card
from whet.cards.template import STARTER, write_workspace
from whet.core.errors import InputError
from whet.core.text import is_chinese, normalise
from whet.core.workspace import find_workspace


@pytest.mark.parametrize("name", ["my-intents", "2026", "on", "1e3"])
def test_the_files_are_written_and_the_card_is_right(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "new" / "desk"
    written = write_workspace(folder, name)
    assert [path.name for path in written] == [
        "whet.toml",
        "card.yaml",
        "messages.csv",
        ".gitignore",
    ]
    assert sorted(folder.iterdir()) == sorted(written)
    assert read_card(folder / "card.yaml").name == name
    assert (folder / "whet.toml").read_text() == "# Whet workspace\nformat = 1\n"
    assert (folder / ".gitignore").read_text() == ".whet/\n"
    assert find_workspace(folder / "card.yaml").root == folder


def test_the_card_starts_with_its_command_and_shows_every_field() -> None:
    text = (STARTER / "card.yaml").read_text(encoding="utf-8")
    assert text.startswith("# whet build card.yaml\n")
    lines = [line.removeprefix("# ") for line in text.splitlines()]
    shown = {line.split(":")[0] for line in lines if line and line[0].islower()}
    assert set(Card.model_fields) <= shown


def test_what_is_commented_out_in_the_card_is_right_too(tmp_path: Path) -> None:
    """Uncommenting a line must not be a mistake; names of columns and files are the user's."""
    text = (STARTER / "card.yaml").read_text(encoding="utf-8")
    body = text[text.index("\nname:") :]
    shown = re.sub(r"^( {0,8})# ( *[a-z_]+:(?: |$))", r"\1\2", body, flags=re.MULTILINE)
    # The expected hash and number of rows are examples only.
    kept = re.sub(r"^ *(sha256|rows): .*$", "", shown, flags=re.MULTILINE)
    for name in ("validation", "out_of_scope", "more"):
        (tmp_path / f"{name}.csv").write_text("message,intent\n")
    (tmp_path / "messages.csv").write_text("message,intent\n")
    card = tmp_path / "card.yaml"
    card.write_text(kept, encoding="utf-8")
    assert check_card(card) == []
    assert len(yaml.safe_load(card.read_text(encoding="utf-8"))) == len(Card.model_fields)


def test_the_messages_are_natural_data_to_build_from() -> None:
    with (STARTER / "messages.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 60
    counts = Counter(row["intent"] for row in rows)
    assert set(counts) == {"refund", "delivery", "login", "product"}
    assert min(counts.values()) >= 12
    assert len({normalise(row["message"]) for row in rows}) == len(rows)
    assert 10 <= sum(is_chinese(row["message"]) for row in rows) <= 25


def test_a_folder_with_a_card_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "card.yaml").write_text("mine")
    with pytest.raises(InputError) as caught:
        write_workspace(tmp_path, "demo")
    assert str(caught.value) == (
        f"{tmp_path} must not hold whet.toml or card.yaml or messages.csv yet; found card.yaml. "
        "Name another folder; nothing was changed."
    )
    assert [path.name for path in tmp_path.iterdir()] == ["card.yaml"]
    assert (tmp_path / "card.yaml").read_text() == "mine"


def test_a_repository_keeps_its_own_gitignore(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    (tmp_path / "README.md").write_text("mine\n")
    written = write_workspace(tmp_path, "demo")
    assert [path.name for path in written] == ["whet.toml", "card.yaml", "messages.csv"]
    assert (tmp_path / ".gitignore").read_text() == "mine\n"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "desk"
    path.write_text("")
    with pytest.raises(InputError) as caught:
        write_workspace(path, "demo")
    assert str(caught.value) == f"{path} must be a folder; it is a file. Name another folder."


@pytest.mark.parametrize("name", ["My Desk", "", "-a", 'a"\nseed: 1', "x" * 65])
def test_a_name_that_no_card_may_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        write_workspace(tmp_path / "desk", name)
    assert str(caught.value) == (
        "the name must be a text of at most 64 lower-case letters, digits, `.`, `_` and `-`, "
        f"a letter or digit first; found {name!r}."
    )
    assert not (tmp_path / "desk").exists()
