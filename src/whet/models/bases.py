"""Which pretrained model is meant? A catalogue name, a hub id, or a local folder, made a folder.

Loading a model can run what its author wrote: a pickle runs anything, and some models come with
Python files. Neither happens unless the card or the command line trusts them by name.
"""

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from whet.cards.schema import Trust
from whet.core.errors import InputError, IntegrityError
from whet.core.files import sha256_file
from whet.models.catalogue import CATALOGUE, Entry
from whet.models.hub import hub_folder, is_hub_id

CONFIG, TOKENIZER = "config.json", "tokenizer.json"
SAFE = ("model.safetensors", "model.safetensors.index.json")
PICKLED = ("pytorch_model.bin", "pytorch_model.bin.index.json")
_POOLING = "1_Pooling/config.json"

Pooling = Literal["mean", "first", "last"]
"""How a base makes one vector of its tokens: their mean, the first one, or the last one."""


@dataclass(frozen=True)
class Base:
    """A pretrained model in a folder, ready to load."""

    name: str
    folder: Path
    weights_sha256: str
    licence: str
    languages: tuple[str, ...]
    identity: str = ""
    """Hash of all that decides what it makes of a text: weights, configuration, tokenizer."""
    is_pickled: bool = False
    """Whether its weights are a pickle, which the user has trusted."""
    runs_code: bool = False
    """Whether loading it runs Python files of its own, which the user has trusted."""
    pooling: Pooling = "mean"


def find_base(name: str, folder: Path, trust: Trust | None = None) -> Base:
    """Return the base that a card names; a relative folder is looked for beside the card.

    Args:
        trust: what may be run to load it; nothing without it.

    Raises:
        InputError: `name` is neither in the catalogue, nor a folder, nor reachable on the hub; or
            loading it would run something that is not trusted.
        IntegrityError: the weights are not the ones that the catalogue names.
    """
    trust = trust or Trust()
    entry = CATALOGUE.get(name)
    place = base_folder(name, folder) or hub_folder(entry.hub if entry else name, trust)
    base = _described(name, place, trust, entry)
    if entry and entry.weights_sha256 not in (None, base.weights_sha256):
        raise IntegrityError(
            f"The weights of base {name!r} must have SHA-256 {entry.weights_sha256}, but "
            f"{place / SAFE[0]} has {base.weights_sha256}. Install the package again."
        )
    return base


def base_folder(name: str, folder: Path) -> Path | None:
    """Return the folder of a base that needs no hub; None where the hub must be asked.

    Raises:
        InputError: `name` cannot be a base, or its package is not installed.
    """
    entry = CATALOGUE.get(name)
    if entry and entry.package:
        return _package_folder(name, entry)
    if entry:
        return None
    local = folder / name
    if local.is_dir():
        return local
    if not is_hub_id(name):
        raise InputError(
            f"base {name!r} must be a name of the catalogue, a hub id such as owner/model, or a "
            f"folder; it is none of them. {nearest(name)}"
        )
    return None


def nearest(name: str) -> str:
    """Return which name of the catalogue may be meant, or how to see all of them.

    >>> nearest("minilmm")
    "Did you mean 'minilm'?"
    """
    near = get_close_matches(name, CATALOGUE, n=1, cutoff=0.6)
    return f"Did you mean {near[0]!r}?" if near else "`whet base list` shows the catalogue."


def _package_folder(name: str, entry: Entry) -> Path:
    """Return the folder of a base that comes as a Python package, without importing it."""
    spec = importlib.util.find_spec(entry.package or "")
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            f"base {name!r} needs the package {str(entry.package).replace('_', '-')}, which is not "
            "installed. Run: pip install 'whet[train]'."
        )
    return Path(spec.submodule_search_locations[0]) / "model"


