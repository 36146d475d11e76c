"""The promise over both tiers: held in simulation, refused where it cannot be held."""

import numpy as np
import pytest
from tests.products.support.answering.tiny_desk import ARTICLES, TinyBm25, WordModel, quote

from whet.core.errors import InputError
from whet.products.support.answering.knowledge import Knowledge
from whet.products.support.answering.promise import (
    Example,
    Outcome,
    choose_article_threshold,
    measured,
)
from whet.products.support.desk.schema import Decision, Desk

DIAL = 0.1


def drawn(n: int, seed: int, *, model_risk: float = 0.05) -> list[Outcome]:
    """Return outcomes of a world where an article of confidence c is right with probability c."""
    rng = np.random.default_rng(seed)
    by_intent, confidence, luck = rng.random(n) < 0.5, rng.random(n) ** 0.3, rng.random(n)
    right = np.where(by_intent, luck > model_risk, luck < confidence)
    return [
        Outcome(bool(b), float(c), bool(r))
        for b, c, r in zip(by_intent, confidence, right, strict=True)
    ]


def wrong_share(outcomes: list[Outcome], threshold: float | None) -> float:
    """Return the share of wrong answers of both tiers at a threshold for articles."""
    least = 2.0 if threshold is None else threshold
    given = [o for o in outcomes if o.by_intent or o.confidence >= least]
    return sum(not o.is_right for o in given) / len(given)


def test_the_promise_holds_over_both_tiers_as_often_as_it_says() -> None:
    world = drawn(50_000, seed=0)
    chosen = [
        choose_article_threshold(drawn(800, seed=1 + i), wrong_answers=DIAL, level=0.9)
        for i in range(100)
    ]
    found = [c for c in chosen if c.threshold is not None]
    broken = sum(wrong_share(world, c.threshold) > DIAL for c in found)
    # With 100 draws, a true rate of 10 % gives more than 18 in less than 1 % of all cases.
    assert broken <= 18
    assert len(found) >= 90
    # It is not held by quoting nothing: most thresholds let articles answer.
    assert np.median([c.threshold for c in found if c.threshold is not None]) < 0.95


def test_a_bad_model_leaves_no_room_for_articles() -> None:
    chosen = choose_article_threshold(drawn(2000, 0, model_risk=0.3), wrong_answers=DIAL)
    assert chosen.threshold is None


def test_too_few_examples_promise_nothing() -> None:
    chosen = choose_article_threshold(drawn(10, 0), wrong_answers=0.05)
    assert chosen.threshold is None
    assert "at least 45 calibration rows are needed" in chosen.sentence


def test_a_perfect_desk_quotes_everything() -> None:
    outcomes = [Outcome(i % 2 == 0, i / 400, True) for i in range(400)]
    assert choose_article_threshold(outcomes, wrong_answers=0.05).threshold == 1 / 400


def test_a_desk_without_a_model_is_judged_by_its_articles() -> None:
    rng = np.random.default_rng(0)
    outcomes = [Outcome(False, float(c), bool(c > 0.4)) for c in rng.random(2000)]
    chosen = choose_article_threshold(outcomes, wrong_answers=0.05)
    assert chosen.threshold is not None
    assert 0.35 < chosen.threshold < 0.5


def test_examples_of_one_conversation_count_for_less() -> None:
    outcomes = drawn(1000, 3)
    alone = choose_article_threshold(outcomes, wrong_answers=DIAL)
    fives = [
        Outcome(o.by_intent, o.confidence, outcomes[i - i % 5].is_right, str(i // 5))
        for i, o in enumerate(outcomes)
    ]
    together = choose_article_threshold(fives, wrong_answers=DIAL)
    assert alone.threshold is not None
    assert together.coverage < alone.coverage


def test_refusals() -> None:
    with pytest.raises(InputError) as error:
        choose_article_threshold([], wrong_answers=0.05)
    assert str(error.value) == (
        "A threshold for articles must be chosen on labelled questions; found none. Give "
        "questions, each with the article that answers it or none."
    )
    with pytest.raises(InputError, match="Every example must name its unit, or none; found both"):
        choose_article_threshold(
            [Outcome(True, 1, True), Outcome(True, 1, True, "a")], wrong_answers=0.05
        )


def test_examples_are_measured_as_the_desk_answers() -> None:
    knowledge = Knowledge(TinyBm25(ARTICLES), quote)
    examples = [
        Example("when do you open", None, "opening_hours"),
        Example("when do you open", "gift", "refund"),
        Example("are gift cards valid for 36 months", "gift"),
        Example("are gift cards valid for 36 months", "wash", unit=None),
        Example("blue elephants", None),
        Example("  ", None),
    ]
    found = measured(examples, WordModel(), knowledge, Desk())
    assert [(o.by_intent, o.is_right) for o in found] == [
        (True, True),
        (True, False),
        (False, True),
        (False, False),
        (False, False),
        (False, False),
    ]
    assert [o.confidence > 0 for o in found] == [True, True, True, True, False, False]


def test_an_article_that_is_surer_goes_before_an_intent() -> None:
    articles = {"days": ("Opening hours", "In winter we open the shop at ten.")}
    knowledge = Knowledge(TinyBm25(articles), quote)
    example = Example("in winter, when do you open the shop", "days")
    (late,) = measured([example], WordModel(), knowledge, Desk())
    assert (late.by_intent, late.is_right, late.is_given) == (True, False, True)
    desk = Desk(decision=Decision(article_first=0.5))
    (first,) = measured([example], WordModel(), knowledge, desk)
    assert (first.by_intent, first.is_before_intent) == (False, True)
    assert (first.is_right, first.is_given) == (True, True)
    desk = Desk(decision=Decision(article_first=1.0))
    assert measured([example], WordModel(), knowledge, desk) == [late]


def test_what_goes_before_an_intent_is_given_at_every_threshold() -> None:
    sure = [Outcome(False, 0.9, True) for _ in range(300)]
    wrong = [Outcome(False, 0.1, False, is_before_intent=True) for _ in range(100)]
    assert choose_article_threshold(sure, wrong_answers=0.05).threshold == 0.9
    assert choose_article_threshold([*sure, *wrong], wrong_answers=0.05).threshold is None


def test_each_language_has_confidences_of_its_own() -> None:
    own = {"zh": {"article_threshold": 0.1, "intent_threshold": 1.0}}
    desk = Desk.model_validate({"decision": {"article_threshold": 0.9, "by_language": own}})
    knowledge = Knowledge(TinyBm25(ARTICLES), quote)
    examples = [
        Example("are gift cards good for three years", "gift"),
        Example("礼品卡能用几年", "礼品卡"),
        Example("几点营业", None, "opening_hours"),
    ]
    found = measured(examples, WordModel(), knowledge, desk)
    assert [o.language for o in found] == ["en", "zh", "zh"]
    assert all(0.1 < o.confidence < 0.9 for o in found[:2])
    assert [o.is_given for o in found] == [False, True, False]
