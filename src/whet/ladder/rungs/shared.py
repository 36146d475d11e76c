"""What do several rungs need? Rows held back or sampled, timed trials, an encoder's files."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from whet.compression.export import export_onnx
from whet.compression.write import write_tokenizer
from whet.core.seeds import generator
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Form
from whet.models.classifier import Classifier
from whet.models.encoder import encode
from whet.models.output import Floats, Ids
from whet.models.probe import fit_probe
from whet.serving.package import MODEL_FILE

TRIALS, TRIALS_S = 3, 2.0
TRIAL_ROWS = 64
FIT_TRIALS = (100, 500)
"""Rows of the two fits whose times give the time of any number of rows."""


def write_encoder(
    context: Context, classifier: Classifier, folder: Path, temperature: float
) -> Form:
    """Write the ONNX graph and the tokenizer of a classifier."""
    context.progress.start("exporting")
    kind, limit = context.card.target.kind, context.encoder.max_tokens
    export_onnx(classifier, temperature, limit, folder / MODEL_FILE, kind=kind)
    write_tokenizer(folder, context.encoder.tokenizer)
    return Form("onnx")


def log_loss(logits: Floats, labels: Ids) -> float:
    """Return the mean negative log likelihood."""
    log_p = log_softmax(logits, axis=1)
    return -float(log_p[np.arange(len(labels)), labels].mean())


def held_back(context: Context, rows: Ids, name: str, share: float) -> NDArray[np.bool_]:
    """Return which rows judge instead of teaching, (n,); every class of theirs is also taught.

    A row of a class that was not taught has a probability of nearly 0, and its loss would drown
    what all others say.
    """
    held = generator(context.seed, name).random(len(rows)) < share
    labels = context.labels[rows]
    return held & np.isin(labels, labels[~held])


def sample(context: Context, size: int) -> Ids:
    """Return up to `size` development rows, at random, the same in every run."""
    rows = generator(context.seed, "trial").permutation(len(context.development))
    return np.sort(rows[:size]).astype(np.int64)


def embedding_seconds(context: Context) -> float:
    """Return the time to embed the development rows that are missing, from a sample."""
    if not context.not_embedded:
        return 0.0
    texts = [context.texts[row] for row in sample(context, TRIAL_ROWS)]
    encode(context.encoder, texts[:2])  # the first pass of a process is slower than all others
    seconds = fastest(lambda: encode(context.encoder, texts))
    return seconds / len(texts) * context.not_embedded


def fit_seconds(width: int, classes: int, rows: int, *, seed: int) -> float:
    """Return the time of a probe's fit: a line through two small fits on random numbers."""
    random, times = generator(seed, "trial"), []
    for size in FIT_TRIALS:
        views = random.normal(size=(size, width)).astype(np.float16)
        labels = np.arange(size) % min(classes, size)
        fit = partial(fit_probe, views, labels, classes, seed=0, strength=0.03)
        times.append(fastest(fit))
    slope = max(0.0, times[1] - times[0]) / (FIT_TRIALS[1] - FIT_TRIALS[0])
    return times[0] + slope * rows


def fastest(work: Callable[[], object]) -> float:
    """Return the seconds of the fastest of up to three runs of `work`, begun within two seconds.

    Other programs of the machine can only ever slow a run down, and the cost of a whole rung must
    not be predicted from the moment at which one of them was busy.
    """
    began, best = time.perf_counter(), float("inf")
    for _ in range(TRIALS):
        started = time.perf_counter()
        work()
        ended = time.perf_counter()
        best = min(best, ended - started)
        if ended - began > TRIALS_S:
            break
    return best
