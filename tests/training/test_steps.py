"""Tests for whet.training.steps: parts, half precision and checkpointing change no result."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.tiny_base import FAMILIES
from tests.training.conftest import Start

from whet.cards.tuning import Tuning
from whet.models.bases import find_base
from whet.models.classifier import Classifier
from whet.models.encoder import Encoder, load_encoder, token_ids
from whet.models.methods.contract import Adapted, Setup
from whet.models.methods.registry import adapt
from whet.training.finetune import ClassLesson, Recipe, TrainingData, batch_loss, fine_tune
from whet.training.loop import Loop
from whet.training.memory import can_checkpoint
from whet.training.steps import StepPlan, formed, parts

RECIPE = Recipe(
    epochs=1, rows_per_batch=5, encoder_rate=1e-3, head_rate=1e-2, dropout=0.0, checkpoint_every_s=0
)
IN_PARTS = StepPlan(tokens_at_once=16)
BATCH = np.array([0, 6, 2, 8, 14])


def score(logits: Any, labels: Any) -> float:
    return float((logits.argmax(axis=1) == labels).mean())


def learnt(
    start: Start, recipe: Recipe, plan: StepPlan, steps: int = 3
) -> tuple[list[float], dict[str, torch.Tensor]]:
    """Return the losses of a few steps and the parameters after them."""
    adapted, data = start()
    torch.manual_seed(0)
    loop = Loop(ClassLesson(adapted, data, recipe, score), recipe, Path(), "", plan)
    with formed(adapted.model.views.transformer, plan):
        losses = [loop.learn(BATCH, 1.0) for _ in range(steps)]
    return losses, loop.copy()


def assert_same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> None:
    for name, value in one.items():
        # AdamW turns the sign of a gradient near zero into a whole step, hence the absolute term.
        torch.testing.assert_close(other[name], value, rtol=1e-4, atol=2e-4, msg=name)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"balanced": True},
    ],
    ids=["plain", "balanced"],
)
def test_a_batch_in_uneven_parts_is_learnt_as_the_whole_batch(
    start: Start, changes: dict[str, Any]
) -> None:
    recipe = replace(RECIPE, **changes)
    _, data = start()
    sizes = [len(part) for part in parts(BATCH, [len(row) for row in data.ids], 16)]
    assert sizes == [1, 2, 2]  # no mean of means
    losses, parameters = learnt(start, recipe, StepPlan())
    in_parts, same = learnt(start, recipe, IN_PARTS)
    np.testing.assert_allclose(in_parts, losses, rtol=1e-5)
    assert_same(parameters, same)
    assert losses[2] < losses[0]


@pytest.mark.parametrize(
    "changes",
    [{}, {"balanced": True}, {"balanced": True, "label_smoothing": 0.1, "focal": 2.0}],
    ids=["plain", "balanced", "focal"],
)
def test_the_shares_of_uneven_parts_add_up_to_the_gradient_of_the_mean(
    start: Start, changes: dict[str, Any]
) -> None:
    adapted, data = start()
    learning = list(adapted.trainable().values())
    objective = ClassLesson(adapted, data, replace(RECIPE, **changes), score).objective
    batch_loss(adapted, data, BATCH, objective, 0.5).backward()  # type: ignore[no-untyped-call]
    whole = [p.grad.clone() for p in learning if p.grad is not None]
    adapted.model.zero_grad()
    for part in (BATCH[:1], BATCH[1:5]):
        loss = batch_loss(adapted, data, part, objective, 0.5, whole=BATCH)
        loss.backward()  # type: ignore[no-untyped-call]
    added = [p.grad for p in learning if p.grad is not None]
    for one, other in zip(whole, added, strict=True):
        torch.testing.assert_close(other, one, rtol=1e-4, atol=1e-6)


def test_the_penalty_of_a_method_counts_once_however_many_parts(start: Start) -> None:
    def ranked() -> tuple[Adapted, TrainingData]:
        adapted, data = start()
        setup = Setup(Tuning(rank=2), 3, Path())
        return adapt(adapted.model, "adalora", setup, seed=0), data

    losses, _ = learnt(ranked, RECIPE, StepPlan(), steps=2)
    in_parts, _ = learnt(ranked, RECIPE, IN_PARTS, steps=2)
    np.testing.assert_allclose(in_parts, losses, rtol=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_checkpointing_gives_the_same_gradient_in_every_family(family: str, tmp_path: Path) -> None:
    FAMILIES[family](tmp_path / "base")

    def make() -> tuple[Adapted, TrainingData]:
        encoder = load_encoder(find_base("base", tmp_path))
        weight = np.random.default_rng(0).normal(size=(3 * encoder.dimension, 2))
        model = Classifier(
            encoder.module, weight.astype(np.float32), np.zeros(2, np.float32), dropout=0.0
        )
        ids = token_ids(encoder.tokenizer, ["refund my money", "password", "help"])
        for module in model.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        labels = np.array([0, 1, 0])
        setup = Setup(Tuning(), 3, tmp_path)
        return adapt(model, "full", setup, seed=0), TrainingData(ids, labels, ids, labels)

    gradients = []
    for checkpointing in (False, True):
        adapted, data = make()
        assert can_checkpoint(adapted.model)
        adapted.model.train()
        with formed(adapted.model.views.transformer, StepPlan(checkpointing=checkpointing)):
            batch_loss(adapted, data, np.arange(3)).backward()  # type: ignore[no-untyped-call]
        gradients.append([p.grad for p in adapted.trainable().values() if p.grad is not None])
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(other, one, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("half", [torch.bfloat16, torch.float16], ids=["bf16", "fp16"])
def test_half_precision_learns_nearly_the_same_and_keeps_weights_in_float32(
    start: Start, half: torch.dtype
) -> None:
    losses, _ = learnt(start, RECIPE, StepPlan())
    halves, parameters = learnt(start, RECIPE, StepPlan(half=half))
    np.testing.assert_allclose(halves, losses, rtol=0.03)
    assert halves != losses
    assert {value.dtype for value in parameters.values()} == {torch.float32}


def test_an_fp16_gradient_that_overflows_is_left_out_with_a_smaller_scale(start: Start) -> None:
    adapted, data = start()
    loop = Loop(
        ClassLesson(adapted, data, RECIPE, score), RECIPE, Path(), "", StepPlan(half=torch.float16)
    )
    loop.stepper.restore(loop.stepper.state() | {"scale": 2.0**40})
    before = loop.copy()
    assert math.isfinite(loop.learn(BATCH, 1.0))
    assert all(torch.equal(value, before[name]) for name, value in loop.copy().items())
    assert loop.stepper.state()["scale"] == 2.0**39
    for _ in range(40):  # each halves the scale until the gradient fits
        loop.learn(BATCH, 1.0)
    assert any(not torch.equal(value, before[name]) for name, value in loop.copy().items())


def test_an_fp16_loss_scale_outlives_a_kill(start: Start, tmp_path: Path) -> None:
    plan = StepPlan(half=torch.float16)
    adapted, data = start()
    loop = Loop(ClassLesson(adapted, data, RECIPE, score), RECIPE, tmp_path, "mark", plan)
    loop.stepper.restore(loop.stepper.state() | {"scale": 64.0})
    loop.save("")
    adapted, data = start()
    again = Loop(ClassLesson(adapted, data, RECIPE, score), RECIPE, tmp_path, "mark", plan)
    again.resume()
    assert again.stepper.state()["scale"] == 64.0


def test_a_loss_that_is_no_number_ends_it_also_in_parts(start: Start, tmp_path: Path) -> None:
    adapted, data = start()
    with torch.no_grad():
        adapted.model.head.weight.fill_(math.nan)
    tuned = fine_tune(adapted, data, RECIPE, evaluate=score, folder=tmp_path, plan=IN_PARTS)
    assert tuned.reason.startswith("the loss at step 1 was not a finite number")


def test_a_prefixed_transformer_is_not_checkpointed(
    tiny_encoder: Callable[[], Encoder], start: Start
) -> None:
    adapted, _ = start()
    prefixed = adapt(adapted.model, "prefix", Setup(Tuning(prefix=2), 3, Path()), seed=0)
    assert not can_checkpoint(prefixed.model)