def _described(name: str, place: Path, trust: Trust, entry: Entry | None) -> Base:
    """Return the base in a folder, after checking that it holds one and may be loaded."""
    config = read_config(name, place)
    weights, is_pickled = _weights(name, place, trust)
    runs_code = _runs_code(name, config, trust)
    pooling = _pooling(place)
    digest = hashlib.sha256(pooling.encode())
    sources = sorted(place.glob("*.py")) if runs_code else []
    hashes = [sha256_file(file) for file in weights]
    for each in (*hashes, *(sha256_file(f) for f in (place / CONFIG, place / TOKENIZER, *sources))):
        digest.update(each.encode())
    one = hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
    licence, languages = (entry.licence, entry.languages) if entry else ("not stated", ())
    return Base(
        name, place, one, licence, languages, digest.hexdigest(), is_pickled, runs_code, pooling
    )


def read_config(name: str, place: Path) -> dict[str, Any]:
    """Return the configuration of the base in a folder.

    Raises:
        InputError: the folder holds no base.
    """
    missing = [file for file in (CONFIG, TOKENIZER) if not (place / file).is_file()]
    has_weights = any((place / file).is_file() for file in (*SAFE, *PICKLED))
    if missing or not has_weights:
        lacks = [*missing, *([] if has_weights else [SAFE[0]])]
        raise InputError(
            f"base {name!r} must be a folder with {CONFIG}, {TOKENIZER} and {SAFE[0]}; "
            f"{place} lacks {', '.join(lacks)}.{_tokenizer_advice(place, missing)}"
        )
    try:
        config = json.loads((place / CONFIG).read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"base {name!r} must have a {CONFIG} in JSON; {error}.") from error
    if not isinstance(config, dict):
        raise InputError(f"base {name!r} must have a {CONFIG} that is a JSON object.")
    return config


def _tokenizer_advice(place: Path, missing: list[str]) -> str:
    """Return how to make the tokenizer file of older models, which have another one."""
    if missing != [TOKENIZER]:
        return ""
    return (
        f' Make it once: python -c "from transformers import AutoTokenizer as A; '
        f"A.from_pretrained('{place}').save_pretrained('{place}')\""
    )


def _weights(name: str, place: Path, trust: Trust) -> tuple[list[Path], bool]:
    """Return the files of the weights, and whether they are pickles.

    Raises:
        InputError: they are pickles and not trusted, or some are missing.
    """
    found = next(file for file in (*SAFE, *PICKLED) if (place / file).is_file())
    if found in PICKLED and not trust.pickle:
        raise InputError(
            f"base {name!r} has its weights in {found}, a pickle, which can run anything when it "
            "is loaded. Use a version of the base with model.safetensors, or, if you trust who "
            "made it, say --trust-pickle or `trust: {pickle: true}` in the card."
        )
    files = [place / found]
    if found.endswith(".index.json"):
        parts = json.loads((place / found).read_text(encoding="utf-8")).get("weight_map", {})
        files += [place / part for part in sorted(set(parts.values()))]
        lost = [file.name for file in files if not file.is_file()]
        if lost:
            raise InputError(
                f"base {name!r} must have every part of its weights; {place} lacks "
                f"{', '.join(lost)}."
            )
    return files, found in PICKLED


def _runs_code(name: str, config: dict[str, Any], trust: Trust) -> bool:
    """Return whether loading the base runs code that comes with it.

    A base that transformers knows by itself is loaded by its code, whatever else is in the folder.

    Raises:
        InputError: it needs code of its own, which is not trusted.
    """
    if not config.get("auto_map"):
        return False
    from transformers.models.auto import configuration_auto

    if config.get("model_type") in configuration_auto.CONFIG_MAPPING_NAMES:  # type: ignore[attr-defined]
        return False
    if not trust.code:
        raise InputError(
            f"base {name!r} comes with Python code that must be run to load it "
            f"({', '.join(map(str, config['auto_map'].values()))}). Use another base, or, if you "
            "trust who made it, say --trust-code or `trust: {code: true}` in the card."
        )
    return True


def _pooling(place: Path) -> Pooling:
    """Return how the base was trained to make one vector of its tokens, where it says so.

    Source: the format of sentence-transformers, which most embedding models are published in.
    """
    try:
        said = json.loads((place / _POOLING).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "mean"
    mode = said.get("pooling_mode")
    if said.get("pooling_mode_cls_token") or mode == "cls":
        return "first"
    return "last" if said.get("pooling_mode_lasttoken") or mode == "lasttoken" else "mean"
