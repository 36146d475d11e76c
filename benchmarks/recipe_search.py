"""Which settings of a method are good defaults? Tried on training rows of Banking77 alone.

    WHET_DATA=... python benchmarks/recipe_search.py '{}' '{"candidate": "lora", "rank": 8}'

Each argument is one trial: `candidate` (`full` by default), `start` (`probe` or `zero`: the head
that the training starts from), fields of `Recipe`, and fields of the card's `tuning` that belong
to a method, such as `rank`. All trials learn from the same 4,000 random training rows and are
judged on the same 2,500 others; test rows are never read. A trial prints one JSON line with its
scores after every evaluation, so that a long search can be run in parts.
"""

import argparse
import json
import math
import tempfile
import time
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import common
import numpy as np

from whet.cards.tuning import Tuning
from whet.core.seeds import generator
from whet.evaluation.calibration import fit_temperature
from whet.models.bases import find_base
from whet.models.classifier import Classifier
from whet.models.encoder import encode, load_encoder, token_ids
from whet.models.methods.contract import Setup
from whet.models.methods.registry import adapt
from whet.models.output import Output
from whet.models.probe import fit_probe
from whet.training.finetune import Recipe, TrainingData, fine_tune
from whet.training.recipes import recipe_for

LEARNT, JUDGED = 4000, 2500


def parts_of(learnt: int, judged: int) -> tuple[list[list[str]], list[list[int]], int]:
    """Return texts and class ids of the rows to learn from and to judge, and the classes."""
    texts, names = common.banking77("train")
    number = {name: i for i, name in enumerate(sorted(set(names)))}
    order = generator(0, "recipe search").permutation(len(texts))
    parts = order[:learnt], order[learnt : learnt + judged]
    return (
        [[texts[row] for row in part] for part in parts],
        [[number[names[row]] for row in part] for part in parts],
        len(number),
    )


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


def recipe_of(settings: common.Json) -> tuple[str, Tuning, Recipe]:
    """Return candidate, tuning and recipe of a trial; every evaluation is run."""
    candidate = settings.get("candidate", "full")
    of_recipe = {field.name for field in fields(Recipe)} - set(Tuning.model_fields)
    tuning = Tuning(**{k: v for k, v in settings.items() if k in Tuning.model_fields})
    given = {name: value for name, value in settings.items() if name in of_recipe}
    if "encoder_rate" in given and "head_rate" not in given:
        own = recipe_for(candidate, tuning, seed=0)
        given["head_rate"] = given["encoder_rate"] * own.head_rate / own.encoder_rate
    defaults = {"patience": 99, "checkpoint_every_s": math.inf}
    return candidate, tuning, replace(recipe_for(candidate, tuning, seed=0), **defaults | given)


def trial(settings: common.Json, learnt: int, judged: int) -> common.Json:
    """Return what one recipe came to, evaluation by evaluation."""
    candidate, tuning, recipe = recipe_of(settings)
    texts, labels, classes = parts_of(learnt, judged)
    seen: list[common.Json] = []

    def evaluate(logits: Any, truth: Any) -> float:
        seen.append(scores(logits, truth) | {"at_s": time.perf_counter()})
        return -seen[-1]["calibrated"]

    with tempfile.TemporaryDirectory() as place:
        encoder = load_encoder(find_base("minilm", Path(place)))
        ids = [token_ids(encoder.tokenizer, part) for part in texts]
        data = TrainingData(ids[0], np.array(labels[0]), ids[1], np.array(labels[1]))
        weight = np.zeros((3 * encoder.dimension, classes), np.float32)
        bias = np.zeros(classes, np.float32)
        if settings.get("start", "probe") == "probe":
            views = encode(encoder, texts[0]).astype(np.float16)
            weight, bias = fit_probe(views, data.labels, classes, seed=0).folded()
        model = Classifier(encoder.module, weight, np.maximum(bias, -50), recipe.dropout)
        started = time.perf_counter()
        steps = math.ceil(learnt / recipe.rows_per_batch) * recipe.epochs
        adapted = adapt(model, candidate, Setup(tuning, steps, Path(place)), seed=0)
        learning = sum(p.numel() for p in adapted.trainable().values())
        fine_tune(adapted, data, recipe, evaluate=evaluate, folder=Path(place))
    seconds = time.perf_counter() - started
    for one in seen:
        one["at_s"] = round(one["at_s"] - started, 1)
    return {
        "settings": settings,
        "seconds": round(seconds, 1),
        "trainable": learning,
        "evaluations": seen,
    }


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
