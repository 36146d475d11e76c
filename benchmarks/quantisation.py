"""How should a package run on this CPU? Forms of one encoder: speed, and what each changes.

    WHET_DATA=... python benchmarks/quantisation.py [--texts 512]

A probe on 2,000 training rows of Banking77 is exported, and quantised in several ways; other
training rows are read, never test rows. Texts are sorted by length into passes, which run as they
are served. Flips are labels that differ from the float form; the cosine is between views.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import common
import numpy as np
from numpy.typing import NDArray

from whet.compression.export import export_onnx
from whet.compression.quantise import quantise_onnx
from whet.models.bases import find_base
from whet.models.classifier import Classifier
from whet.models.encoder import encode, load_encoder, token_ids
from whet.models.probe import fit_probe
from whet.serving.passes import Feed, Passes
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


def dynamic(source: Path, target: Path, *, per_channel: bool) -> None:
    """Quantise with one scale for all activations of a pass, as onnxruntime's own tool does."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = onnx.load(str(source))
    del model.graph.value_info[:]
    quantize_dynamic(
        model,
        target,
        per_channel=per_channel,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
    )


FORMS: dict[str, tuple[Callable[[Path, Path], None] | None, int]] = {
    "float32, 8 a pass": (None, 8),
    "int8 in blocks of 128, 8 a pass": (blocks, 8),
    "dynamic int8, one scale, 1 a pass": (partial(dynamic, per_channel=False), 1),
    "dynamic int8, per channel, 1 a pass": (partial(dynamic, per_channel=True), 1),
    "dynamic int8, per channel, 8 a pass": (partial(dynamic, per_channel=True), 8),
    "int8, per channel and token, 8 a pass": (quantise_onnx, 8),
}
"""What makes each form of the float graph, and how many texts it reads in a pass."""


def measured(file: Path, ids: list[list[int]], rows: int) -> tuple[Answers, float, float]:
    """Return the answers, texts a second, and median milliseconds of one text."""
    passes = Passes(file, 2, ("input_ids", "attention_mask"), ("probabilities", "views"))
    batches = list(length_batches([len(row) for row in ids], rows=rows))
    feeds = [feed([ids[i] for i in batch]) for batch in batches]
    place = np.argsort(np.concatenate(batches))
    found, rates, singles = passes.run(feeds), [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        passes.run(feeds)
        rates.append(len(ids) / (time.perf_counter() - started))
    for row in ids[:100]:
        started = time.perf_counter()
        passes.run([feed([row])])
        singles.append(1000 * (time.perf_counter() - started))
    probabilities, views = (np.concatenate(parts)[place] for parts in zip(*found, strict=True))
    return (probabilities, views), float(np.median(rates)), float(np.median(singles))


def feed(rows: list[list[int]]) -> Feed:
    """Return what the graph reads in one pass."""
    return dict(zip(("input_ids", "attention_mask"), padded(rows), strict=True))


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
            answers, rate, single = measured(file, ids, size)
            reference = reference or answers
            flips = float((answers[0].argmax(1) != reference[0].argmax(1)).mean())
            cosine = float((answers[1] * reference[1]).sum(1).mean() / 3)
            rows.append((name, f"{rate:.0f}", f"{single:.1f}", f"{flips:.2%}", f"{cosine:.4f}"))
    header = ["form", "texts/s", "one text, ms", "labels that flip", "cosine of views"]
    common.finish({"rows": rows}, header, rows)


if __name__ == "__main__":
    main()
