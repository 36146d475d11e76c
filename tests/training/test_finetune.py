"""Tests for whet.training.finetune: it learns, repeats, survives a kill, and keeps its deadline."""

import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.tiny_base import make_tiny_base

from whet.models.bases import find_base
from whet.models.classifier import Classifier, classify
from whet.models.encoder import Encoder, load_encoder, token_ids
from whet.models.methods.contract import Adapted, plain
from whet.models.output import Floats, Ids
from whet.training.finetune import (
    Recipe,
    TrainingData,
    batch_loss,
    fine_tune,
)
from whet.training.schedule import parameter_groups

TEXTS = ["refund my money", "money back please", "reset my password", "password login help"]
RECIPE = Recipe(
    epochs=6, rows_per_batch=4, encoder_rate=3e-3, head_rate=3e-2, checkpoint_every_s=0, patience=99
)


@pytest.fixture(scope="module")
def encoder_maker(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Encoder]:
    folder = make_tiny_base(tmp_path_factory.mktemp("base") / "tiny")
    return lambda: load_encoder(find_base("tiny", folder.parent))


def accuracy(logits: Floats, labels: Ids) -> float:
    return float((logits.argmax(axis=1) == labels).mean())


def _start(encoder: Encoder) -> tuple[Adapted, TrainingData]:
    weight = np.zeros((3 * encoder.dimension, 2), dtype=np.float32)
    model = Classifier(encoder.module, weight, np.zeros(2, dtype=np.float32), dropout=0.1)
    ids = token_ids(encoder.tokenizer, TEXTS * 5)
    labels = np.tile(np.array([0, 0, 1, 1]), 5)
    return plain(model), TrainingData(ids, labels, ids[:4], labels[:4])


def _bytes(model: Classifier) -> bytes:
    return b"".join(value.numpy().tobytes() for value in model.state_dict().values())


def test_it_learns(encoder_maker: Callable[[], Encoder], tmp_path: Path) -> None:
    adapted, data = _start(encoder_maker())
    losses: list[float] = []
    tuned = fine_tune(
        adapted,
        data,
        RECIPE,
        evaluate=accuracy,
        folder=tmp_path,
        on_step=lambda step, values: losses.append(values["loss"]),
    )
    assert accuracy(classify(tuned.model, list(data.ids)).logits, data.labels) == 1.0
    assert losses[-1] < losses[0] / 2


def test_cut_off_anywhere_and_taken_up_again_it_ends_in_the_same_bytes(
    encoder_maker: Callable[[], Encoder], tmp_path: Path
) -> None:
    class Killed(Exception):
        pass

    def kill_at(step: int, values: dict[str, float]) -> None:
        if step == 7:
            raise Killed

    adapted, data = _start(encoder_maker())
    whole = fine_tune(adapted, data, RECIPE, evaluate=accuracy, folder=tmp_path / "whole")
    adapted, data = _start(encoder_maker())
    with pytest.raises(Killed):
        fine_tune(
            adapted, data, RECIPE, evaluate=accuracy, folder=tmp_path / "cut", on_step=kill_at
        )
    adapted, data = _start(encoder_maker())
    steps: list[int] = []
    again = fine_tune(
        adapted,
        data,
        RECIPE,
        evaluate=accuracy,
        folder=tmp_path / "cut",
        on_step=lambda step, values: steps.append(step),
    )
    assert steps[0] == 7  # the checkpoint was written after step 6
    assert _bytes(again.model) == _bytes(whole.model)


def test_a_finished_training_is_not_repeated(
    encoder_maker: Callable[[], Encoder], tmp_path: Path
) -> None:
    adapted, data = _start(encoder_maker())
    first = fine_tune(adapted, data, RECIPE, evaluate=accuracy, folder=tmp_path)
    adapted, data = _start(encoder_maker())
    steps: list[int] = []
    second = fine_tune(
        adapted,
        data,
        RECIPE,
        evaluate=accuracy,
        folder=tmp_path,
        on_step=lambda step, values: steps.append(step),
    )
    assert steps == []
    assert _bytes(first.model) == _bytes(second.model)


def test_a_checkpoint_of_other_data_or_a_damaged_one_is_not_taken(
    encoder_maker: Callable[[], Encoder], tmp_path: Path
) -> None:
    adapted, data = _start(encoder_maker())
    fine_tune(adapted, data, RECIPE, evaluate=accuracy, folder=tmp_path)
    adapted, data = _start(encoder_maker())
    other = replace(data, labels=1 - data.labels)
    assert fine_tune(adapted, other, RECIPE, evaluate=accuracy, folder=tmp_path).steps > 0
    (tmp_path / "checkpoint.pt").write_bytes(b"not a checkpoint")
    adapted, data = _start(encoder_maker())
    assert fine_tune(adapted, data, RECIPE, evaluate=accuracy, folder=tmp_path).steps > 0


def test_a_checkpoint_of_another_base_with_the_same_tokenizer_is_not_taken(
    encoder_maker: Callable[[], Encoder], tmp_path: Path
) -> None:
    adapted, data = _start(encoder_maker())
    fine_tune(adapted, data, RECIPE, evaluate=accuracy, folder=tmp_path / "a")
    for folder in ("a", "b"):  # "b" is empty
        adapted, data = _start(encoder_maker())
        with torch.no_grad():
            for parameter in adapted.model.views.parameters():
                parameter.mul_(1.1)
        tuned = fine_tune(adapted, data, RECIPE, evaluate=accuracy, folder=tmp_path / folder)
        if folder == "a":
            first = _bytes(tuned.model)
    assert _bytes(tuned.model) == first


