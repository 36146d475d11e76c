"""Words and meaning fused find the right answer more often than either, or than added scores.

    WHET_DATA=... python benchmarks/retrieval.py answers [--cache DIR] [--part test]
    WHET_DATA=... python benchmarks/retrieval.py index --package DIR [--articles 10000]

`answers` compares five ways of searching the same passages with the same frozen MiniLM: BM25 alone,
the encoder alone, both scores added as they are, both scaled to [0, 1] for each question and added,
and Whet's fusion. Three protocols:

- faq: the index holds the 1,202 answers of bank_faq and nothing of the questions; each question is
  to find an answer that it has in the data. Repeated rows count once. Of the questions in the order
  of the file, every other one is the development part, on which every constant of retrieval was
  chosen; the rest are published.
- paraphrases: beside those answers the index holds an article for each intent of Banking77: its
  name and three messages. The messages of the official test part, which say the same in other
  words, are to find the article of their intent. The development part is eight other training
  messages an intent.
- reworded: each answer of bank_faq stands under one of its questions; the other wordings of the
  questions that have several are asked. There are only 43 of them, so the intervals are wide.

Intervals are percentiles of 2,000 resamples of questions; differences are paired. Then: how well
confidence tells right first places from wrong ones on the published half of `faq`, among 200
questions of another trade (bitext) that the bank cannot answer.

`index` puts 10,000 Reuters articles, cut by Whet, into an index through a package (onnxruntime) and
measures building, changing one, searching and removing one. Titles are the queries.
"""

import argparse
import csv
import gzip
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import common
import numpy as np
from numpy.typing import NDArray

from whet.products.support.articles.article import Article, Section
from whet.products.support.articles.chunks import as_document
from whet.products.support.articles.confidence import confidence_of
from whet.retrieval.fusion import WEIGHTS, fused
from whet.retrieval.index import Index, hits_of
from whet.retrieval.snapshot import Snapshot, changed, empty_snapshot, unit
from whet.serving.package import open_package
from whet.serving.scorer import Scorer
from whet.store.passages import Document, Kept, Passage
from whet.store.store import open_store

WAYS = ("BM25", "encoder", "scores added", "scaled and added", "whet")
DRAWS = 2_000
SHOWN = 100
SPARE = 5
"""Training messages of an intent that may stand in its article; others are asked."""


@dataclass(frozen=True)
class Protocol:
    """Documents, questions, and the ids that are right for each."""

    documents: list[Document]
    questions: list[str]
    right: list[set[str]]


def bank_faq() -> tuple[list[str], list[tuple[str, set[str]]]]:
    """Return the answers, and each question once with the ids of its answers."""
    path = common.data_folder() / "bank_faq" / "bank_faqs.csv"
    questions, answers = common.read_csv(path, "Question", "Answer")
    texts = list(dict.fromkeys(answer.strip() for answer in answers))
    number = {text: f"answer-{i}" for i, text in enumerate(texts)}
    found: dict[str, tuple[str, set[str]]] = {}
    for question, answer in zip(questions, answers, strict=True):
        key = " ".join(question.lower().split())
        found.setdefault(key, (question.strip(), set()))[1].add(number[answer.strip()])
    return texts, list(found.values())


def one(ident: str, text: str, title: str = "") -> Document:
    return Document(ident, title, (Passage("", text),))


def faq(part: str) -> Protocol:
    answers, asked = bank_faq()
    asked = asked[0::2] if part == "development" else asked[1::2]
    documents = [one(f"answer-{i}", text) for i, text in enumerate(answers)]
    return Protocol(documents, [q for q, _ in asked], [ids for _, ids in asked])


def paraphrases(part: str) -> Protocol:
    by_intent: dict[str, list[str]] = {}
    for text, name in common.draw(20, 0):
        by_intent.setdefault(name, []).append(text)
    documents = [
        one(name, "\n".join(texts[:3]), name.replace("_", " ")) for name, texts in by_intent.items()
    ]
    if part == "development":
        asked = [(t, name) for name, ts in by_intent.items() for t in ts[SPARE : SPARE + 8]]
    else:
        asked = list(zip(*common.banking77("test"), strict=True))
    rest = [one(f"answer-{i}", text) for i, text in enumerate(bank_faq()[0])]
    return Protocol([*documents, *rest], [t for t, _ in asked], [{name} for _, name in asked])


def reworded(_part: str) -> Protocol:
    answers, asked = bank_faq()
    wordings: dict[str, list[tuple[str, set[str]]]] = {}
    for question, ids in asked:
        for ident in ids:
            wordings.setdefault(ident, []).append((question, ids))
    documents = [
        one(f"answer-{i}", text, wordings[f"answer-{i}"][0][0]) for i, text in enumerate(answers)
    ]
    titles = {document.title for document in documents}
    rest = {q: ids for group in wordings.values() for q, ids in group if q not in titles}
    return Protocol(documents, list(rest), list(rest.values()))


