"""Tests for whet.models.tag_baselines: what a look-up and a linear model can and cannot learn."""

import numpy as np
import pytest

from whet.core.spans import Span
from whet.models.tag_baselines import fit_linear_tagger, fit_lookup
from whet.serving.tagging.tag_set import TagSet

SET = TagSet(["LOC", "PER"])
NAMES = ["Ana", "Li", "Omar", "Eva", "Kim", "Noor", "Ben", "Ida"]
PLACES = ["Rome", "Oslo", "Lima", "Quito", "Paris", "Cairo"]


def examples(n: int, seed: int) -> tuple[list[str], list[tuple[Span, ...]]]:
    random = np.random.default_rng(seed)
    texts: list[str] = []
    spans: list[tuple[Span, ...]] = []
    for _ in range(n):
        name, place = random.choice(NAMES), random.choice(PLACES)
        text = f"Mr {name} lives in New {place}."
        start = len(f"Mr {name} lives in ")
        texts.append(text)
        spans.append((Span(3, 3 + len(name), "PER"), Span(start, len(text) - 1, "LOC")))
    return texts, spans


def test_the_lookup_repeats_what_words_were() -> None:
    tagger = fit_lookup(*examples(60, 0), SET)
    texts, spans = examples(20, 1)
    assert tagger.find(texts) == spans
    assert tagger.find(["Unknown words", ""]) == [(), ()]


def test_of_two_tags_the_lookup_takes_the_more_frequent() -> None:
    spans = [(Span(0, 4, "LOC"),), (Span(0, 4, "LOC"),), (Span(0, 4, "PER"),)]
    tagger = fit_lookup(["Lima"] * 3, spans, SET)
    assert tagger.find(["Lima"]) == [(Span(0, 4, "LOC"),)]


def test_the_linear_model_knows_names_by_what_stands_around() -> None:
    tagger = fit_linear_tagger(*examples(200, 0), SET, seed=0)
    found = tagger.find(["Mr Zoe lives in New Delhi.", ""])
    assert found == [(Span(3, 6, "PER"), Span(16, 25, "LOC")), ()]
    assert fit_lookup(*examples(200, 0), SET).find(["Mr Zoe lives."]) == [()]


def test_one_seed_gives_one_model() -> None:
    first, second = (fit_linear_tagger(*examples(50, 0), SET, seed=3) for _ in range(2))
    assert first.table.weights.tobytes() == second.table.weights.tobytes()


def test_labels_without_an_example_do_no_harm() -> None:
    wide = TagSet(["LOC", "ORG", "PER"])
    tagger = fit_linear_tagger(*examples(100, 0), wide, seed=0)
    texts, spans = examples(5, 1)
    assert tagger.find(texts) == spans


@pytest.mark.parametrize("fit", [fit_lookup, lambda *a: fit_linear_tagger(*a, seed=0)])
def test_what_is_found_lies_in_the_text(fit) -> None:  # type: ignore[no-untyped-def]
    tagger = fit(*examples(40, 0), SET)
    text = "New Rome Mr Ana 东京 . Lima"
    for span in tagger.find([text])[0]:
        assert text[span.start : span.end].strip()
