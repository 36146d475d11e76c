"""Whet's fine-tuning learns more texts a second than Hugging Face's Trainer, with the same passes.

    WHET_DATA=... python benchmarks/training_speed.py [--rounds 3] [--steps 200]

All sides fine-tune MiniLM on Banking77 in float32 with batches of 32 on the CPU: the loop of Whet's
`full` rung, the Trainer with its defaults (random batches, padded to their longest text), and the
Trainer with `train_sampling_strategy="group_by_length"`. Each side is a process of its own. Each
round they take turns at one epoch over the same 6,400 training rows (200 steps), drawn anew for
each round, after a warm-up that is not counted; only the steps are timed. With fewer rows the
Trainer would group by length within fewer than its usual 50 batches, and look worse than it is.
Padding is the share of processed tokens that carry nothing, in the batches that reach the model.
"""

import argparse
import random
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import common

SIDES = ("whet", "default", "grouped")
ROWS_PER_BATCH = 32
WARM_UP_STEPS = 6


def whet_epoch(texts: list[str], labels: list[int], classes: int) -> common.Json:
    """Return the time of one epoch of the loop that the `full` rung runs, and its padding."""
    import numpy as np

    from whet.cards.tuning import Tuning
    from whet.models.bases import find_base
    from whet.models.classifier import Classifier
    from whet.models.encoder import load_encoder, token_ids
    from whet.models.methods.contract import Setup
    from whet.models.methods.whole import full
    from whet.training.batches import epoch_batches, padding_share
    from whet.training.finetune import Recipe, TrainingData, fine_tune

    recipe = Recipe(epochs=1, evaluations_per_epoch=1, checkpoint_every_s=float("inf"))
    marks: list[float] = []

    def evaluate(logits: Any, truth: Any) -> float:
        marks.append(time.perf_counter())  # the first call comes right before the first step
        return 0.0

    with tempfile.TemporaryDirectory() as place:
        encoder = load_encoder(find_base("minilm", Path(place)))
        width = 3 * encoder.dimension
        weight, bias = np.zeros((width, classes), np.float32), np.zeros(classes, np.float32)
        ids = token_ids(encoder.tokenizer, texts)
        data = TrainingData(ids, np.array(labels), ids[:1], np.array(labels[:1]))
        model = Classifier(encoder.module, weight, bias, recipe.dropout)
        adapted = full(model, Setup(Tuning(), 0, Path(place)))
        fine_tune(adapted, data, recipe, evaluate=evaluate, folder=Path(place))
    lengths = [len(row) for row in ids]
    batches = epoch_batches(lengths, rows=ROWS_PER_BATCH, seed=recipe.seed, epoch=0)
    return {"seconds": marks[1] - marks[0], "padding": padding_share(lengths, batches)}


def trainer_epoch(kind: str, texts: list[str], labels: list[int], classes: int) -> common.Json:
    """Return the time of one epoch of the Trainer, and its padding."""
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainerCallback,
        TrainingArguments,
    )
    from transformers.utils import logging

    from whet.models.bases import find_base

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    marks: dict[str, float] = {}
    tokens = {"all": 0, "real": 0}

    class Clock(TrainerCallback):  # type: ignore[misc]
        """Notes when the first step begins and when the last one ends."""

        def on_step_begin(self, *_: Any, **__: Any) -> None:
            marks.setdefault("begin", time.perf_counter())

        def on_step_end(self, *_: Any, **__: Any) -> None:
            marks["end"] = time.perf_counter()

    def collate(rows: list[common.Json]) -> Any:
        batch = pad(rows)
        tokens["all"] += batch["attention_mask"].numel()
        tokens["real"] += int(batch["attention_mask"].sum())
        return batch

    with tempfile.TemporaryDirectory() as place:
        folder = find_base("minilm", Path(place)).folder
        tokenizer = AutoTokenizer.from_pretrained(folder)
        pad = DataCollatorWithPadding(tokenizer)
        encoded = tokenizer(texts, truncation=True, max_length=256)["input_ids"]
        rows = [{"input_ids": i, "label": y} for i, y in zip(encoded, labels, strict=True)]
        settings = TrainingArguments(
            output_dir=place,
            num_train_epochs=1,
            per_device_train_batch_size=ROWS_PER_BATCH,
            train_sampling_strategy="group_by_length" if kind == "grouped" else "random",
            report_to=[],
            save_strategy="no",
            logging_strategy="no",
            use_cpu=True,
            disable_tqdm=True,
        )
        model = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=classes)
        clock = Clock()
        Trainer(
            model=model, args=settings, train_dataset=rows, data_collator=collate, callbacks=[clock]
        ).train()
    return {"seconds": marks["end"] - marks["begin"], "padding": 1 - tokens["real"] / tokens["all"]}


def work(side: str) -> None:
    """Be one side: train an epoch for each request."""

    def handle(texts: list[str], labels: list[int], classes: int) -> common.Json:
        if side == "whet":
            return whet_epoch(texts, labels, classes)
        return trainer_epoch(side, texts, labels, classes)

    common.answer_requests(handle)


def drawn_rows(count: int, seed: int) -> common.Json:
    """Return so many training rows as a request."""
    texts, names = common.banking77("train")
    number = {name: i for i, name in enumerate(sorted(set(names)))}
    rows = random.Random(seed).sample(range(len(texts)), count)
    return {
        "texts": [texts[row] for row in rows],
        "labels": [number[names[row]] for row in rows],
        "classes": len(number),
    }


def compare(rounds: int, steps: int) -> common.Json:
    """Return texts a second and padding of every side in every round."""
    found: common.Json = {side: {"texts_per_s": [], "padding": []} for side in SIDES}
    with ExitStack() as stack:
        script = Path(__file__).name
        sides = {s: stack.enter_context(common.Worker(script, "--side", s)) for s in SIDES}
        for side in sides.values():
            side.ask(**drawn_rows(ROWS_PER_BATCH * WARM_UP_STEPS, seed=rounds))
        for number in range(rounds):
            count = ROWS_PER_BATCH * steps
            request = drawn_rows(count, seed=number)
            for name in SIDES if number % 2 == 0 else reversed(SIDES):
                answer = sides[name].ask(**request)
                found[name]["texts_per_s"].append(count / answer["seconds"])
                found[name]["padding"].append(answer["padding"])
    return found


def main() -> None:
    """Run everything and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--side", choices=SIDES, help="be one side and answer on stdin")
    options = parser.parse_args()
    if options.side:
        work(options.side)
        return
    found = compare(options.rounds, options.steps)
    ours = found["whet"]["texts_per_s"]
    rows = []
    for side, result in found.items():
        result["whet_over_this"] = common.ratio_interval(ours, result["texts_per_s"])
        rate = statistics.median(result["texts_per_s"])
        ratio = "1" if side == "whet" else common.shown(result["whet_over_this"], 2)
        padding = f"{100 * statistics.mean(result['padding']):.1f} %"
        name = "Whet `full`" if side == "whet" else f"Trainer, {side}"
        rows.append((name, f"{rate:.0f}", ratio, padding))
    header = ["side", "texts/s", "Whet is so many times as fast", "padding"]
    common.finish({"sides": found}, header, rows)


if __name__ == "__main__":
    main()
