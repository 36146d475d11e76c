"""Does a desk keep its promise end to end? Intents, articles and strangers' questions together.

    WHET_DATA=... python benchmarks/support.py [--seeds 3] [--splits 20] [--folder DIR]

The desk's intents are those of `bitext_support_intents` (27; `--rows` training rows of each, rung
probe), its knowledge base the 1,202 answers of `bank_faq`, none of their questions. Of its messages
(`--messages`) 60 % are other rows of Bitext, of all its parts (right: the intent), 25 % questions
of `bank_faq` (right: the article that holds the answer), 15 % everyday sentences of Tatoeba
(nothing is right).

For each seed one model is built; for each of `--splits` splits of the messages a third chooses the
threshold of intents, a third that of articles (`choose_article_threshold`), and the last third are
the customers. At each promise: the share of the answers that was wrong, and the share of messages
that was answered, as the mean over splits with the range of nine in ten; the share of what has an
answer that was answered right, and by which tier; in how many splits more answers were wrong than
promised, which must be at most one in ten.
"""

import argparse
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import common
import numpy as np

from whet.evaluation.risk import choose_threshold
from whet.products.support.answering.intents import PackageIntents, Understood
from whet.products.support.answering.knowledge import Knowledge, Quoted
from whet.products.support.answering.library import IndexQuotes
from whet.products.support.answering.opening import predictor_of
from whet.products.support.answering.promise import (
    Example,
    Outcome,
    choose_article_threshold,
    measured,
)
from whet.products.support.articles.embedder import find_embedder
from whet.products.support.articles.sync import open_index
from whet.products.support.desk.schema import Decision, Desk
from whet.store.passages import Document
from whet.store.passages import Passage as Stored
from whet.store.store import Store, open_store

PROMISES = (0.01, 0.02, 0.05, 0.10)
LEVEL = 0.9
CARD = """\
name: desk
use: find the intent of a customer's message
not_for: anything that a person must decide
data: {{source: {{path: train.csv, licence: CC-BY-4.0}}}}
inputs: [{{column: text}}]
target: {{column: category}}
split: {{kind: stratified, test: 0.2, seed: {seed}}}
candidates: [probe]
base: minilm
decision: {{kind: risk, wrong_answers: 0.05}}
metrics: {{primary: macro_f1}}
gate: {{macro_f1: 0.5}}
"""


@dataclass
class Remembered:
    """A model and articles that answer each text once: splits ask the same texts again."""

    model: PackageIntents
    knowledge: Knowledge

    def __post_init__(self) -> None:
        self._said: dict[str, Understood] = {}
        self._quoted: dict[str, Quoted | None] = {}

    @property
    def intents(self) -> Sequence[str]:
        """Return the intents of the model."""
        return self.model.intents

    def guess(self, texts: Sequence[str]) -> Sequence[Understood]:
        """Return what the model says about each text."""
        for text in texts:
            if text not in self._said:
                self._said[text] = self.model.guess([text])[0]
        return [self._said[text] for text in texts]

    def answer(self, question: str, *, language: str) -> Quoted | None:
        """Return what `Knowledge.answer` returns, from memory the second time."""
        if question not in self._quoted:
            self._quoted[question] = self.knowledge.answer(question, language=language)
        return self._quoted[question]


def bitext() -> list[tuple[str, str]]:
    """Return text and intent of every row of Bitext, each text once."""
    found: dict[str, str] = {}
    for part in ("train", "dev", "test"):
        path = common.data_folder() / "bitext_support_intents" / f"{part}.csv"
        for text, intent in zip(*common.read_csv(path, "utterance", "intent"), strict=True):
            found.setdefault(text.strip(), intent)
    return list(found.items())


def trained_on(seed: int, rows: int) -> list[tuple[str, str]]:
    """Return the rows that a seed's model learns from."""
    by_intent: dict[str, list[str]] = {}
    for text, intent in bitext():
        by_intent.setdefault(intent, []).append(text)
    drawn = random.Random(seed)
    chosen: list[tuple[str, str]] = []
    for name, texts in sorted(by_intent.items()):
        chosen += [(text, name) for text in drawn.sample(texts, min(rows, len(texts)))]
    return chosen


