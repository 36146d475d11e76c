"""How does a desk's folder become something that answers? With the store's model, where one is."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from whet.core.errors import InputError
from whet.products.support.answering.answerer import Answerer
from whet.products.support.answering.composed import Composer
from whet.products.support.answering.grounding import Embed
from whet.products.support.answering.intents import PackageIntents
from whet.products.support.answering.library import knowledge_of
from whet.products.support.articles.embedder import Embedder, embedder_of, find_embedder
from whet.products.support.desk.read import DeskFiles
from whet.products.support.desk.schema import Desk
from whet.serving.chat import ChatEndpoint
from whet.serving.opening import load_predictor
from whet.serving.package import open_package
from whet.serving.predictor import Predictor
from whet.store.packages import ALIAS_NAMES, Package
from whet.store.store import Store

CHAMPION = "champion"


@dataclass(frozen=True)
class Models:
    """What a desk has learnt from; one package does both where it embeds, and is loaded once."""

    intents: PackageIntents | None
    """None where no model of the desk's name may answer yet, or it names none."""
    embedder: Embedder | None
    """None where articles are found by their words alone."""


NO_MODELS = Models(None, None)
"""What a desk has before anything was built."""


def models_of(name: str | None, store: Store) -> Models:
    """Return the champion of a model; without one that embeds, the only other one that does.

    Raises:
        InputError: it does not find intents, or several others embed.
        IntegrityError: its package is damaged.
    """
    registered = _registered(name, store, CHAMPION) if name else None
    if registered is None:
        return Models(None, find_embedder(store))
    predictor = _loaded(registered)
    intents = PackageIntents(predictor)
    if not predictor.has_embedding:
        return Models(intents, find_embedder(store))
    identity = registered.manifest_sha256
    embedder = embedder_of(registered.name, identity, predictor.contents, intents.embed)
    return Models(intents, embedder)


def open_answerer(
    files: DeskFiles,
    store: Store | None,
    *,
    announces: bool = True,
    environment: Mapping[str, str] = os.environ,
) -> Answerer:
    """Return what answers for a desk with the models and articles that a workspace has now.

    Raises:
        InputError: the environment lacks the key of the endpoint, or the model finds no intents.
        IntegrityError: a package is damaged.
    """
    models = NO_MODELS if store is None else models_of(files.model, store)
    return Answerer(
        files,
        model=models.intents,
        knowledge=None if store is None else knowledge_of(store, models.embedder),
        announces=announces,
        composer=composer_of(files.desk, models.embedder, environment),
    )


def predictor_of(name: str, store: Store, *, version: str = CHAMPION) -> Predictor | None:
    """Return the champion of a model; None where nothing of that name may answer yet.

    `version` is another alias, or a version that is there.

    Raises:
        InputError: it does not find intents: it is no model of classes.
        IntegrityError: its package is damaged.
    """
    registered = _registered(name, store, version)
    return _loaded(registered) if registered else None


def _registered(name: str, store: Store, version: str) -> Package | None:
    """Return what the store knows of a model; None where nothing of that name may answer yet."""
    if version in ALIAS_NAMES and version not in store.packages.aliases(name):
        return None
    return store.packages.resolve(name, version)


def _loaded(registered: Package) -> Predictor:
    """Return a model that finds intents, loaded."""
    package = open_package(Path(registered.path), manifest_sha256=registered.manifest_sha256)
    predictor = load_predictor(package)
    if not isinstance(predictor, Predictor) or package.contents.reads_pairs:
        raise InputError(
            f"The model of a desk must find the intent of a text, as `target.kind: classes` does; "
            f"{registered.name!r} is of kind {package.contents.kind!r}. Name another under `card`."
        )
    return predictor


def intents_of(name: str, store: Store) -> list[str] | None:
    """Return the intents that the champion of a model knows; None where there is none."""
    if CHAMPION not in store.packages.aliases(name):
        return None
    registered = store.packages.resolve(name, CHAMPION)
    return list(open_package(Path(registered.path)).contents.labels)


def composer_of(desk: Desk, embed: Embed | None, environment: Mapping[str, str]) -> Composer | None:
    """Return what words answers for a desk; None where it has no endpoint.

    Raises:
        InputError: the environment lacks the key.
    """
    endpoint = desk.endpoint
    if endpoint is None:
        return None
    if endpoint.key is not None and not environment.get(endpoint.key):
        raise InputError(
            f"The variable {endpoint.key} must hold the key of {endpoint.base_url}; it is not "
            "set. Set it, or leave `endpoint` out of the desk."
        )
    chat = ChatEndpoint(
        endpoint.base_url,
        endpoint.model,
        key=environment[endpoint.key] if endpoint.key else None,
        timeout_s=endpoint.timeout_s,
        retries=endpoint.retries,
        prices=(endpoint.price_per_token_in, endpoint.price_per_token_out),
    )
    return Composer(endpoint, chat, name=desk.name, embed=embed)