PROTOCOLS: dict[str, Callable[[str], Protocol]] = {
    "faq": faq,
    "paraphrases": paraphrases,
    "reworded": reworded,
}


def snapshot(documents: Sequence[Document], vectors: dict[str, NDArray[np.float32]]) -> Snapshot:
    """Return the documents as an index holds them in memory."""
    from whet.retrieval.snapshot import searched_text

    now = datetime(2026, 1, 1, tzinfo=UTC)
    kept = []
    for document in documents:
        texts = [searched_text(document, part) for part in document.passages]
        stored = tuple(vectors[text].astype(np.float16).tobytes() for text in texts)
        kept.append(Kept(document, 1, "", "minilm", now, stored))
    return changed(empty_snapshot(), 1, added=kept, removed=[], embedder="minilm")


def between_0_and_1(scores: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return the scores of one question scaled to [0, 1]."""
    return (scores - scores.min()) / (np.ptp(scores) or 1.0)


def orders(now: Snapshot, question: str, vector: NDArray[np.float32]) -> dict[str, list[int]]:
    """Return the first rows of each way of searching."""
    found = now.found(question, unit(vector))
    cosines = now.vectors @ unit(vector)
    added = found.words + cosines
    scaled = between_0_and_1(found.words) + between_0_and_1(cosines)
    scores = fused(found.rankings, WEIGHTS)
    return {
        "BM25": list(found.rankings["words"]),
        "encoder": list(np.argsort(-cosines, kind="stable")[:SHOWN]),
        "scores added": list(np.argsort(-added, kind="stable")[:SHOWN]),
        "scaled and added": list(np.argsort(-scaled, kind="stable")[:SHOWN]),
        "whet": sorted(scores, key=lambda row: (-scores[row], now.passages[row]))[:SHOWN],
    }


def ranks(protocol: Protocol, vectors: dict[str, NDArray[np.float32]]) -> NDArray[np.float64]:
    """Return the rank of the first right document, (questions, ways); infinite where not found."""
    now = snapshot(protocol.documents, vectors)
    found = np.full((len(protocol.questions), len(WAYS)), np.inf)
    for i, (question, right) in enumerate(zip(protocol.questions, protocol.right, strict=True)):
        order = orders(now, question, vectors[question])
        for j, way in enumerate(WAYS):
            places = [p for p, row in enumerate(order[way], 1) if now.passages[row][0] in right]
            if places:
                found[i, j] = places[0]
    return found


MEASURES: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "recall@1": lambda r: (r <= 1).astype(float),
    "recall@5": lambda r: (r <= 5).astype(float),
    "MRR": lambda r: 1 / r,
}


def interval(values: NDArray[np.float64]) -> common.Json:
    """Return the mean of one value a question with its bootstrap interval."""
    rng = np.random.default_rng(0)
    drawn = [values[rng.integers(0, len(values), len(values))].mean() for _ in range(DRAWS)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return {"value": float(values.mean()), "low": float(low), "high": float(high)}


def embedded(texts: Sequence[str], cache: Path) -> dict[str, NDArray[np.float32]]:
    unique = list(dict.fromkeys(texts))
    return dict(zip(unique, common.mean_views(unique, cache), strict=True))


def answers(cache: Path, part: str) -> None:
    from whet.retrieval.snapshot import searched_text

    rows, results = [], {}
    for name, make in PROTOCOLS.items():
        protocol = make(part)
        texts = [searched_text(d, p) for d in protocol.documents for p in d.passages]
        vectors = embedded([*texts, *protocol.questions], cache)
        found = ranks(protocol, vectors)
        own = results[name] = {"questions": len(found), "documents": len(protocol.documents)}
        for measure, of in MEASURES.items():
            values = of(found)
            best = values[:, -1]
            for j, way in enumerate(WAYS):
                own[f"{way} {measure}"] = interval(values[:, j])
                own[f"whet - {way} {measure}"] = interval(best - values[:, j])
        for way in WAYS:
            cells = [common.shown(own[f"{way} {m}"]) for m in MEASURES]
            ahead = "" if way == "whet" else common.shown(own[f"whet - {way} recall@1"])
            rows.append([name, len(found), way, *cells, ahead])
    results["confidence"] = confidence(cache, part)
    header = ["protocol", "questions", "search", *MEASURES, "whet ahead at 1"]
    common.finish({"benchmark": "retrieval answers", "part": part, **results}, header, rows)


def confidence(cache: Path, part: str) -> common.Json:
    """Return how well confidence ranks and how well it is calibrated, strangers' questions too."""
    protocol = faq(part)
    path = common.data_folder() / "bitext_support_intents" / "test.csv"
    strange = random.Random(1).sample(common.read_csv(path, "utterance", "intent")[0], 200)
    asked = [*zip(protocol.questions, protocol.right, strict=True), *((q, set()) for q in strange)]
    texts = [d.passages[0].text for d in protocol.documents]
    vectors = embedded([*texts, *(q for q, _ in asked)], cache)
    now = snapshot(protocol.documents, vectors)
    sure, right = [], []
    for question, ids in asked:
        hits = hits_of(now, question, unit(vectors[question]), k=5)
        sure.append(confidence_of(hits))
        right.append(bool(hits) and hits[0].document in ids)
    p, y = np.array(sure), np.array(right)
    bins = np.minimum((p * 10).astype(int), 9)
    gap = sum(abs(p[bins == b].sum() - y[bins == b].sum()) for b in range(10)) / len(p)
    order = np.argsort(-p, kind="stable")
    precision = np.cumsum(y[order]) / np.arange(1, len(y) + 1)
    held = np.flatnonzero(precision >= 0.9)
    above = p[y][:, None] > p[~y][None]
    return {
        "rows": len(y),
        "right": float(y.mean()),
        "auroc": float((above + 0.5 * (p[y][:, None] == p[~y][None])).mean()),
        "ece_10_bins": float(gap),
        "share_answered_at_90_percent_right": float(held[-1] + 1) / len(y) if len(held) else 0.0,
    }


def reuters(n: int) -> list[Document]:
    """Return n articles of Reuters as Whet cuts them."""
    path = common.data_folder() / "reuters21578_stream" / "reuters_stream.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["text"].strip() and row["title"]]
    rows = rows[:n]
    return [
        as_document(Article(row["newid"], row["title"], (Section((), row["text"]),), "en"))
        for row in rows
    ]


def seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def index(package: Path | None, n: int) -> None:
    documents = reuters(n)
    scorer = Scorer(open_package(package)) if package else None
    embed = scorer.embed if scorer else None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "whet.db"
        with open_store(f"sqlite:///{file}") as store:
            made = Index(store, "articles", embed=embed, embedder="package")
            done = {"build_s": seconds(lambda: made.put_all(documents))}
            again = Index(store, "articles", embed=embed, embedder="package")
            done["open_s"] = seconds(lambda: again.search("grain exports"))
            done |= searches(made, [d.title for d in documents[:1000]])
            done |= changes(made, documents[: min(50, n)])
            done["database_mb"] = file.stat().st_size / 1e6
    passages = sum(len(d.passages) for d in documents)
    words = sum(len(p.text.split()) for d in documents for p in d.passages)
    facts = {"articles": len(documents), "passages": passages, "words": words}
    facts["package"] = scorer.contents.form if scorer else "words alone"
    rows = [[name, f"{value:.3f}"] for name, value in done.items()]
    common.finish({"benchmark": "retrieval index", **facts, **done}, ["measure", "value"], rows)


def searches(made: Index, queries: Sequence[str]) -> dict[str, float]:
    """Return the median and the 99th percentile of one search, in milliseconds."""
    made.search(queries[0])
    took = [1000 * seconds(lambda q=q: made.search(q)) for q in queries]
    return {f"search_p{p}_ms": float(np.percentile(took, p)) for p in (50, 99)}


def changes(made: Index, documents: Sequence[Document]) -> dict[str, float]:
    """Return the median and the longest time in which one article is changed, and removed."""
    new = [
        Document(d.id, d.title, (*d.passages[:-1], Passage("", d.passages[-1].text + " Amended.")))
        for d in documents
    ]
    put = [seconds(lambda d=d: made.put(d)) for d in new]
    gone = [seconds(lambda d=d: made.remove(d.id)) for d in new]
    return {
        "update_p50_s": float(np.median(put)),
        "update_max_s": max(put),
        "remove_p50_s": float(np.median(gone)),
        "remove_max_s": max(gone),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", choices=["answers", "index"])
    parser.add_argument(
        "--cache", type=Path, default=Path(tempfile.gettempdir()) / "whet-retrieval"
    )
    parser.add_argument("--part", choices=["development", "test"], default="test")
    parser.add_argument("--package", type=Path)
    parser.add_argument("--articles", type=int, default=10_000)
    asked = parser.parse_args()
    if asked.what == "answers":
        answers(asked.cache, asked.part)
    else:
        index(asked.package, asked.articles)


if __name__ == "__main__":
    main()
