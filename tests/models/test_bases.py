"""Tests for whet.models.bases: where a base is found, what it must hold, and what is not run."""

import hashlib
import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tests.tiny_base import make_tiny_base

from whet.cards.schema import Trust
from whet.core.errors import InputError
from whet.models.bases import find_base
from whet.models.catalogue import CATALOGUE
from whet.models.encoder import encode, load_encoder, load_tokenizer

Copy = Callable[[str], Path]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_base(tmp_path_factory.mktemp("bases") / "tiny")


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Copy:
    """Return a function that copies the tiny base to a new name."""
    return lambda name: Path(shutil.copytree(folder, tmp_path / name))


def refusal(name: str, folder: Path, trust: Trust | None = None) -> str:
    with pytest.raises(InputError) as error:
        load_encoder(find_base(name, folder, trust))
    return str(error.value)


def test_a_folder_beside_the_card_is_a_base(folder: Path) -> None:
    base = find_base("tiny", folder.parent)
    weights = (folder / "model.safetensors").read_bytes()
    assert (base.folder, base.weights_sha256) == (folder, hashlib.sha256(weights).hexdigest())
    assert find_base(str(folder), Path("/elsewhere")).folder == folder


def test_the_bundled_base_has_the_weights_that_the_catalogue_names() -> None:
    base = find_base("minilm", Path("/elsewhere"))
    assert base.weights_sha256 == CATALOGUE["minilm"].weights_sha256
    assert (base.licence, base.languages, base.pooling) == ("Apache-2.0", ("en",), "mean")


def test_a_folder_that_holds_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert refusal("empty", tmp_path) == (
        "base 'empty' must be a folder with config.json, tokenizer.json and model.safetensors; "
        f"{tmp_path / 'empty'} lacks config.json, tokenizer.json, model.safetensors."
    )


def test_a_base_of_an_older_form_is_told_how_to_get_a_tokenizer(copy: Copy) -> None:
    place = copy("old")
    (place / "tokenizer.json").unlink()
    assert refusal("old", place.parent) == (
        "base 'old' must be a folder with config.json, tokenizer.json and model.safetensors; "
        f'{place} lacks tokenizer.json. Make it once: python -c "from transformers import '
        f"AutoTokenizer as A; A.from_pretrained('{place}').save_pretrained('{place}')\""
    )


def test_files_that_no_library_reads_are_refused(copy: Copy) -> None:
    bad = copy("bad")
    (bad / "tokenizer.json").write_text("{}")
    with pytest.raises(InputError) as error:
        load_tokenizer(find_base("bad", bad.parent))
    assert str(error.value).startswith(
        "base 'bad' must have a tokenizer.json that the tokenizers library reads; "
    )
    worse = copy("worse")
    (worse / "model.safetensors").write_bytes(b"no weights")
    assert refusal("worse", worse.parent).startswith(
        "base 'worse' must be an encoder or a decoder that transformers can load; "
    )
    worst = copy("worst")
    (worst / "config.json").write_text("[")
    assert refusal("worst", worst.parent).startswith("base 'worst' must have a config.json in JSON")


def test_the_nearest_name_is_suggested(tmp_path: Path) -> None:
    assert refusal("bge-smal-en", tmp_path) == (
        "base 'bge-smal-en' must be a name of the catalogue, a hub id such as owner/model, or a "
        "folder; it is none of them. Did you mean 'bge-small-en'?"
    )
    assert refusal("zebra", tmp_path).endswith(" `whet base list` shows the catalogue.")


