"""Tests for whet.serving.tagging.tag_set: spans to tags of words and back."""

import numpy as np
import pytest

from whet.core.spans import Span
from whet.serving.tagging.tag_set import FORBIDDEN, TagSet
from whet.serving.tagging.words import split_words

SET = TagSet(["LOC", "PER"])
TEXT = "Ana Li, of New York City"
WORDS = split_words(TEXT)


def names(tags: list[int]) -> str:
    return " ".join(SET.names[tag] for tag in tags)


def test_tags_of_spans() -> None:
    spans = [Span(11, 24, "LOC"), Span(0, 3, "PER"), Span(4, 6, "PER")]
    tags = SET.tags(WORDS, spans)
    assert names(tags.tolist()) == "S-PER S-PER O O B-LOC I-LOC E-LOC"
    assert SET.spans(WORDS, tags) == tuple(sorted(spans))


def test_a_span_takes_every_word_that_it_touches() -> None:
    tags = SET.tags(WORDS, [Span(1, 5, "PER"), Span(12, 21, "LOC")])
    assert names(tags.tolist()) == "B-PER E-PER O O B-LOC I-LOC E-LOC"


def test_of_two_spans_in_one_word_the_first_has_it() -> None:
    tags = SET.tags(WORDS, [Span(11, 13, "LOC"), Span(13, 19, "PER")])
    assert names(tags.tolist()) == "O O O O S-LOC S-PER O"


def test_a_span_of_white_space_touches_no_word() -> None:
    assert SET.tags(WORDS, [Span(3, 4, "PER")]).sum() == 0


@pytest.mark.parametrize(
    ("first", "second", "may"),
    [
        ("O", "O", True),
        ("O", "B-LOC", True),
        ("O", "I-LOC", False),
        ("O", "E-LOC", False),
        ("B-LOC", "I-LOC", True),
        ("B-LOC", "E-LOC", True),
        ("B-LOC", "E-PER", False),
        ("B-LOC", "O", False),
        ("I-LOC", "B-LOC", False),
        ("E-LOC", "S-LOC", True),
        ("S-PER", "S-PER", True),
        ("S-PER", "I-PER", False),
    ],
)
def test_which_tag_may_follow_which(first: str, second: str, may: bool) -> None:
    i, j = SET.names.index(first), SET.names.index(second)
    assert SET.transitions[i, j] == (0 if may else FORBIDDEN)


def test_a_text_begins_and_ends_outside_or_with_whole_spans() -> None:
    k = len(SET)
    begins = {SET.names[i][0] for i in np.flatnonzero(SET.transitions[k, :k] == 0)}
    ends = {SET.names[i][0] for i in np.flatnonzero(SET.transitions[:k, k] == 0)}
    assert (begins, ends) == ({"O", "B", "S"}, {"O", "E", "S"})
