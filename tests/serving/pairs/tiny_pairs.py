"""A tiny package of pairs made by hand: two texts match when their words are mostly the same."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tests.serving.tiny_package import contents

from whet.serving.package import write_manifest
from whet.serving.pairs.overlap import FEATURES

VOCABULARY = ("wrefund", "wcard", "wlost", "wpay")


def make_overlap_package(folder: Path) -> Path:
    """Write a package of the form `overlap` that goes by the Jaccard index of words alone."""
    folder.mkdir(parents=True)
    weight = np.zeros((len(FEATURES) + 1, 2), dtype=np.float32)
    weight[FEATURES.index("Jaccard index of the words"), 1] = 8
    arrays = {
        "weight": weight,
        "bias": np.array([4, 0], dtype=np.float32),
        "temperature": np.ones(1, dtype=np.float32),
        "idf": np.linspace(1, 2, len(VOCABULARY), dtype=np.float32),
    }
    save_file(arrays, folder / "pair.safetensors")
    (folder / "vocabulary.json").write_text(json.dumps(VOCABULARY))
    evidence: dict[str, NDArray[Any]] = {
        "views": np.zeros((2, 0), dtype=np.float16),
        "log_probabilities": np.log([[0.9, 0.1], [0.1, 0.9]]).astype(np.float16),
        "label": np.array([0, 1], dtype=np.int32),
    }
    save_file(evidence, folder / "evidence.safetensors")
    lines = [{"text": '["a", "b"]', "label": label, "row": 1} for label in ("no", "yes")]
    (folder / "evidence.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    written = contents(
        name="same",
        kind="pair",
        form="overlap",
        labels=("no", "yes"),
        dimension=0,
        inputs=({"name": "first", "column": "a"}, {"name": "second", "column": "b"}),
    )
    (folder / "package.json").write_text(written.model_dump_json(indent=1))
    (folder / "README.md").write_text("# same\n")
    write_manifest(folder)
    return folder
