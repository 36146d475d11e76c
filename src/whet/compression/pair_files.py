"""Which files hold a model of pairs? A head over features, and what the features are made with."""

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save

from whet.compression.export import export_views
from whet.compression.write import write_tokenizer
from whet.core.files import write_atomic
from whet.models.encoder import Encoder
from whet.models.probe import ProbeFit
from whet.serving.package import MODEL_FILE, PAIR_FILE, VOCABULARY_FILE


def write_overlap(
    folder: Path,
    head: ProbeFit,
    *,
    features: NDArray[np.str_],
    idf: NDArray[np.float32],
    t: float,
) -> None:
    """Write the files of the form `overlap` at temperature `t`."""
    _write_head(folder, head, t, idf=idf)
    vocabulary = [str(feature) for feature in features]
    write_atomic(folder / VOCABULARY_FILE, json.dumps(vocabulary, ensure_ascii=False))


def write_bi_encoder(folder: Path, head: ProbeFit, encoder: Encoder, *, t: float) -> None:
    """Write the files of the form `bi_encoder` at temperature `t`."""
    _write_head(folder, head, t)
    export_views(encoder.module, encoder.max_tokens, folder / MODEL_FILE)
    write_tokenizer(folder, encoder.tokenizer)


def _write_head(folder: Path, head: ProbeFit, t: float, **more: NDArray[np.float32]) -> None:
    """Write the head and further arrays."""
    weight, bias = head.folded()
    arrays = {"weight": weight, "bias": bias, "temperature": np.array([t], dtype=np.float32)}
    arrays = {name: np.ascontiguousarray(a, np.float32) for name, a in (arrays | more).items()}
    write_atomic(folder / PAIR_FILE, save(arrays))