def test_the_identity_changes_with_everything_that_decides_the_views(copy: Copy) -> None:
    names = ("same", "config", "tokenizer", "weights", "pooling")
    places = {name: copy(name) for name in names}
    config = json.loads((places["config"] / "config.json").read_text())
    (places["config"] / "config.json").write_text(json.dumps(config | {"hidden_act": "relu"}))
    file = places["tokenizer"] / "tokenizer.json"
    file.write_text(file.read_text() + " ")
    weights = load_file(places["weights"] / "model.safetensors")
    weights["embeddings.word_embeddings.weight"][5] += 1
    save_file(weights, places["weights"] / "model.safetensors", metadata={"format": "pt"})
    (places["pooling"] / "1_Pooling").mkdir()
    (places["pooling"] / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    found = {name: find_base(name, places["same"].parent) for name in names}
    assert len({base.identity for base in found.values()}) == len(names)
    assert found["pooling"].weights_sha256 == found["same"].weights_sha256


class Bomb:
    """A pickle that writes a file when it is loaded."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self.target,)


def test_a_pickle_is_not_opened_and_never_runs(copy: Copy, tmp_path: Path) -> None:
    place, traces = copy("pickled"), tmp_path / "it-ran"
    (place / "model.safetensors").unlink()
    (place / "pytorch_model.bin").write_bytes(pickle.dumps(Bomb(traces)))
    assert refusal("pickled", place.parent) == (
        "base 'pickled' has its weights in pytorch_model.bin, a pickle, which can run anything "
        "when it is loaded. Use a version of the base with model.safetensors, or, if you trust "
        "who made it, say --trust-pickle or `trust: {pickle: true}` in the card."
    )
    assert not traces.exists()
    # Even a trusted pickle is read as tensors only.
    assert "pickled" in refusal("pickled", place.parent, Trust(pickle=True))
    assert not traces.exists()
    with (place / "pytorch_model.bin").open("rb") as file:
        pickle.load(file)
    assert traces.exists(), "the bomb is a real one"


def test_a_trusted_pickle_gives_the_same_views(copy: Copy) -> None:
    place, safe = copy("pickled"), copy("safe")
    torch.save(load_file(place / "model.safetensors"), place / "pytorch_model.bin")
    (place / "model.safetensors").unlink()
    base = find_base("pickled", place.parent, Trust(pickle=True))
    assert base.is_pickled
    texts = ["refund my money", "login"]
    views = encode(load_encoder(base), texts)
    assert (views == encode(load_encoder(find_base("safe", safe.parent)), texts)).all()


def test_safetensors_are_preferred_to_a_pickle(copy: Copy, tmp_path: Path) -> None:
    place, traces = copy("both"), tmp_path / "it-ran"
    (place / "pytorch_model.bin").write_bytes(pickle.dumps(Bomb(traces)))
    load_encoder(find_base("both", place.parent, Trust(pickle=True)))
    assert not traces.exists()


CODE = """
from pathlib import Path
from transformers import BertConfig, BertModel

Path({traces!r}).touch()

class OwnConfig(BertConfig):
    model_type = "own"

class OwnModel(BertModel):
    config_class = OwnConfig
"""


def with_code(place: Path, traces: Path, model_type: str) -> None:
    """Give a base a Python file that leaves traces when it is run."""
    (place / "modeling.py").write_text(CODE.format(traces=str(traces)))
    config = json.loads((place / "config.json").read_text())
    names = {"AutoConfig": "modeling.OwnConfig", "AutoModel": "modeling.OwnModel"}
    own = {"model_type": model_type, "auto_map": names, "architectures": ["OwnModel"]}
    (place / "config.json").write_text(json.dumps(config | own))


def test_code_of_a_base_runs_only_when_it_is_trusted(
    copy: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transformers.dynamic_module_utils.HF_MODULES_CACHE", str(tmp_path / "m"))
    place, traces = copy("coded"), tmp_path / "it-ran"
    with_code(place, traces, "own")
    assert refusal("coded", place.parent) == (
        "base 'coded' comes with Python code that must be run to load it (modeling.OwnConfig, "
        "modeling.OwnModel). Use another base, or, if you trust who made it, say --trust-code or "
        "`trust: {code: true}` in the card."
    )
    assert not traces.exists()
    base = find_base("coded", place.parent, Trust(code=True))
    assert base.runs_code
    assert encode(load_encoder(base), ["refund"]).shape == (1, 96)
    assert traces.exists()


def test_code_that_is_not_needed_is_not_run(copy: Copy, tmp_path: Path) -> None:
    place, traces = copy("known"), tmp_path / "it-ran"
    with_code(place, traces, "bert")
    base = find_base("known", place.parent, Trust(code=True))
    assert not base.runs_code
    load_encoder(base)
    assert not traces.exists()


def test_every_part_of_split_weights_counts(copy: Copy) -> None:
    place = copy("split")
    weights = load_file(place / "model.safetensors")
    (place / "model.safetensors").unlink()
    names = sorted(weights)
    parts = {"a.safetensors": names[:5], "b.safetensors": names[5:]}
    for file, mine in parts.items():
        save_file({n: weights[n] for n in mine}, place / file, metadata={"format": "pt"})
    index = {"metadata": {}, "weight_map": {n: f for f, mine in parts.items() for n in mine}}
    (place / "model.safetensors.index.json").write_text(json.dumps(index))
    before = find_base("split", place.parent)
    assert encode(load_encoder(before), ["refund"]).shape == (1, 96)
    weights[names[-1]] += 1
    save_file(
        {n: weights[n] for n in parts["b.safetensors"]},
        place / "b.safetensors",
        metadata={"format": "pt"},
    )
    assert find_base("split", place.parent).weights_sha256 != before.weights_sha256
    (place / "b.safetensors").unlink()
    assert refusal("split", place.parent) == (
        f"base 'split' must have every part of its weights; {place} lacks b.safetensors."
    )


def test_a_base_that_lacks_weights_is_refused(copy: Copy) -> None:
    place = copy("partial")
    weights = load_file(place / "model.safetensors")
    kept = {name: value for name, value in weights.items() if "layer.1." not in name}
    save_file(kept, place / "model.safetensors", metadata={"format": "pt"})
    assert refusal("partial", place.parent) == (
        "base 'partial' must hold every weight of its bert model; 16 are missing, among them "
        "encoder.layer.1.attention.output.LayerNorm.bias."
    )
