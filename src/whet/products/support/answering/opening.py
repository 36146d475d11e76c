"""How does a desk's folder become something that answers? With the store's model, where one is."""

import os
from collections.abc import Mapping
from pathlib import Path

from whet.core.errors import InputError
from whet.products.support.answering.answerer import Answerer
from whet.products.support.answering.composed import Composer
from whet.products.support.answering.grounding import Embed
from whet.products.support.answering.intents import PackageIntents
from whet.products.support.answering.knowledge import Knowledge
from whet.products.support.desk.read import DeskFiles
from whet.products.support.desk.schema import Desk
from whet.serving.chat import ChatEndpoint
from whet.serving.opening import load_predictor
from whet.serving.package import open_package
from whet.serving.predictor import Predictor
from whet.store.packages import ALIAS_NAMES
from whet.store.store import Store

CHAMPION = "champion"


def make_answerer(
    files: DeskFiles,
    predictor: Predictor | None,
    *,
    knowledge: Knowledge | None = None,
    announces: bool = True,
    environment: Mapping[str, str] = os.environ,
) -> Answerer:
    """Return what answers for a desk.

    Raises:
        InputError: the environment lacks the key of the endpoint.
    """
    embed: Embed | None = predictor.embed if predictor and predictor.has_embedding else None
    return Answerer(
        files,
        model=PackageIntents(predictor) if predictor else None,
        knowledge=knowledge,
        announces=announces,
        composer=composer_of(files.desk, embed, environment),
    )


def predictor_of(name: str, store: Store, *, version: str = CHAMPION) -> Predictor | None:
    """Return the champion of a model; None where nothing of that name may answer yet.

    `version` is another alias, or a version that is there.

    Raises:
        InputError: it does not find intents: it is no model of classes.
        IntegrityError: its package is damaged.
    """
    if version in ALIAS_NAMES and version not in store.packages.aliases(name):
        return None
    registered = store.packages.resolve(name, version)
    package = open_package(Path(registered.path), manifest_sha256=registered.manifest_sha256)
    predictor = load_predictor(package)
    if not isinstance(predictor, Predictor) or package.contents.reads_pairs:
        raise InputError(
            f"The model of a desk must find the intent of a text, as `target.kind: classes` does; "
            f"{name!r} is of kind {package.contents.kind!r}. Name another under `card`."
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
