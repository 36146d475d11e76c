"""Tests for whet.training.passages: it learns answers over windows, and survives a kill."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.tiny_base import make_tiny_base

from whet.core.pairs import join_exact
from whet.models.bases import find_base
from whet.models.encoder import load_encoder, segment_separator
from whet.models.passage_output import answered
from whet.models.passage_reader import PassageModel, read_passages
from whet.serving.passages.decode import Read, Rule
from whet.serving.passages.windows import PassageReader, Window
from whet.training.loop import Recipe, learn
from whet.training.passages import PassageData, PassageLesson, target

PASSAGES = [
    "please refund my card",
    "help the app",
    "login my card please",
    "the invoice",
    "my app crash help",
    "money back please",
    "please refund my money " * 20 + "the card " + "please login " * 20,  # several windows
]
TEXTS = [join_exact("login help", passage) for passage in PASSAGES] * 3
WORDS = ("card", "app")
RECIPE = Recipe(
    epochs=25,
    rows_per_batch=8,
    encoder_rate=3e-3,
    head_rate=3e-2,
    checkpoint_every_s=0,
    patience=99,
)
RULE = Rule(3, 0.0)
Start = Callable[[], PassageLesson]


def spans_of(texts: list[str]) -> list[tuple[int, int] | None]:
    found = []
    for text in texts:
        passage = text.split('", "')[1][:-2]
        places = [(passage.index(w), passage.index(w) + len(w)) for w in WORDS if w in passage]
        found.append(min(places, default=None))
    return found


def evaluate(texts: list[str], reads: list[Read]) -> float:
    output = answered(texts, reads, RULE)
    return float(
        np.mean(
            [tuple(a) == (b or (0, 0)) for a, b in zip(output.spans, spans_of(texts), strict=True)]
        )
    )


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Return a function that makes a fresh lesson."""
    folder = make_tiny_base(tmp_path_factory.mktemp("base") / "tiny")

    def make() -> PassageLesson:
        encoder = load_encoder(find_base("tiny", folder.parent))
        encoder.module.separator = segment_separator(encoder)
        readings = PassageReader(encoder.tokenizer, encoder.max_tokens).read(TEXTS)
        data = PassageData(readings, spans_of(TEXTS), readings[-7:], spans_of(TEXTS[-7:]))
        return PassageLesson(PassageModel(encoder.module), data, partial(evaluate, TEXTS[-7:]))

    return make


def test_a_window_learns_its_part_of_the_answer_or_that_there_is_none() -> None:
    ids, places = np.arange(7, dtype=np.int32), np.array([(0, 3), (4, 6), (7, 9)], np.int32)
    window = Window(ids=ids, first=3, places=places)
    assert target(window, (4, 9)) == (4, 5)
    assert target(window, (1, 2)) == (3, 3)
    assert target(window, None) == (0, 0)
    assert target(window, (7, 12)) == (0, 0)  # goes on in the next window
    assert target(window, (20, 22)) == (0, 0)


def test_it_learns_where_answers_stand_and_where_there_is_none(
    start: Start, tmp_path: Path
) -> None:
    lesson = start()
    assert len(lesson.lengths) > len(TEXTS)
    tuned = learn(lesson, RECIPE, folder=tmp_path)
    assert tuned.best_score == 1 and tuned.has_learnt
    assert evaluate(TEXTS, read_passages(tuned.model, lesson.data.readings)) == 1
    assert type(tuned.model.transformer.get_input_embeddings()) is torch.nn.Embedding


def test_parts_of_a_batch_add_up_to_its_loss(start: Start) -> None:
    lesson = start()
    lesson.model.eval()
    batch = np.arange(6)
    whole = lesson.loss(batch, batch)
    parts = sum(lesson.loss(part, batch) for part in (batch[:2], batch[2:]))
    torch.testing.assert_close(torch.as_tensor(parts), whole)


def test_cut_off_and_taken_up_again_it_ends_in_the_same_bytes(start: Start, tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    def kill(step: int, values: dict[str, float]) -> None:
        if step == 5:
            raise Killed

    recipe = replace(RECIPE, epochs=3)
    whole = learn(start(), recipe, folder=tmp_path / "whole")
    with pytest.raises(Killed):
        learn(start(), recipe, folder=tmp_path / "cut", on_step=kill)
    steps: list[int] = []
    again = learn(
        start(), recipe, folder=tmp_path / "cut", on_step=lambda step, values: steps.append(step)
    )
    assert steps[0] == 5
    for (name, one), other in zip(
        whole.model.state_dict().items(), again.model.state_dict().values(), strict=True
    ):
        assert one.numpy().tobytes() == other.numpy().tobytes(), name
