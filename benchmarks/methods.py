"""Every way to tune an encoder on one data set: what learns, how long it takes, what it scores.

    WHET_DATA=... python benchmarks/methods.py table banking77 [--candidates full freeze:4 ...]
    WHET_DATA=... python benchmarks/methods.py lora [--rounds 3] [--steps 100]

`table` fits one rung of the ladder after the other on the training rows (nine tenths teach, one
tenth chooses the learning rate and when to stop, as in a build) and answers the test rows once.
Each is a process of its own, so that peak memory is its own; seconds hold trials of the rate and
training, not the probe that all start from. Data sets: `banking77` (official split),
`financial_phrasebank` (50-agree, one fixed stratified split, a fifth for the test) and `tnews_zh`
(its own split; MiniLM hardly reads Chinese, so here every method must learn a lot).

`lora` compares with peft under Hugging Face's Trainer: the same matrices on the same projections,
MiniLM, batches of 32, random and padded to their longest text. Both sides take turns at one epoch
over the same rows for the throughput; with `--score` each trains three epochs on all rows and is
scored on the test rows.
"""

import argparse
import json
import math
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import common

RANK = 16
ROWS_PER_BATCH = 32
Rows = tuple[list[str], list[str]]


def banking77() -> tuple[Rows, Rows]:
    """Return training and test rows of the official split."""
    return common.banking77("train"), common.banking77("test")


def financial_phrasebank() -> tuple[Rows, Rows]:
    """Return a fixed stratified split of the 50-agree sentences; repeats stay on one side."""
    path = common.data_folder() / "financial_phrasebank" / "sentences_50agree.csv"
    texts, labels = common.read_csv(path, "sentence", "label")
    rows = sorted(dict(zip(texts, labels, strict=True)).items())
    random.Random(0).shuffle(rows)
    train, test = [], []
    for label in sorted(set(labels)):
        mine = [row for row in rows if row[1] == label]
        cut = len(mine) // 5
        test += mine[:cut]
        train += mine[cut:]
    return _columns(train), _columns(test)


def tnews_zh() -> tuple[Rows, Rows]:
    """Return training and test rows of the Chinese headlines."""
    parts = []
    for name in ("train", "test"):
        path = common.data_folder() / "tnews_zh" / f"{name}.jsonl"
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
        parts.append(_columns([(row["sentence"], row["label_desc"]) for row in rows]))
    return parts[0], parts[1]


def _columns(rows: list[tuple[str, str]]) -> Rows:
    """Return texts and labels of rows."""
    return [text for text, _ in rows], [label for _, label in rows]


DATA: dict[str, Callable[[], tuple[Rows, Rows]]] = {
    "banking77": banking77,
    "financial_phrasebank": financial_phrasebank,
    "tnews_zh": tnews_zh,
}
CANDIDATES = (
    *("probe", "freeze:5", "freeze:4", "freeze:2", "bitfit", "ia3", "prefix", "adapter"),
    *("lora", "rslora", "dora", "adalora", "full"),
)


def fit(name: str, candidate: str, seed: int) -> common.Json:
    """Return what one candidate costs and scores on one data set."""
    import numpy as np
    from scipy.stats import binomtest

    from whet.cards.read import read_card
    from whet.core.progress import Quiet
    from whet.data.load import load
    from whet.ladder.context import Context
    from whet.ladder.rungs.registry import open_rung
    from whet.runtime.measure import measured

    train, test = DATA[name]()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for part, rows in (("train", train), ("test", test)):
            common.write_csv(folder / f"{part}.csv", zip(*rows, strict=True))
        (folder / "card.yaml").write_text(CARD.format(name=name.replace("_", "-"), seed=seed))
        card = read_card(folder / "card.yaml")
        context = Context(
            card, folder, load(card, folder), folder / "cache", folder / "work", Quiet(), seed
        )
        rung = open_rung(candidate, context)
        context.views(context.development_rows)  # the probe that all start from
        trainable = _trainable(rung)
        with measured() as cost:
            fitted = rung.fit(context.development_rows)
        answers = fitted.predict(context.test_rows).logits.argmax(axis=1)
        truth = context.class_ids(context.dataset.test.labels)
    right = int(np.sum(answers == truth))
    interval = binomtest(right, len(truth)).proportion_ci(common.LEVEL, method="wilson")
    return {
        "trainable": trainable,
        "seconds": cost.seconds,
        "peak_mb": cost.peak_bytes / 1e6,
        "accuracy": {"value": right / len(truth), "low": interval.low, "high": interval.high},
        "note": fitted.note,
    }


