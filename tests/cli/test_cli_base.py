"""`whet base`: the catalogue, one base, and a ranking for a card."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet, small_card
from tests.tiny_base import make_tiny_base

from whet.models.catalogue import CATALOGUE


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the hub's local cache be empty."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))


def test_the_catalogue_is_listed(whet: Whet, tmp_path: Path) -> None:
    folder = make_tiny_base(tmp_path / "tiny")
    ran = whet("base", "list", "--base", folder, "--json")
    assert (ran.code, ran.err) == (0, "")
    bases = {base["name"]: base for base in json.loads(ran.out)["bases"]}
    assert list(bases) == [*CATALOGUE, str(folder)]
    assert bases["minilm"]["where"] == "installed"
    assert 0 < bases["minilm"]["seconds_per_1000_texts"] < 600
    ratio = bases["bert-large-cased"]["seconds_per_1000_texts"]
    assert ratio > 20 * bases["minilm"]["seconds_per_1000_texts"]
    table = whet("base", "list").out
    assert "minilm " in table and "installed" in table and "22.7 M" in table


def test_one_base_is_shown_with_how_its_costs_are_estimated(whet: Whet) -> None:
    shown = whet("base", "show", "bge-base-zh").out
    assert "  Licence: MIT\n" in shown
    assert "  Needs: trust in a pickle (--trust-pickle)\n" in shown
    assert "Seconds are an estimate" in shown
    found = json.loads(whet("base", "show", "bge-base-zh", "--json").out)
    assert (found["hub"], found["where"]) == ("BAAI/bge-base-zh-v1.5", None)


def test_a_name_that_is_nearly_right_is_helped(whet: Whet) -> None:
    ran = whet("base", "show", "bge-small-n")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith("Did you mean 'bge-small-en'?\n")


def test_bases_are_ranked_for_a_card(whet: Whet, tmp_path: Path) -> None:
    card = small_card(tmp_path / "shop", gate=0.05)
    make_tiny_base(card.parent / "tiny")
    ran = whet("base", "compare", card, "--base", "tiny", "--json")
    assert ran.code == 0
    facts = json.loads(ran.out)
    assert {Path(base["base"]).name for base in facts["bases"]} == {"minilm", "tiny"}
    assert facts["bases"][0]["base"] == "minilm"
    shown = whet("base", "compare", card, "--base", "tiny").out
    assert "no test row was looked at" in shown
    assert "LogME so far: no evidence yet" in shown
