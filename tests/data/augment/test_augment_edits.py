"""Tests for whet.data.augment.edits: only words that are free change, by chance with a seed."""

import numpy as np
import pytest

from whet.data.augment.edits import Edit, noisy, reworded, shortened
from whet.data.augment.guard import word_spans

TEXT = "please when will my new card arrive here"
FREE = [span for span in word_spans(TEXT) if TEXT[slice(*span)] in ("please", "when", "my", "here")]
SYNONYMS = {"please": ["kindly"], "my": ["our", "your"]}


def _synonyms(word: str) -> list[str]:
    return SYNONYMS.get(word, [])


def _many(edit: Edit, text: str, free: list[tuple[int, int]], share: float) -> list[str]:
    return [edit(text, free, share, np.random.default_rng(seed)) for seed in range(40)]


def test_deletion_takes_free_words_alone() -> None:
    found = _many(shortened, TEXT, FREE, 0.5)
    kept = {"will", "new", "card", "arrive"}
    assert all(kept <= set(text.split()) and len(text.split()) == 6 for text in found)
    assert len(set(found)) == 6  # every two of the four
    assert shortened(TEXT, FREE, 1.0, np.random.default_rng(0)) == "will new card arrive"


def test_synonyms_stand_for_free_words_that_have_some() -> None:
    found = _many(reworded(_synonyms), TEXT, FREE, 1.0)
    assert set(found) == {
        "kindly when will our new card arrive here",
        "kindly when will your new card arrive here",
    }
    once = _many(reworded(_synonyms), TEXT, FREE, 0.1)
    assert all(sum(a != b for a, b in zip(t.split(), TEXT.split(), strict=True)) == 1 for t in once)


def test_a_slip_leaves_the_first_letter_and_short_words() -> None:
    for text in _many(noisy, TEXT, FREE, 1.0):
        for old, new in zip(TEXT.split(), text.split(), strict=True):
            assert new[0] == old[0] and abs(len(new) - len(old)) <= 1
            assert new == old or len(old) >= 4
    assert len(set(_many(noisy, TEXT, FREE, 0.3))) > 10


def test_chinese_characters_are_altered_where_they_are_free() -> None:
    text, free = "我要退款吗", [(0, 1), (4, 5)]
    assert set(_many(shortened, text, free, 0.5)) == {"要退款吗", "我要退款"}
    assert set(_many(noisy, text, free, 0.5)) == {"我我要退款吗", "我要退款吗吗"}
    assert _many(reworded(lambda word: {"我": ["你"]}.get(word, [])), text, free, 1.0)[0] == (
        "你要退款吗"
    )


@pytest.mark.parametrize("edit", [shortened, reworded(_synonyms), noisy])
def test_where_nothing_may_be_altered_the_text_stays(edit: Edit) -> None:
    assert edit("我要 new", [], 1.0, np.random.default_rng(0)) == "我要 new"


@pytest.mark.parametrize("edit", [shortened, reworded(_synonyms), noisy])
def test_one_seed_gives_one_text(edit: Edit) -> None:
    first, again = (edit(TEXT, FREE, 0.3, np.random.default_rng(5)) for _ in range(2))
    assert first == again != TEXT
