"""Tiny real packages of scores in the linear form: a number, or several labels, by single words."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tests.serving.tiny_package import contents

from whet.core.text import text_features
from whet.serving.package import write_manifest

SPREAD: dict[str, NDArray[Any]] = {
    # log error = 2 + the number on its scale; numbers: bias, centre, scale, smallest, largest
    "weight": np.array([1.0, 0.0], dtype=np.float32),
    "numbers": np.array([2.0, 40.0, 20.0, 0.5, 20.0]),
}


def make_scores_package(
    folder: Path, words: Mapping[str, Sequence[float]], intercept: Sequence[float], **fields: Any
) -> Path:
    """Write a package that adds up what its words say, over the root of their number."""
    folder.mkdir(parents=True)
    vocabulary = [next(f for f in text_features(word) if f[1:] == word) for word in words]
    arrays: dict[str, NDArray[Any]] = {
        "idf": np.ones(len(words), dtype=np.float32),
        "coefficients": np.array(list(words.values()), dtype=np.float32),
        "intercept": np.array(intercept, dtype=np.float32),
        "temperature": np.ones(1, dtype=np.float32),
    }
    save_file(arrays, folder / "linear.safetensors")
    (folder / "vocabulary.json").write_text(json.dumps(vocabulary))
    empty: dict[str, NDArray[Any]] = {
        "views": np.zeros((0, 0), dtype=np.float16),
        "log_probabilities": np.zeros((0, 1), dtype=np.float16),
        "label": np.zeros(0, dtype=np.int32),
    }
    save_file(empty, folder / "evidence.safetensors")
    (folder / "evidence.jsonl").write_text("")
    written = contents(**{"form": "linear", "dimension": 0, **fields})
    if written.band and written.band.is_scaled:
        save_file(SPREAD, folder / "spread.safetensors")
    (folder / "package.json").write_text(written.model_dump_json(indent=1))
    write_manifest(folder)
    return folder


def make_value_package(folder: Path, **fields: Any) -> Path:
    """Write a package of prices: a lamp costs 50, anything else 40."""
    fields = {"name": "prices", "kind": "real", "labels": ["price"], **fields}
    return make_scores_package(folder, {"lamp": [10.0]}, [40.0], **fields)


def make_labels_package(folder: Path, **fields: Any) -> Path:
    """Write a package of topics: `barrel` is surely oil, `wheat` is grain, which is not shown."""
    fields = {
        "name": "topics",
        "kind": "labels",
        "labels": ["grain", "oil"],
        "thresholds": [None, 0.9],
        **fields,
    }
    words = {"barrel": [0.0, 10.0], "wheat": [10.0, 0.0]}
    return make_scores_package(folder, words, [-4.0, -4.0], **fields)
