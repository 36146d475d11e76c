"""Tests for whet.training.rates: which rate is taken, and that trials leave no trace."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.tiny_base import make_tiny_base

from whet.models.bases import find_base
from whet.models.classifier import Classifier
from whet.models.encoder import Encoder, load_encoder, token_ids
from whet.models.methods.contract import Adapted, plain
from whet.models.output import Floats, Ids
from whet.training.finetune import Recipe, TrainingData
from whet.training.rates import FACTORS, with_tried_rate

TEXTS = ["refund my money", "money back please", "reset my password", "password login help"]
RECIPE = Recipe(epochs=20, rows_per_batch=4, encoder_rate=2e-3, head_rate=2e-2)


@pytest.fixture(scope="module")
def encoder_maker(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Encoder]:
    folder = make_tiny_base(tmp_path_factory.mktemp("base") / "tiny")
    return lambda: load_encoder(find_base("tiny", folder.parent))


def start(encoder: Encoder) -> tuple[Adapted, TrainingData]:
    weight = np.zeros((3 * encoder.dimension, 2), dtype=np.float32)
    model = Classifier(encoder.module, weight, np.zeros(2, dtype=np.float32), dropout=0.1)
    ids = token_ids(encoder.tokenizer, TEXTS)
    labels = np.array([0, 0, 1, 1])
    return plain(model), TrainingData(ids * 5, np.tile(labels, 5), ids, labels)


def likelihood(logits: Floats, labels: Ids) -> float:
    log_p = torch.log_softmax(torch.from_numpy(logits), dim=-1)
    return float(log_p[torch.arange(len(labels)), torch.from_numpy(labels)].mean())


def raw(adapted: Adapted) -> bytes:
    return b"".join(value.numpy().tobytes() for value in adapted.model.state_dict().values())


def test_the_model_stays_as_it_was_and_a_rate_too_low_to_judge_stays(
    encoder_maker: Callable[[], Encoder], tmp_path: Path
) -> None:
    adapted, data = start(encoder_maker())
    before = raw(adapted)
    slow = replace(RECIPE, encoder_rate=1e-7, head_rate=1e-6)
    tried, trials = with_tried_rate(adapted, data, slow, evaluate=likelihood, folder=tmp_path)
    assert raw(adapted) == before
    assert trials is not None
    assert trials.rates == [1e-7 * factor for factor in FACTORS]
    # So slow that even four times the rate changes next to nothing: no rate is clearly better.
    assert trials.chosen == tried.encoder_rate == 1e-7


def test_a_rate_that_breaks_the_training_is_left(
    encoder_maker: Callable[[], Encoder], tmp_path: Path
) -> None:
    adapted, data = start(encoder_maker())
    wild = replace(RECIPE, encoder_rate=3.0, head_rate=1e30, clip=math.inf)
    tried, trials = with_tried_rate(adapted, data, wild, evaluate=likelihood, folder=tmp_path)
    assert trials is not None
    assert trials.scores[1] < 2 * trials.start
    assert trials.chosen == tried.encoder_rate == trials.rates[0]
    assert tried.head_rate == pytest.approx(wild.head_rate / 4)


def test_a_rate_that_hardly_moves_is_left_for_one_that_does(
    encoder_maker: Callable[[], Encoder], tmp_path: Path
) -> None:
    adapted, data = start(encoder_maker())
    slow = replace(RECIPE, encoder_rate=1e-4, head_rate=1e-3)
    tried, trials = with_tried_rate(adapted, data, slow, evaluate=likelihood, folder=tmp_path)
    assert trials is not None
    assert trials.scores[0] < trials.scores[1] < trials.scores[2]
    assert trials.chosen == tried.encoder_rate == 4e-4


def test_trials_repeat_and_are_read_instead_of_run_again(
    encoder_maker: Callable[[], Encoder], tmp_path: Path
) -> None:
    found = []
    for folder in ("a", "b", "a"):
        adapted, data = start(encoder_maker())
        calls: list[int] = []

        def evaluate(logits: Floats, labels: Ids, calls: list[int] = calls) -> float:
            calls.append(1)
            return likelihood(logits, labels)

        path = tmp_path / folder
        found.append(with_tried_rate(adapted, data, RECIPE, evaluate=evaluate, folder=path))
    assert found[0] == found[1] == found[2]
    assert calls == []
    other = replace(data, labels=1 - data.labels)
    with_tried_rate(adapted, other, RECIPE, evaluate=evaluate, folder=tmp_path / "a")
    assert len(calls) == len(FACTORS) + 1  # and the start


def test_on_very_few_rows_nothing_is_tried(
    encoder_maker: Callable[[], Encoder], tmp_path: Path
) -> None:
    adapted, data = start(encoder_maker())
    short = replace(RECIPE, epochs=1)  # five steps
    tried = with_tried_rate(adapted, data, short, evaluate=likelihood, folder=tmp_path)
    assert tried == (short, None)
