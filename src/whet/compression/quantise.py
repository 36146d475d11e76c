"""How does a package get smaller and faster on a CPU? Eight-bit arithmetic in its matrix products.

Weights are scaled per output channel, once; activations while the model runs, with one number for a
whole pass. So a quantised package reads one text a pass: with several, an answer would depend on
its neighbours. Weights keep seven bits, because sums of eight-bit products overflow on processors
without VNNI instructions. The embedding table stays in float, and so does the product that leads
out of the first feed-forward block: a few large values that it reads leave the others no room.
"""

import logging
import tempfile
from pathlib import Path
from typing import Any

ROWS_A_PASS = 1
"""Texts that a quantised model may read at a time."""


def quantise_onnx(source: Path, target: Path) -> None:
    """Write to `target` the model of `source` with its matrix products in int8."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logger = logging.getLogger()
    is_disabled, logger.disabled = (
        logger.disabled,
        True,
    )  # it gives advice
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            model = onnx.load(str(source))
            del model.graph.value_info[:]  # shapes of inner values, which the quantiser infers anew
            bare = Path(folder) / "model.onnx"
            onnx.save(model, str(bare))
            quantize_dynamic(
                bare,
                target,
                per_channel=True,
                reduce_range=True,
                weight_type=QuantType.QInt8,
                op_types_to_quantize=["MatMul", "Gemm"],
                nodes_to_exclude=sensitive_products(model),
            )
    finally:
        logger.disabled = is_disabled


def sensitive_products(model: Any) -> list[str]:
    """Return the names of the products that stay in float: the first that narrows its input.

    A transformer narrows at the end of a feed-forward block, from its inner to its outer width.
    """
    weights = {one.name: one.dims for one in model.graph.initializer if len(one.dims) == 2}
    for node in model.graph.node:
        dims = next((weights[name] for name in node.input if name in weights), None)
        if node.op_type == "MatMul" and dims and dims[0] > dims[1]:
            return [node.name]
    return []
