"""Which rows of the embedding table learn? Those of the words that the texts use, and no others.

The table is often half of a small encoder, and a data set uses a tenth of it. Words that never
occur get no gradient, so leaving them out changes nothing of what is learnt, except that they do
not decay; it saves the optimiser and the checkpoints the work on them.
"""

from typing import Any

import numpy as np
import torch
from torch import nn

from whet.models.methods.contract import Rows


class UsedWords(nn.Module):
    """Stands for a table of embeddings, of which only the rows in use learn."""

    numbers: torch.Tensor

    def __init__(self, table: nn.Embedding, used: torch.Tensor) -> None:
        """Copy the rows `used` (ascending token ids) out of the table."""
        super().__init__()
        self.table = table.requires_grad_(False)
        self.used = used
        self.learning = nn.Parameter(table.weight.detach()[used].clone())
        numbers = torch.full((table.num_embeddings,), -1, device=used.device)
        numbers[used] = torch.arange(len(used), device=used.device)
        self.register_buffer("numbers", numbers, persistent=False)
        pad = table.padding_idx
        self.pad = None if pad is None else int(numbers[pad])

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        """Return the embeddings (n, t, d) of token ids (n, t), each of them in use."""
        return nn.functional.embedding(self.numbers[input_ids], self.learning, self.pad)

    def whole(self) -> nn.Embedding:
        """Return the table with what was learnt in its place."""
        with torch.no_grad():
            self.table.weight[self.used] = self.learning
        return self.table.requires_grad_(True)


def keep_used(transformer: Any, rows: Rows) -> None:
    """Let only the words of these rows learn; a second call for the same rows does nothing."""
    table = transformer.get_input_embeddings()
    if type(table) is not nn.Embedding or not table.weight.requires_grad:
        return
    # Short rows are filled up with token 0, and the padding token's row never learns.
    always = [0] if table.padding_idx is None else [0, table.padding_idx]
    used = np.unique(np.concatenate([np.asarray(always), *map(np.asarray, rows)]).astype(np.int64))
    transformer.set_input_embeddings(
        UsedWords(table, torch.from_numpy(used).to(table.weight.device))
    )


def put_back(transformer: Any) -> None:
    """Give the encoder its whole table again."""
    words = transformer.get_input_embeddings()
    if isinstance(words, UsedWords):
        transformer.set_input_embeddings(words.whole())
