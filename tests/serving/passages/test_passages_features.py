"""Tests for whet.serving.passages.features: every word has as many, and they tell what they say."""

from hypothesis import given
from hypothesis import strategies as st

from whet.core.pairs import join_exact
from whet.serving.passages.features import passage_features
from whet.serving.passages.sentences import sentences_of


@given(st.text(max_size=40), st.text(max_size=80))
def test_all_rows_have_as_many_features(question: str, passage: str) -> None:
    words, rows = passage_features(join_exact(question, passage))
    assert len(rows) == len(words) + 1
    assert len({len(row) for row in rows}) == 1


@given(st.text(max_size=80))
def test_sentences_are_the_whole_text(text: str) -> None:
    found = sentences_of(text)
    assert "".join(text[a:b] for a, b in found) == text
    assert all(a < b for a, b in found) or not text


def test_a_word_tells_its_distance_and_its_sentence() -> None:
    text = join_exact("Where is the card?", "It rains. The card is in Rome.")
    words, rows = passage_features(text)
    rome = rows[1 + [text.split('", "')[1][a:b] for a, b in words].index("Rome")]
    assert "qwhere 3" in rome  # asked where, written with a capital
    assert "b2 3" in rome  # the word before the last one is asked for
    assert "o8 0" in rome and "n1" in rome  # all of the question is in its sentence, the second
    assert rows[0][:2] == ["none", "none 8"]


def test_chinese_is_read_by_characters() -> None:
    words, rows = passage_features(join_exact("卡在哪里？", "下雨了。卡在上海。"))
    assert [b - a for a, b in words] == [1] * 9
    assert "-1w在" in rows[1 + 6] and "n1" in rows[1 + 6]
