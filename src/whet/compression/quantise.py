"""How does a package get smaller and faster on a CPU? Eight-bit weights in blocks.

Each block of 128 weights has its own scale, and activations are scaled per row, so an answer does
not depend on what else is in its batch; plain dynamic int8 scales the whole batch at once and moves
the embeddings four times as far. The embedding table stays in float.
"""

import logging
from pathlib import Path

BLOCK_SIZE = 128
_INT8_ACTIVATIONS = 4  # accuracy level of onnxruntime's MatMulNBits: int8 arithmetic


def quantise_onnx(source: Path, target: Path) -> None:
    """Write to `target` the model of `source` with the weights of its matrix products in int8."""
    import onnx

    handlers, level = logging.root.handlers[:], logging.root.level
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    # Importing it sets up logging for the whole process, which is not its business.
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    logging.getLogger("onnxruntime.quantization.matmul_nbits_quantizer").setLevel(logging.ERROR)
    quantizer = MatMulNBitsQuantizer(
        onnx.load(str(source)),
        block_size=BLOCK_SIZE,
        is_symmetric=False,
        bits=8,
        accuracy_level=_INT8_ACTIVATIONS,
    )
    quantizer.process()
    quantizer.model.save_model_to_file(str(target), False)
