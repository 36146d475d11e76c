"""Spans in texts: CoNLL-2003 with the small uncased encoder, and Chinese sets.

    WHET_DATA=... python benchmarks/tagging.py conll2003 [--minutes 15] [--passes 4] [--seed 0]
        [--keep FOLDER]
    WHET_DATA=... python benchmarks/tagging.py ablation [--sentences 3000] [--seeds 2] [--epochs 3]
    WHET_DATA=... python benchmarks/tagging.py weibo_ner msra_ner

A set is built by `whet build` from its own files, with all three rungs: the peers are a look-up of
words and a linear model on the words around a word; the third is the tagger on MiniLM (22 M
parameters, English, without upper case), trained for at most `--minutes`. Official splits; a part
of the training texts chooses the best state, validation texts decide between the rungs, and test
texts are scored once. F1 is strict; intervals and verdicts resample texts.

`ablation` trains on a part of CoNLL-2003 and scores 1,000 validation texts only: what the chain
(CRF), the case of words, the fall of the learning rate, averaged weights, a mean of all layers and
a lower rate in lower layers each add to the recipe of the product, or would add.

Seconds are wall-clock; `cpu` is the processor time of the training over the number of cores, which
is what it would take alone on the machine.
"""

import argparse
import gzip
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import common
import numpy as np

from whet.data.tagging.columns import read_columns
from whet.data.tagging.frame import TaggedFrame
from whet.evaluation.entities import strict_f1
from whet.ladder.rungs.whole import BUDGET_SHARE
from whet.models.bases import find_base
from whet.models.encoder import load_encoder
from whet.models.tagger import Tagger
from whet.serving.tagging.tag_set import TagSet
from whet.serving.tagging.windows import read_texts
from whet.training.finetune import Recipe
from whet.training.tagging import TAGGING, TaggingData, train_tagger

FILES = {
    "conll2003": ("train.txt.gz", "valid.txt", "test.txt"),
    "weibo_ner": ("train.txt", "dev.txt", "test.txt"),
    "msra_ner": ("train_10k.txt.gz", None, "test.txt"),
}
REPAIRED = set(FILES)
"""Sets with a few tags that break their scheme (two in CoNLL-2003), read as CoNLL's scorer does."""
HELD = 1000
"""Validation texts that score a variant."""


def unpacked(name: str, file: str, folder: Path) -> Path:
    """Return one file of a set in `folder`, as a plain text."""
    path = common.data_folder() / name / file
    plain = folder / file.removesuffix(".gz")
    data = path.read_bytes()
    plain.write_bytes(gzip.decompress(data) if path.suffix == ".gz" else data)
    return plain


def card_of(name: str, folder: Path, options: argparse.Namespace) -> str:
    """Return the card of a set, and write its files into `folder`."""
    train, validation, test = (
        unpacked(name, file, folder).name if file else None for file in FILES[name]
    )
    split = {"kind": "official", "test": test, "validation": validation}
    card = {
        "name": name.replace("_", "-"),
        "data": {"source": {"path": train, "format": "conll"}},
        "inputs": [{"column": "text"}],
        "target": {"kind": "tags", "repair": name in REPAIRED},
        "split": {key: value for key, value in split.items() if value},
        "stop": "best",
        "budget": {"minutes": options.minutes / BUDGET_SHARE},
        "tuning": {"epochs": options.passes} if options.passes else {},
        "seed": options.seed,
        # Public files hold a few texts twice; that is theirs and stays measured.
        "waive": {"exact_duplicates": "the files are used as they were published"},
    }
    return json.dumps(card)


def table(facts: common.Json) -> str:
    """Return the classic report of a build."""
    lines = [f"{'':>14} {'precision':>9} {'recall':>9} {'f1-score':>9} {'support':>9}", ""]
    for row in facts["per_class"]:
        shown = [row["precision"], row["recall"], row["f1"]["value"]]
        rates = " ".join(f"{v:>9.4f}" for v in shown)
        lines.append(f"{row['label']:>14} {rates} {row['support']:>9}")
    lines.append("")
    for row in facts["averages"]:
        rates = " ".join(f"{row[key]:>9.4f}" for key in ("precision", "recall", "f1"))
        lines.append(f"{row['name']:>14} {rates} {row['support']:>9}")
    return "\n".join(lines)


