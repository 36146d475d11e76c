"""Which pretrained models matter for texts, and what is known about each? The facts of the YAML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DECODERS = ("qwen2", "qwen3", "llama")
"""Architectures whose tokens see only those before them."""


@dataclass(frozen=True)
class Entry:
    """One pretrained model of the catalogue."""

    hub: str
    """Id on the hub."""
    family: str
    """Architecture: the `model_type` of its configuration."""
    layers: int
    width: int
    """Dimensions of a token's vector."""
    vocabulary: int
    parameters: int
    max_tokens: int
    """Longest input that its positions allow."""
    languages: tuple[str, ...]
    """ISO 639-1 codes; `many` for 50 languages or more."""
    licence: str
    needs: tuple[str, ...] = ()
    """`pickle`, `tokenizer`: what its published form takes beyond what others do."""
    package: str | None = None
    """Python package that brings the weights along."""
    weights_sha256: str | None = None

    @property
    def kind(self) -> str:
        """Return `encoder` or `decoder`."""
        return "decoder" if self.family in DECODERS else "encoder"


def _read(file: Path) -> dict[str, Entry]:
    """Return the entries of a catalogue file by their names, in its order."""
    rows: Mapping[str, dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))
    lists = ("languages", "needs")
    return {
        name: Entry(**row | {key: tuple(row.get(key, ())) for key in lists})
        for name, row in rows.items()
    }


def reads_chinese(languages: Sequence[str]) -> bool:
    """Return whether a base of these languages knows Chinese; one that nobody described does."""
    return not languages or bool({"zh", "many"} & set(languages))


CATALOGUE: dict[str, Entry] = _read(Path(__file__).with_suffix(".yaml"))
"""Every base by the short name that cards use; the hub's own id works as well."""
