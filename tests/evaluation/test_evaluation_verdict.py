"""Tests of whet.evaluation.verdict: how often it errs, McNemar's test, words, the winner."""

import numpy as np
import pytest
from scipy.stats import binomtest
from tests.evaluation.populations import certain, population

from whet.cards.schema import Interval as Settings
from whet.core.errors import InputError
from whet.evaluation.intervals import Interval
from whet.evaluation.metrics import METRICS
from whet.evaluation.verdict import Verdict, Winner, Word, choose_winner, compare

FAST = Settings(n=100)


def _shares(
    k: int, n: int, same: float, units: int | None, simulations: int, skewed: bool = False
) -> dict[str, tuple[float, float]]:
    """Return for each metric how often a tie is called `beats` and how often 0 is in the interval.

    The two models answer alike with chance `same` and otherwise independently: a true tie.
    """
    people, rng = population(k, 0.9, skewed=skewed), np.random.default_rng(4)
    beats, held = {"accuracy": 0, "macro_f1": 0}, {"accuracy": 0, "macro_f1": 0}
    for seed in range(simulations):
        if units is None:
            rows, unit = people.rows(rng, n, same), None
        else:
            rows, unit = people.clustered(rng, units, n / units, same)
        new, old = certain(rows[:, 1], k), certain(rows[:, 2], k)
        for name in beats:
            found = compare(name, rows[:, 0], new, old, unit, interval=FAST, seed=seed)
            beats[name] += found.verdict == "beats"
            held[name] += found.difference.low <= 0 <= found.difference.high
    return {name: (beats[name] / simulations, held[name] / simulations) for name in beats}


@pytest.mark.parametrize("units", [None, 100])
def test_a_tie_seldom_beats_and_its_interval_holds_0(units: int | None) -> None:
    for beats, held in _shares(10, 300, 0.4, units, simulations=200).values():
        assert beats <= 0.05
        assert 0.91 <= held <= 0.99  # 0.93 to 0.97 and the error of 200 simulations


@pytest.mark.slow
@pytest.mark.parametrize(
    ("k", "n", "same", "units", "skewed"),
    [
        (3, 120, 0.70, None, False),  # about 6 rows with different answers
        (3, 150, 0.20, None, False),
        (10, 300, 0.40, None, True),
        (77, 1000, 0.40, None, False),
        (3, 150, 0.40, 50, False),
        (10, 600, 0.40, 150, True),
    ],
)
def test_ties_over_many_simulations(
    k: int, n: int, same: float, units: int | None, skewed: bool
) -> None:
    for name, (beats, held) in _shares(k, n, same, units, 1000, skewed).items():
        assert beats <= 0.035, name
        # With few different answers the difference takes few values and the share is above 0.97.
        assert 0.93 <= held <= (0.99 if same == 0.70 else 0.98), name


@pytest.mark.slow
@pytest.mark.parametrize(("k", "n", "units"), [(5, 200, None), (20, 500, None), (5, 400, 120)])
def test_intervals_hold_a_true_difference(k: int, n: int, units: int | None) -> None:
    good, bad = population(k, 0.93, seed=1), population(k, 0.85, seed=1)
    rng, held = np.random.default_rng(5), {"accuracy": 0, "macro_f1": 0}
    for seed in range(600):
        if units is None:
            rows, unit = good.rows(rng, n, 0), None
        else:
            rows, unit = good.clustered(rng, units, n / units, 0)
        # The worse model answers on its own, so only the truth is shared.
        worse = bad.answer(rng, rows[:, 0])
        new, old = certain(rows[:, 1], k), certain(worse, k)
        for name in held:
            found = compare(name, rows[:, 0], new, old, unit, interval=FAST, seed=seed).difference
            held[name] += found.low <= good.values[name] - bad.values[name] <= found.high
    for name, count in held.items():
        assert 0.925 <= count / 600 <= 0.98, name


def _pair(new_only: int, old_only: int, n: int) -> Verdict:
    """Return the verdict when so many rows are right only in the new, only in the old model."""
    truth = np.zeros(n, dtype=np.int64)
    new, old = truth.copy(), truth.copy()
    old[:new_only] = 1
    new[new_only : new_only + old_only] = 1
    return compare(
        "accuracy", truth, certain(new, 2), certain(old, 2), None, interval=Settings(), seed=0
    )


@pytest.mark.parametrize("discordant", [6, 9, 12, 20, 40])
def test_beats_agrees_with_mcnemars_exact_test(discordant: int) -> None:
    for new_only in range(discordant + 1):
        p = binomtest(new_only, discordant, alternative="greater").pvalue
        verdict = _pair(new_only, discordant - new_only, 400).verdict
        if p <= 0.02:
            assert verdict == "beats"
        if p >= 0.04:
            assert verdict != "beats"


def test_equal_answers_tie_and_the_interval_still_has_width() -> None:
    found = _pair(0, 0, 120)
    assert found.verdict == "ties"
    assert found.difference.value == 0
    assert found.difference.high == -found.difference.low == pytest.approx(1.98 / 120, rel=0.01)


