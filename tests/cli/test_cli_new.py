"""`whet new`: a workspace that is right as it stands."""

import json
from pathlib import Path

from tests.cli.conftest import Whet

FILES = ["whet.toml", "card.yaml", "messages.csv", ".gitignore"]


def test_new_writes_a_workspace_whose_card_is_right(whet: Whet, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    ran = whet("new", folder)
    lines = [f"wrote {folder / name}\n" for name in FILES]
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "".join(lines) + f"Next: whet build {folder / 'card.yaml'}\n"
    card = folder / "card.yaml"
    assert whet("card", "check", card).out == f"{card} is right.\n"
    assert 'name: "shop"' in card.read_text()


def test_new_takes_a_name_and_prints_json(whet: Whet, tmp_path: Path) -> None:
    ran = whet("new", tmp_path, "--name", "inbox", "--json")
    assert json.loads(ran.out) == {
        "workspace": str(tmp_path),
        "files": [str(tmp_path / name) for name in FILES],
    }
    assert 'name: "inbox"' in (tmp_path / "card.yaml").read_text()


def test_new_never_overwrites(whet: Whet, tmp_path: Path) -> None:
    (tmp_path / "card.yaml").write_text("mine")
    ran = whet("new", tmp_path, "--name", "shop")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"whet: {tmp_path} must not hold whet.toml or card.yaml or messages.csv yet; found "
        "card.yaml. Name another folder; nothing was changed.\n"
    )
    assert (tmp_path / "card.yaml").read_text() == "mine"
