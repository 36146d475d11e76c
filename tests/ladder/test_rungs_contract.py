"""What every rung of the ladder keeps: shapes, one seed one answer, and packages that say the same.

Every test runs over every rung of `RUNGS`, over candidates that tune the encoder (all of it, its
top layer, and what merges or cannot be merged), and over some that learn from augmented rows. Every
method on every family of bases has a suite of its own in tests/models/methods.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.ladder.workshop import context_of, make_rows, write_card, write_rows

from whet.cards import schema
from whet.cards.tuning import METHODS
from whet.compression.write import EvidenceRows, write_contents, write_evidence
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Form
from whet.ladder.rungs.registry import RUNGS, open_rung
from whet.models.output import Output
from whet.serving.contents import Calibration, Contents
from whet.serving.package import open_package
from whet.serving.predictor import Predictor

MakeContext = Callable[[str], Context]
EXTRA = [
    *("退款 refund 😀 my money", "x", "password " * 200, "我要退款" * 60),
    "Ｒｅｆｕｎｄ　ｍｙ ＭＯＮＥＹ",
]

AUGMENTED = ("probe+noise+deletion", "blend+synonyms+mixup", "full+deletion+mixup+fgm")
CANDIDATES = (*RUNGS, "freeze:1", "lora", "prefix", "full", "blend:full", *AUGMENTED)

pytestmark = pytest.mark.parametrize("name", CANDIDATES)


@pytest.fixture
def fresh(tmp_path: Path, base: Path) -> MakeContext:
    """Return a function that makes a context with caches of its own, one folder a call."""

    def make(folder: str) -> Context:
        rows = [*make_rows(60), *((text, "refund") for text in EXTRA)]
        split = {"kind": "stratified", "folds": 3, "test": 0.3}
        data = {"source": {"path": "rows.csv"}, "unlabelled": {"path": "more.csv"}}
        card = write_card(tmp_path / folder, base, rows=rows, split=split, data=data)
        write_rows(card.parent / "more.csv", [(text, "") for text, _ in make_rows(30, start=60)])
        return context_of(card)

    return make


def raw(output: Output) -> bytes:
    return output.logits.tobytes() + output.views.tobytes()


def test_the_cards_and_the_ladder_name_the_same_rungs(name: str) -> None:
    assert (*RUNGS, *METHODS) == schema.RUNGS
    assert set(schema.AUTO) <= {*RUNGS, *METHODS, "blend:full"}


def test_it_learns_and_answers_with_one_row_a_row(name: str, fresh: MakeContext) -> None:
    context = fresh("a")
    rows = context.development_rows
    fitted = open_rung(name, context).fit(rows)
    answers = fitted.predict(rows)
    assert answers.logits.shape == (len(rows), 3)
    assert answers.logits.dtype == answers.views.dtype == np.float32
    views = 0 if name == "linear" else 3
    assert answers.views.shape == (len(rows), 32 * views)
    lengths = np.linalg.norm(answers.views.reshape(len(rows), views, 32), axis=2)
    np.testing.assert_allclose(lengths, 1, atol=1e-3)
    assert (answers.logits.argmax(axis=1) == context.labels).mean() > 0.8
    np.testing.assert_allclose(answers.probabilities().sum(axis=1), 1, atol=1e-5)


def test_a_row_is_answered_the_same_in_any_company(name: str, fresh: MakeContext) -> None:
    context = fresh("a")
    fitted = open_rung(name, context).fit(context.folds[0].train)
    together = fitted.predict(context.test_rows)
    alone = fitted.predict(context.test_rows[3:4])
    np.testing.assert_allclose(alone.logits, together.logits[3:4], atol=1e-4)
    np.testing.assert_allclose(alone.views, together.views[3:4], atol=1e-5)


def test_one_seed_gives_the_same_bytes_and_the_trial_changes_nothing(
    name: str, fresh: MakeContext
) -> None:
    answers = []
    for folder, is_tried in (("a", False), ("b", True)):
        context = fresh(folder)
        rung = open_rung(name, context)
        if is_tried:
            assert rung.predicted_seconds(len(context.folds[0].train), 4) > 0
        answers.append(rung.fit(context.folds[0].train).predict(context.test_rows))
    assert raw(answers[0]) == raw(answers[1])


def test_a_class_without_rows_is_never_the_answer(name: str, fresh: MakeContext) -> None:
    context = fresh("a")
    for missing in range(3):
        rows = np.flatnonzero(context.labels != missing)
        answers = open_rung(name, context).fit(rows).predict(context.test_rows)
        assert missing not in answers.logits.argmax(axis=1)
        assert np.isfinite(answers.logits).all()


def test_rows_outside_the_fit_do_not_change_it(
    name: str, fresh: MakeContext, tmp_path: Path, base: Path
) -> None:
    """The labels of the other rows must not reach the model, whatever they say."""
    context = fresh("a")
    rows, others = context.folds[0].train, context.folds[0].held_out
    first = open_rung(name, context).fit(rows).predict(others)
    context = fresh("b")
    context.labels[others] = (context.labels[others] + 1) % 3
    assert raw(first) == raw(open_rung(name, context).fit(rows).predict(others))


def written(fitted: Any, context: Context, folder: Path, temperature: float) -> Form:
    """Write a whole package around a fitted model."""
    folder.mkdir()
    form: Form = fitted.write(folder, temperature)
    rows = context.development_rows[:6]
    known = fitted.predict(rows)
    evidence = EvidenceRows(
        texts=[context.texts[row] for row in rows],
        labels=context.development.labels[:6],
        rows=context.development.rows[:6],
        ids=context.labels[rows],
        views=known.views,
        log_probabilities=known.read_log_probabilities(temperature),
    )
    write_evidence(folder, evidence)
    contents = Contents(
        name="shop",
        version="1",
        created=datetime(2026, 1, 1, tzinfo=UTC),
        whet="0",
        form=form.name,
        blend=form.blend,
        labels=context.dataset.labels,
        max_length=None if form.name == "linear" else context.encoder.max_tokens,
        dimension=known.views.shape[1] // 3,
        data_version="0" * 64,
        calibration=Calibration(temperature=temperature),
    )
    write_contents(folder, contents, "# shop\n")
    return form


def test_the_package_answers_as_the_model_does(
    name: str, fresh: MakeContext, tmp_path: Path
) -> None:
    context = fresh("a")
    fitted = open_rung(name, context).fit(context.folds[0].train)
    form = written(fitted, context, tmp_path / "package", 0.7)
    rung = name.partition("+")[0]
    kind = rung.partition(":")[0]
    assert form.name == (kind if kind in ("linear", "blend") else "onnx")
    predictor = Predictor(open_package(tmp_path / "package"))
    # Every text of the build, among them long, Chinese, mixed and full-width ones.
    rows = np.arange(len(context.texts))
    answers = fitted.predict(rows)
    # Half floats in the embedding cache leave three digits; others have no such step.
    atol = 5e-3 if rung in ("probe", "blend", "self_training") else 1e-5
    np.testing.assert_allclose(
        predictor.probabilities(context.texts), answers.probabilities(0.7), atol=atol
    )
    if form.name != "linear":
        embedding = answers.views[:, :32]
        np.testing.assert_allclose(predictor.embed(context.texts), embedding, atol=2e-3)
    labels = [answer.label for answer in predictor.predict(context.texts)]
    said = [context.dataset.labels[i] for i in answers.logits.argmax(axis=1)]
    assert labels == said
