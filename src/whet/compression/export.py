"""How does a model leave torch? As one ONNX graph: a classifier with pooling, head and calibration.

Opset 23 keeps attention and GELU as single operators, which onnxruntime runs about twice as fast as
their expansion under opset 18; docs/experiments.md has the table.
"""

import contextlib
import copy
import io
import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import torch

from whet.models.classifier import Classifier
from whet.models.encoder import PooledViews
from whet.models.passage_reader import PassageModel
from whet.models.tagger import Tagger
from whet.serving.links import LINKS
from whet.serving.passages import reader as read
from whet.serving.tagging import model as served

M = TypeVar("M", bound=torch.nn.Module)

OPSET = 23
INPUTS = ("input_ids", "attention_mask")


def _softmax(logits: torch.Tensor) -> torch.Tensor:
    """Return the probabilities (n, k) of logits."""
    return torch.softmax(logits, dim=-1)


TORCH_LINKS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "classes": _softmax,
    "labels": torch.sigmoid,
    "pair": _softmax,
    "real": lambda logits: logits,
}
"""`whet.serving.links.LINKS` inside a graph."""
_MAX_ROWS = 4096
_PREFIX = "output."
"""The exporter refuses no name, but a transformer may have inner values of these names already."""


class Calibrated(torch.nn.Module):
    """Maps token ids and mask to calibrated answers and the pooled views."""

    def __init__(self, classifier: Classifier, temperature: float, kind: str) -> None:
        super().__init__()
        self.link = TORCH_LINKS[kind]
        self.classifier = classifier
        self.temperature = temperature

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return probabilities or numbers (n, k) and views (n, 3 d)."""
        logits, views = self.classifier(input_ids, attention_mask)
        return self.link(logits / self.temperature), views


def export_onnx(
    classifier: Classifier,
    temperature: float,
    max_tokens: int,
    path: Path,
    *,
    kind: str = "classes",
) -> None:
    """Write the classifier to `path`; any number of rows and up to `max_tokens` tokens fit.

    `kind` is that of the target: what the scores stand for.
    """
    module = Calibrated(_on_cpu(classifier.eval()), temperature, kind).eval()
    _write_graph(module, INPUTS, (LINKS[kind].output, "views"), max_tokens, path)


def export_views(views: PooledViews, max_tokens: int, path: Path) -> None:
    """Write an encoder without a head to `path`: it gives the views (n, 3 d) of each text."""
    _write_graph(_on_cpu(views.eval()), INPUTS, ("views",), max_tokens, path)


def export_tagger(tagger: Tagger, max_tokens: int, path: Path) -> None:
    """Write what a tagger says of each token to `path`: scores (n, t, k), not decoded.

    What follows on them, from tokens to words to spans, is in `whet.serving.tagging`, which
    training uses too.
    """
    _write_graph(_on_cpu(tagger.eval()), served.INPUTS, served.OUTPUTS, max_tokens, path)


def export_reader(model: PassageModel, max_tokens: int, path: Path) -> None:
    """Write what a model of answers says of each token to `path`: scores (n, t, 2)."""
    _write_graph(_on_cpu(model.eval()), read.INPUTS, read.OUTPUTS, max_tokens, path)


def _write_graph(
    module: torch.nn.Module,
    inputs: Sequence[str],
    outputs: Sequence[str],
    max_tokens: int,
    path: Path,
) -> None:
    """Write a module whose inputs are all (n, t) int64, the second of them the attention mask."""
    rows = torch.export.Dim("n", min=1, max=_MAX_ROWS)
    tokens = torch.export.Dim("t", min=2, max=max_tokens)
    shape = {0: rows, 1: tokens}
    width = min(8, max_tokens)
    values = [torch.ones((2, width), dtype=torch.int64) for _ in inputs]
    values[1][0, width // 2 :] = 0
    with _quiet():
        torch.onnx.export(
            module,
            tuple(values),
            str(path),
            dynamo=True,
            opset_version=OPSET,
            dynamic_shapes=dict.fromkeys(inputs, shape),
            input_names=list(inputs),
            output_names=[f"{_PREFIX}{name}" for name in outputs],
            external_data=False,
            verbose=False,
        )
    _name_outputs(path, outputs)


def _on_cpu(model: M) -> M:
    """Return the model itself where it is on the CPU, otherwise a copy that is."""
    is_there = next(model.parameters()).device.type == "cpu"
    return model if is_there else copy.deepcopy(model).cpu()


def _name_outputs(path: Path, outputs: Sequence[str]) -> None:
    """Give the outputs their final names, and the inner values that have those names others."""
    import onnx

    model = onnx.load(str(path))
    renamed = {name: f"inner.{name}" for name in outputs}
    renamed |= {f"{_PREFIX}{name}": name for name in outputs}
    for node in model.graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        node.output[:] = [renamed.get(name, name) for name in node.output]
    for value in [*model.graph.output, *model.graph.value_info, *model.graph.initializer]:
        value.name = renamed.get(value.name, value.name)
    onnx.save(model, str(path))


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the exporter, which prints and warns about its own internals."""
    previous = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(previous)
