"""Tests for whet.training.contrastive: the loss by hand, fair batches, kills, and the deadline."""

import math
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.tiny_base import make_tiny_base

from whet.models.bases import find_base
from whet.models.encoder import PooledViews, load_encoder, padded, token_ids
from whet.models.output import Ids
from whet.training.contrastive import (
    ContrastiveRecipe,
    Read,
    add_gradients,
    class_batches,
    supervised_contrastive_loss,
    tune_contrastive,
)

TEXTS = ["refund my money", "money back please", "reset my password", "password login help"]
LABELS = np.tile(np.array([0, 0, 1, 1]), 5)
RECIPE = ContrastiveRecipe(
    passes=3.6, rows_per_batch=6, rows_per_class=3, rate=3e-3, checkpoint_every_s=0
)
Start = Callable[[], tuple[PooledViews, Read]]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Return a function that loads the tiny encoder and the token ids of the texts."""
    folder = make_tiny_base(tmp_path_factory.mktemp("base") / "tiny")

    def load() -> tuple[PooledViews, Read]:
        encoder = load_encoder(find_base("tiny", folder.parent))
        ids = token_ids(encoder.tokenizer, TEXTS * 5)
        return encoder.module, lambda positions: [ids[i] for i in positions]

    return load


def _bytes(views: PooledViews) -> bytes:
    return b"".join(value.numpy().tobytes() for value in views.state_dict().values())


def test_the_loss_is_the_one_of_the_formula() -> None:
    random = np.random.default_rng(0)
    z = random.normal(size=(7, 4))
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    labels, temperature = [0, 0, 1, 1, 1, 2, 0], 0.3
    losses = []
    for i in range(7):
        partners = [j for j in range(7) if j != i and labels[j] == labels[i]]
        total = sum(math.exp(z[i] @ z[j] / temperature) for j in range(7) if j != i)
        shares = [math.exp(z[i] @ z[j] / temperature) / total for j in partners]
        if partners:
            losses.append(-sum(map(math.log, shares)) / len(partners))
    ours = supervised_contrastive_loss(torch.tensor(z), torch.tensor(labels), temperature)
    assert float(ours) == pytest.approx(np.mean(losses), rel=1e-9)


def test_of_two_rows_of_one_class_the_loss_is_zero_and_has_a_gradient() -> None:
    z = torch.eye(2, requires_grad=True)
    loss = supervised_contrastive_loss(z, torch.tensor([4, 4]), 0.05)
    loss.backward()  # type: ignore[no-untyped-call]
    assert float(loss.detach()) == 0
    assert z.grad is not None and bool(torch.isfinite(z.grad).all())


def test_classes_and_their_rows_come_up_equally_often() -> None:
    labels = np.array([0] * 40 + [1] * 2 + [2] * 3 + [5])
    recipe = replace(RECIPE, rows_per_batch=4, rows_per_class=2)
    batches = list(islice(class_batches(labels, recipe), 100))
    classes = Counter(int(c) for batch in batches for c in labels[batch])
    assert max(classes.values()) - min(classes.values()) <= 4
    rows = Counter(int(i) for batch in batches for i in batch)
    assert max(rows[i] for i in range(40)) - min(rows[i] for i in range(40)) <= 1
    assert all(len(np.unique(labels[batch])) == 2 for batch in batches)
    assert rows[45] == classes[5]  # a class of one row repeats it


@pytest.mark.parametrize(("rows", "classes"), [(20, 2), (2_000, 2), (20_000, 1_000)])
def test_a_batch_grows_neither_with_rows_nor_with_classes(rows: int, classes: int) -> None:
    recipe = ContrastiveRecipe(rows_per_batch=16, rows_per_class=2)
    batch = next(class_batches(np.arange(rows) % classes, recipe))
    assert len(batch) == 16
    assert len(np.unique(batch % classes)) == min(classes, 8)


def test_a_batch_read_in_passes_has_the_gradient_of_the_whole(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gradient(tokens: int) -> tuple[float, torch.Tensor, int]:
        views, read = start()
        held: list[int] = []
        forward = views.forward

        def counted(ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            held.append(ids.numel())
            return forward(ids, mask)

        monkeypatch.setattr(views, "forward", counted)
        recipe = replace(RECIPE, tokens_per_pass=tokens)
        loss = add_gradients(views, read(np.arange(12)), LABELS[:12], recipe)
        learnt = [p.grad for p in views.parameters() if p.grad is not None]
        return loss, torch.cat([g.ravel() for g in learnt]), max(held)

    whole, passes = gradient(4096), gradient(16)
    assert passes[2] <= 16 < whole[2]
    assert passes[0] == pytest.approx(whole[0], rel=1e-5)
    assert float(whole[1].abs().max()) > 1e-3
    torch.testing.assert_close(passes[1], whole[1], rtol=1e-4, atol=1e-6)


def test_both_readings_of_a_pass_drop_the_same(start: Start) -> None:
    views, read = start()
    views.train()
    dropout = torch.nn.Dropout(0.5)
    forward = views.forward
    seen: list[torch.Tensor] = []

    def dropped(input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        seen.append(dropout(forward(input_ids, attention_mask)))
        return seen[-1]

    views.forward = dropped  # type: ignore[method-assign]
    recipe = replace(RECIPE, tokens_per_pass=16)
    add_gradients(views, read(np.arange(12)), LABELS[:12], recipe)
    half = len(seen) // 2
    assert half > 1
    for first, second in zip(seen[:half], seen[half:], strict=True):
        torch.testing.assert_close(first, second.detach())
    assert not torch.equal(seen[0][0], seen[1][0])


def test_rows_of_one_class_come_nearer_and_others_do_not(start: Start, tmp_path: Path) -> None:
    def likeness(views: PooledViews) -> float:
        with torch.inference_mode():
            mean = views(*padded(read(np.arange(4))))[:, : views.dimension].numpy()
        cosine = mean @ mean.T
        return float(cosine[0, 1] + cosine[2, 3] - cosine[0, 2] - cosine[1, 3])

    views, read = start()
    before = likeness(views)
    losses: list[float] = []
    recipe = replace(RECIPE, passes=12, tuned_share=1.0)
    tuned = tune_contrastive(
        views,
        read,
        LABELS,
        recipe,
        folder=tmp_path,
        on_step=lambda step, values: losses.append(values["loss"]),
    )
    assert likeness(tuned.views) > before + 0.5
    assert (len(losses), tuned.steps, tuned.reason) == (40, 40, "all steps done")


def test_the_weights_are_averaged_with_the_pretrained_ones(start: Start, tmp_path: Path) -> None:
    found = []
    for share in (0.0, 0.25, 1.0):
        views, read = start()
        recipe = replace(RECIPE, tuned_share=share)
        tune_contrastive(views, read, LABELS, recipe, folder=tmp_path)
        found.append(torch.nn.utils.parameters_to_vector(views.parameters()).detach())
    pretrained = torch.nn.utils.parameters_to_vector(start()[0].parameters()).detach()
    assert torch.equal(found[0], pretrained)
    assert float((found[2] - pretrained).abs().max()) > 1e-3
    torch.testing.assert_close(found[1], 0.25 * found[2] + 0.75 * pretrained)


def test_cut_off_and_taken_up_again_it_ends_in_the_same_bytes(start: Start, tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    def kill(step: int, values: dict[str, float]) -> None:
        if step == 7:
            raise Killed

    views, read = start()
    tune_contrastive(views, read, LABELS, RECIPE, folder=tmp_path / "whole")
    whole = _bytes(views)
    views, read = start()
    with pytest.raises(Killed):
        tune_contrastive(views, read, LABELS, RECIPE, folder=tmp_path / "cut", on_step=kill)
    steps: list[int] = []
    for _ in range(2):  # the second time it has ended already
        views, read = start()
        tune_contrastive(
            views,
            read,
            LABELS,
            RECIPE,
            folder=tmp_path / "cut",
            on_step=lambda step, values: steps.append(step),
        )
        assert _bytes(views) == whole
    assert steps == list(range(7, 13))


def test_what_a_deadline_ended_goes_on_when_there_is_more_time(
    start: Start, tmp_path: Path
) -> None:
    views, read = start()
    tune_contrastive(views, read, LABELS, RECIPE, folder=tmp_path / "whole")
    whole = _bytes(views)
    reasons = []
    for deadline in (time.monotonic(), math.inf):
        views, read = start()
        tuned = tune_contrastive(
            views, read, LABELS, RECIPE, folder=tmp_path / "cut", deadline=deadline
        )
        reasons.append((tuned.steps, tuned.reason))
    assert reasons == [(0, "the budget was used up"), (12, "all steps done")]
    assert _bytes(views) == whole


@pytest.mark.parametrize("changed", ["labels", "rows", "base"])
def test_a_checkpoint_of_another_training_is_not_taken(
    start: Start, tmp_path: Path, changed: str
) -> None:
    views, read = start()
    tune_contrastive(views, read, LABELS, RECIPE, folder=tmp_path)
    views, read = start()
    first = read
    labels: Ids = 1 - LABELS if changed == "labels" else LABELS
    if changed == "rows":
        read = lambda positions: first(19 - positions)  # noqa: E731
    if changed == "base":
        with torch.no_grad():
            for parameter in views.parameters():
                parameter.mul_(1.1)
    steps: list[int] = []
    tune_contrastive(
        views, read, labels, RECIPE, folder=tmp_path, on_step=lambda step, _: steps.append(step)
    )
    assert len(steps) == 12
