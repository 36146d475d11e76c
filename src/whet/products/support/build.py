"""How does a desk's folder become a desk that answers? Model, articles, promise and suite.

    facts = build_model(Path("desk.yaml"), progress=progress)
    built = finish_desk(Path("desk.yaml"), store, facts=facts, progress=progress)

Each step is left out where its file is: a desk may have no card, no articles, no labelled questions
and no suite. Labelled questions stand in questions.csv: `question`, `article` (the id of the one
that answers) and `intent`; both empty where nothing answers. `unit` names what questions belong to,
such as a conversation.
"""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whet.core.errors import InputError, did_you_mean
from whet.core.progress import Progress
from whet.evaluation.risk import ThresholdChoice
from whet.ladder.build import build
from whet.products.support.answering.intents import PackageIntents
from whet.products.support.answering.knowledge import Knowledge
from whet.products.support.answering.library import knowledge_of
from whet.products.support.answering.opening import models_of
from whet.products.support.answering.promise import (
    Example,
    choose_article_threshold,
    measured,
)
from whet.products.support.articles.embedder import Embedder
from whet.products.support.articles.sync import Synced, open_index, sync_articles
from whet.products.support.desk.read import CARD_NAME, DeskFiles, read_desk
from whet.products.support.suite.read import SUITE_NAME, read_suite
from whet.products.support.suite.run import Outcome, run_suite
from whet.store.store import Store

QUESTIONS = "questions.csv"
_MOST_QUESTIONS = 100_000


@dataclass(frozen=True)
class Measured:
    """What the desk makes of its labelled questions as its files are now."""

    questions: int
    answered: int
    """By a template or an article."""
    wrong: int
    """Of the answered."""
    choices: dict[str, ThresholdChoice]
    """By language, the threshold for articles with which the risk dial would be kept."""


@dataclass(frozen=True)
class Built:
    """What was built."""

    files: DeskFiles
    facts: dict[str, Any] | None
    """Facts of the model's build; None where no card was built."""
    intents: tuple[str, ...]
    """Those that the model knows."""
    synced: Synced | None
    """What became of the articles; None without a folder of them."""
    articles: Counter[str]
    """Articles by language."""
    measured: Measured | None
    """None without labelled questions, or without articles."""
    outcomes: tuple[Outcome, ...] | None
    """Of the suite's cases; None without a suite."""

    @property
    def is_good(self) -> bool:
        """Whether everything that was asked for holds."""
        holds = self.facts is None or bool(self.facts["gate_holds"])
        reads = self.synced is None or not self.synced.problems
        return holds and reads and not any(o.problems for o in self.outcomes or ())


def build_model(path: Path, *, progress: Progress) -> dict[str, Any] | None:
    """Build the model of a desk from the card beside it; None where there is no card.

    Raises:
        InputError: desk or card have mistakes, or the data stops the build.
    """
    files = read_desk(path)
    card = files.folder / CARD_NAME
    return build(card, progress=progress) if card.is_file() else None


def finish_desk(
    path: Path, store: Store, *, facts: dict[str, Any] | None, progress: Progress
) -> Built:
    """Bring articles, promise and suite of a desk up to date with its model.

    Raises:
        InputError: one of its files has mistakes.
        IntegrityError: the package of its model is damaged.
    """
    files = read_desk(path)
    models = models_of(files.model, store)
    model = models.intents
    synced, languages = _synced(files, store, models.embedder, progress)
    knowledge = knowledge_of(store, models.embedder)
    return Built(
        files=files,
        facts=facts,
        intents=tuple(model.intents) if model else (),
        synced=synced,
        articles=languages,
        measured=_measured(files, model, knowledge, progress),
        outcomes=_tested(files, model, knowledge, progress),
    )


def read_questions(file: Path, articles: Sequence[str], intents: Sequence[str]) -> list[Example]:
    """Return the labelled questions of a file.

    Args:
        file: CSV with the columns `question`, `article`, `intent` and, if wanted, `unit`.
        articles: ids of the articles that there are.
        intents: those that the model knows.

    Raises:
        InputError: a column or a question is missing, or an article or an intent is not known; all
            rows that are wrong are named.
    """
    with file.open(newline="", encoding="utf-8-sig") as lines:
        reader = csv.DictReader(lines)
        missing = {"question", "article", "intent"} - set(reader.fieldnames or ())
        if missing:
            raise InputError(
                f"{file} must have the columns question, article and intent; "
                f"{', '.join(sorted(missing))} is missing."
            )
        rows = list(reader)
    problems: list[str] = []
    examples = []
    for number, row in enumerate(rows[:_MOST_QUESTIONS], start=2):
        text, article, intent = ((row[n] or "").strip() for n in ("question", "article", "intent"))
        if not text:
            problems.append(f"{file}:{number}: must hold a question; it is blank")
        for value, known, word in ((article, articles, "article"), (intent, intents, "intent")):
            if value and value not in known:
                hint = did_you_mean(value, known) if known else "There is none."
                problems.append(f"{file}:{number}: {value[:60]!r} is no {word} of the desk. {hint}")
        unit = (row.get("unit") or "").strip() or None
        examples.append(Example(text, article or None, intent or None, unit))
    if problems:
        raise InputError("\n".join(problems))
    return examples


def _synced(
    files: DeskFiles, store: Store, embedder: Embedder | None, progress: Progress
) -> tuple[Synced | None, Counter[str]]:
    """Return what became of the articles, and how many there are in each language."""
    folder = files.folder / files.desk.articles
    if not folder.is_dir():
        return None, Counter()
    progress.start("indexing articles")
    index = open_index(store, embedder)
    synced = sync_articles(folder, index, advance=progress.advance)
    return synced, Counter(kept.document.language for kept in index.documents())


def _measured(
    files: DeskFiles,
    model: PackageIntents | None,
    knowledge: Knowledge | None,
    progress: Progress,
) -> Measured | None:
    """Return what the desk makes of its labelled questions."""
    file = files.folder / QUESTIONS
    if knowledge is None or not file.is_file():
        return None
    progress.start("asking the labelled questions")
    decision = files.desk.decision
    index = knowledge.searcher
    known = [kept.document.id for kept in index.documents()] if hasattr(index, "documents") else []
    examples = read_questions(file, known, list(model.intents) if model else [])
    outcomes = measured(examples, model, knowledge, files.desk)
    choices = {
        language: choose_article_threshold(
            [outcome for outcome in outcomes if outcome.language == language],
            wrong_answers=decision.wrong_answers,
            level=decision.confidence,
        )
        for language in sorted({outcome.language for outcome in outcomes})
    }
    given = [outcome for outcome in outcomes if outcome.is_given]
    wrong = sum(not outcome.is_right for outcome in given)
    return Measured(len(outcomes), len(given), wrong, choices)


def _tested(
    files: DeskFiles,
    model: PackageIntents | None,
    knowledge: Knowledge | None,
    progress: Progress,
) -> tuple[Outcome, ...] | None:
    """Return what came of the suite; None without one."""
    file = files.folder / SUITE_NAME
    if not file.is_file():
        return None
    cases = read_suite(file, files, list(model.intents) if model else None)
    progress.start("running the suite", len(cases))
    return tuple(run_suite(cases, files, model, knowledge, advance=progress.advance))
