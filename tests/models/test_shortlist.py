"""Tests for whet.models.shortlist: what is known of a base without loading it."""

import json
from pathlib import Path

import pytest
from safetensors.numpy import load_file
from tests.tiny_base import FAMILIES, make_tiny_base

from whet.core.errors import InputError
from whet.models.catalogue import CATALOGUE
from whet.models.shortlist import choice, measured_speed, shortlist


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the hub's local cache be empty."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("family", FAMILIES)
def test_a_folder_is_described_by_its_own_files(family: str, tmp_path: Path) -> None:
    folder = FAMILIES[family](tmp_path / "tiny")
    found = choice("tiny", tmp_path, speed=None)
    stored = load_file(folder / "model.safetensors")  # BERT's holds a pooler that nothing reads
    assert found.parameters == sum(values.size for values in stored.values())
    assert (found.where, found.folder, found.hub) == ("folder", str(folder), None)
    assert (found.family, found.max_tokens, found.seconds_per_1000_texts) == (family, 64, None)
    assert found.licence == "not stated"


def test_the_catalogue_is_listed_whole_and_minilm_is_here(tmp_path: Path) -> None:
    make_tiny_base(tmp_path / "tiny")
    choices = shortlist(["tiny", "minilm"], tmp_path, speed=1e-9)
    assert [one.name for one in choices] == [*CATALOGUE, "tiny"]
    here = {one.name: one.where for one in choices if one.where}
    assert here == {"minilm": "installed", "tiny": "folder"}


def test_seconds_are_scaled_by_what_works_on_each_token(tmp_path: Path) -> None:
    found = choice("minilm", tmp_path, speed=1e-12)
    work = 22_713_216 - 30522 * 384
    assert found.seconds_per_1000_texts == pytest.approx(1e-12 * work * 1000 * 32)
    assert found.memory_to_use_bytes == 4 * 22_713_216
    assert found.memory_to_tune_bytes == 16 * 22_713_216


def test_the_speed_of_this_machine_is_measured() -> None:
    speed = measured_speed()
    assert speed is not None
    assert 1e-15 < speed < 1e-8  # 2 operations a parameter: between 2 petaflops and 0.2 gigaflops


def test_an_extra_base_that_is_not_here_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        choice("maker/none", tmp_path, speed=None)
    assert str(error.value) == (
        "base 'maker/none' is neither in the catalogue nor a folder nor in the hub's local cache, "
        "so nothing is known of it. Download it first, or give its folder."
    )


def test_a_configuration_that_says_too_little_is_refused(tmp_path: Path) -> None:
    folder = make_tiny_base(tmp_path / "tiny")
    config = json.loads((folder / "config.json").read_text())
    del config["vocab_size"]
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match="'vocab_size' is wrong or missing"):
        choice("tiny", tmp_path, speed=None)
