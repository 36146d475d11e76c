"""Tests for whet.training.tagging: it learns spans, repeats, and survives a kill."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tests.tiny_base import make_tiny_base

from whet.core.errors import InputError
from whet.core.spans import Span
from whet.evaluation.entities import strict_f1
from whet.models.bases import find_base
from whet.models.encoder import load_encoder
from whet.models.tagger import Tagger, tag_texts
from whet.serving.tagging.tag_set import TagSet
from whet.serving.tagging.windows import read_texts
from whet.training.finetune import Recipe
from whet.training.schedule import parameter_groups
from whet.training.tagging import TaggingData, train_tagger

SET = TagSet(["APP", "CARD"])
TEXTS = ["refund my card please", "Help the app", "the bank card", "help Refund", "app crash"]
WORDS = {"card": "CARD", "app": "APP"}
RECIPE = Recipe(
    epochs=12,
    rows_per_batch=5,
    encoder_rate=3e-3,
    head_rate=3e-2,
    checkpoint_every_s=0,
    patience=99,
)
Start = Callable[[], tuple[Tagger, TaggingData]]


def spans_of(text: str) -> tuple[Span, ...]:
    found = [(text.index(word), word, label) for word, label in WORDS.items() if word in text]
    return tuple(Span(at, at + len(word), label) for at, word, label in sorted(found))


@pytest.fixture(scope="module", params=[True, False], ids=["chain", "softmax"])
def start(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Start:
    """Return a function that makes a fresh tagger and its data."""
    folder = make_tiny_base(tmp_path_factory.mktemp("base") / "tiny")

    def make() -> tuple[Tagger, TaggingData]:
        encoder = load_encoder(find_base("tiny", folder.parent))
        encoder.tokenizer.no_truncation()
        texts = [*TEXTS * 3, "please refund my card " * 20]  # the last one has several windows
        readings = read_texts(encoder.tokenizer, texts, encoder.max_tokens)
        spans = [spans_of(text) for text in texts]
        spans[-1] = tuple(
            Span(at, at + 4, "CARD")
            for at in range(len(texts[-1]))
            if texts[-1][at:].startswith("card")
        )
        tagger = Tagger(encoder.module.transformer, SET, has_chain=request.param)
        return tagger, TaggingData(readings, spans, readings[-6:], spans[-6:])

    return make


def state(model: Tagger) -> bytes:
    return b"".join(value.numpy().tobytes() for value in model.state_dict().values())


def test_it_learns_in_short_texts_and_over_seams(start: Start, tmp_path: Path) -> None:
    model, data = start()
    tuned = train_tagger(model, data, RECIPE, evaluate=strict_f1, folder=tmp_path)
    found = tag_texts(tuned.model, data.readings)
    assert strict_f1(data.spans, found.spans) > 0.97
    assert tuned.best_score > 0.97


def test_words_that_do_not_occur_stay_and_the_table_is_whole_again(
    start: Start, tmp_path: Path
) -> None:
    model, data = start()
    before = model.transformer.get_input_embeddings().weight.detach().clone()
    tuned = train_tagger(model, data, RECIPE, evaluate=strict_f1, folder=tmp_path)
    table = tuned.model.transformer.get_input_embeddings()
    assert type(table) is torch.nn.Embedding
    windows = [w for r in (*data.readings, *data.held_readings) for w in r.windows]
    used = {token for window in windows for token in window.ids} | {0}
    changed = (table.weight != before).any(dim=1).nonzero().flatten().tolist()
    assert changed
    assert set(changed) <= used < set(range(len(before)))


def test_averaged_weights_are_what_is_kept(start: Start, tmp_path: Path) -> None:
    model, data = start()
    mean = model.head.linear.weight.detach().clone()
    scores = iter(range(100))  # every state is better than the one before

    def watch(step: int, values: dict[str, float]) -> None:
        decay = min(0.5, (1 + step) / (10 + step))
        mean.mul_(decay).add_(model.head.linear.weight.detach(), alpha=1 - decay)

    tuned = train_tagger(
        model,
        data,
        replace(RECIPE, epochs=2, average=0.5),
        evaluate=lambda *_: float(next(scores)),
        folder=tmp_path,
        on_step=watch,
    )
    assert tuned.best_step == tuned.steps
    torch.testing.assert_close(tuned.model.head.linear.weight.detach(), mean)


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_cut_off_and_taken_up_again_it_ends_in_the_same_bytes(
    start: Start, tmp_path: Path, average: float
) -> None:
    class Killed(Exception):
        pass

    def kill(step: int, values: dict[str, float]) -> None:
        if step == 9:
            raise Killed

    recipe = replace(RECIPE, epochs=4, average=average)
    model, data = start()
    whole = train_tagger(model, data, recipe, evaluate=strict_f1, folder=tmp_path / "whole")
    model, data = start()
    with pytest.raises(Killed):
        train_tagger(model, data, recipe, evaluate=strict_f1, folder=tmp_path / "cut", on_step=kill)
    model, data = start()
    steps: list[int] = []
    again = train_tagger(
        model,
        data,
        recipe,
        evaluate=strict_f1,
        folder=tmp_path / "cut",
        on_step=lambda step, values: steps.append(step),
    )
    assert steps[0] == 9
    assert state(again.model) == state(whole.model)


def test_a_span_across_a_seam_does_not_teach_what_is_forbidden(
    start: Start, tmp_path: Path
) -> None:
    model, data = start()
    whole = [Span(0, 439, "CARD")]  # over all windows of the last text
    long = replace(data, readings=data.readings[-1:], spans=[whole])
    losses: list[float] = []
    with pytest.raises(InputError, match="There is nothing to learn in 1 training texts: "):
        train_tagger(model, long, RECIPE, evaluate=strict_f1, folder=tmp_path / "none")
    mixed = replace(data, readings=data.readings[-2:], spans=[data.spans[-2], whole])
    train_tagger(
        model,
        mixed,
        replace(RECIPE, epochs=1),
        evaluate=strict_f1,
        folder=tmp_path / "some",
        on_step=lambda step, values: losses.append(values["loss"]),
    )
    assert max(losses) < 100


def test_other_spans_are_another_training(start: Start, tmp_path: Path) -> None:
    recipe = replace(RECIPE, epochs=1)
    model, data = start()
    train_tagger(model, data, recipe, evaluate=strict_f1, folder=tmp_path)
    model, data = start()
    other = replace(data, spans=[(), *data.spans[1:]])
    steps: list[int] = []
    train_tagger(
        model,
        other,
        recipe,
        evaluate=strict_f1,
        folder=tmp_path,
        on_step=lambda step, values: steps.append(step),
    )
    assert steps[0] == 1


def test_all_that_training_adds_has_the_rate_of_the_head(start: Start) -> None:
    model, _ = start()
    rates: dict[int, float] = {}
    for group in parameter_groups(model, RECIPE):
        rates |= {id(parameter): group["lr"] for parameter in group["params"]}
    added = [rates[id(parameter)] for parameter in model.head.parameters()]
    assert set(added) == {RECIPE.head_rate}
    assert len(rates) == len(list(model.parameters()))
    assert isinstance(model.head.linear, torch.nn.Linear)
