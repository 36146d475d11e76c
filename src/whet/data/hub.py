"""What rows does a data set of the Hugging Face hub hold? Every column as text, labels by name.

``hf:owner/name`` is fetched once into the hub's own cache; a folder of that name beside the card,
or ``hf:./folder``, is a local copy and is read by the same code without the network. Whether the
hub can be reached is asked once, in advance: the library itself would try again for half a minute.
"""

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import polars as pl

from whet.cards.files import HUB
from whet.cards.schema import Source
from whet.core.errors import InputError, NotInstalledError
from whet.data.read import as_texts, is_plain

TIMEOUT_S = 5.0
"""How long the hub may take to answer the first question."""


def read_hub(source: Source, part: str, *, folder: Path) -> pl.DataFrame:
    """Return the rows of one split of a hub data set with every column as text.

    Class labels become their names. Columns of lists, structures, images or sounds are left out.

    Args:
        source: the card's source; its path starts with ``hf:``.
        part: split of the data set, such as ``train`` or ``test``.
        folder: folder of the card, where a local copy may stand.

    Raises:
        NotInstalledError: the `datasets` library is missing.
        InputError: there is no such data set, subset or split, or it cannot be reached.
    """
    datasets = _datasets()
    name = source.path.removeprefix(HUB)
    copy = folder / name
    is_copy = os.path.isdir(copy)
    if name.startswith(".") and not is_copy:
        raise InputError(f"{source.path} must be a folder beside the card; there is no {copy}.")
    absence = None if is_copy else _absence(name)
    try:
        with _quiet(datasets), _cache_only(datasets) if absence else nullcontext():
            rows = datasets.load_dataset(
                str(copy) if is_copy else name, name=source.subset, split=part
            )
    # The library raises many kinds of errors for what a user can mend (a misspelt name, a split
    # that is not there, no network, a private data set) and says in the text which one it is.
    except Exception as error:
        if absence is not None:
            raise InputError(
                f"{source.path} ({part}) is not in the hub's local cache, and the hub cannot be "
                f"reached ({absence}). Check the network, or copy the data set to {copy}."
            ) from error
        raise InputError(
            f"{source.path} ({part}) could not be loaded: {_first_line(error)} "
            "Check the name, data.source.subset, data.source.part and the network."
        ) from error
    if not len(rows):
        raise InputError(f"{source.path} ({part}) must hold rows; it holds none.")
    return _as_table(rows)


def _datasets() -> Any:
    """Return the `datasets` library, which the base installation does not have."""
    try:
        return importlib.import_module("datasets")
    except ImportError as error:
        raise NotInstalledError(
            "Data sets of the hub (hf:owner/name) need the `datasets` library. "
            "Install it with: pip install 'whet[train]'"
        ) from error


def _absence(name: str) -> str | None:
    """Return the kind of error with which the hub cannot be reached; None when it answers."""
    hub = importlib.import_module("huggingface_hub")
    try:
        hub.HfApi().dataset_info(name, timeout=TIMEOUT_S)
    except hub.errors.HfHubHTTPError:
        return None  # it answers; what it says is told by who loads the data
    except Exception as error:  # connections fail with many unrelated types
        return type(error).__name__
    return None


@contextmanager
def _cache_only(datasets: Any) -> Iterator[None]:
    """Let the libraries use their cache without asking the network; leave settings as found."""
    places = datasets.config, importlib.import_module("huggingface_hub").constants
    before = [place.HF_HUB_OFFLINE for place in places]
    for place in places:
        place.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        for place, value in zip(places, before, strict=True):
            place.HF_HUB_OFFLINE = value


@contextmanager
def _quiet(datasets: Any) -> Iterator[None]:
    """Keep the libraries from drawing bars and telling each retry; leave settings as found."""
    hub = importlib.import_module("huggingface_hub.utils")
    log = hub.logging.get_logger("huggingface_hub")
    libraries, level = (datasets, hub), log.level
    silenced = [library for library in libraries if not library.are_progress_bars_disabled()]
    for library in silenced:
        library.disable_progress_bars()
    log.setLevel("CRITICAL")
    try:
        yield
    finally:
        log.setLevel(level)
        for library in silenced:
            library.enable_progress_bars()


def _as_table(rows: Any) -> pl.DataFrame:
    """Return a loaded split as texts."""
    table: pl.DataFrame = rows.to_polars()
    names = {
        column: dict(enumerate(feature.names))
        for column, feature in rows.features.items()
        if hasattr(feature, "str2int")
    }
    # -1 stands for "no label" in data sets whose test labels are kept secret.
    named = table.with_columns(
        pl.col(column).replace_strict(labels, default=None, return_dtype=pl.String)
        for column, labels in names.items()
    )
    return as_texts(named.select(column for column in named if is_plain(column.dtype)))


def _first_line(error: Exception) -> str:
    """Return the first line of an error's text as a sentence."""
    text = (str(error) or type(error).__name__).splitlines()[0].strip()
    return text if text.endswith(".") else f"{text}."
