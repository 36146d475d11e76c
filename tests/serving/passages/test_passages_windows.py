"""Tests for whet.serving.passages.windows: every token is read, behind the whole question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.serving.passages.tiny_reader import WORDS, make_tokenizer

from whet.core.pairs import join_exact
from whet.serving.passages.windows import PassageReader, question_limit

LIMIT = 24
READER = PassageReader(make_tokenizer(), LIMIT)
TEXTS = st.lists(st.sampled_from([*WORDS, "unknown", " ", "\n"]), min_size=1, max_size=90)


@given(TEXTS, TEXTS)
def test_windows_cover_the_passage_behind_the_question(asked: list[str], told: list[str]) -> None:
    question, passage = " ".join(asked), " ".join(told)
    (reading,) = READER.read([join_exact(question, passage)])
    whole = make_tokenizer().encode(passage, add_special_tokens=False)
    seen: dict[tuple[int, int], int] = {}
    heads = set()
    for window in reading.windows:
        assert len(window.ids) <= LIMIT
        heads.add(tuple(window.ids[: window.first].tolist()))
        inside = window.ids[window.first : window.first + len(window.places)].tolist()
        seen |= dict(zip(map(tuple, window.places.tolist()), inside, strict=True))
    assert seen == dict(zip(whole.offsets, whole.ids, strict=True))
    size = len(make_tokenizer().encode(question).ids)
    assert reading.truncated == (size > question_limit(LIMIT))
    if seen:
        assert len(heads) == 1
        assert len(heads.pop()) == min(size, question_limit(LIMIT))


def test_each_window_goes_on_before_the_last_one_ended() -> None:
    (reading,) = READER.read([join_exact("where?", "she is in . " * 30)])
    for first, second in zip(reading.windows, reading.windows[1:], strict=False):
        assert second.places[0, 0] < first.places[-1, 0]
    assert reading.tokens == sum(len(window.ids) for window in reading.windows)


@pytest.mark.parametrize("text", ["京" * 50, "a", "\u200b"])
def test_texts_without_spaces_or_tokens_are_read(text: str) -> None:
    (reading,) = READER.read([join_exact("在?", text)])
    assert sum(len(window.places) for window in reading.windows) >= len(text.strip("\u200b"))
