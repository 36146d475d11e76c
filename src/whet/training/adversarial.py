"""What if the words lay a little elsewhere? The loss under a shift of their embeddings.

The shift goes to where the loss grows fastest, for each text at a length in proportion to that of
its embeddings, so that it suits every base. Source: Miyato et al. 2017, arXiv:1605.07725.
"""

from collections.abc import Callable
from typing import Any

import torch

from whet.core.errors import InputError

Loss = Callable[[], torch.Tensor]

_TINY = 1e-12


def shifted_loss(loss: Loss, embeddings: torch.nn.Module, radius: float) -> torch.Tensor:
    """Return the mean of the loss as it is and of that under the worst small shift.

    Args:
        loss: reads the batch and gives its loss, with gradients; it is asked twice.
        embeddings: the module that gives the words' embeddings, (n, t, d).
        radius: length of a text's shift over that of its embeddings.

    Raises:
        InputError: `loss` does not read the embeddings, as where lower layers are stored.
    """
    read: list[tuple[torch.Tensor, torch.Tensor]] = []

    def add_nothing(module: torch.nn.Module, given: Any, output: torch.Tensor) -> torch.Tensor:
        read.append((output.detach(), torch.zeros_like(output, requires_grad=True)))
        return output + read[-1][1]

    plain = _hooked(loss, embeddings, add_nothing)
    if not read:
        raise InputError(
            "augment.ways: 'fgm' needs a method that reads the words' embeddings in every pass; "
            "'freeze' stores what its lower layers make of them. Leave one of the two out."
        )
    gradients = torch.autograd.grad(plain, [shift for _, shift in read], retain_graph=True)
    worst = iter(
        [
            gradient / _length(gradient).clamp(min=_TINY) * _length(output) * radius
            for gradient, (output, _) in zip(gradients, read, strict=True)
        ]
    )  # in the order in which the passes of one loss read the embeddings
    shifted = _hooked(loss, embeddings, lambda module, given, output: output + next(worst))
    return (plain + shifted) / 2


def _hooked(loss: Loss, embeddings: torch.nn.Module, hook: Any) -> torch.Tensor:
    """Return the loss with what the hook makes of the embeddings."""
    handle = embeddings.register_forward_hook(hook)
    try:
        return loss()
    finally:
        handle.remove()


def _length(values: torch.Tensor) -> torch.Tensor:
    """Return the length of each text's values (n, t, d) as (n, 1, 1)."""
    length: torch.Tensor = torch.linalg.vector_norm(values.flatten(1), dim=1)[:, None, None]
    return length
