"""Tests for whet.models.methods.vocabulary: words in use learn as before, others stay."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.tiny_base import FAMILIES

from whet.cards.tuning import Tuning
from whet.models.bases import find_base
from whet.models.classifier import Classifier
from whet.models.encoder import load_encoder
from whet.models.methods.contract import Adapted, Setup, plain
from whet.models.methods.registry import adapt
from whet.training.finetune import Recipe, TrainingData, fine_tune

IDS = [[2, 4, 5, 3], [2, 6, 3], [2, 7, 8, 9, 10, 3], [2, 6, 3]]
USED = [0, 2, 3, 4, 5, 6, 7, 8, 9, 10]
LABELS = np.array([0, 1, 0, 1])
RECIPE = Recipe(
    epochs=6, rows_per_batch=2, encoder_rate=1e-2, head_rate=1e-2, weight_decay=0.0, patience=99
)


def start(folder: Path, family: str) -> Classifier:
    FAMILIES[family](folder / family)
    views = load_encoder(find_base(family, folder)).module
    weight = np.random.default_rng(0).normal(size=(3 * views.dimension, 2)).astype(np.float32)
    return Classifier(views, weight, np.zeros(2, dtype=np.float32), dropout=0.1)


def in_use(model: Classifier, folder: Path) -> Adapted:
    return adapt(model, "full", Setup(Tuning(), 12, folder), seed=0)


def tuned(adapted: Adapted, folder: Path) -> Classifier:
    def improving(logits: object, labels: object, calls: list[int] = []) -> float:  # noqa: B006
        calls.append(0)
        return float(len(calls))

    data = TrainingData(IDS, LABELS, IDS, LABELS)
    return fine_tune(adapted, data, RECIPE, evaluate=improving, folder=folder).model


@pytest.mark.parametrize("family", list(FAMILIES))
def test_it_learns_what_the_whole_table_learns(family: str, tmp_path: Path) -> None:
    before = start(tmp_path, family).views.transformer.get_input_embeddings().weight
    parts = tuned(in_use(start(tmp_path, family), tmp_path / "parts"), tmp_path / "parts")
    model = start(tmp_path, family).requires_grad_(True)
    whole = tuned(plain(model), tmp_path / "whole")
    expected = whole.state_dict()
    for name, value in parts.state_dict().items():
        torch.testing.assert_close(value, expected[name], atol=1e-4, rtol=1e-4)
    table = parts.views.transformer.get_input_embeddings()
    assert type(table) is torch.nn.Embedding
    assert table.weight.requires_grad
    changed = (table.weight != before).any(dim=1).nonzero().flatten().tolist()
    assert changed
    assert set(changed) <= set(USED)


def test_a_word_that_was_not_announced_is_an_error(tmp_path: Path) -> None:
    adapted = in_use(start(tmp_path, "bert"), tmp_path)
    adapted.prepare(IDS)
    with pytest.raises(IndexError):
        adapted.logits([[2, 11, 3]])


def test_words_out_of_use_do_not_decay(tmp_path: Path) -> None:
    adapted = in_use(start(tmp_path, "bert"), tmp_path)
    before = start(tmp_path, "bert").views.transformer.get_input_embeddings().weight
    data = TrainingData(IDS, LABELS, IDS, LABELS)
    recipe = replace(RECIPE, weight_decay=0.5)
    after = fine_tune(adapted, data, recipe, evaluate=lambda a, b: 0.0, folder=tmp_path).model
    table = after.views.transformer.get_input_embeddings().weight
    assert torch.equal(table[11:], before[11:])
