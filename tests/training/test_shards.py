"""Tests for whet.training.shards: each process holds its part, and what cannot be is refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.distributed as dist
from tests.tiny_base import make_tiny_base
from torch.distributed.tensor import DTensor
from torch.multiprocessing.spawn import spawn

from whet.core.errors import InputError
from whet.models.bases import find_base
from whet.models.classifier import Classifier
from whet.models.encoder import load_encoder
from whet.training.loop import Recipe
from whet.training.shards import Sharded, check_can_shard
from whet.training.steps import StepPlan


def classifier(folder: Path) -> Classifier:
    views = load_encoder(find_base("tiny", folder)).module
    width = 3 * views.dimension
    return Classifier(views, np.ones((width, 2), np.float32), np.zeros(2, np.float32), dropout=0.0)


def hold_a_part(rank: int, folder: Path) -> None:
    """Be one of two processes; say how many numbers it holds, and what comes back whole."""
    dist.init_process_group(
        "gloo", init_method=f"file://{folder / 'meeting'}", rank=rank, world_size=2
    )
    model, group = classifier(folder), Sharded(torch.device("cpu"))
    before = {name: value.detach().clone() for name, value in model.named_parameters()}
    group.shard(model)
    parts = dict(model.named_parameters())
    held = 0
    for name, part in parts.items():
        assert isinstance(part, DTensor), name
        held += part.to_local().numel()
        placed = group.placed(before[name], part)
        assert isinstance(placed, DTensor), name
        torch.testing.assert_close(placed.to_local(), part.to_local())
    torch.testing.assert_close(group.whole(parts), before)
    assert group.passes(3 - rank) == 3
    (folder / f"held-{rank}").write_text(str(held))
    dist.barrier()  # gloo may abort where one side leaves while the other still listens
    dist.destroy_process_group()


@pytest.mark.slow
def test_two_processes_hold_half_of_the_weights_each(tmp_path: Path) -> None:
    make_tiny_base(tmp_path / "tiny")
    spawn(hold_a_part, args=(tmp_path,), nprocs=2)  # type: ignore[no-untyped-call]
    total = sum(value.numel() for value in classifier(tmp_path).parameters())
    held = [int((tmp_path / f"held-{rank}").read_text()) for rank in range(2)]
    assert sum(held) == total
    assert max(held) < 0.55 * total


@pytest.mark.parametrize(
    ("candidate", "recipe", "plan", "said"),
    [
        (
            "adalora",
            Recipe(),
            StepPlan(),
            "compute.shard needs candidates among full, lora, rslora, beside those that tune no "
            "encoder; found 'adalora'. Take one of them, or leave compute.shard out.",
        ),
        (
            "full",
            replace(Recipe(), fgm=0.1),
            StepPlan(),
            "compute.shard and the augmentation 'adversarial' exclude each other: it shifts the "
            "whole table of words. Leave one of them out.",
        ),
        (
            "lora",
            Recipe(),
            StepPlan(half=torch.float16),
            "compute.shard needs float32 or bf16: processes would scale an fp16 loss differently. "
            "Set compute.precision: float32.",
        ),
    ],
)
def test_what_looks_at_whole_weights_is_refused(
    candidate: str, recipe: Recipe, plan: StepPlan, said: str
) -> None:
    with pytest.raises(InputError) as error:
        check_can_shard(candidate, recipe, plan)
    assert str(error.value) == said
