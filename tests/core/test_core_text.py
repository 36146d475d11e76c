"""Tests for whet.core.text, ids, seeds and workspace: the edges that the examples leave out."""

from pathlib import Path

import pytest

from whet.core.ids import new_id
from whet.core.seeds import derived_seed, generator
from whet.core.settings import settings
from whet.core.text import character_ngrams, is_chinese, normalise, text_features, words
from whet.core.workspace import find_workspace


@pytest.mark.parametrize("text", ["", "  \n\t", "　"])
def test_an_empty_text_has_no_features(text: str) -> None:
    assert text_features(text) == []
    assert not is_chinese(text)


def test_chinese_is_words_pairs_and_characters() -> None:
    assert text_features("退款") == [
        "w退",
        "w款",
        "p退 款",
        "c 退",
        "c退款",
        "c款 ",
        "c 退款",
        "c退款 ",
        "c 退款 ",
    ]


def test_an_emoji_is_a_character_and_no_word() -> None:
    assert words("😀") == []
    assert character_ngrams("😀", 2, 2) == [" 😀", "😀 "]
    assert text_features("ok 😀")[0] == "wok"


def test_full_width_and_half_width_are_the_same() -> None:
    assert text_features("Ｒｅｆｕｎｄ　１２") == text_features("refund 12")
    assert normalise("ﬁne") == "fine"


def test_mixed_text_splits_at_each_ideograph() -> None:
    assert words("API密钥v2") == ["api", "密", "钥", "v2"]


def test_ids_sort_by_time_and_never_repeat() -> None:
    ids = [new_id("run") for _ in range(500)]
    assert len(set(ids)) == 500
    assert [name[:13] for name in ids] == sorted(name[:13] for name in ids)


def test_named_streams_do_not_shift_each_other() -> None:
    assert derived_seed(0, "a", "b") != derived_seed(0, "a/b", "c")
    assert derived_seed(1, "a") != derived_seed(0, "a")
    assert generator(0, "a", 1).random() == generator(0, "a", "1").random()
    assert generator(0, "a", 1).random() != generator(0, "a", 2).random()


def test_the_nearest_marker_upwards_is_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("WHET_DATABASE_URL", raising=False)
    settings.cache_clear()
    inner = tmp_path / "a b" / "cards"
    inner.mkdir(parents=True)
    card = inner / "card.yaml"
    card.write_text("")
    assert find_workspace(card).root == inner
    (tmp_path / "a b" / "whet.toml").write_text("")
    found = find_workspace(card)
    assert found.root == tmp_path / "a b"
    assert found.packages == tmp_path / "a b" / ".whet" / "packages"
    assert found.database_url.endswith("/a%20b/.whet/whet.db")
    settings.cache_clear()
