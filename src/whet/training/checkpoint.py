"""How does training survive a kill? Its whole state in one file, replaced in one step."""

import os
from pathlib import Path
from typing import Any

import torch

_FORMAT = 2


def save_checkpoint(path: Path, fingerprint: str, state: dict[str, Any]) -> None:
    """Write the state so that a reader finds the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    content = {"format": _FORMAT, "fingerprint": fingerprint, "random": _random(), **state}
    try:
        torch.save(content, temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def load_checkpoint(path: Path, fingerprint: str) -> dict[str, Any] | None:
    """Return the state and restore torch's random stream; None when there is nothing to resume.

    A file that cannot be read, or that belongs to other data or settings, is as good as none.
    """
    if not path.is_file():
        return None
    try:
        content: dict[str, Any] = torch.load(path, weights_only=True, map_location="cpu")
    except Exception:  # torch raises many types for a damaged file; starting again is the remedy
        return None
    if content.get("format") != _FORMAT or content.get("fingerprint") != fingerprint:
        return None
    _restore_random(content["random"])
    return content


def _random() -> dict[str, list[torch.Tensor]]:
    """Return the random streams of the CPU and of the GPUs that are there."""
    streams = {"cpu": [torch.get_rng_state()]}
    if torch.cuda.is_available():
        streams["cuda"] = torch.cuda.get_rng_state_all()
    if torch.backends.mps.is_available():
        streams["mps"] = [torch.mps.get_rng_state()]
    return streams


def _restore_random(streams: dict[str, list[torch.Tensor]]) -> None:
    """Take up the saved random streams of the devices that are here."""
    torch.set_rng_state(streams["cpu"][0])
    if torch.cuda.is_available():
        for number, state in enumerate(streams.get("cuda", [])[: torch.cuda.device_count()]):
            torch.cuda.set_rng_state(state, number)
    if torch.backends.mps.is_available() and "mps" in streams:
        torch.mps.set_rng_state(streams["mps"][0])
