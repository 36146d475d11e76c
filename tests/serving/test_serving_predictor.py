"""Tests for whet.serving.predictor: answers by hand, any order and size, refusals in words."""

import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file
from tests.serving.tiny_package import LABELS, make_linear_package, make_onnx_package

from whet.core.errors import InputError, IntegrityError
from whet.serving.confidence import confidence, signals
from whet.serving.evidence import load_examples
from whet.serving.package import open_package, write_manifest
from whet.serving.predictor import Predictor
from whet.serving.scorer import BLOCK

MakePackage = Callable[..., Path]
BOTH = pytest.mark.parametrize("make", [make_onnx_package, make_linear_package])
TEXTS = ["my card", "我要退款", "the login please", "help", "card " * 100, "🦊", "refund", "登录"]


def predictor(folder: Path) -> Predictor:
    return Predictor(open_package(folder))


@BOTH
def test_the_keyword_decides_in_english_and_chinese(make: MakePackage, tmp_path: Path) -> None:
    answers = predictor(make(tmp_path / "p")).predict(["lost card", "登录", "我要退款了"])
    assert [answer.label for answer in answers] == ["card", "login", "refund"]
    assert all(not answer.truncated and not answer.abstained for answer in answers)


def test_an_answer_by_hand(onnx_package: Path) -> None:
    # Four tokens: [CLS] my card [SEP]; only `card` is not (0.1, 0.1, 0.1).
    mean = np.array([1.3, 0.3, 0.3]) / 4
    embedding = mean / np.linalg.norm(mean)
    exponents = np.exp(8 * embedding)
    probability = exponents[0] / exponents.sum()
    answer = predictor(onnx_package).predict(["my card"])[0]
    assert answer.label == "card"
    assert answer.probability == pytest.approx(probability, rel=1e-5)
    assert answer.confidence == answer.probability  # no scope was fitted for this package
    assert answer.tokens == 4
    assert [label for label, _ in answer.top] == ["card", "login", "refund"]
    assert sum(p for _, p in answer.top) == pytest.approx(1)
    nearest = answer.evidence[0]
    assert (nearest.text, nearest.label) == ("my card", "card")
    assert nearest.similarity == pytest.approx(1, abs=1e-3)
    similarities = [neighbour.similarity for neighbour in answer.evidence]
    assert similarities == sorted(similarities, reverse=True) and len(similarities) == 3


@BOTH
def test_an_answer_does_not_depend_on_order_or_company(make: MakePackage, tmp_path: Path) -> None:
    model = predictor(make(tmp_path / "p"))
    together = model.probabilities(TEXTS)
    np.testing.assert_allclose(model.probabilities(TEXTS[::-1])[::-1], together, atol=1e-6)
    alone = np.concatenate([model.probabilities([text]) for text in TEXTS])
    np.testing.assert_allclose(alone, together, atol=1e-6)


def test_batches_of_one_are_what_the_contents_ask_for(tmp_path: Path) -> None:
    one, many = make_onnx_package(tmp_path / "one", batch_size=1), make_onnx_package(tmp_path / "n")
    expected = predictor(many).probabilities(TEXTS)
    np.testing.assert_allclose(predictor(one).probabilities(TEXTS), expected, atol=1e-6)


@BOTH
def test_the_parts_agree_with_the_answers(make: MakePackage, tmp_path: Path) -> None:
    model = predictor(make(tmp_path / "p"))
    answers, probabilities = model.predict(TEXTS), model.probabilities(TEXTS)
    assert [LABELS[i] for i in probabilities.argmax(axis=1)] == [a.label for a in answers]
    np.testing.assert_allclose(probabilities.max(axis=1), [a.probability for a in answers])
    embedded = model.embedded(TEXTS)
    np.testing.assert_array_equal(model.embed(TEXTS), np.stack([e.vector for e in embedded]))
    assert [e.tokens for e in embedded] == [a.tokens for a in answers]


def test_embeddings_have_length_one_and_the_linear_form_has_none(
    onnx_package: Path, linear_package: Path
) -> None:
    onnx, linear = predictor(onnx_package), predictor(linear_package)
    np.testing.assert_allclose(np.linalg.norm(onnx.embed(TEXTS), axis=1), 1, rtol=1e-5)
    assert onnx.has_embedding and not linear.has_embedding
    assert linear.embed(TEXTS).shape == (len(TEXTS), 0)


@BOTH
def test_no_texts_no_answers(make: MakePackage, tmp_path: Path) -> None:
    model = predictor(make(tmp_path / "p"))
    assert model.predict([]) == []
    assert model.probabilities([]).shape == (0, 3)
    assert model.embed([]).shape == (0, model.contents.dimension)


@BOTH
@pytest.mark.parametrize("text", ["x" * 50_000, "我要退款" * 12_500, "😀" * 50_000, "🦊", "\u200b"])
def test_strange_texts_are_answered(make: MakePackage, text: str, tmp_path: Path) -> None:
    answer = predictor(make(tmp_path / "p")).predict([text])[0]
    assert answer.label in LABELS and 0 < answer.probability <= 1


