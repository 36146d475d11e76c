"""Near duplicates: by hand, against every pair, at the edge, and in bad cases for the search."""

import itertools
import random

import pytest
from tests.data.audit.builders import make_card, make_dataset, make_frame, numbered

from whet.core.text import words
from whet.data.audit.near import NEAR, Match, jaccard, near_duplicates, near_matches

CARD = make_card()
MONTH = "iOS app closes when I rotate to landscape in the month view"


def test_similarity_by_hand() -> None:
    # " abcd " has the trigrams _ab abc bcd cd_, " abce " has _ab abc bce ce_: 2 of 6 are common.
    assert jaccard("abcd", "abce") == pytest.approx(2 / 6)


def test_case_and_punctuation_do_not_count_but_the_order_of_chinese_does() -> None:
    assert jaccard("更新完打不开了，图标闪一下。", "更新完打不开了 图标闪一下") == 1
    assert jaccard("我欠你钱", "你欠我钱") < NEAR
    assert jaccard("Export, now!", "export now") == 1
    assert jaccard("?!", "...") == 0


def by_every_pair(keys: list[tuple[str, str]]) -> dict[int, float]:
    """Return position -> similarity of the best near duplicate, the slow way."""
    padded = [f" {' '.join(words(text))} " for text, _ in keys]
    grams = [{text[i : i + 3] for i in range(len(text) - 2)} for text in padded]
    best: dict[int, float] = {}
    for (i, one), (j, other) in itertools.permutations(enumerate(keys), 2):
        similarity = len(grams[i] & grams[j]) / len(grams[i] | grams[j])
        if one[1] == other[1] and one[0] != other[0] and similarity >= NEAR:
            best[i] = max(best.get(i, 0), similarity)
    return best


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_finds_what_comparing_every_pair_finds(seed: int) -> None:
    rng = random.Random(seed)
    vocabulary = [f"{a}{b}" for a in ("re", "mo", "in", "lo") for b in ("fund", "ney", "voice")]
    base = [" ".join(rng.choices(vocabulary, k=8)) for _ in range(80)]
    texts = base + [" ".join(w if rng.random() > 0.06 else "x" for w in t.split()) for t in base]
    keys = [(text, rng.choice("ab")) for text in texts]
    found = {match.query: match.similarity for match in near_matches(keys, keys)}
    expected = by_every_pair(keys)
    assert found == pytest.approx(expected)
    assert len(expected) > 20


def test_a_template_filled_in_is_found_though_its_buckets_overflow() -> None:
    rng = random.Random(0)
    keys = [(f"where is my order {rng.randrange(10**4)} please", "order") for _ in range(300)]
    found, expected = near_matches(keys, keys), by_every_pair(keys)
    assert len(expected) > 100
    assert 0.95 * len(expected) <= len(found) <= len(expected)


def test_equal_texts_and_other_labels_are_no_near_duplicates() -> None:
    pool = [(MONTH, "app"), ("other", "app")]
    assert near_matches([(MONTH, "app")], pool) == []
    assert near_matches([(MONTH + "!", "calendar")], pool) == []
    assert near_matches([("zz", "app"), (MONTH + "!", "app")], pool) == [Match(1, 0, 1.0)]
    assert near_matches([], pool) == near_matches(pool, []) == []


def test_of_several_the_most_similar_is_named_and_of_equals_the_first() -> None:
    pool = [(MONTH.replace("the", "a"), "app"), (MONTH + " x", "app"), (MONTH + " y", "app")]
    (match,) = near_matches([(MONTH, "app")], pool)
    assert match.pool == 1


def test_hundreds_of_copies_do_not_hide_a_near_duplicate() -> None:
    # Copies fill a bucket of the search; they are one entry of it.
    pool = [(MONTH, "app")] * 300 + [(MONTH + "s", "app")]
    assert [match.pool for match in near_matches([(MONTH, "app")], pool)] == [300]


def test_a_reworded_test_row_is_a_finding_with_both_places() -> None:
    train = make_frame([("hello", "app"), (MONTH.replace("the ", "") + ".", "app")])
    test = make_frame([(MONTH, "app"), *numbered("reset", "app", 60)], "test.csv")
    (found,) = near_duplicates(CARD, make_dataset(train, test))
    assert (found.guard, found.severity, found.count) == ("near_duplicates", "warn", 1)
    assert found.fixable
    assert found.sentence == (
        "Rows of the test part that are almost the same as a row with the same label that is "
        "learnt from: 1 of 61 (1.6 %). Where they are copies, the score comes out too good; where "
        "users simply write alike, they are fair. `whet audit CARD --fix` drops the rows that are "
        "learnt from and keeps the test rows."
    )
    (row,) = found.examples
    assert (row.row, row.source, row.text) == (1, "test.csv", MONTH)
    assert row.detail == "app; 90 % the same as row 2 of train.csv"


def test_a_fifth_of_near_duplicates_is_usual_and_more_stops_the_build() -> None:
    copies = [(f"{MONTH} {letter}", "app") for letter in "abc"]
    train = make_frame([(MONTH, "app")])
    fifth = make_frame(copies[:2] + numbered("reset", "app", 8))
    more = make_frame(copies + numbered("reset", "app", 8))
    few = make_frame(copies[:1] + numbered("reset", "app", 99))
    severities = [
        near_duplicates(CARD, make_dataset(train, test))[0].severity for test in (fifth, more, few)
    ]
    assert severities == ["warn", "stop", "info"]


def test_training_rows_that_are_alike_are_worth_knowing_and_stay() -> None:
    rows = [(MONTH, "app"), ("hello", "app"), (MONTH + "s", "app"), (MONTH, "calendar")]
    (found,) = near_duplicates(CARD, make_dataset(make_frame(rows)))
    assert (found.severity, found.count, found.fixable) == ("info", 2, False)
    assert [(e.row, e.detail) for e in found.examples] == [(1, "app; 95 % the same as row 3")]
