"""Which intents of a message are kept: the whole decides, parts only where they are sure."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.serving.tiny_package import make_linear_package, make_onnx_package

from whet.products.support.answering.intents import PackageIntents, Understood, read_intents
from whet.products.support.answering.memory import MOST_SEEN, Memory, read_memory
from whet.serving.package import open_package
from whet.serving.predictor import Predictor

TEXT = "I lost my card. I want my money back."
FIRST, SECOND = "I lost my card.", "I want my money back."


class Table:
    """What is said about each text, from a table."""

    intents: Sequence[str] = ("lost", "refund", "other")

    def __init__(self, said: dict[str, tuple[dict[str, float], float]]) -> None:
        self._said = said

    def guess(self, texts: Sequence[str]) -> Sequence[Understood]:
        found = []
        for text in texts:
            top, confidence = self._said[text]
            ranked = tuple(sorted(top.items(), key=lambda item: -item[1]))
            found.append(Understood(ranked, confidence, confidence < 0.6, 0.6))
        return found


def kept(
    whole: tuple[dict[str, float], float], first: float, second: float, **fields: float
) -> list[str]:
    said = {TEXT: whole, FIRST: ({"lost": 0.9}, first), SECOND: ({"refund": 0.9}, second)}
    return [task.intent for task in read_intents(TEXT, Table(said), **fields).tasks]


BOTH = {"lost": 0.5, "refund": 0.4}


def test_two_sure_parts_are_two_intents() -> None:
    assert kept((BOTH, 0.5), 0.8, 0.8) == ["lost", "refund"]
    assert kept((BOTH, 0.9), 0.8, 0.8) == ["lost", "refund"]


def test_a_part_must_be_surer_than_the_threshold() -> None:
    assert kept((BOTH, 0.9), 0.8, 0.69) == ["lost"]  # 0.6 and a quarter of what is left: 0.7
    assert kept((BOTH, 0.5), 0.8, 0.69) == []


def test_the_whole_must_be_able_to_mean_it() -> None:
    assert kept(({"lost": 0.98, "refund": 0.01}, 0.9), 0.8, 0.9) == ["lost"]


def test_a_lone_part_does_not_stand_for_the_whole() -> None:
    assert kept((BOTH, 0.5), 0.9, 0.2) == []


def test_another_threshold_counts_in_place_of_the_models() -> None:
    assert kept((BOTH, 0.5), 0.2, 0.2, threshold=0.4) == ["lost"]
    assert kept((BOTH, 0.9), 0.9, 0.9, threshold=0.95) == []


def test_a_desk_without_a_model_reads_nothing() -> None:
    assert read_intents("refund", None).tasks == ()
    assert read_intents(" ", None).guesses == ()


@pytest.mark.parametrize("make", [make_linear_package, make_onnx_package])
def test_a_package_says_what_it_says_elsewhere(make: object, tmp_path: Path) -> None:
    package = open_package(make(tmp_path / "p"))  # type: ignore[operator]
    predictor = Predictor(package)
    model = PackageIntents(predictor)
    texts = ["refund please", "我要退款", "zzz"]
    for said, answer in zip(model.guess(texts), predictor.predict(texts), strict=True):
        assert (said.top, said.abstained) == (answer.top, answer.abstained)
        assert 0 <= said.confidence <= 1
        assert said.abstained == (said.confidence < said.threshold)
    assert list(model.intents) == list(package.contents.labels)


def test_few_earlier_values_are_remembered() -> None:
    memory = Memory()
    for i in range(20):
        memory = memory.with_slot("order", str(i))
    assert memory.slots == {"order": "19"}
    assert memory.seen["order"] == ["14", "15", "16", "17", "18"]
    assert len(memory.seen["order"]) == MOST_SEEN
    assert memory.without_slot("order").seen["order"][-1] == "19"
    assert memory.without_slot("order").without_slot("order").slots == {}


def test_a_memory_that_cannot_be_read_is_empty() -> None:
    assert read_memory({"slots": 3}) == Memory()
    assert read_memory({"slots": {"a": "b"}, "new": 1}).slots == {"a": "b"}


def test_an_encoder_is_not_believed_in_a_script_that_it_cannot_read(tmp_path: Path) -> None:
    english = make_onnx_package(tmp_path / "en", base="minilm", abstain={"threshold": 0.5})
    both = make_onnx_package(
        tmp_path / "many", base="multilingual-minilm", abstain={"threshold": 0.5}
    )
    words = make_linear_package(tmp_path / "words", abstain={"threshold": 0.5})
    texts = ["refund please", "我要退款"]
    for path, believed in ((english, False), (both, True), (words, True)):
        model = PackageIntents(Predictor(open_package(path)))
        read, unread = model.guess(texts)
        assert not read.abstained
        assert unread.abstained is not believed
        assert (unread.confidence > 0.5) is believed
        assert bool(read_intents("我要退款", model).tasks) is believed
        # A desk's own threshold cannot make it believed either.
        assert bool(read_intents("我要退款", model, threshold=0.1).tasks) is believed
