"""Tests for whet.models.methods.freeze: frozen layers run once for every text, and never again."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.tiny_base import FAMILIES

from whet.cards.tuning import Tuning
from whet.models.anatomy import layers_of
from whet.models.bases import find_base
from whet.models.classifier import Classifier
from whet.models.encoder import load_encoder, padded
from whet.models.methods.contract import Adapted, Setup
from whet.models.methods.registry import adapt
from whet.training.finetune import Recipe, TrainingData, fine_tune

IDS = [[2, 4, 5, 3], [2, 6, 3], [2, 7, 8, 9, 10, 3], [2, 6, 3]]
LABELS = np.array([0, 1, 0, 1])


def start(folder: Path, family: str) -> tuple[Classifier, list[int]]:
    """Return a classifier and the list in which its lowest layer notes how many rows it read."""
    FAMILIES[family](folder / family)
    views = load_encoder(find_base(family, folder)).module
    random = np.random.default_rng(0)
    weight = random.normal(size=(3 * views.dimension, 2)).astype(np.float32)
    read: list[int] = []

    def note(layer: torch.nn.Module, args: tuple[torch.Tensor, ...], output: object) -> None:
        read.append(len(args[0]))

    layers_of(views.transformer)[0].register_forward_hook(note)
    return Classifier(views, weight, np.zeros(2, dtype=np.float32), dropout=0.0), read


def frozen(model: Classifier, folder: Path) -> Adapted:
    return adapt(model, "freeze:1", Setup(Tuning(), 8, folder), seed=0)


@pytest.mark.parametrize("family", ["bert", "deberta-v2"])
def test_an_epoch_does_not_run_the_frozen_layers(family: str, tmp_path: Path) -> None:
    model, read = start(tmp_path, family)
    adapted = frozen(model, tmp_path)
    adapted.prepare(IDS)
    once = sum(read)
    assert once == 3 + 1  # three different texts, and one that tells how the layers answer
    data = TrainingData(IDS, LABELS, IDS, LABELS)
    recipe = Recipe(epochs=5, rows_per_batch=2, encoder_rate=1e-3, head_rate=1e-3, patience=99)
    tuned = fine_tune(adapted, data, recipe, evaluate=lambda logits, labels: 0.0, folder=tmp_path)
    assert tuned.steps == 10
    assert sum(read) == once
    model(*padded(IDS))  # merged, the layer is in its place again
    assert sum(read) == once + len(IDS)


def test_what_is_on_disk_is_not_computed_again(tmp_path: Path) -> None:
    model, _ = start(tmp_path, "bert")
    frozen(model, tmp_path).prepare(IDS)
    model, read = start(tmp_path, "bert")
    frozen(model, tmp_path).prepare(IDS)
    assert sum(read) == 1


def test_activations_of_other_weights_are_not_taken(tmp_path: Path) -> None:
    model, _ = start(tmp_path, "bert")
    frozen(model, tmp_path).prepare(IDS)
    model, read = start(tmp_path, "bert")
    with torch.no_grad():
        next(model.views.parameters()).mul_(1.01)
    frozen(model, tmp_path).prepare(IDS)
    assert sum(read) == 3 + 1


def test_nothing_is_dropped_out_below(tmp_path: Path) -> None:
    """In training, what the lowest learning layer reads is the same at every pass."""
    model, _ = start(tmp_path, "bert")
    adapted = frozen(model, tmp_path)
    model.train()
    adapted.prepare(IDS)
    assert model.training
    seen: list[torch.Tensor] = []
    top = layers_of(model.views.transformer)[1]

    def look(layer: torch.nn.Module, args: tuple[torch.Tensor, ...]) -> None:
        seen.append(args[0].clone())

    top.register_forward_pre_hook(look)
    first, second = adapted.logits(IDS), adapted.logits(IDS)
    assert torch.equal(seen[0], seen[1])
    assert not torch.equal(first, second)  # above, dropout is on
