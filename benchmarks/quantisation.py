"""How should a package run on this CPU? Forms of one encoder: speed, and what each changes.

    WHET_DATA=... python benchmarks/quantisation.py [--texts 512]

A probe on 2,000 training rows of Banking77 is exported, and quantised in several ways; other
training rows are read, never test rows. Texts come in batches of 32, sorted by length into passes.
Flips are labels that differ from the float form; the cosine is between views.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import common
import numpy as np
from numpy.typing import NDArray

from whet.compression.export import export_onnx
from whet.compression.quantise import quantise_onnx
from whet.models.bases import find_base
from whet.models.classifier import Classifier
from whet.models.encoder import encode, load_encoder, token_ids
from whet.models.probe import fit_probe
from whet.serving.tokens import length_batches, padded

LEARNT = 2000
ROUNDS = 3
Answers = tuple[NDArray[np.float32], NDArray[np.float32]]


def exported(folder: Path, texts: int) -> tuple[Path, list[list[int]]]:
    """Return the float graph of a probe, and the token ids of texts that it did not learn from."""
    rows, names = common.banking77("train")
    order = np.random.default_rng(0).permutation(len(rows))
    encoder = load_encoder(find_base("minilm", folder))
    number = {name: i for i, name in enumerate(sorted(set(names)))}
    labels = np.array([number[names[i]] for i in order[:LEARNT]])
    views = encode(encoder, [rows[i] for i in order[:LEARNT]]).astype(np.float16)
    weight, bias = fit_probe(views, labels, len(number), seed=0, strength=0.03).folded()
    model = Classifier(encoder.module, weight, np.maximum(bias, -50), dropout=0.0).eval()
    export_onnx(model, 1.0, encoder.max_tokens, folder / "float.onnx")
    asked = [rows[i] for i in order[LEARNT : LEARNT + texts]]
    return folder / "float.onnx", token_ids(encoder.tokenizer, asked)


def blocks(source: Path, target: Path) -> None:
    """Quantise weights in blocks of 128, which computes in float."""
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    quantizer = MatMulNBitsQuantizer(
        onnx.load(str(source)), block_size=128, is_symmetric=False, bits=8, accuracy_level=4
    )
    quantizer.process()
    quantizer.model.save_model_to_file(str(target), False)


def one_scale(source: Path, target: Path) -> None:
    """Quantise dynamically with one scale for all channels of a matrix."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(str(source))
    del model.graph.value_info[:]
    quantize_dynamic(
        model,
        target,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
    )


FORMS: dict[str, tuple[Callable[[Path, Path], None] | None, int]] = {
    "float32, 4 a pass": (None, 4),
    "float32, 16 a pass": (None, 16),
    "int8 in blocks of 128, 4 a pass": (blocks, 4),
    "dynamic int8, one scale, 1 a pass": (one_scale, 1),
    "dynamic int8, per channel, 1 a pass": (quantise_onnx, 1),
    "dynamic int8, per channel, 4 a pass": (quantise_onnx, 4),
}
"""What makes each form of the float graph, and how many texts it reads in a pass."""


def session_of(file: Path) -> Any:
    """Return a session as packages are served with."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def measured(session: Any, ids: list[list[int]], rows: int) -> tuple[Answers, float, float]:
    """Return the answers, texts a second, and median milliseconds of one text."""
    passes = ThreadPoolExecutor(2)

    def once() -> Answers:
        found: list[Any] = [None] * len(ids)
        for start in range(0, len(ids), 32):
            part = ids[start : start + 32]
            batches = list(length_batches([len(row) for row in part], rows=rows))
            said = passes.map(lambda b, part=part: _run(session, [part[i] for i in b]), batches)
            for batch, (p, v) in zip(batches, said, strict=True):
                for i, answer in zip(batch, zip(p, v, strict=True), strict=True):
                    found[start + i] = answer
        return tuple(np.stack(column) for column in zip(*found, strict=True))  # type: ignore[return-value]

    answers, rates, singles = once(), [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        once()
        rates.append(len(ids) / (time.perf_counter() - started))
    for row in ids[:100]:
        started = time.perf_counter()
        _run(session, [row])
        singles.append(1000 * (time.perf_counter() - started))
    return answers, float(np.median(rates)), float(np.median(singles))


def _run(session: Any, rows: list[list[int]]) -> list[NDArray[np.float32]]:
    tokens, mask = padded(rows)
    answers: list[NDArray[np.float32]] = session.run(
        ["probabilities", "views"], {"input_ids": tokens, "attention_mask": mask}
    )
    return answers


def main() -> None:
    """Measure every form and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=512)
    options = parser.parse_args()
    rows: list[tuple[object, ...]] = []
    reference: Answers | None = None
    with tempfile.TemporaryDirectory() as place:
        source, ids = exported(Path(place), options.texts)
        for name, (make, size) in FORMS.items():
            file = source
            if make is not None:
                file = source.with_name("form.onnx")
                make(source, file)
            answers, rate, single = measured(session_of(file), ids, size)
            reference = reference or answers
            flips = float((answers[0].argmax(1) != reference[0].argmax(1)).mean())
            cosine = float((answers[1] * reference[1]).sum(1).mean() / 3)
            rows.append((name, f"{rate:.0f}", f"{single:.1f}", f"{flips:.2%}", f"{cosine:.4f}"))
    header = ["form", "texts/s", "one text, ms", "labels that flip", "cosine of views"]
    common.finish({"rows": rows}, header, rows)


if __name__ == "__main__":
    main()
