"""Where is a model of the Hugging Face hub? In the hub's local cache, or fetched into it once.

What is in the cache is used as it is: the same id means the same weights tomorrow, and no network
is needed. Without a network a missing model is refused within seconds.
"""

import re
from pathlib import Path
from typing import Any

from whet.cards.schema import Trust
from whet.core.errors import InputError

TIMEOUT_S = 8.0
"""How long the hub may take to answer the first question."""
_NEEDED = ("*.json", "*.safetensors")
_OTHER_FORMS = ("onnx/*", "openvino/*", "coreml/*", "*/pytorch_model*")
_HUB_ID = re.compile(r"[a-zA-Z0-9][\w.-]*/[a-zA-Z0-9][\w.-]*")


def is_hub_id(name: str) -> bool:
    """Return whether a name can be that of a model on the hub.

    >>> is_hub_id("BAAI/bge-small-en-v1.5"), is_hub_id("minilm"), is_hub_id("../bases")
    (True, False, False)
    """
    is_shaped = _HUB_ID.fullmatch(name) is not None
    return is_shaped and ".." not in name and "--" not in name and name[-1] not in ".-"


def cached_folder(name: str) -> Path | None:
    """Return the folder of a hub model that is in the local cache as a whole; None otherwise."""
    from huggingface_hub import try_to_load_from_cache  # not needed for other kinds of bases

    found = [
        try_to_load_from_cache(name, file)
        for file in ("config.json", "tokenizer.json", "model.safetensors")
    ]
    folders = {Path(file).parent for file in found if isinstance(file, str)}
    if isinstance(found[0], str) and isinstance(found[1], str) and len(folders) == 1:
        folder = folders.pop()
        weights = ("model.safetensors*", "pytorch_model.bin*")
        if any(list(folder.glob(pattern)) for pattern in weights):
            return folder
    return None


def hub_folder(name: str, trust: Trust) -> Path:
    """Return the folder of a hub model, fetching it where the cache does not have it.

    Raises:
        InputError: there is no such model, it needs something that is not trusted, or the hub
            cannot be reached.
    """
    cached = cached_folder(name)
    if cached is not None:
        return cached
    from huggingface_hub import snapshot_download

    info = _ask(name)
    files = [str(file.rfilename) for file in info.siblings or []]
    patterns = [*_NEEDED, *_trusted_patterns(name, files, trust)]
    try:
        # By branch and not by commit: only so does the cache remember what `main` was.
        folder = snapshot_download(
            name, allow_patterns=patterns, ignore_patterns=list(_OTHER_FORMS)
        )
    except Exception as error:  # the hub's library raises many unrelated types for one cause
        raise _unreachable(name, error) from error
    return Path(folder)


def _trusted_patterns(name: str, files: list[str], trust: Trust) -> list[str]:
    """Return what else to fetch; weights that may not be loaded are not fetched either."""
    is_pickled = not any(file.endswith(".safetensors") for file in files)
    if is_pickled and not trust.pickle:
        raise InputError(
            f"base {name!r} has no model.safetensors on the hub, only a pickle, which can run "
            "anything when it is loaded. Use another base, or, if you trust who made it, say "
            "--trust-pickle or `trust: {pickle: true}` in the card."
        )
    return [*(["*.bin"] if is_pickled else []), *(["*.py"] if trust.code else [])]


def _ask(name: str) -> Any:
    """Return what the hub knows about a model, asked once and without waiting long."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    try:
        return HfApi().model_info(name, timeout=TIMEOUT_S)
    except GatedRepoError as error:
        raise InputError(
            f"base {name!r} is given only to those who have asked for it at "
            f"https://huggingface.co/{name}. Ask there, then run `hf auth login`."
        ) from error
    except RepositoryNotFoundError as error:
        raise InputError(
            f"base {name!r} is no folder, and the hub has no such model. {_hint(name)}"
        ) from error
    except Exception as error:  # the hub's library raises many unrelated types for one cause
        raise _unreachable(name, error) from error


def _unreachable(name: str, error: Exception) -> InputError:
    """Return the refusal of a model that could not be fetched."""
    return InputError(
        f"base {name!r} is no folder and not in the hub's local cache, and the hub could not give "
        f"it ({type(error).__name__}). Check the name and the network, or download the model and "
        f"give its folder. {_hint(name)}"
    )


def _hint(name: str) -> str:
    """Return which hub id of the catalogue may be meant."""
    from difflib import get_close_matches

    from whet.models.catalogue import CATALOGUE

    ids = [entry.hub for entry in CATALOGUE.values() if entry.hub != name]
    near = get_close_matches(name, ids, n=1, cutoff=0.75)
    return f"Did you mean {near[0]!r}?" if near else "`whet base list` shows the catalogue."