def messages(count: int, seed: int, rows: int) -> list[Example]:
    """Return messages of the three kinds, each text once, none of which the model has seen."""
    drawn = random.Random(seed)
    folder = common.data_folder()
    seen = {text.lower() for text, _ in trained_on(seed, rows)}
    other = [Example(text, None, intent) for text, intent in bitext() if text.lower() not in seen]
    found = drawn.sample(other, count * 60 // 100)
    faq = [Example(question, ident, None) for question, ident in questions().items()]
    found += drawn.sample(faq, count * 25 // 100)
    lines = (folder / "tatoeba_en_zh" / "pairs.tsv").read_text(encoding="utf-8").splitlines()[1:]
    english = sorted({line.partition("\t")[0] for line in lines})
    found += [Example(text, None) for text in drawn.sample(english, count * 15 // 100)]
    unique = {example.text.strip().lower(): example for example in found}
    return list(unique.values())


def answers() -> dict[str, str]:
    """Return the answers of bank_faq by id."""
    path = common.data_folder() / "bank_faq" / "bank_faqs.csv"
    column = common.read_csv(path, "Question", "Answer")[1]
    texts = dict.fromkeys(answer.strip() for answer in column)
    return {f"answer-{i}": text for i, text in enumerate(texts)}


def questions() -> dict[str, str]:
    """Return each question of bank_faq that has one answer, with the id of that."""
    path = common.data_folder() / "bank_faq" / "bank_faqs.csv"
    number = {text: ident for ident, text in answers().items()}
    found: dict[str, set[str]] = {}
    for question, answer in zip(*common.read_csv(path, "Question", "Answer"), strict=True):
        found.setdefault(question.strip(), set()).add(number[answer.strip()])
    return {question: next(iter(ids)) for question, ids in found.items() if len(ids) == 1}


def built(folder: Path, seed: int, rows: int) -> common.Json:
    """Build the model of a seed and return the facts."""
    folder.mkdir(parents=True, exist_ok=True)
    common.write_csv(folder / "train.csv", trained_on(seed, rows))
    return common.build(CARD.format(seed=seed), folder)


def opened(store: Store) -> Remembered:
    """Return the model and the articles of a workspace."""
    predictor = predictor_of("desk", store)
    if predictor is None:
        raise SystemExit("The model did not hold its gate.")
    embedder = find_embedder(store, "desk")
    index = open_index(store, embedder)
    index.put_all([Document(i, "", (Stored("", text),)) for i, text in answers().items()])
    knowledge = Knowledge(index, IndexQuotes(index, embedder))
    return Remembered(PackageIntents(predictor), knowledge)


@dataclass(frozen=True)
class Split:
    """What a desk did on a split."""

    wrong: float | None
    """Share of the answers; None without answers."""
    answered: float
    """Share of the messages."""
    right: float
    """Share of what has an answer that was answered right."""
    by_article: float
    """Share of the answers that articles gave."""


def split_of(
    examples: Sequence[Example], desk: Remembered, promise: float, drawn: random.Random
) -> Split:
    """Return what a desk whose thresholds were chosen on two thirds does on the last one."""
    order = drawn.sample(list(examples), len(examples))
    third = len(order) // 3
    first, second, last = order[:third], order[third : 2 * third], order[2 * third :]
    intents = intent_threshold(first, desk, promise)
    choice = choose_article_threshold(
        outcomes(second, desk, intents), wrong_answers=promise, level=LEVEL
    )
    least = 2.0 if choice.threshold is None else choice.threshold
    given = [o for o in outcomes(last, desk, intents) if o.by_intent or o.confidence >= least]
    known = sum(e.article is not None or e.intent is not None for e in last)
    wrong = sum(not o.is_right for o in given)
    return Split(
        wrong / len(given) if given else None,
        len(given) / len(last),
        (len(given) - wrong) / known,
        sum(not o.by_intent for o in given) / max(1, len(given)),
    )


def intent_threshold(examples: Sequence[Example], desk: Remembered, promise: float) -> float:
    """Return the confidence from which intents are answered; above 1 where nothing is promised."""
    said = desk.guess([example.text for example in examples])
    sure = np.array([one.confidence for one in said])
    right = np.array([one.top[0][0] == e.intent for one, e in zip(said, examples, strict=True)])
    choice = choose_threshold(sure, right, wrong_answers=promise, level=LEVEL)
    return 1.1 if choice.threshold is None else choice.threshold


def outcomes(examples: Sequence[Example], desk: Remembered, threshold: float) -> list[Outcome]:
    """Return what a desk makes of messages; above 1 no intent is answered."""
    limits = Decision(intent_threshold=min(1.0, threshold))
    return measured(
        examples,
        desk if threshold <= 1 else None,
        desk,  # type: ignore[arg-type]
        Desk(languages=["en"], decision=limits),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--splits", type=int, default=20)
    parser.add_argument("--rows", type=int, default=40)
    parser.add_argument("--messages", type=int, default=4000)
    parser.add_argument("--folder", type=Path, help="keeps the models from one run to the next")
    asked = parser.parse_args()
    found: dict[float, list[Split]] = {promise: [] for promise in PROMISES}
    with tempfile.TemporaryDirectory() as temporary:
        for seed in range(asked.seeds):
            folder = (asked.folder or Path(temporary)) / f"seed-{seed}"
            if not (folder / ".whet" / "whet.db").exists():
                built(folder, seed, asked.rows)
            with open_store(f"sqlite:///{folder}/.whet/whet.db") as store:
                desk = opened(store)
                examples = messages(asked.messages, seed, asked.rows)
                for promise, splits in found.items():
                    drawn = random.Random(seed)
                    for _ in range(asked.splits):
                        splits.append(split_of(examples, desk, promise, drawn))
    report(asked, found)


def report(asked: argparse.Namespace, found: dict[float, list[Split]]) -> None:
    """Print what was measured."""
    rows, results = [], {}
    for promise, splits in found.items():
        wrong = [one.wrong for one in splits if one.wrong is not None]
        above = sum(share > promise for share in wrong)
        own: common.Json = {
            "wrong": middle(wrong),
            "answered": middle([one.answered for one in splits]),
            "right": middle([one.right for one in splits]),
            "by_article": middle([one.by_article for one in splits]),
            "splits": len(splits),
            "without_answers": len(splits) - len(wrong),
            "above": above,
        }
        results[str(promise)] = own
        cells = [common.shown(own[name]) for name in ("wrong", "answered", "right", "by_article")]
        rows.append([f"{promise:.0%}", *cells, f"{above} of {len(splits)}"])
    header = ["promised", "wrong", "answered", "of the answerable, right", "by articles", "above"]
    facts = {key: value for key, value in vars(asked).items() if key != "folder"}
    common.finish({"benchmark": "support", **facts, "promises": results}, header, rows)


def middle(values: Sequence[float]) -> common.Json | None:
    """Return the mean of splits with the range of nine in ten of them."""
    if not values:
        return None
    low, high = np.percentile(values, [5, 95])
    return {"value": float(np.mean(values)), "low": float(low), "high": float(high)}


if __name__ == "__main__":
    main()
