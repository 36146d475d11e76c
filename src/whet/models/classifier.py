"""What is fine-tuned? The pooled views of an encoder under one linear head.

The head starts from the probe's solution on the frozen encoder, so that the first gradients do not
distort features that are already good. Source: Kumar et al. 2022, arXiv:2202.10054.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from whet.models.encoder import PooledViews, length_batches, padded
from whet.models.output import Floats, Output


class Classifier(torch.nn.Module):
    """Maps (n, t) token ids and mask to logits (n, k) and the views (n, 3 d)."""

    def __init__(self, views: PooledViews, weight: Floats, bias: Floats, dropout: float) -> None:
        super().__init__()
        self.views = views
        self.dropout = torch.nn.Dropout(dropout)
        self.head = torch.nn.Linear(weight.shape[0], weight.shape[1]).to(views.device)
        with torch.no_grad():
            self.head.weight.copy_(torch.from_numpy(np.ascontiguousarray(weight.T)))
            self.head.bias.copy_(torch.from_numpy(bias))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the logits and the views."""
        views = self.views(input_ids, attention_mask)
        return self.head(self.dropout(views)), views


def classify(model: Classifier, ids: list[list[int]]) -> Output:
    """Return the answers for rows of token ids, in batches of similar length, without gradients."""
    k, width = model.head.out_features, model.head.in_features
    logits: NDArray[np.float32] = np.zeros((len(ids), k), dtype=np.float32)
    views: NDArray[np.float32] = np.zeros((len(ids), width), dtype=np.float32)
    model.eval()
    with torch.inference_mode():
        for batch in length_batches([len(row) for row in ids]):
            tokens, mask = padded([ids[i] for i in batch], device=model.views.device)
            batch_logits, batch_views = model(tokens, mask)
            logits[batch], views[batch] = batch_logits.cpu().numpy(), batch_views.cpu().numpy()
    return Output(logits, views)
