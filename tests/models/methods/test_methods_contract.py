"""What every method keeps on every family of bases, or refuses in one sentence.

Every test runs over every method of `METHODS` and a tiny base of each family.
"""

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from tests import tiny_base

from whet.cards import tuning as cards
from whet.cards.tuning import Tuning
from whet.compression.export import export_onnx
from whet.core.errors import InputError
from whet.models.bases import find_base
from whet.models.classifier import Classifier, classify
from whet.models.encoder import Encoder, load_encoder, padded, token_ids
from whet.models.methods.contract import Adapted, Setup
from whet.models.methods.registry import METHODS, adapt
from whet.models.output import Floats, Ids
from whet.training.finetune import Recipe, TrainingData, answers, fine_tune

TEXTS = [
    *("refund my money", "money back please", "the invoice bill refund money back"),
    *("reset my password", "password login help", "please help my login password reset the app"),
]
LABELS = [0, 0, 0, 1, 1, 1]
FAMILIES = ("bert", "modernbert", "deberta-v2", "qwen2")
"""Absolute positions, rotary positions, disentangled attention, a decoder."""
STEPS = 12
RECIPE = Recipe(
    epochs=4,
    rows_per_batch=8,
    encoder_rate=1e-2,
    head_rate=3e-2,
    layer_decay=1.0,
    checkpoint_every_s=0,
    patience=99,
)
TUNING = Tuning(rank=4, width=8, prefix=4)

REFUSED = {
    ("modernbert", "bitfit"): "method 'bitfit' needs a base whose layers have biases; architecture "
    "'modernbert' has none here. Use the candidate 'ia3' or 'lora'.",
    ("modernbert", "prefix"): "method 'prefix' needs a base that takes keys and values from "
    "outside; architecture 'modernbert' does not. Use the candidate 'lora' or 'ia3'.",
    (
        "deberta-v2",
        "prefix",
    ): "method 'prefix' needs a base that takes keys and values from outside; "
    "architecture 'deberta-v2' does not. Use the candidate 'lora' or 'ia3'.",
}
"""What is not possible, and what is said about it."""

CANDIDATES = ["freeze:1" if name == "freeze" else name for name in METHODS]
POSSIBLE = [(f, c) for f in FAMILIES for c in CANDIDATES if (f, c) not in REFUSED]

Start = Callable[[str], Classifier]


@pytest.fixture(scope="module")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Encoder]:
    folder = tmp_path_factory.mktemp("bases")
    for family in FAMILIES:
        tiny_base.FAMILIES[family](folder / family)
    return {family: load_encoder(find_base(family, folder)) for family in FAMILIES}


@pytest.fixture
def start(encoders: dict[str, Encoder]) -> Start:
    """Return a function that makes the classifier of a family, the same at every call."""

    def make(family: str) -> Classifier:
        views = copy.deepcopy(encoders[family].module)
        random = np.random.default_rng(0)
        weight = random.normal(0, 0.1, size=(3 * views.dimension, 2)).astype(np.float32)
        return Classifier(views, weight, np.zeros(2, dtype=np.float32), dropout=0.1)

    return make


@pytest.fixture
def data(encoders: dict[str, Encoder]) -> TrainingData:
    """Return rows to learn and, held back, the same ones: all families share one tokenizer."""
    ids = token_ids(encoders["bert"].tokenizer, TEXTS)
    labels = np.array(LABELS, dtype=np.int64)
    return TrainingData(ids * 4, np.tile(labels, 4), ids, labels)


def adapted_to(model: Classifier, candidate: str, folder: Path) -> Adapted:
    return adapt(model, candidate, Setup(TUNING, STEPS, folder), seed=1)


def likelihood(logits: Floats, labels: Ids) -> float:
    log_p = torch.log_softmax(torch.from_numpy(logits), dim=-1)
    return float(log_p[torch.arange(len(labels)), torch.from_numpy(labels)].mean())


def raw(model: torch.nn.Module) -> bytes:
    return b"".join(value.numpy().tobytes() for value in model.state_dict().values())


def move(adapted: Adapted) -> None:
    """Change every parameter that learns by a random amount, as a training would."""
    random = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in adapted.trainable().values():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=random))


def test_cards_and_models_name_the_same_methods() -> None:
    assert list(METHODS) == list(cards.METHODS)


@pytest.mark.parametrize(("family", "candidate"), POSSIBLE)
def test_it_starts_as_the_classifier_and_merges_to_the_same_answers(
    family: str, candidate: str, start: Start, data: TrainingData, tmp_path: Path
) -> None:
    before = classify(start(family), list(data.held_ids)).logits
    adapted = adapted_to(start(family), candidate, tmp_path)
    adapted.prepare(data.held_ids)
    if candidate != "prefix":  # random vectors before the text change what is read
        np.testing.assert_allclose(answers(adapted, data.held_ids), before, atol=1e-5)
    move(adapted)
    moved = answers(adapted, data.held_ids)
    assert np.abs(moved - before).max() > 1e-2
    merged = classify(adapted.merged(), list(data.held_ids)).logits
    np.testing.assert_allclose(merged, moved, atol=1e-4)


