"""How does a package get smaller and faster on a CPU? Eight-bit arithmetic in its matrix products.

Weights are scaled per output channel, once; activations while the model runs, with one number for a
whole pass. So a quantised package reads one text a pass: with several, an answer would depend on
its neighbours. Weights keep seven bits, because sums of eight-bit products overflow on processors
without VNNI instructions. The embedding table stays in float.
"""

import logging
import tempfile
from pathlib import Path

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
            )
    finally:
        logger.disabled = is_disabled
