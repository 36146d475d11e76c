"""How far do the top layers alone go? The layers below are computed once for every text.

Embeddings and the lowest k layers stay as they are, and nothing is dropped out in them, so what
layer k + 1 reads of a text never changes: it is kept on disk, and an epoch costs only the layers
that learn.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from whet.core.errors import InputError
from whet.models.activations import ActivationCache
from whet.models.anatomy import layers_of, layers_path
from whet.models.classifier import Classifier
from whet.models.encoder import length_batches, masked_mean, padded
from whet.models.methods.contract import Adapted, Rows, Setup, freeze_encoder
from whet.models.output import Floats

BLOCK = 256
"""Texts whose activations are in memory at one time while the cache is filled."""


class Passed(torch.nn.Module):
    """Stands where a frozen layer was, and does nothing; it keeps the layer for later."""

    def __init__(self, layer: torch.nn.Module, gives_pair: bool) -> None:
        super().__init__()
        self.layer = layer
        self.gives_pair = gives_pair

    def forward(self, hidden_states: torch.Tensor, *_: Any, **__: Any) -> Any:
        """Return what came in, in the form in which the layer gives its answer."""
        return (hidden_states, None) if self.gives_pair else hidden_states

    def __getattr__(self, name: str) -> Any:
        """Answer for the layer where a transformer asks its layers for their kind."""
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(super().__getattr__("layer"), name)


class _Reached(Exception):
    """The lowest layer that learns was reached; what lies above it is not needed."""


class Frozen:
    """A classifier whose lowest k layers are read from a cache."""

    def __init__(self, model: Classifier, setup: Setup) -> None:
        self.model, self.k = model, setup.frozen
        self.transformer = model.views.transformer
        self.stack = layers_of(self.transformer)
        self.below = list(self.stack[: self.k])
        name = _digest(model)
        self.cache = ActivationCache(
            setup.folder / f"activations-{self.k}-{name}", model.views.dimension
        )
        self.handle = self.stack[self.k].register_forward_pre_hook(self._enter, with_kwargs=True)
        self.given: torch.Tensor | None = None
        self.met: list[torch.Tensor] = []
        self.gives_pair = False

    def prepare(self, rows: Rows) -> None:
        """Compute the activations of texts that the cache lacks, then take the layers away."""
        if isinstance(self.stack[0], Passed):
            return  # a trial of the learning rate has prepared them
        lacking = self.cache.lacking(rows)
        was_training = self.model.training
        self.model.eval()
        for start in range(0, len(lacking), BLOCK):
            self._fill([rows[i] for i in lacking[start : start + BLOCK]])
        self._run_below([list(rows[0])])  # tells how layers answer, also with a full cache
        for i, layer in enumerate(self.below):
            self.stack[i] = Passed(layer, self.gives_pair)
        self.model.train(was_training)

    def logits(self, rows: Rows) -> torch.Tensor:
        """Return logits from the cached activations; `prepare` must have seen the rows."""
        device = self.model.views.device
        tokens, mask = padded(rows, device=device)
        known = self.cache.take(rows)
        width = tokens.shape[1]
        hidden = np.zeros((len(rows), width, self.cache.width), dtype=np.float32)
        for place, one in zip(hidden, known, strict=True):
            place[: len(one) - 1] = one[1:]
        self.given = torch.from_numpy(hidden).to(device)
        try:
            last = self.transformer(input_ids=tokens, attention_mask=mask).last_hidden_state
        finally:
            self.given = None
        lexical = torch.from_numpy(np.stack([one[0] for one in known])).to(device)
        views = self.model.views.pooled(last, lexical, mask)
        answer: torch.Tensor = self.model.head(self.model.dropout(views))
        return answer

    def merged(self) -> Classifier:
        """Return the classifier with the frozen layers in their places again."""
        for i, layer in enumerate(self.below):
            self.stack[i] = layer
        self.handle.remove()
        return self.model

    def _enter(self, layer: Any, args: Any, kwargs: Any) -> Any:
        """Put the cached activations before the lowest layer that learns."""
        if self.given is None:
            return None
        return (self.given, *args[1:]), {k: v for k, v in kwargs.items() if k != "hidden_states"}

    def _fill(self, rows: list[list[int]]) -> None:
        """Add the activations of some texts: the mean of their words first, then each position."""
        found: list[Floats | None] = [None] * len(rows)
        for batch in length_batches([len(row) for row in rows]):
            chosen = [rows[i] for i in batch]
            lexical, hidden = self._run_below(chosen)
            for place, i in enumerate(batch):
                positions = hidden[place, : len(rows[i])]
                found[i] = np.concatenate([lexical[place : place + 1], positions])
        self.cache.add(rows, [one for one in found if one is not None])

    def _run_below(self, rows: list[list[int]]) -> tuple[Floats, Floats]:
        """Return the lexical mean (n, d) and what layer k + 1 reads (n, t, d)."""
        tokens, mask = padded(rows, device=self.model.views.device)
        met: dict[int, torch.Tensor] = {}

        def meet(depth: int, stops: bool) -> Callable[..., None]:
            def hook(layer: Any, args: Any, kwargs: Any) -> None:
                met[depth] = args[0] if args else kwargs["hidden_states"]
                if stops:
                    raise _Reached

            return hook

        def tell(layer: Any, args: Any, output: Any) -> None:
            self.gives_pair = isinstance(output, tuple)

        handles = [
            self.stack[0].register_forward_pre_hook(meet(0, False), with_kwargs=True),
            self.stack[0].register_forward_hook(tell),
            self.stack[self.k].register_forward_pre_hook(meet(self.k, True), with_kwargs=True),
        ]
        try:
            with torch.inference_mode():
                self.transformer(input_ids=tokens, attention_mask=mask)
        except _Reached:
            pass
        finally:
            for handle in handles:
                handle.remove()
        lexical = masked_mean(met[0], mask)
        return lexical.cpu().numpy(), met[self.k].cpu().numpy()


def freeze(model: Classifier, setup: Setup) -> Adapted:
    """Let the layers above the lowest k learn, and the norm above them.

    Raises:
        InputError: no layer would be left to learn.
    """
    transformer = model.views.transformer
    stack = layers_of(transformer)
    if setup.frozen >= len(stack):
        raise InputError(
            f"candidate 'freeze:{setup.frozen}' must leave at least one layer to learn; the base "
            f"has {len(stack)}. Use 'freeze:{len(stack) - 1}' or fewer, or 'probe' to train none."
        )
    freeze_encoder(model)
    for layer in stack[setup.frozen :]:
        layer.requires_grad_(True)
    for module in _above(transformer):
        module.requires_grad_(True)
    frozen = Frozen(model, setup)
    return Adapted(model, frozen.logits, frozen.merged, frozen.prepare)


def _above(transformer: Any) -> list[torch.nn.Module]:
    """Return the modules that a transformer applies to its last layer: a final norm or none."""
    children = list(transformer.named_children())
    names = [name for name, _ in children]
    place = names.index(layers_path(transformer).split(".")[0])
    return [module for _, module in children[place + 1 :]]


def _digest(model: Classifier) -> str:
    """Return a hash of the encoder's weights, so that no other base's activations are taken."""
    digest = hashlib.sha256()
    for name, value in model.views.state_dict().items():
        digest.update(name.encode())
        digest.update(value.cpu().numpy().tobytes())
    return digest.hexdigest()[:16]