CARD = """\
name: {name}
data: {{source: {{path: train.csv}}}}
inputs: [{{column: text}}]
target: {{column: category}}
split: {{kind: official, test: test.csv}}
seed: {seed}
"""


def _trainable(rung: Any) -> int:
    """Return the number of parameters that a rung changes in the encoder and its head."""
    from whet.ladder.rungs.tuned import TunedRung

    context = rung.context
    if not isinstance(rung, TunedRung):
        return (3 * context.encoder.dimension + 1) * int(context.classes)
    with tempfile.TemporaryDirectory() as place:
        adapted = rung._adapted(rung._start(context.development_rows[:500]), 500, Path(place))
        return sum(p.numel() for p in adapted.trainable().values())


def table(name: str, candidates: list[str], seed: int) -> None:
    """Print one line for each candidate."""
    found: common.Json = {}
    for candidate in candidates:
        with common.Worker(Path(__file__).name, "fit") as worker:
            found[candidate] = worker.ask(name=name, candidate=candidate, seed=seed)
        print(json.dumps({candidate: found[candidate]}), flush=True)
    header = ["candidate", "parameters that learn", "seconds", "peak memory, MB", "test accuracy"]
    rows = [
        [
            f"`{candidate}`",
            f"{one['trainable']:,}",
            f"{one['seconds']:.0f}",
            f"{one['peak_mb']:.0f}",
            common.shown(one["accuracy"]),
        ]
        for candidate, one in found.items()
    ]
    common.finish({"data": name, "seed": seed, "candidates": found}, header, rows)


def whet_lora(rows: common.Json, epochs: int, score: bool) -> common.Json:
    """Return seconds of our training with LoRA, and test accuracy where it is asked for."""
    import numpy as np

    from whet.cards.tuning import Tuning
    from whet.models.bases import find_base
    from whet.models.classifier import Classifier, classify
    from whet.models.encoder import load_encoder, token_ids
    from whet.models.methods.contract import Setup
    from whet.models.methods.registry import adapt
    from whet.training.finetune import TrainingData, fine_tune
    from whet.training.recipes import recipe_for

    tuning = Tuning(rank=RANK, epochs=epochs, learning_rate=rows["rate"])
    recipe = recipe_for("lora", tuning, seed=rows["seed"])
    marks: list[float] = []

    def evaluate(logits: Any, truth: Any) -> float:
        marks.append(time.perf_counter())
        return float(len(marks))  # the last state is kept, as the Trainer does

    with tempfile.TemporaryDirectory() as place:
        encoder = load_encoder(find_base("minilm", Path(place)))
        weight = np.zeros((3 * encoder.dimension, rows["classes"]), np.float32)
        bias = np.zeros(rows["classes"], np.float32)
        ids = token_ids(encoder.tokenizer, rows["texts"])
        data = TrainingData(ids, np.array(rows["labels"]), ids[:1], np.array(rows["labels"][:1]))
        model = Classifier(encoder.module, weight, bias, recipe.dropout)
        steps = math.ceil(len(ids) / ROWS_PER_BATCH) * epochs
        adapted = adapt(model, "lora", Setup(tuning, steps, Path(place)), seed=rows["seed"])
        tuned = fine_tune(adapted, data, recipe, evaluate=evaluate, folder=Path(place))
        answer: common.Json = {"seconds": marks[-1] - marks[0]}
        if score:
            test = token_ids(encoder.tokenizer, rows["test_texts"])
            answer["right"] = int(
                (classify(tuned.model, test).logits.argmax(axis=1) == rows["test_labels"]).sum()
            )
    return answer