def one_set(name: str, options: argparse.Namespace) -> common.Json:
    """Build one set and return what came of it."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        card = card_of(name, folder, options)
        facts = common.build(card, folder)
    print(table(facts), file=sys.stderr)
    kept = ("verdicts", "winner", "why", "test", "baseline", "trivial", "per_class", "averages")
    return {key: facts[key] for key in kept} | {"parity": facts["package"]["parity"]}


@dataclass(frozen=True)
class Variant:
    """One change of the tagger or its recipe."""

    model: common.Json
    recipe: common.Json


VARIANTS = {
    "as in the product": Variant({}, {}),
    "no chain": Variant({"has_chain": False}, {}),
    "no case": Variant({"has_case": False}, {}),
    "neither": Variant({"has_chain": False, "has_case": False}, {}),
    "mean of all layers": Variant({"has_mix": True}, {}),
    "one rate for all layers": Variant({}, {"layer_decay": 1.0}),
    "rate falls as a cosine": Variant({}, {"fall": "cosine"}),
    "constant rate": Variant({}, {"fall": "constant"}),
    "averaged weights": Variant({}, {"average": 0.998}),
    "constant rate, averaged": Variant({}, {"fall": "constant", "average": 0.998}),
    "rate 5e-4": Variant({}, {"encoder_rate": 5e-4}),
    "batches of 16": Variant({}, {"rows_per_batch": 16}),
}


def sample(frame: TaggedFrame, size: int) -> TaggedFrame:
    """Return so many texts at random, the same in every run."""
    return frame.take(np.sort(np.random.default_rng(0).permutation(len(frame))[:size]))


def trained(train: TaggedFrame, held: TaggedFrame, variant: Variant, recipe: Recipe) -> common.Json:
    """Return the best validation F1 of a variant, and what its training cost."""
    encoder = load_encoder(find_base("minilm", Path()))
    encoder.tokenizer.no_truncation()
    recipe = replace(recipe, **variant.recipe)
    tagger = Tagger(
        encoder.module.transformer, TagSet(train.labels), seed=recipe.seed, **variant.model
    )
    readings = [
        read_texts(encoder.tokenizer, frame.texts, encoder.max_tokens) for frame in (train, held)
    ]
    data = TaggingData(readings[0], train.spans, readings[1], held.spans)
    started, cpu = time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        tuned = train_tagger(tagger, data, recipe, evaluate=strict_f1, folder=Path(folder))
    return {
        "validation": tuned.best_score,
        "seconds": time.monotonic() - started,
        "cpu": (time.process_time() - cpu) / (os.cpu_count() or 1),
    }


def ablation(options: argparse.Namespace) -> list[common.Json]:
    """Return the validation F1 of every variant, on fewer sentences."""
    with tempfile.TemporaryDirectory() as folder:
        train, held = (
            read_columns(unpacked("conll2003", file or "", Path(folder)), repair=True)
            for file in FILES["conll2003"][:2]
        )
    train, held = sample(train, options.sentences), sample(held, HELD)
    found = []
    for name in options.variants or VARIANTS:
        for seed in range(options.seeds):
            recipe = replace(TAGGING, seed=seed, epochs=options.epochs)
            result = trained(train, held, VARIANTS[name], recipe)
            found.append({"variant": name, "seed": seed, **result})
            print(found[-1], file=sys.stderr, flush=True)
    return found


def main() -> None:
    """Run what is asked for and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jobs", nargs="+", choices=[*FILES, "ablation"])
    parser.add_argument("--minutes", type=float, default=15, help="of training the tagger")
    parser.add_argument("--passes", type=int, help="epochs; else as many as fit the minutes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="workspace to build in, with report and package")
    parser.add_argument("--sentences", type=int, default=3000)
    parser.add_argument("--epochs", type=int, default=3, help="of the ablation")
    parser.add_argument("--seeds", type=int, default=2, help="of the ablation")
    parser.add_argument("--variants", nargs="*", choices=VARIANTS, help="of the ablation")
    options = parser.parse_args()
    results: common.Json = {}
    rows: list[tuple[object, ...]] = []
    for job in options.jobs:
        if job == "ablation":
            results[job] = ablation(options)
            for variant in dict.fromkeys(r["variant"] for r in results[job]):
                own = [r for r in results[job] if r["variant"] == variant]
                mean = common.mean_interval([r["validation"] for r in own])
                seconds = np.mean([r["seconds"] for r in own])
                rows.append((job, variant, common.shown(mean), f"{seconds:.0f}"))
            continue
        results[job] = one_set(job, options)
        for verdict in results[job]["verdicts"]:
            rows.append((job, verdict["candidate"], "–", f"{verdict['seconds']:.0f}"))
        rows.append((job, "winner on test", common.shown(results[job]["test"]["f1"]), "–"))
    common.finish(results, ("set", "model", "strict F1", "seconds"), rows)


if __name__ == "__main__":
    main()
