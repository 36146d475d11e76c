"""Where does rank matter most? AdaLoRA, by peft: it starts with more rank and prunes what idles.

Source: Zhang et al. 2023, arXiv:2303.10512.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from whet.models.anatomy import linear_paths
from whet.models.classifier import Classifier
from whet.models.methods.contract import Adapted, Setup
from whet.models.methods.low_rank import ADAPTER, SCALE, injected

FIRST_RANK = 1.5
"""Rank at the start over the average rank at the end, as in the source."""
WARM_UP, SETTLED = 0.1, 0.3
"""Shares of the steps before the pruning begins and after it has ended."""
ORTHOGONALITY = 0.1
"""Weight of the penalty that keeps the directions of one matrix apart."""
_MOMENTS = ("ipt", "exp_avg_ipt", "exp_avg_unc")
"""Names in peft of what it remembers of each parameter's importance."""


@dataclass(frozen=True)
class RankBudget:
    """The pruning of ranks, step by step."""

    tuner: Any

    def penalty(self) -> torch.Tensor:
        """Return how far the directions are from being orthogonal."""
        distances = []
        for name, p in self.tuner.model.named_parameters():
            if "lora_A" in name or "lora_B" in name:
                gram = p @ p.T if "lora_A" in name else p.T @ p
                distances.append(torch.linalg.norm(gram - torch.eye(len(gram), device=p.device)))
        return ORTHOGONALITY * torch.stack(distances).mean()

    def stepped(self, step: int) -> None:
        """Measure what each direction has done in this step and prune to the budget."""
        self.tuner.update_and_allocate(step)

    def state(self) -> dict[str, Any]:
        """Return the measured importances and the ranks that were left."""
        allocator = self.tuner.rankallocator
        moments = {moment: dict(getattr(allocator, moment)) for moment in _MOMENTS}
        return {**moments, "pattern": self.tuner.peft_config[ADAPTER].rank_pattern}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take up saved importances and ranks."""
        for moment in _MOMENTS:
            setattr(self.tuner.rankallocator, moment, dict(state[moment]))
        self.tuner.peft_config[ADAPTER].rank_pattern = state["pattern"]


def adalora(model: Classifier, setup: Setup) -> Adapted:
    """Add matrices of more rank than asked for, which are pruned to it on average."""
    from peft import AdaLoraConfig, AdaLoraModel  # seconds to import, and few builds need it

    rank = setup.tuning.rank
    config = AdaLoraConfig(
        init_r=max(rank + 1, math.ceil(FIRST_RANK * rank)),
        target_r=rank,
        lora_alpha=setup.tuning.alpha or SCALE * rank,  # type: ignore[arg-type]  # any number
        lora_dropout=setup.tuning.dropout or 0.0,
        target_modules=linear_paths(model.views.transformer),
        total_step=max(2, setup.steps),  # peft prunes before it has measured in a single step
        tinit=int(WARM_UP * setup.steps),
        tfinal=int(SETTLED * setup.steps),
        deltaT=max(1, min(10, setup.steps // 20)),
    )
    tuners: list[Any] = []

    def inject(transformer: Any) -> Any:
        tuner = AdaLoraModel(transformer, {ADAPTER: config}, ADAPTER)  # type: ignore[no-untyped-call]
        tuners.append(tuner)
        return tuner

    adapted = injected(model, inject)
    return Adapted(model, adapted.logits, adapted.merged, work=RankBudget(tuners[0]))
