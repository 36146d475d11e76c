"""What lies in a package folder? The writer of the files that `whet.serving` reads.

Every file goes through `write_atomic`: the libraries' own writers raise errors of their own kind
when the disk is full.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save
from tokenizers import Tokenizer

from whet.core.files import write_atomic
from whet.models.linear import LinearFit
from whet.serving.contents import CONTENTS_FILE, Contents
from whet.serving.package import (
    EVIDENCE_FILE,
    EVIDENCE_TEXTS_FILE,
    LINEAR_FILE,
    TOKENIZER_FILE,
    VOCABULARY_FILE,
    write_manifest,
)


@dataclass(frozen=True)
class EvidenceRows:
    """Training rows that stand behind answers."""

    texts: Sequence[str]
    labels: Sequence[str]
    rows: Sequence[int]
    """Data rows in the file that they came from."""
    ids: NDArray[np.int64]
    """(m,) class ids."""
    views: NDArray[np.float32]
    """(m, w), pooled views side by side, each of length 1; w = 0 without an encoder."""
    log_probabilities: NDArray[np.float32]
    """(m, k), calibrated, by models that did not learn from the row where there are such; those of
    the encoder alone where it is mixed with another model."""


def write_linear(folder: Path, model: LinearFit, features: NDArray[np.str_], *, t: float) -> None:
    """Write the linear model at temperature `t`, in a form that needs neither torch nor pickle."""
    arrays = {
        "idf": model.idf,
        "coefficients": np.ascontiguousarray(model.coefficients),
        "intercept": model.intercept,
        "temperature": np.array([t], dtype=np.float32),
    }
    write_atomic(folder / LINEAR_FILE, save(arrays))
    vocabulary = [str(feature) for feature in features[model.columns]]
    write_atomic(folder / VOCABULARY_FILE, json.dumps(vocabulary, ensure_ascii=False))


def write_tokenizer(folder: Path, tokenizer: Tokenizer) -> None:
    """Write the tokenizer; the length limit is in `package.json`."""
    write_atomic(folder / TOKENIZER_FILE, tokenizer.to_str(pretty=True))


def write_evidence(folder: Path, evidence: EvidenceRows) -> None:
    """Write the rows that answers are compared with and that are shown beside them."""
    arrays: dict[str, NDArray[Any]] = {
        "views": np.ascontiguousarray(evidence.views, dtype=np.float16),
        "log_probabilities": np.ascontiguousarray(evidence.log_probabilities, dtype=np.float16),
        "label": evidence.ids.astype(np.int32),
    }
    write_atomic(folder / EVIDENCE_FILE, save(arrays))
    lines = (
        json.dumps({"text": text, "label": label, "row": row}, ensure_ascii=False)
        for text, label, row in zip(evidence.texts, evidence.labels, evidence.rows, strict=True)
    )
    write_atomic(folder / EVIDENCE_TEXTS_FILE, "".join(line + "\n" for line in lines))


def write_contents(folder: Path, contents: Contents, readme: str) -> None:
    """Write `package.json` and the model card, then the manifest over everything."""
    write_atomic(folder / "README.md", readme)
    write_atomic(folder / CONTENTS_FILE, contents.model_dump_json(indent=1))
    write_manifest(folder)