def test_a_text_longer_than_the_limit_says_so(onnx_package: Path) -> None:
    answers = predictor(onnx_package).predict(["card " * 30, "card " * 31])
    assert [answer.truncated for answer in answers] == [False, True]
    assert [answer.tokens for answer in answers] == [32, 32]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Text 2 must not be empty; found 0 characters of white space. Leave it out."),
        (" \n\t", "Text 2 must not be empty; found 3 characters of white space. Leave it out."),
        (
            "a\x00b",
            "Text 2 must not hold a NUL character; found one at position 2. Remove it.",
        ),
        (
            "a\ud800",
            "Text 2 must be valid Unicode; found half of a surrogate pair. "
            "Decode the message again.",
        ),
    ],
)
def test_unreadable_texts_are_refused_by_number(
    onnx_package: Path, text: str, sentence: str
) -> None:
    model = predictor(onnx_package)
    for refuse in (model.predict, model.probabilities, model.embed, model.embedded):
        with pytest.raises(InputError) as error:
            refuse(["card", text])
        assert str(error.value) == sentence


def test_a_stream_counts_from_its_beginning(linear_package: Path) -> None:
    texts = ["card"] * BLOCK + ["card", ""]
    with pytest.raises(InputError, match=rf"Text {BLOCK + 2} must not be empty"):
        list(predictor(linear_package).predict_stream(texts))


def test_a_stream_reads_a_block_at_a_time(linear_package: Path) -> None:
    read = 0

    def texts() -> Iterator[str]:
        nonlocal read
        for number in range(3 * BLOCK):
            read += 1
            yield f"card {number}"

    stream = predictor(linear_package).predict_stream(texts())
    next(stream)
    assert read == BLOCK
    assert sum(1 for _ in stream) == 3 * BLOCK - 1


def test_memory_does_not_grow_with_the_stream(linear_package: Path) -> None:
    model = predictor(linear_package)

    def peak(blocks: int) -> int:
        tracemalloc.start()
        for _ in model.predict_stream("card help" for _ in range(blocks * BLOCK)):
            pass
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    assert peak(4) < 1.3 * peak(1)


SCOPE: dict[str, Any] = {
    "names": ["probability", "logit_neighbour", "view_neighbour"],
    "mean": [[0.8], [0.5], [0.5]],
    "scale": [[0.1], [0.2], [0.3]],
}


def test_confidence_is_the_one_of_the_definition_and_decides(tmp_path: Path) -> None:
    folder = make_onnx_package(tmp_path / "p", abstain={"threshold": 1.0, "scope": SCOPE})
    model = predictor(folder)
    rows = load_examples(folder, model.contents).rows
    said = model.probabilities(TEXTS)
    values = signals(said, said, model.embed(TEXTS), rows)
    best = said.argmax(axis=1)
    mean, scale = (np.repeat(SCOPE[key], said.shape[1], axis=1) for key in ("mean", "scale"))
    expected = confidence(values, best, mean, scale)
    answers = model.predict(TEXTS)
    np.testing.assert_allclose([a.confidence for a in answers], expected, rtol=1e-6)
    assert [a.abstained for a in answers] == [c < 1.0 for c in expected]
    assert {a.abstained for a in answers} == {True, False}


def test_signals_are_taken_by_name(tmp_path: Path) -> None:
    scope = {"names": ["view_neighbour"], "mean": [[0.25]], "scale": [[0.5]]}
    folder = make_onnx_package(tmp_path / "p", abstain={"threshold": 0.0, "scope": scope})
    # The text is one of the evidence rows: its cosine to its own class is 1.
    assert predictor(folder).predict(["my card"])[0].confidence == pytest.approx(1.5, abs=1e-3)


def test_a_threshold_is_the_smallest_confidence_that_is_answered(tmp_path: Path) -> None:
    sure = predictor(make_linear_package(tmp_path / "a")).predict(["card"])[0].confidence
    for name, threshold, abstained in (("b", sure, False), ("c", np.nextafter(sure, 9), True)):
        folder = make_linear_package(tmp_path / name, abstain={"threshold": threshold})
        assert predictor(folder).predict(["card"])[0].abstained is abstained


def test_a_signal_that_the_form_lacks_is_refused(tmp_path: Path) -> None:
    folder = make_linear_package(tmp_path / "p", abstain={"threshold": 1.0, "scope": SCOPE})
    with pytest.raises(IntegrityError) as error:
        predictor(folder)
    assert str(error.value) == (
        f"{folder} must be scored by the signals probability, logit_neighbour; "
        "found 'view_neighbour'. Build the package again."
    )


def test_a_model_of_other_width_is_refused(linear_package: Path) -> None:
    arrays = load_file(linear_package / "linear.safetensors")
    arrays["coefficients"] = np.pad(arrays["coefficients"], ((0, 0), (0, 1)))
    arrays["intercept"] = np.pad(arrays["intercept"], (0, 1))
    save_file(arrays, linear_package / "linear.safetensors")
    write_manifest(linear_package)
    with pytest.raises(IntegrityError) as error:
        predictor(linear_package)
    assert str(error.value) == (
        f"The model in {linear_package} must give 3 probabilities and views of 0 columns "
        "each; found 4 and 0 columns. Build the package again."
    )
