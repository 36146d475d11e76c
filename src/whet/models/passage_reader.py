"""What answers from a passage? An encoder with a score for begin and one for end on each token."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from whet.models.encoder import PooledViews, length_batches, padded
from whet.models.output import Floats
from whet.serving.passages.decode import Read
from whet.serving.passages.reader import scored
from whet.serving.passages.windows import Reading


class AnswerHead(torch.nn.Module):
    """What training adds to an encoder: the scores of begin and end."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(width, 2)
        torch.nn.init.normal_(self.linear.weight, std=0.02)
        torch.nn.init.zeros_(self.linear.bias)


class PassageModel(torch.nn.Module):
    """Maps (n, t) token ids and mask to scores (n, t, 2) of begin and end of the answer.

    Args:
        views: the encoder; it reads a question and its passage in one input.
        dropout: on the encoder's output, in training.
        seed: seed of the head's first weights.
    """

    def __init__(self, views: PooledViews, *, dropout: float = 0.1, seed: int = 0) -> None:
        super().__init__()
        self.views = views
        self.dropout = torch.nn.Dropout(dropout)
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.head = AnswerHead(views.dimension)

    @property
    def transformer(self) -> Any:
        """Return the part that was pretrained."""
        return self.views.transformer

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return the scores of every token."""
        hidden = self.views.read(input_ids, attention_mask).last_hidden_state
        scores: torch.Tensor = self.head.linear(self.dropout(hidden))
        return scores


def read_passages(model: PassageModel, readings: Sequence[Reading]) -> list[Read]:
    """Return what a model makes of questions with passages, in batches of similar length."""
    windows = [window for reading in readings for window in reading.windows]
    logits: list[Floats] = [np.zeros((0, 2), dtype=np.float32)] * len(windows)
    model.eval()
    with torch.inference_mode():
        for batch in length_batches([len(window.ids) for window in windows]):
            ids = [windows[i].ids.tolist() for i in batch]
            tokens, mask = padded(ids, device=model.views.device)
            for i, own in zip(batch, model(tokens, mask).cpu().numpy(), strict=True):
                logits[i] = own[: len(windows[i].ids)]
    return scored(readings, logits)
