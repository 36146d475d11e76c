"""Can the desk be made better by what people said? A challenger, and its trial by the champion.

    trial = retrain(path, progress=Quiet(), suite=None)

Examples are collected and judged by the guard; those accepted become a new data version; the ladder
builds a challenger from it by the same card; both models answer the old test rows and the examples
held out; the regression suite runs with the challenger. The result is stored. Nothing that a
customer hears changes before `promote`.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from whet.cards.read import read_card
from whet.cards.schema import Card
from whet.core.clock import Clock, utc_now
from whet.core.errors import InputError
from whet.core.ids import new_id
from whet.core.progress import Progress
from whet.core.seeds import derived_seed
from whet.core.workspace import Workspace, find_workspace
from whet.data.frame import Dataset, Frame
from whet.data.load import load
from whet.data.versions import read_version, write_version
from whet.feedback.comparison import Answers, Rows, compare_on
from whet.feedback.guard import DEFAULT, Rules, guarded
from whet.feedback.lesson import Lesson, known_rows, lesson
from whet.ladder.build import build
from whet.products.support.answering.opening import predictor_of
from whet.products.support.desk.read import CARD_NAME, DeskFiles, desk_file, read_desk
from whet.products.support.learning.collecting import collect, model_of
from whet.products.support.learning.standing import champion_of
from whet.serving.predictor import Predictor
from whet.store.columns import Json
from whet.store.examples import Example
from whet.store.packages import Package
from whet.store.store import Store, open_store
from whet.store.trials import Trial
from whet.store.versions import DataVersion

_TAUGHT = "taught"
"""What says in a version's changes that it holds examples of customers."""


@dataclass(frozen=True)
class SuiteResult:
    """How a regression suite ended."""

    cases: int
    failed: tuple[str, ...]
    """Each failed case with why, one sentence."""


Suite = Callable[[DeskFiles, Predictor, Store], SuiteResult | None]
"""Runs the desk's regression suite with a model; None where the desk has none."""


@dataclass(frozen=True)
class Judged:
    """What the guard made of the examples."""

    accepted: tuple[Example, ...]
    held: tuple[Example, ...]
    """Quarantined, each with its reason."""
    unlabelled: int
    """Answers that are known to be wrong, without the right label."""


def judge(
    store: Store,
    model: str,
    base: Dataset,
    *,
    rules: Rules = DEFAULT,
) -> Judged:
    """Let the guard decide on every example of a model, and keep what it decides."""
    before = store.examples.all(model)
    after = guarded(before, known_rows(base), rules=rules)
    changed = [
        a for a, b in zip(after, before, strict=True) if (a.state, a.why) != (b.state, b.why)
    ]
    store.examples.decide(changed)
    return Judged(
        tuple(e for e in after if e.state == "accepted"),
        tuple(e for e in after if e.state == "quarantined"),
        sum(e.label is None and e.state == "proposed" for e in after),
    )


def retrain(
    path: Path,
    *,
    progress: Progress,
    suite: Suite | None = None,
    rules: Rules = DEFAULT,
    clock: Clock = utc_now,
) -> Trial:
    """Return the trial of a challenger that learnt from what people said.

    Args:
        path: the desk's file or folder.
        progress: told what is being done.
        suite: runs the regression suite; without it, there is none.
        rules: of the guard.
        clock: the time.

    Raises:
        InputError: the desk has no champion, or there is nothing new to learn from.
    """
    files = read_desk(path)
    model, workspace = model_of(files), find_workspace(desk_file(path))
    with closing(open_store(workspace.database_url, clock=clock)) as store:
        champion = champion_of(store, model)
        card_path = card_of(store, champion, files)
        card = read_card(card_path)
        progress.start("collecting what people said")
        collect(store, files)
        root, base = base_of(store, workspace, champion, card, card_path)
        judged = judge(store, model, base, rules=rules)
        learnt = lesson(card, base, judged.accepted)
        _check_is_new(learnt, judged, champion)
        _keep(store, workspace, learnt, root, clock)
        facts = build(
            card_path,
            progress=progress,
            version=learnt.dataset.version,
            may_answer=False,
            clock=clock,
        )
        progress.start("comparing challenger and champion")
        challenger = str(facts["package"]["version"])
        compared = _compared(store, files, model, challenger, (card, base, learnt), suite)
        trial = Trial(
            id=new_id("trial"),
            model=model,
            champion=champion.version,
            challenger=challenger,
            passed=not compared["reasons"] and bool(facts["gate_holds"]),
            at=clock(),
            facts=compared | _told(learnt, judged, bool(facts["gate_holds"])),
        )
        store.trials.add(trial)
    return trial


def card_of(store: Store, champion: Package, files: DeskFiles) -> Path:
    """Return the card that a champion was built from.

    Raises:
        InputError: it is not there any more.
    """
    beside = files.folder / CARD_NAME
    kept = [] if champion.run is None else [Path(store.runs.show(champion.run).run.card_path)]
    for path in (beside, *kept):
        if path.is_file() and read_card(path).name == champion.name:
            return path
    raise InputError(
        f"The card of {champion.name!r} must be there to build a challenger; found none in "
        f"{beside}. Put it back."
    )