@pytest.mark.parametrize(("family", "candidate"), POSSIBLE)
def test_it_learns_and_changes_nothing_else(
    family: str, candidate: str, start: Start, data: TrainingData, tmp_path: Path
) -> None:
    adapted = adapted_to(start(family), candidate, tmp_path)
    adapted.prepare(data.ids)
    still = [(p, p.detach().clone()) for p in adapted.model.parameters() if not p.requires_grad]
    moving = {name: (p, p.detach().clone()) for name, p in adapted.trainable().items()}
    losses: list[float] = []

    def look(step: int, values: dict[str, float]) -> None:
        losses.append(values["loss"])
        if step == STEPS:  # before the best state is taken and merged
            assert all(torch.equal(now, before) for now, before in still)
            assert [n for n, (now, before) in moving.items() if torch.equal(now, before)] == []

    tuned = fine_tune(adapted, data, RECIPE, evaluate=likelihood, folder=tmp_path, on_step=look)
    assert len(losses) == STEPS
    assert tuned.has_learnt
    assert losses[-1] < losses[0]
    # `full` leaves the whole table of embeddings alone until the words in use are put back.
    assert (len(still) == 1) == (candidate == "full")


@pytest.mark.parametrize(("family", "candidate"), POSSIBLE)
def test_cut_off_and_taken_up_again_it_ends_in_the_same_bytes(
    family: str, candidate: str, start: Start, data: TrainingData, tmp_path: Path
) -> None:
    class Killed(Exception):
        pass

    def kill_at(step: int, values: dict[str, float]) -> None:
        if step == 7:
            raise Killed

    def train(
        folder: Path, on_step: Callable[[int, dict[str, float]], None] = lambda step, values: None
    ) -> bytes:
        adapted = adapted_to(start(family), candidate, folder)
        tuned = fine_tune(
            adapted, data, RECIPE, evaluate=likelihood, folder=folder, on_step=on_step
        )
        return raw(tuned.model)

    whole = train(tmp_path / "whole")
    with pytest.raises(Killed):
        train(tmp_path / "cut", on_step=kill_at)
    steps: list[int] = []
    again = train(tmp_path / "cut", on_step=lambda step, values: steps.append(step))
    assert steps[0] == 7  # the checkpoint was written after step 6
    assert again == whole
    assert train(tmp_path / "other") == whole


@pytest.mark.parametrize(("family", "candidate"), POSSIBLE)
def test_a_checkpoint_holds_what_the_method_changes_and_nothing_else(
    family: str, candidate: str, start: Start, data: TrainingData, tmp_path: Path
) -> None:
    adapted = adapted_to(start(family), candidate, tmp_path)
    adapted.prepare(data.ids)
    learning = {name: p.shape for name, p in adapted.trainable().items()}
    short = replace(RECIPE, epochs=1)
    fine_tune(adapted, data, short, evaluate=likelihood, folder=tmp_path)
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert {name: value.shape for name, value in state["learning"].items()} == learning
    assert set(state["best"]) == set(learning)
    assert len(state["optimizer"]["state"]) == len(learning)


@pytest.mark.parametrize(("family", "candidate"), POSSIBLE)
def test_the_package_answers_as_the_tuned_model(
    family: str, candidate: str, start: Start, data: TrainingData, tmp_path: Path
) -> None:
    adapted = adapted_to(start(family), candidate, tmp_path)
    adapted.prepare(data.held_ids)
    move(adapted)
    moved = answers(adapted, data.held_ids)
    expected = torch.softmax(torch.from_numpy(moved) / 0.7, dim=-1).numpy()
    export_onnx(adapted.merged(), 0.7, 64, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    for rows in (range(len(TEXTS)), range(1)):  # any number of rows and tokens
        tokens, mask = padded([data.held_ids[i] for i in rows])
        feed = {"input_ids": tokens.numpy(), "attention_mask": mask.numpy()}
        probabilities = session.run(["probabilities"], feed)[0]
        np.testing.assert_allclose(probabilities, expected[: len(rows)], atol=1e-4)


@pytest.mark.parametrize(("family", "candidate"), REFUSED)
def test_what_a_base_does_not_support_is_refused_in_one_sentence(
    family: str, candidate: str, start: Start, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as refused:
        adapted_to(start(family), candidate, tmp_path)
    assert str(refused.value) == REFUSED[family, candidate]


@pytest.mark.parametrize("family", FAMILIES)
def test_freezing_all_layers_is_refused(family: str, start: Start, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        adapted_to(start(family), "freeze:2", tmp_path)
    assert str(refused.value) == (
        "candidate 'freeze:2' must leave at least one layer to learn; the base has 2. "
        "Use 'freeze:1' or fewer, or 'probe' to train none."
    )
