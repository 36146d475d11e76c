"""Which bases can be loaded on this machine, and what would each take? Without loading any.

Seconds and memory are estimates. Seconds: a small stack of transformer layers is run once, which
gives the seconds per parameter and token; times the parameters outside the embedding table, which
only looks up, times the tokens. Memory: four bytes a parameter to use a base, sixteen to tune all
of it (weights, gradients, two moments of the optimiser); what lies between layers comes on top.
"""

import json
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whet.core.errors import InputError
from whet.models.bases import CONFIG, SAFE, base_folder, read_config
from whet.models.catalogue import CATALOGUE, Entry
from whet.models.hub import cached_folder

TEXTS, TOKENS = 1000, 32
"""The amount of text that seconds are predicted for, and the tokens of each."""
_TRIAL_WIDTH, _TRIAL_LAYERS, _TRIAL_HEADS, _TRIAL_ROWS = 512, 4, 8, 16


@dataclass(frozen=True)
class Choice:
    """One base that could be chosen."""

    name: str
    hub: str | None
    """Id on the hub; None for a local folder."""
    family: str
    kind: str
    """`encoder` or `decoder`."""
    parameters: int
    max_tokens: int
    languages: tuple[str, ...]
    licence: str
    needs: tuple[str, ...]
    where: str | None
    """`installed`, `folder` or `hub cache`: from where it can be loaded now; None for nowhere."""
    folder: str | None
    memory_to_use_bytes: int
    memory_to_tune_bytes: int
    seconds_per_1000_texts: float | None
    """Estimated, for texts of 32 tokens; None where nothing was measured."""


def shortlist(extra: Sequence[str], folder: Path, *, speed: float | None) -> list[Choice]:
    """Return the catalogue and the extra bases (folders, hub ids) with what is known of each.

    Args:
        folder: where relative folders are looked for.
        speed: seconds per parameter and token, from `measured_speed`.
    """
    names = list(dict.fromkeys([*CATALOGUE, *extra]))
    return [choice(name, folder, speed=speed) for name in names]


def choice(name: str, folder: Path, *, speed: float | None) -> Choice:
    """Return what is known of one base.

    Raises:
        InputError: it is neither in the catalogue nor a folder nor in the hub's local cache.
    """
    entry = CATALOGUE.get(name)
    place, where = _place(name, folder)
    if entry is None:
        if place is None:
            raise InputError(
                f"base {name!r} is neither in the catalogue nor a folder nor in the hub's local "
                "cache, so nothing is known of it. Download it first, or give its folder."
            )
        entry = _entry_of(name, place)
    table = entry.vocabulary * entry.width
    work = (entry.parameters - table) * TEXTS * TOKENS
    return Choice(
        name,
        None if where == "folder" else entry.hub,
        entry.family,
        entry.kind,
        entry.parameters,
        entry.max_tokens,
        entry.languages,
        entry.licence,
        entry.needs,
        where,
        None if place is None else str(place),
        4 * entry.parameters,
        16 * entry.parameters,
        None if speed is None else speed * work,
    )


def _place(name: str, folder: Path) -> tuple[Path | None, str | None]:
    """Return the folder that a base can be loaded from now, and what kind of place it is."""
    entry = CATALOGUE.get(name)
    try:
        place = base_folder(name, folder)
    except InputError:
        if entry is None:
            raise
        return None, None  # its package is not installed
    if place is not None:
        return place, "installed" if entry else "folder"
    cached = cached_folder(entry.hub if entry else name)
    return cached, "hub cache" if cached else None


def _entry_of(name: str, place: Path) -> Entry:
    """Return what a folder's own files say: its configuration, and the shapes of its weights."""
    config = read_config(name, place)
    try:
        sizes = {key: int(config[key]) for key in ("hidden_size", "num_hidden_layers")}
        return Entry(
            hub=name,
            family=str(config["model_type"]),
            layers=sizes["num_hidden_layers"],
            width=sizes["hidden_size"],
            vocabulary=int(config["vocab_size"]),
            parameters=_count(place),
            max_tokens=int(config.get("max_position_embeddings", 0)),
            languages=(),
            licence="not stated",
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"base {name!r} must say model_type, hidden_size, num_hidden_layers and vocab_size in "
            f"{place / CONFIG}; {error} is wrong or missing."
        ) from error


def _count(place: Path) -> int:
    """Return the number of values in the safetensors files of a folder, from their headers."""
    total = 0
    for file in sorted(place.glob("*.safetensors")):
        with file.open("rb") as opened:
            (length,) = struct.unpack("<Q", opened.read(8))
            header: dict[str, Any] = json.loads(opened.read(length))
        for name, tensor in header.items():
            if name != "__metadata__":
                size = 1
                for side in tensor["shape"]:
                    size *= side
                total += size
    if total == 0:
        raise ValueError(f"the number of parameters ({SAFE[0]})")
    return total


def measured_speed() -> float | None:
    """Return the seconds per parameter and token of a small stack of layers on this machine.

    None where torch is not installed: nothing can be built there either.
    """
    try:
        import torch
    except ImportError:
        return None
    layer = torch.nn.TransformerEncoderLayer(
        *(_TRIAL_WIDTH, _TRIAL_HEADS, 4 * _TRIAL_WIDTH), 0.0, "gelu", batch_first=True
    )
    stack = torch.nn.TransformerEncoder(layer, _TRIAL_LAYERS, enable_nested_tensor=False).eval()
    rows = torch.zeros((_TRIAL_ROWS, TOKENS, _TRIAL_WIDTH))
    parameters = sum(parameter.numel() for parameter in stack.parameters())
    seconds = []
    with torch.inference_mode():
        stack(rows)  # the first pass of a process is slower than all others
        for _ in range(3):
            started = time.perf_counter()
            stack(rows)
            seconds.append(time.perf_counter() - started)
    return min(seconds) / (parameters * _TRIAL_ROWS * TOKENS)
