"""How does a package get smaller and faster on a CPU? Eight-bit arithmetic in its matrix products.

Weights are scaled per output channel, once; activations while the model runs, each token by its own
largest value. So the answer to a text does not depend on the others that are read with it, and one
token with large values leaves all others their room. Weights keep seven bits, because sums of
eight-bit products overflow on processors without VNNI instructions. The embedding table stays in
float. Source: per-channel weights and per-token activations as in ZeroQuant, Yao et al. 2022,
arXiv:2206.01861.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WEIGHT_LIMIT = 63
"""Largest absolute value of a weight in seven bits."""
_ACTIVATION_LIMIT, _ZERO = 127, 128
_CONTRIB = "com.microsoft"  # where onnxruntime keeps integer products that end in floats
_PREFIX = "int8."


def quantise_onnx(source: Path, target: Path) -> None:
    """Write to `target` the model of `source` with its matrix products in int8."""
    import onnx

    model = onnx.load(str(source))
    quantised = _Graph(model)
    nodes = list(model.graph.node)
    del model.graph.node[:]
    for node in nodes:
        model.graph.node.extend(quantised.of(node))
    read = {name for node in model.graph.node for name in node.input}
    kept = [value for value in model.graph.initializer if value.name in read]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    model.opset_import.append(onnx.helper.make_opsetid(_CONTRIB, 1))
    onnx.save(model, str(target))


class _Graph:
    """The graph while its products are replaced."""

    def __init__(self, model: Any) -> None:
        self.constants = model.graph.initializer
        self.weights = {value.name: value for value in self.constants if len(value.dims) == 2}
        self.scales: dict[str, str] = {}
        """Scale of each activation that is quantised already, by its name."""
        self.shapes = {v.name: v.type.tensor_type.shape for v in model.graph.value_info}
        self.zeros: dict[str, str] = {}
        """Zero points that exist already, one a token, by how many tokens there are."""
        self._constant("inverse", np.float32(1 / _ACTIVATION_LIMIT))
        self._constant("one", np.float32(1))
        self._constant("zero", np.uint8(_ZERO))
        self._constant("last", np.array([-1], dtype=np.int64))

    def of(self, node: Any) -> list[Any]:
        """Return what stands in the place of a node: itself, unless it multiplies by weights."""
        if node.op_type != "MatMul" or node.input[1] not in self.weights:
            return [node]
        import onnx

        weight = onnx.numpy_helper.to_array(self.weights[node.input[1]])
        values, scales = _seven_bits(weight)
        product, activation = f"{_PREFIX}{node.output[0]}", node.input[0]
        made = self._activation(activation, len(weight))
        inputs = (
            f"{_PREFIX}{activation}",
            self._constant(f"{node.output[0]}.weight", values),
            f"{_PREFIX}one",  # the tokens' scales are not one number, so they follow behind
            self._constant(f"{node.output[0]}.scale", scales),
            f"{_PREFIX}zero",
        )
        made.append(_node("MatMulIntegerToFloat", inputs, product, domain=_CONTRIB))
        made.append(_node("Mul", (product, self.scales[activation]), node.output[0]))
        return made

    def _activation(self, name: str, width: int) -> list[Any]:
        """Return what quantises an activation of `width` columns; nothing the second time.

        A token of zeros has the scale zero, so whatever its integers are, its products are zero.
        """
        if name in self.scales:
            return []
        own, absolute, largest = (f"{_PREFIX}{name}{end}" for end in ("", ".absolute", ".largest"))
        scale = self.scales[name] = f"{own}.scale"
        made = [
            _node("Abs", (name,), absolute),
            _node("ReduceMax", (absolute, f"{_PREFIX}last"), largest, keepdims=1),
            _node("Mul", (largest, f"{_PREFIX}inverse"), scale),
        ]
        tokens = self._tokens(name)
        if tokens not in self.zeros:
            self.zeros[tokens] = f"{own}.zeros"
            made += _zeros(scale, self.zeros[tokens])
        # A block is the whole row of a token.
        inputs = (name, scale, self.zeros[tokens])
        made.append(_node("QuantizeLinear", inputs, own, axis=-1, block_size=width))
        return made

    def _tokens(self, name: str) -> str:
        """Return what activations of as many tokens share: their shape, where it is known."""
        dims = self.shapes[name].dim[:-1] if name in self.shapes else []
        is_known = dims and all(dim.WhichOneof("value") for dim in dims)
        return str(dims) if is_known else name

    def _constant(self, name: str, value: Any) -> str:
        """Add a constant and return its name in the graph."""
        import onnx

        whole = f"{_PREFIX}{name}"
        self.constants.append(onnx.numpy_helper.from_array(np.asarray(value), whole))
        return whole


def _seven_bits(
    weight: NDArray[np.float32],
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return a weight (d, k) in seven bits, and the scale (k,) of each column."""
    scales = np.abs(weight).max(axis=0) / WEIGHT_LIMIT
    scales[scales == 0] = 1
    return np.round(weight / scales).astype(np.int8), scales.astype(np.float32)


def _zeros(scale: str, zeros: str) -> list[Any]:
    """Return what makes a zero point for each scale."""
    import onnx

    zero = onnx.helper.make_tensor("zero", onnx.TensorProto.UINT8, [1], [_ZERO])
    shape = f"{zeros}.shape"
    return [_node("Shape", (scale,), shape), _node("ConstantOfShape", (shape,), zeros, value=zero)]


def _node(kind: str, inputs: tuple[str, ...], output: str, **attributes: Any) -> Any:
    """Return a node with one output."""
    import onnx

    return onnx.helper.make_node(kind, list(inputs), [output], name=f"make.{output}", **attributes)
