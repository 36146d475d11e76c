"""Tests for augmentation in the ladder: nothing of a held-out row, one seed, and its verdicts."""

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.ladder.workshop import context_of, write_card

from whet.cards.augment import WAYS
from whet.ladder import augment
from whet.ladder.augment import variant
from whet.ladder.candidates import Climb
from whet.ladder.climb import climb
from whet.ladder.context import Context
from whet.ladder.rungs import tuned
from whet.ladder.rungs.augmented import Augmentation
from whet.ladder.rungs.contract import Fitted, Form
from whet.ladder.rungs.registry import open_rung
from whet.ladder.targets import classes
from whet.models.output import Floats, Ids, Output
from whet.training.finetune import TrainingData, fine_tune

OFFLINE = tuple(way for way in WAYS if way not in ("back_translation", "fgm"))
TUNING = {"learning_rate": 1e-3, "epochs": 1}


class Watched(tuple[str, ...]):
    """The texts of a build, which note what is read of them."""

    def __getitem__(self, row: Any) -> Any:
        """Note the row and return its text."""
        self.read.add(int(row))
        return super().__getitem__(row)

    @property
    def read(self) -> set[int]:
        """Return the rows that were read."""
        return self.__dict__.setdefault("rows", set())  # type: ignore[no-any-return]


def _context(folder: Path, base: Path, **fields: Any) -> Context:
    return context_of(write_card(folder, base, tuning=TUNING, **fields))


def _watched(context: Context) -> Watched:
    texts = Watched(context.texts)
    context.__dict__["texts"] = texts  # in the place of what was computed once
    return texts


def test_copies_are_made_of_the_rows_that_are_learnt_from_alone(tmp_path: Path, base: Path) -> None:
    context = _context(tmp_path, base)
    fold, texts = context.folds[0], _watched(context)
    copies = list(Augmentation(context, OFFLINE).copies(fold.train))
    assert len(copies) > len(fold.train)
    assert texts.read == set(fold.train.tolist())
    assert not {text for text, _ in copies} & set(tuple(texts))


@pytest.mark.parametrize("rung", ["probe", "blend"])
def test_no_label_of_a_held_out_row_changes_what_is_learnt(
    tmp_path: Path, base: Path, rung: str
) -> None:
    context = _context(tmp_path, base)
    fold = context.folds[0]

    def answers() -> Floats:
        fitted = open_rung("+".join([rung, *OFFLINE]), context).fit(fold.train)
        return fitted.predict(fold.held_out).logits

    first = answers()
    plain = open_rung(rung, context).fit(fold.train).predict(fold.held_out).logits
    context.labels[fold.held_out] = (context.labels[fold.held_out] + 1) % context.classes
    assert np.array_equal(answers(), first)
    assert not np.allclose(first, plain)


