"""What embeds articles and questions? The package that answers in the workspace; no torch.

A package of the rungs `probe` and `contrastive`, or one that was fine-tuned, has the embedding of
its encoder. That of a probe is the frozen base's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whet.core.errors import InputError, did_you_mean
from whet.models.catalogue import CATALOGUE, reads_chinese
from whet.retrieval.index import Embed
from whet.serving.contents import Contents
from whet.serving.package import open_package
from whet.serving.scorer import Scorer
from whet.serving.sources import CHAMPION
from whet.store.store import Store


@dataclass(frozen=True)
class Embedder:
    """What makes embeddings."""

    name: str
    identity: str
    """SHA-256 of the package's manifest: another one has other embeddings."""
    reads_chinese: bool
    """Whether its base was trained on Chinese; taken for granted of a base nobody described."""
    embed: Embed

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the embeddings (n, d) of texts."""
        return self.embed(texts)


def embedder_of(name: str, identity: str, contents: Contents, embed: Embed) -> Embedder:
    """Return what embeds by the package of a name that is loaded already; `embed` asks it."""
    return Embedder(name, identity, base_reads_chinese(contents), embed)


def find_embedder(store: Store, name: str | None = None) -> Embedder | None:
    """Return what embeds in a workspace; None where no champion can.

    Args:
        store: of the workspace.
        name: of a package; without it the only champion that embeds is taken.

    Raises:
        InputError: there is no champion of that name, it has no embedding, or several have one.
        IntegrityError: the package is damaged.
    """
    champions = {package.name for package in store.packages.all()}
    champions = {one for one in champions if CHAMPION in store.packages.aliases(one)}
    if name is not None and name not in champions:
        hint = did_you_mean(name, champions) if champions else "Run `whet build CARD` first."
        raise InputError(f"{name!r} must be a package that may answer; there is none. {hint}")
    wanted = sorted(champions) if name is None else [name]
    found = [e for e in (_embedder(store, one) for one in wanted) if e is not None]
    if name is not None and not found:
        raise InputError(
            f"Package {name!r} must have an embedding of a text; it has none. Build it with "
            "candidates: [probe], or name another one with --model."
        )
    if len(found) > 1:
        names = ", ".join(one.name for one in found)
        raise InputError(
            f"Several packages can embed: {names}. Name one with --model, or the desk's own under "
            "`card` in its file."
        )
    return found[0] if found else None


def desk_embedder(store: Store, model: str | None) -> Embedder | None:
    """Return what embeds for a desk: its own model where that can, else the only other one.

    Args:
        store: of the workspace.
        model: the desk's, which may not answer yet; None for a desk without one.

    Raises:
        InputError: several others have an embedding.
        IntegrityError: the package is damaged.
    """
    if model is not None and CHAMPION in store.packages.aliases(model):
        own = _embedder(store, model)
        if own is not None:
            return own
    return find_embedder(store)


def _embedder(store: Store, name: str) -> Embedder | None:
    """Return what embeds by the champion of a name; None where that has no embedding."""
    registered = store.packages.resolve(name, CHAMPION)
    package = open_package(Path(registered.path), manifest_sha256=registered.manifest_sha256)
    if not package.contents.has_embedding:
        return None
    identity = registered.manifest_sha256
    return embedder_of(name, identity, package.contents, Scorer(package).embed)


def base_reads_chinese(contents: Contents) -> bool:
    """Return whether the base of a package knows Chinese."""
    entry = CATALOGUE.get(contents.base or "")
    return entry is None or reads_chinese(entry.languages)