@pytest.mark.parametrize(
    ("new_only", "old_only", "n", "verdict", "sentence"),
    [
        (30, 5, 300, "beats", "better by more than chance explains."),
        (5, 30, 300, "worse", "worse by more than chance explains."),
        (20, 20, 1000, "ties", "a difference within 0.03 is too small to matter."),
        (10, 6, 120, "not enough data", "these rows cannot tell which is better."),
    ],
)
def test_the_four_verdicts(
    new_only: int, old_only: int, n: int, verdict: Word, sentence: str
) -> None:
    found = _pair(new_only, old_only, n)
    assert found.verdict == verdict
    assert found.difference.value == pytest.approx((new_only - old_only) / n)
    assert found.sentence == (
        f"accuracy differs by {found.difference.value:+.3f} "
        f"(95 % interval {found.difference.low:+.3f} to {found.difference.high:+.3f}): {sentence}"
    )


@pytest.mark.parametrize("name", ["log_loss", "ece"])
def test_lower_beats_where_lower_is_better(name: str) -> None:
    truth = np.zeros(200, dtype=np.int64)
    sure, unsure = np.tile([0.95, 0.05], (200, 1)), np.tile([0.6, 0.4], (200, 1))
    found = compare(name, truth, sure, unsure, None, interval=Settings(), seed=0)
    assert found.verdict == "beats"
    assert found.difference.high < 0
    assert compare(name, truth, unsure, sure, None, interval=Settings(), seed=0).verdict == "worse"


def test_swapping_the_models_mirrors_the_difference(rng: np.random.Generator) -> None:
    truth = rng.integers(0, 5, 200)
    first, second = rng.dirichlet(np.ones(5), size=200), rng.dirichlet(np.ones(5), size=200)
    one = compare("macro_f1", truth, first, second, None, interval=FAST, seed=0).difference
    other = compare("macro_f1", truth, second, first, None, interval=FAST, seed=0).difference
    assert (other.low, other.high) == pytest.approx((-one.high, -one.low))


def test_the_difference_is_that_of_the_metric(rng: np.random.Generator) -> None:
    truth = rng.integers(0, 3, 90)
    new, old = rng.dirichlet(np.ones(3), size=90), rng.dirichlet(np.ones(3), size=90)
    for name, metric in METRICS.items():
        found = compare(name, truth, new, old, None, interval=FAST, seed=0).difference
        assert found.value == pytest.approx(metric(truth, new) - metric(truth, old)), name


def test_one_unit_is_not_enough() -> None:
    truth, unit = np.array([0, 0, 1]), np.zeros(3)
    found = compare(
        "accuracy", truth, certain(truth, 2), certain(1 - truth, 2), unit, interval=FAST, seed=0
    )
    assert found.verdict == "not enough data"
    assert (found.difference.low, found.difference.high) == (-1, 1)


def test_models_with_other_rows_are_refused() -> None:
    with pytest.raises(InputError, match=r"got \(2,\) and \(3, 2\)"):
        compare(
            "ece", np.array([0, 1]), np.eye(2), np.full((3, 2), 0.5), None, interval=FAST, seed=0
        )


def _said(word: Word, value: float) -> Verdict:
    return Verdict(word, Interval(value, value - 0.01, value + 0.01), "")


@pytest.mark.parametrize(
    ("words", "winner", "why"),
    [
        (
            {"probe linear": "beats", "full linear": "beats", "full probe": "ties"},
            "probe",
            "probe is the cheapest candidate that no other beats: probe beats linear by 0.100; "
            "full only ties with it (+0.100).",
        ),
        (
            {"probe linear": "ties", "full linear": "not enough data", "full probe": "worse"},
            "linear",
            "linear is the cheapest candidate that no other beats: probe only ties with it "
            "(+0.100); the rows do not show that full is better (+0.100).",
        ),
        (
            {"probe linear": "ties", "full linear": "beats", "full probe": "beats"},
            "full",
            "full is the cheapest candidate that no other beats: full beats linear by 0.100; "
            "full beats probe by 0.100.",
        ),
        (
            {"probe linear": "worse", "full linear": "beats", "full probe": "beats"},
            "full",
            "full is the cheapest candidate that no other beats: full beats linear by 0.100; "
            "linear beats probe by 0.100.",
        ),
    ],
)
def test_the_winner_is_the_cheapest_that_nothing_beats(
    words: dict[str, Word], winner: str, why: str
) -> None:
    verdicts = {(pair.split()[0], pair.split()[1]): _said(w, 0.1) for pair, w in words.items()}
    assert choose_winner(["linear", "probe", "full"], verdicts) == Winner(winner, why)


def test_a_single_candidate_wins() -> None:
    assert choose_winner(["linear"], {}) == Winner(
        "linear", "linear wins: it is the only candidate that was climbed."
    )