def test_a_tuned_encoder_learns_copies_and_is_judged_on_none(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = _context(tmp_path, base)
    fold, texts = context.folds[0], _watched(context)
    seen: list[TrainingData] = []

    def spy(adapted: Any, data: TrainingData, recipe: Any, **more: Any) -> Any:
        seen.append(data)
        assert (recipe.mixup, recipe.fgm) == (0.2, 0.1)
        return fine_tune(adapted, data, recipe, **more)

    copied: list[Ids] = []
    copies = Augmentation.copies

    def copies_of(self: Augmentation, rows: Ids) -> Any:
        copied.append(rows)
        return copies(self, rows)

    monkeypatch.setattr(tuned, "fine_tune", spy)
    monkeypatch.setattr(Augmentation, "copies", copies_of)
    fitted = open_rung("full+deletion+mixup+fgm", context).fit(fold.train)
    assert texts.read == set(fold.train.tolist())
    assert fitted.predict(fold.held_out).logits.shape == (len(fold.held_out), 3)
    (data,), (rows,) = seen, copied
    held = np.setdiff1d(fold.train, rows)
    assert len(held) == len(data.held_ids)
    assert data.held_labels.tolist() == context.labels[held].tolist()
    assert len(rows) < len(data.ids) == len(data.labels) <= 2 * len(rows)


@pytest.mark.parametrize("way", ["noise", "deletion", "mixup"])
def test_one_seed_gives_the_same_examples_and_another_gives_others(
    tmp_path: Path, base: Path, way: str
) -> None:
    rows = np.arange(30)

    def views(seed: int, folder: str) -> Floats:
        context = _context(tmp_path / folder, base, seed=seed)
        extra = Augmentation(context, (way,)).extra(rows)
        assert len(extra.views) == len(extra.labels) == len(extra.weights) > 0
        return np.asarray(extra.views, np.float32)

    first = views(0, "a")
    assert np.array_equal(first, views(0, "b"))
    other = views(1, "c")
    assert other.shape != first.shape or not np.array_equal(other, first)


def test_a_mixture_lies_between_two_rows_and_has_both_labels(tmp_path: Path, base: Path) -> None:
    context = _context(tmp_path, base, augment={"mixup": 5.0})  # shares near a half
    rows = np.arange(20)
    extra = Augmentation(context, ("mixup",)).extra(rows)
    views = context.views(rows).astype(np.float64)
    assert len(extra) == 40
    for i in range(20):
        shares = extra.weights[[i, 20 + i]] / 0.5
        assert shares.sum() == pytest.approx(1, abs=1e-6)
        assert np.array_equal(extra.views[i], extra.views[20 + i])
        rest = (extra.views[i] - shares[0] * views[i]) / shares[1]
        others = np.linalg.norm(views - rest, axis=1) < 1e-3  # the tiny base reads some rows alike
        assert extra.labels[i] == context.labels[i]
        assert extra.labels[20 + i] in context.labels[rows[others]]


@dataclass
class Known:
    """A model that answers a share of all rows rightly."""

    context: Context
    share: float
    note: str = ""

    def predict(self, rows: Ids) -> Output:
        """Return sure answers."""
        right = rows % 10 < 10 * self.share
        said = np.where(right, self.context.labels[rows], (self.context.labels[rows] + 1) % 3)
        logits = np.eye(3, dtype=np.float32)[said] * 5
        return Output(logits, np.zeros((len(rows), 0), np.float32))

    def write(self, folder: Path, temperature: float) -> Form:
        """Write nothing."""
        raise AssertionError


@dataclass
class KnownRung:
    """A rung of a known quality."""

    context: Context
    share: float
    cross_validated: bool = True

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return no time."""
        return 0.0

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> Fitted[Output]:
        """Learn nothing."""
        return Known(self.context, self.share)


def _climbed(context: Context) -> Climb:
    return climb(
        context, started=time.monotonic(), on_step=lambda _: None, after_first=lambda _: None
    )


def test_a_way_is_kept_only_where_it_beats(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = ["noise", "deletion", "mixup"]
    context = _context(tmp_path, base, candidates=["probe"], augment={"ways": ways}, stop="best")
    shares = {"probe": 0.6, "probe+noise": 0.0, "probe+deletion": 1.0, "probe+deletion+mixup": 1.0}
    for module in (augment, classes):
        monkeypatch.setattr(
            module, "open_rung", lambda name, context: KnownRung(context, shares[name])
        )
    found = _climbed(context)
    lines = [(s.candidate, s.against, s.verdict.verdict if s.verdict else "") for s in found.steps]
    assert lines == [
        ("probe", None, ""),
        ("probe+noise", "probe", "worse"),
        ("probe+deletion", "probe", "beats"),
        ("probe+deletion+mixup", "probe+deletion", "not enough data"),
    ]
    assert found.winner.name == "probe+deletion"


def test_each_way_has_a_line_in_the_verdict_table(tmp_path: Path, base: Path) -> None:
    context = _context(
        tmp_path,
        base,
        candidates=["probe"],
        augment={"ways": ["synonyms", "fgm"]},
        stop="best",
        budget={"minutes": 30},
    )
    found = _climbed(context)
    assert [step.candidate for step in found.steps] == ["probe", "probe+synonyms", "probe+fgm"]
    assert found.steps[1].verdict is not None and found.steps[1].against == "probe"
    assert found.steps[2].reason == (
        "not climbed: fgm acts in the training of an encoder, and probe trains none"
    )


@pytest.mark.parametrize(
    ("best", "way", "reason"),
    [
        (
            "contrastive",
            "noise",
            "contrastive learns from its rows as they are; probe, blend and tuned encoders can",
        ),
        (
            "freeze:1",
            "fgm",
            "freeze:1 stores what its lower layers make of the words that fgm would shift",
        ),
        ("full+noise", "fgm", ""),
        ("lora", "fgm", ""),
        ("blend", "mixup", ""),
    ],
)
def test_what_cannot_be_augmented_says_why(
    tmp_path: Path, base: Path, best: str, way: str, reason: str
) -> None:
    found = variant(_context(tmp_path, base), best, way)
    assert (found.name, found.reason, found.rung is None) == (
        f"{best}+{way}",
        reason,
        bool(reason),
    )