def trainer_lora(rows: common.Json, epochs: int, score: bool) -> common.Json:
    """Return seconds of the Trainer with peft's LoRA on the same projections, and its score."""
    from peft import LoraConfig, get_peft_model
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainingArguments,
        set_seed,
    )
    from transformers.utils import logging

    from whet.models.bases import find_base

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    set_seed(rows["seed"])
    with tempfile.TemporaryDirectory() as place:
        folder = find_base("minilm", Path(place)).folder
        tokenizer = AutoTokenizer.from_pretrained(folder)
        sides = [(rows["texts"], rows["labels"])]
        sides += [(rows["test_texts"], rows["test_labels"])] if score else []
        sets = [
            [
                {"input_ids": i, "label": y}
                for i, y in zip(
                    tokenizer(texts, truncation=True, max_length=256)["input_ids"],
                    labels,
                    strict=True,
                )
            ]
            for texts, labels in sides
        ]
        base = AutoModelForSequenceClassification.from_pretrained(
            folder, num_labels=rows["classes"]
        )
        config = LoraConfig(
            task_type="SEQ_CLS",
            r=RANK,
            lora_alpha=2 * RANK,
            target_modules=r".*layer\.\d+\..*(query|key|value|dense)",
        )
        settings = TrainingArguments(
            output_dir=place,
            num_train_epochs=epochs,
            per_device_train_batch_size=ROWS_PER_BATCH,
            learning_rate=rows["rate"],
            report_to=[],
            save_strategy="no",
            logging_strategy="no",
            use_cpu=True,
            disable_tqdm=True,
            seed=rows["seed"],
        )
        trainer = Trainer(
            model=get_peft_model(base, config),
            args=settings,
            train_dataset=sets[0],
            data_collator=DataCollatorWithPadding(tokenizer),
        )
        started = time.perf_counter()
        trainer.train()
        answer: common.Json = {"seconds": time.perf_counter() - started}
        if score:
            said = trainer.predict(sets[1]).predictions.argmax(axis=1)
            answer["right"] = int((said == rows["test_labels"]).sum())
    return answer


SIDES = {"whet": whet_lora, "trainer": trainer_lora}


def lora_rows(count: int | None, seed: int, rate: float) -> common.Json:
    """Return so many training rows (all where None) and the test rows as a request."""
    texts, names = common.banking77("train")
    test_texts, test_names = common.banking77("test")
    number = {name: i for i, name in enumerate(sorted(set(names)))}
    chosen = (
        range(len(texts)) if count is None else random.Random(seed).sample(range(len(texts)), count)
    )
    return {
        "texts": [texts[row] for row in chosen],
        "labels": [number[names[row]] for row in chosen],
        "test_texts": test_texts,
        "test_labels": [number[name] for name in test_names],
        "classes": len(number),
        "rate": rate,
        "seed": seed,
    }


def compare_lora(options: argparse.Namespace) -> None:
    """Print throughput, and scores where they are asked for, of both sides."""
    found: common.Json = {side: {"texts_per_s": [], "right": []} for side in SIDES}
    with ExitStack() as stack:
        script = Path(__file__).name
        workers = {s: stack.enter_context(common.Worker(script, "side", s)) for s in SIDES}
        for side in workers.values():
            side.ask(rows=lora_rows(6 * ROWS_PER_BATCH, 99, options.rate), epochs=1, score=False)
        for number in range(options.rounds):
            count = None if options.score else ROWS_PER_BATCH * options.steps
            rows = lora_rows(count, number, options.rate)
            epochs = 3 if options.score else 1
            for name in SIDES if number % 2 == 0 else reversed(SIDES):
                answer = workers[name].ask(rows=rows, epochs=epochs, score=options.score)
                pace = len(rows["texts"]) * epochs / answer["seconds"]
                found[name]["texts_per_s"].append(pace)
                found[name]["right"].append(answer.get("right"))
    tested = len(rows["test_labels"])
    lines = []
    for side, one in found.items():
        ratio = common.ratio_interval(found["whet"]["texts_per_s"], one["texts_per_s"])
        scored = [right / tested for right in one["right"] if right is not None]
        lines.append(
            [
                side,
                common.shown(common.mean_interval(one["texts_per_s"]), 1),
                common.shown(ratio, 2),
                common.shown(common.mean_interval(scored) if scored else None),
            ]
        )
    header = ["side", "texts/s", "whet over this", "test accuracy"]
    common.finish({"rate": options.rate, "sides": found}, header, lines)


def main() -> None:
    """Run one part and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = parser.add_subparsers(dest="part", required=True)
    rows = parts.add_parser("table")
    rows.add_argument("data", choices=DATA)
    rows.add_argument("--candidates", nargs="+", default=CANDIDATES)
    rows.add_argument("--seed", type=int, default=0)
    beside = parts.add_parser("lora")
    beside.add_argument("--rounds", type=int, default=3)
    beside.add_argument("--steps", type=int, default=100)
    beside.add_argument("--rate", type=float, default=1e-3)
    beside.add_argument("--score", action="store_true")
    parts.add_parser("fit")  # what follows is how this script starts its own workers
    parts.add_parser("side").add_argument("side", choices=SIDES)
    options = parser.parse_args()
    if options.part == "table":
        table(options.data, options.candidates, options.seed)
    elif options.part == "lora":
        compare_lora(options)
    else:
        common.answer_requests(fit if options.part == "fit" else SIDES[options.side])


if __name__ == "__main__":
    main()
