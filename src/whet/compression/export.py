"""How does a classifier leave torch? As one ONNX graph: pooling, head and calibration inside.

Opset 23 keeps attention and GELU as single operators, which onnxruntime runs about twice as fast as
their expansion under opset 18; docs/experiments.md has the table.
"""

import contextlib
import copy
import io
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from whet.models.classifier import Classifier

OPSET = 23
OUTPUTS = ("probabilities", "views")
_MAX_ROWS = 4096
_PREFIX = "output."
"""The exporter refuses no name, but a transformer may have inner values of these names already."""


class Calibrated(torch.nn.Module):
    """Maps token ids and mask to calibrated probabilities and the pooled views."""

    def __init__(self, classifier: Classifier, temperature: float) -> None:
        super().__init__()
        self.classifier = classifier
        self.temperature = temperature

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return probabilities (n, k) and views (n, 3 d)."""
        logits, views = self.classifier(input_ids, attention_mask)
        return torch.softmax(logits / self.temperature, dim=-1), views


def export_onnx(classifier: Classifier, temperature: float, max_tokens: int, path: Path) -> None:
    """Write the classifier to `path`; any number of rows and up to `max_tokens` tokens fit."""
    rows = torch.export.Dim("n", min=1, max=_MAX_ROWS)
    tokens = torch.export.Dim("t", min=2, max=max_tokens)
    shape = {0: rows, 1: tokens}
    width = min(8, max_tokens)
    ids, mask = torch.ones((2, width), dtype=torch.int64), torch.ones((2, width), dtype=torch.int64)
    mask[0, width // 2 :] = 0
    with _quiet():
        torch.onnx.export(
            Calibrated(_on_cpu(classifier.eval()), temperature).eval(),
            (ids, mask),
            str(path),
            dynamo=True,
            opset_version=OPSET,
            dynamic_shapes={"input_ids": shape, "attention_mask": shape},
            input_names=["input_ids", "attention_mask"],
            output_names=[f"{_PREFIX}{name}" for name in OUTPUTS],
            external_data=False,
            verbose=False,
        )
    _name_outputs(path)


def _on_cpu(classifier: Classifier) -> Classifier:
    """Return the classifier itself where it is on the CPU, otherwise a copy that is."""
    is_there = classifier.views.device.type == "cpu"
    return classifier if is_there else copy.deepcopy(classifier).cpu()


def _name_outputs(path: Path) -> None:
    """Give the outputs their final names, and the inner values that have those names others."""
    import onnx

    model = onnx.load(str(path))
    renamed = {name: f"inner.{name}" for name in OUTPUTS}
    renamed |= {f"{_PREFIX}{name}": name for name in OUTPUTS}
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
