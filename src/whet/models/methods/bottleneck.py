"""What does a small network after each projection learn? Bottleneck adapters.

An adapter stands after the two projections of a layer that lead back to its width, before the
residual connection, and starts as the identity. It cannot be merged: a package carries it along.
Source: Houlsby et al. 2019, arXiv:1902.00751.
"""

import torch

from whet.models.anatomy import dialect_of, inner_paths
from whet.models.classifier import Classifier
from whet.models.methods.contract import Adapted, Setup, freeze_encoder, plain


class Bottleneck(torch.nn.Module):
    """A projection followed by an adapter of some width."""

    def __init__(self, projection: torch.nn.Linear, width: int, dropout: float) -> None:
        super().__init__()
        self.projection = projection
        self.down = torch.nn.Linear(projection.out_features, width)
        self.up = torch.nn.Linear(width, projection.out_features)
        self.dropout = torch.nn.Dropout(dropout)
        torch.nn.init.zeros_(self.up.weight)
        torch.nn.init.zeros_(self.up.bias)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Return the projection, moved by what the adapter says to it."""
        projected: torch.Tensor = self.projection(hidden)
        inner = torch.nn.functional.gelu(self.down(projected))
        moved: torch.Tensor = projected + self.up(self.dropout(inner))
        return moved


def adapter(model: Classifier, setup: Setup) -> Adapted:
    """Put an adapter after the projections of every layer.

    Raises:
        InputError: the base's architecture is not known.
    """
    transformer = model.views.transformer
    dialect = dialect_of(transformer, "adapter")
    freeze_encoder(model)
    dropout = setup.tuning.dropout or 0.0
    paths = inner_paths(transformer, dialect.attention_output, dialect.feed_forward_output)
    for path in paths:
        wrapped = Bottleneck(transformer.get_submodule(path), setup.tuning.width, dropout)
        transformer.set_submodule(path, wrapped)
    return plain(model)
