"""Which settings of a fine-tuning are good defaults? Tried on training rows of Banking77 alone.

    WHET_DATA=... python benchmarks/recipe_search.py '{"encoder_rate": 3e-4}' '{"start": "zero"}'

Each argument is one trial: fields of `Recipe`, and `start` (`probe` or `zero`: the head that the
training starts from). All trials learn from the same 4,000 random training rows and are judged on
the same 2,500 others; test rows are never read. A trial prints one JSON line with its scores after
every evaluation, so that a long search can be run in parts.
"""

import argparse
import json
import math
import tempfile
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import common
import numpy as np

from whet.core.seeds import generator
from whet.evaluation.calibration import fit_temperature
from whet.models.bases import find_base
from whet.models.classifier import Classifier
from whet.models.encoder import encode, load_encoder, token_ids
from whet.models.output import Output
from whet.models.probe import fit_probe
from whet.training.finetune import Recipe, TrainingData, fine_tune

LEARNT, JUDGED = 4000, 2500


def rows_of(learnt: int, judged: int) -> tuple[list[str], list[int], list[str], list[int], int]:
    """Return texts and class ids to learn from, those to judge, and the number of classes."""
    texts, names = common.banking77("train")
    number = {name: i for i, name in enumerate(sorted(set(names)))}
    order = generator(0, "recipe search").permutation(len(texts))
    parts = order[:learnt], order[learnt : learnt + judged]
    (a, b), (c, d) = (
        ([texts[row] for row in part], [number[names[row]] for row in part]) for part in parts
    )
    return a, b, c, d, len(number)


def scores(logits: Any, labels: Any) -> dict[str, float]:
    """Return accuracy, log loss as it is, and log loss at the best temperature."""
    output = Output(logits, np.zeros((len(logits), 0), np.float32))
    truth = np.arange(len(labels)), labels
    calibrated = output.log_probabilities(fit_temperature(logits, labels))
    return {
        "accuracy": float((logits.argmax(axis=1) == labels).mean()),
        "log_loss": -float(output.log_probabilities()[truth].mean()),
        "calibrated": -float(calibrated[truth].mean()),
    }


def trial(settings: common.Json, learnt: int, judged: int) -> common.Json:
    """Return what one recipe came to, evaluation by evaluation."""
    names = {field.name for field in fields(Recipe)}
    plain = {name: value for name, value in settings.items() if name in names}
    recipe = Recipe(**({"patience": 99, "checkpoint_every_s": math.inf} | plain))
    texts, labels, held_texts, held_labels, classes = rows_of(learnt, judged)
    seen: list[common.Json] = []
    with tempfile.TemporaryDirectory() as place:
        encoder = load_encoder(find_base("minilm", Path(place)))
        weight = np.zeros((3 * encoder.dimension, classes), np.float32)
        bias = np.zeros(classes, np.float32)
        if settings.get("start", "probe") == "probe":
            views = encode(encoder, texts).astype(np.float16)
            weight, bias = fit_probe(views, np.array(labels), classes, seed=0).folded()
        data = TrainingData(
            token_ids(encoder.tokenizer, texts),
            np.array(labels),
            token_ids(encoder.tokenizer, held_texts),
            np.array(held_labels),
        )

        def evaluate(logits: Any, truth: Any) -> float:
            seen.append(scores(logits, truth) | {"at_s": time.perf_counter()})
            return -seen[-1]["calibrated"]

        model = Classifier(encoder.module, weight, np.maximum(bias, -50), recipe.dropout)
        started = time.perf_counter()
        fine_tune(model, data, recipe, evaluate=evaluate, folder=Path(place))
    seconds = time.perf_counter() - started
    for one in seen:
        one["at_s"] = round(one["at_s"] - started, 1)
    return {"settings": settings, "seconds": round(seconds, 1), "evaluations": seen}


def main() -> None:
    """Run every trial and print a JSON line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("trials", nargs="+", type=json.loads)
    parser.add_argument("--learnt", type=int, default=LEARNT)
    parser.add_argument("--judged", type=int, default=JUDGED)
    options = parser.parse_args()
    for settings in options.trials:
        print(json.dumps(trial(settings, options.learnt, options.judged)), flush=True)


if __name__ == "__main__":
    main()
