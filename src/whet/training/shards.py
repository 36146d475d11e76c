"""How do processes train a model that fits none of them whole? Each keeps a part of every weight.

Weights, gradients, the optimiser's moments and the copies of the best state lie in parts; a layer
is gathered for as long as it computes. What is saved is whole, so a training goes on in any number
of processes, sharded or not. Source: Zhao et al. 2023, arXiv:2304.11277 (FSDP), by torch's
`fully_shard`.
"""

from collections.abc import Sequence
from typing import Any, cast

import torch
import torch.distributed as dist
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import FSDPModule, fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor
from torch.utils._pytree import tree_map_only

from whet.core.errors import InputError
from whet.models.anatomy import layers_of
from whet.models.classifier import Classifier
from whet.training.group import Together
from whet.training.loop import Recipe
from whet.training.steps import WHOLE, StepPlan

_METHODS = ("full", "lora", "rslora")
"""Methods whose passes go through the whole classifier and whose steps look at no whole weight."""


def check_can_shard(candidate: str, recipe: Recipe, plan: StepPlan = WHOLE) -> None:
    """Refuse a training whose weights cannot lie in parts.

    Raises:
        InputError: its method, its adversarial shifts or its precision look at whole weights.
    """
    if candidate not in _METHODS:
        raise InputError(
            f"compute.shard needs candidates among {', '.join(_METHODS)}, beside those that tune "
            f"no encoder; found {candidate!r}. Take one of them, or leave compute.shard out."
        )
    if recipe.fgm:
        raise InputError(
            "compute.shard and the augmentation 'adversarial' exclude each other: it shifts the "
            "whole table of words. Leave one of them out."
        )
    if plan.half == torch.float16:
        raise InputError(
            "compute.shard needs float32 or bf16: processes would scale an fp16 loss differently. "
            "Set compute.precision: float32."
        )


class Sharded(Together):
    """Processes of which each keeps a part of every weight while it trains."""

    def shard(self, model: torch.nn.Module) -> None:
        """Keep a part of each weight of a classifier."""
        mesh = init_device_mesh(self.device.type, (self.size,))
        layers = layers_of(cast(Classifier, model).views.transformer)
        for module in (*layers, model):
            # The root too gives back what it gathered: its parts may be changed after a pass.
            fully_shard(module, mesh=mesh, reshard_after_forward=True)
        for part in model.modules():
            if isinstance(part, FSDPModule):
                # Shares of a loss add up, and gloo knows no other way to join than a sum.
                part.set_gradient_divide_factor(1.0)
                part.set_force_sum_reduction_for_comms(True)

    def add_gradients(
        self, loss: torch.Tensor, learning: Sequence[torch.nn.Parameter]
    ) -> torch.Tensor:
        """Return the sum of a loss over all processes; gradients were added up on their way."""
        total = loss.clone()
        dist.all_reduce(total)
        return total

    def passes(self, count: int) -> int:
        """Return the most passes of any process: each pass gathers weights from all of them."""
        message = torch.tensor([count], device=self.device)
        dist.all_reduce(message, dist.ReduceOp.MAX)
        return int(message.item())

    def whole(self, state: Any) -> Any:
        """Return a state in which every tensor is whole."""
        return tree_map_only(DTensor, lambda part: part.detach().full_tensor(), state)

    def placed(self, value: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
        """Return this process's part of a whole tensor."""
        if not isinstance(like, DTensor):
            return value
        # Every process has read the whole: nothing needs to be sent.
        return distribute_tensor(
            value.to(self.device), like.device_mesh, like.placements, src_data_rank=None
        )