def base_of(
    store: Store, workspace: Workspace, champion: Package, card: Card, card_path: Path
) -> tuple[str, Dataset]:
    """Return the data that the champion's line began with, and its address.

    Its test rows are the same for every challenger, and none has learnt from them.
    """
    known = {version.hash: version for version in store.versions.all()}
    root = champion.data_version
    while root in known and is_taught(known[root]) and known[root].parent is not None:
        root = str(known[root].parent)
    folder = workspace.versions / root
    if folder.is_dir():
        return root, read_version(folder, card)
    dataset = load(card, card_path.resolve().parent)
    return dataset.version, dataset


def is_taught(version: DataVersion) -> bool:
    """Return whether a data version was made by a retraining; others have no deleted texts."""
    return _TAUGHT in version.changes


def rows_of_frame(frame: Frame, card: Card) -> Rows:
    """Return labelled rows to compare on."""
    by = {c: frame.columns[c] for c in card.metrics.by if c in frame.columns}
    return Rows(frame.texts, frame.labels, by, frame.column_or_rows(card.unit_column))


def rows_of_examples(examples: Sequence[Example]) -> Rows:
    """Return held-out examples to compare on."""
    return Rows(
        [e.text for e in examples],
        [str(e.label) for e in examples],
        {"channel": [e.channel for e in examples], "language": [e.language for e in examples]},
        [e.conversation or e.id for e in examples],
    )


def answers_of(predictor: Predictor, texts: Sequence[str]) -> Answers:
    """Return what a package says about texts."""
    said = predictor.predict(list(texts))
    abstained = np.array([answer.abstained for answer in said], dtype=bool)
    probabilities = np.asarray(predictor.probabilities(list(texts)), dtype=np.float64)
    return Answers(predictor.contents.labels, probabilities, abstained)


def _compared(
    store: Store,
    files: DeskFiles,
    model: str,
    challenger: str,
    learnt: tuple[Card, Dataset, Lesson],
    suite: Suite | None,
) -> Json:
    """Return the comparison on old rows, on new ones and in the suite, and what speaks against."""
    card, base, lesson_ = learnt
    old = predictor_of(model, store)
    new = predictor_of(model, store, version=challenger)
    assert old is not None and new is not None
    parts = {"old_rows": rows_of_frame(base.test, card)}
    if lesson_.held_out:
        parts["new_rows"] = rows_of_examples(lesson_.held_out)
    facts: Json = {}
    for name, rows in parts.items():
        both = answers_of(old, rows.texts), answers_of(new, rows.texts)
        facts[name] = compare_on(rows, *both, card=card, seed=derived_seed(card.seed, name))
    reasons = [
        f"{name.replace('_', ' ')}: {reason}" for name in facts for reason in facts[name]["reasons"]
    ]
    ran = suite(files, new, store) if suite is not None else None
    if ran is not None:
        facts["suite"] = {"cases": ran.cases, "failed": list(ran.failed)}
        reasons += [f"regression suite: {failed}" for failed in ran.failed]
    return facts | {"reasons": reasons}


def _check_is_new(learnt: Lesson, judged: Judged, champion: Package) -> None:
    """Refuse to build what would be the champion again.

    Raises:
        InputError: nothing was taught, or the champion has learnt it already.
    """
    held = f"{len(judged.held):,} are held by the guard and {judged.unlabelled:,} have no label"
    if not learnt.taught:
        raise InputError(
            f"There must be an accepted example that is new to train on; found none: {held}. "
            "Review some: `whet support review`."
        )
    if learnt.dataset.version == champion.data_version:
        raise InputError(
            f"The champion {champion.version} has learnt from all {len(learnt.taught):,} accepted "
            f"examples already; {held}. Review some: `whet support review`."
        )


def _keep(store: Store, workspace: Workspace, learnt: Lesson, root: str, clock: Clock) -> None:
    """Write and record the new data version."""
    dataset = learnt.dataset
    counted = Counter(e.source for e in learnt.taught)
    told = ", ".join(f"{n:,} from {source}" for source, n in sorted(counted.items()))
    changes = [f"Add {len(learnt.taught):,} examples: {told}."]
    write_version(workspace, dataset, parent=root, changes=changes, created=clock())
    rows = {name: len(frame) for name, frame in dataset.parts().items()}
    known = {version.hash for version in store.versions.all()}
    parent = root if root in known and root != dataset.version else None
    made = {"done": changes, _TAUGHT: len(learnt.taught)}
    store.versions.add(
        DataVersion(dataset.version, dataset.train.source, rows, made, clock(), parent)
    )


def _told(learnt: Lesson, judged: Judged, gate_holds: bool) -> Json:
    """Return what was learnt and held, for the report."""
    facts: Json = {
        "data_version": learnt.dataset.version,
        "taught": len(learnt.taught),
        "held_out": len(learnt.held_out),
        "left_out": learnt.left_out,
        "unlabelled": judged.unlabelled,
        "quarantined": [
            {"id": e.id, "text": e.text, "label": e.label, "who": e.who, "why": e.why}
            for e in judged.held
        ],
        "gate_holds": gate_holds,
    }
    return facts