def test_what_a_deadline_ended_goes_on_when_there_is_more_time(
    encoder_maker: Callable[[], Encoder], tmp_path: Path
) -> None:
    adapted, data = _start(encoder_maker())
    whole = fine_tune(adapted, data, RECIPE, evaluate=accuracy, folder=tmp_path / "whole")
    for deadline in (time.monotonic(), math.inf):
        adapted, data = _start(encoder_maker())
        tuned = fine_tune(
            adapted, data, RECIPE, evaluate=accuracy, folder=tmp_path / "cut", deadline=deadline
        )
    assert tuned.reason == "all epochs done"
    assert _bytes(tuned.model) == _bytes(whole.model)


def test_the_deadline_ends_it_with_the_best_state_so_far(
    encoder_maker: Callable[[], Encoder], tmp_path: Path
) -> None:
    adapted, data = _start(encoder_maker())
    tuned = fine_tune(
        adapted, data, RECIPE, evaluate=accuracy, folder=tmp_path, deadline=time.monotonic()
    )
    assert (tuned.steps, tuned.reason) == (1, "the budget was used up")


def test_no_better_score_ends_it_with_the_starting_state(
    encoder_maker: Callable[[], Encoder], tmp_path: Path
) -> None:
    adapted, data = _start(encoder_maker())
    before = _bytes(adapted.model)
    patient = replace(RECIPE, patience=3)
    tuned = fine_tune(adapted, data, patient, evaluate=lambda logits, labels: 0.0, folder=tmp_path)
    assert tuned.reason == "no better score in 3 evaluations"
    assert tuned.best_step == 0
    assert _bytes(tuned.model) == before


def test_rates_fall_from_the_head_to_the_embeddings(encoder_maker: Callable[[], Encoder]) -> None:
    adapted, _ = _start(encoder_maker())
    falling = Recipe(encoder_rate=1e-4, head_rate=1e-3, layer_decay=0.9)
    rates = {}
    for group in parameter_groups(adapted.model, falling):
        for parameter in group["params"]:
            name = next(n for n, p in adapted.model.named_parameters() if p is parameter)
            rates[name] = group["lr"]
    head = rates["head.weight"]
    top = rates["views.transformer.encoder.layer.1.output.dense.weight"]
    low = rates["views.transformer.encoder.layer.0.output.dense.weight"]
    words = rates["views.transformer.embeddings.word_embeddings.weight"]
    assert (head, top) == (1e-3, 1e-4)
    assert low == pytest.approx(0.9e-4)
    assert words == pytest.approx(0.81e-4)


def test_biases_are_not_decayed(encoder_maker: Callable[[], Encoder]) -> None:
    adapted, _ = _start(encoder_maker())
    for group in parameter_groups(adapted.model, Recipe()):
        decayed = {parameter.ndim > 1 for parameter in group["params"]}
        assert decayed == {group["weight_decay"] > 0}
    assert isinstance(adapted.model.head.bias, torch.nn.Parameter)


def test_a_loss_that_is_no_number_ends_it_with_the_best_state_before(
    encoder_maker: Callable[[], Encoder], tmp_path: Path
) -> None:
    adapted, data = _start(encoder_maker())
    saved: list[bytes] = []
    first = {"left": 8}

    def break_later(step: int, values: dict[str, float]) -> None:
        first["left"] -= 1
        if "score" in values and values["score"] > max(scores, default=-math.inf):
            saved[:] = [_bytes(adapted.model)]
        scores.append(values.get("score", -math.inf))
        if first["left"] == 0:
            with torch.no_grad():
                adapted.model.head.bias[0] = math.nan

    scores: list[float] = []
    tuned = fine_tune(
        adapted, data, RECIPE, evaluate=accuracy, folder=tmp_path, on_step=break_later
    )
    assert tuned.reason == (
        "the loss at step 9 was not a finite number, so the best state before it was kept. "
        "Try a smaller tuning.learning_rate"
    )
    assert tuned.steps == 8
    assert tuned.has_learnt
    assert _bytes(tuned.model) == saved[0]
    assert all(torch.isfinite(p).all() for p in tuned.model.parameters())


def test_a_step_without_a_finite_gradient_changes_nothing(
    encoder_maker: Callable[[], Encoder], tmp_path: Path
) -> None:
    adapted, data = _start(encoder_maker())
    wild = replace(RECIPE, encoder_rate=1e30, head_rate=1e30, clip=math.inf)
    tuned = fine_tune(adapted, data, wild, evaluate=lambda logits, labels: 0.0, folder=tmp_path)
    assert "was not a finite number" in tuned.reason
    assert not tuned.has_learnt
    assert all(torch.isfinite(p).all() for p in tuned.model.parameters())


def test_two_passes_of_r_drop_agree_without_dropout_and_differ_with_it(
    encoder_maker: Callable[[], Encoder],
) -> None:
    adapted, data = _start(encoder_maker())
    batch = np.arange(8)
    with torch.no_grad():
        adapted.model.head.weight.normal_()
        adapted.model.eval()
        one = batch_loss(adapted, data, batch)
        assert torch.equal(one, batch_loss(adapted, data, batch, r_drop=5.0))
        adapted.model.train()
        torch.manual_seed(0)
        plain_loss = batch_loss(adapted, data, batch, r_drop=1e-9)
        torch.manual_seed(0)
        assert batch_loss(adapted, data, batch, r_drop=5.0) > plain_loss
