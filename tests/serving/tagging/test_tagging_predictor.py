"""Tests for whet.serving.tagging.predictor: spans by character, long texts, refusals."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tests.serving.tagging.tiny_tagger import SET, make_tagger_package

from whet.core.errors import InputError, IntegrityError
from whet.serving.opening import load_predictor
from whet.serving.package import open_package, write_manifest
from whet.serving.tagging.predictor import TagAnswer, TagPredictor


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return make_tagger_package(tmp_path / "names")


@pytest.fixture
def predictor(package: Path) -> TagPredictor:
    return TagPredictor(open_package(package))


def spans(answer: TagAnswer) -> list[tuple[str, str]]:
    return [(span.text, span.label) for span in answer.spans]


def test_spans_have_the_characters_of_the_original_text(predictor: TagPredictor) -> None:
    text = "  Ana Li\tlives in NEW   Rome."
    (answer,) = predictor.predict([text])
    assert spans(answer) == [("Ana Li", "PER"), ("NEW   Rome", "LOC")]
    assert all(text[span.start : span.end] == span.text for span in answer.spans)
    assert [(span.start, span.end) for span in answer.spans] == [(2, 8), (18, 28)]
    assert all(0.5 < span.probability <= 1 for span in answer.spans)


def test_a_text_of_which_the_tokenizer_keeps_nothing_has_no_spans(predictor: TagPredictor) -> None:
    (alone,) = predictor.predict(["\u200b"])
    beside, other = predictor.predict(["\u200b", "Ana lives in Rome"])
    assert (spans(alone), spans(beside), len(spans(other))) == ([], [], 2)


def test_case_tells_names_from_words(predictor: TagPredictor) -> None:
    found, nothing = predictor.predict(["Rome", "rome"])
    assert (spans(found), spans(nothing)) == ([("Rome", "LOC")], [])


def test_chinese_characters_and_signs_need_no_space(predictor: TagPredictor) -> None:
    (answer,) = predictor.predict(["我在京.Rome"])
    assert spans(answer) == [("京", "LOC"), ("Rome", "LOC")]


def test_nothing_of_a_long_text_is_cut_off(predictor: TagPredictor) -> None:
    text = "Ana lives in New Rome. " * 50
    (answer,) = predictor.predict([text])
    assert spans(answer) == [("Ana", "PER"), ("New Rome", "LOC")] * 50
    assert answer.tokens > 300


def test_answers_come_in_order_and_do_not_depend_on_company(predictor: TagPredictor) -> None:
    texts = ["Ana", "in Rome " * 30, "lives", "Li"] * 50
    answers = predictor.predict(texts)
    for text, answer in zip(texts[:4], answers[:4], strict=True):
        assert predictor.predict([text]) == [answer]
    assert answers[:4] * 50 == answers


def test_the_probability_of_a_span_follows_what_else_it_could_be(predictor: TagPredictor) -> None:
    (answer,) = predictor.predict(["Rome"])
    scores = np.zeros(len(SET))
    scores[[0, SET.names.index("S-LOC")]] = 6, 9  # what can stand alone: O, S-LOC, S-PER
    alone = [scores[SET.names.index(name)] for name in ("O", "S-LOC", "S-PER")]
    expected = np.exp(9) / np.exp(alone).sum()
    assert answer.spans[0].probability == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("text", ["", " \n", "a\0", "\ud800"])
def test_texts_that_cannot_be_read_are_refused(predictor: TagPredictor, text: str) -> None:
    with pytest.raises(InputError, match=r"^Text 2 must"):
        predictor.predict(["Ana", text])


def test_a_tagger_has_no_embedding(predictor: TagPredictor) -> None:
    assert not predictor.has_embedding
    with pytest.raises(InputError) as caught:
        predictor.embedded(["Ana"])
    assert str(caught.value) == "Model 'names' finds spans and has no embedding of a text."


def test_the_form_decides_who_answers(package: Path, onnx_package: Path) -> None:
    assert isinstance(load_predictor(open_package(package)), TagPredictor)
    assert not isinstance(load_predictor(open_package(onnx_package)), TagPredictor)


def test_scores_between_other_tags_are_refused(package: Path) -> None:
    file = package / "chain.safetensors"
    save_file({"chain": np.zeros((3, 3), dtype=np.float32)}, file)
    write_manifest(package)
    with pytest.raises(IntegrityError) as caught:
        TagPredictor(open_package(package))
    assert str(caught.value) == (
        f"{file} must hold 10 x 10 scores, for the tags of the labels; found (3, 3). "
        "Build the package again."
    )


@pytest.mark.parametrize("content", [None, b"no tensors"])
def test_a_package_without_its_scores_is_refused(package: Path, content: bytes | None) -> None:
    file = package / "chain.safetensors"
    file.unlink() if content is None else file.write_bytes(content)
    write_manifest(package)
    with pytest.raises(IntegrityError, match=r"chain\.safetensors"):
        TagPredictor(open_package(package))


def test_it_needs_nothing_that_trains(package: Path) -> None:
    program = (
        "import sys; from pathlib import Path; "
        "from whet.serving.package import open_package; "
        "from whet.serving.opening import load_predictor; "
        "print(load_predictor(open_package(Path(sys.argv[1]))).predict(['Rome'])[0].spans[0].label,"
        "*sorted({'torch', 'transformers', 'sklearn', 'scipy', 'onnx'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program, str(package)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "LOC\n"
