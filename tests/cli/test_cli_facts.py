"""The outcome of a build on a terminal: every table and sentence, rare ones too."""

import io
from typing import Any

from rich.console import Console

from whet.cli.facts import curve_sentence, interval, print_facts, summary

RESULT = {"value": 0.8612, "low": 0.8349, "high": 0.8861}
FACTS: dict[str, Any] = {
    "name": "shop",
    "verdicts": [
        {
            "candidate": "linear",
            "metric": "macro_f1",
            **RESULT,
            "against": None,
            "verdict": "first",
            "reason": "",
            "seconds": 1.25,
            "predicted_seconds": 1.0,
            "peak_bytes": 500_000_000,
        },
        {
            "candidate": "full",
            "metric": "macro_f1",
            "value": None,
            "low": None,
            "high": None,
            "against": None,
            "verdict": "skipped",
            "reason": "not climbed: needs about 90 s; 10 s are left",
            "seconds": 0.0,
            "predicted_seconds": 90.0,
            "peak_bytes": 0,
        },
    ],
    "winner": "linear",
    "why": "it is the only candidate",
    "test": {"macro_f1": RESULT, "ece": {"value": 0.05, "low": 0.04, "high": 0.06}},
    "baseline": {"name": "cheapest", "test": {"macro_f1": {"value": 0.5, "low": 0.4, "high": 0.6}}},
    "trivial": {"name": "majority class", "test": {}},
    "gate": [
        {"metric": "macro_f1", "required": 0.8, **RESULT, "holds": True},
        {"metric": "ece", "required": 0.01, **RESULT, "holds": False},
    ],
    "gate_holds": False,
    "risk": {
        "sentence": "At most 5 % of the answers are wrong [sic].",
        "coverage": 0.8,
        "risk": 0.04,
        "threshold": 1.5,
        "auroc": None,
        "oos_recall_at_5pct": None,
        "curve": [],
    },
    "curve": {
        "metric": "macro_f1",
        "candidate": "linear",
        "points": [],
        "next": {"labels": 1000, "gain": 0.021, "low": -0.004, "high": 0.05},
        "refused": None,
        "fit": {},
    },
    "package": {
        "path": "/shop/package",
        "version": "1",
        "form": "linear",
        "bytes": 1_400_000,
        "parity": [
            {
                "form": "onnx-int8",
                "flips": 0.0125,
                "metric_loss": 0.0031,
                "bytes": 24_000_000,
                "p50_ms": 3.21,
                "texts_per_s": 412.7,
                "kept": False,
                "reason": "1.2 % of the answers change",
            }
        ],
    },
    "report": "/shop/report.html",
}


def printed(facts: dict[str, Any]) -> str:
    """Return what `print_facts` prints, with runs of spaces folded."""
    screen = io.StringIO()
    print_facts(Console(file=screen, width=200, markup=False), facts)
    return "\n".join(" ".join(line.split()) for line in screen.getvalue().splitlines())


def test_every_candidate_has_a_line_and_a_skipped_one_says_why() -> None:
    text = printed(FACTS)
    assert "\nlinear macro_f1 0.861 [0.835, 0.886] first 1.2 500 MB\n" in text
    assert "\nfull not climbed: needs about 90 s; 10 s are left\n" in text
    assert "\nWinner: linear. it is the only candidate\n" in text


def test_the_winner_stands_beside_baseline_and_majority() -> None:
    text = printed(FACTS)
    assert "\non test rows linear cheapest majority class\n" in text
    assert "\nmacro_f1 0.861 [0.835, 0.886] 0.500 [0.400, 0.600] –\n" in text


def test_without_a_baseline_its_column_is_left_out() -> None:
    assert "\non test rows linear majority class\n" in printed(FACTS | {"baseline": None})


def test_the_gate_says_its_side_and_what_failing_means() -> None:
    text = printed(FACTS)
    whole = "with its whole interval; it is 0.861 [0.835, 0.886]"
    assert f"\nGate: macro_f1 must be at least 0.8 {whole}: holds.\n" in text
    assert f"\nGate: ece must be at most 0.01 {whole}: fails.\n" in text
    assert "\nThe package is kept to look at, and does not answer by itself.\n" in text


def test_a_card_without_a_gate_says_so() -> None:
    assert "\nGate: the card sets none.\n" in printed(FACTS | {"gate": [], "gate_holds": True})


def test_brackets_of_users_are_not_markup() -> None:
    assert "\nAt most 5 % of the answers are wrong [sic].\n" in printed(FACTS)


def test_a_form_that_was_not_kept_says_why() -> None:
    line = "\nonnx-int8 1.25% 0.0031 24.0 MB 3.2 ms 413 no: 1.2 % of the answers change\n"
    assert line in printed(FACTS)


def test_the_curve_says_what_more_labels_bring_or_why_not() -> None:
    assert curve_sentence(FACTS["curve"]) == (
        "More labels: 1,000 more would change macro_f1 by +0.021 (-0.004 to +0.050)."
    )
    refused = {"next": None, "refused": "too few sizes.", "metric": "macro_f1"}
    assert curve_sentence(refused) == "More labels: no forecast. too few sizes."


def test_a_missing_result_is_a_dash() -> None:
    assert interval(None) == "–"


def test_the_summary_leaves_examples_and_figures_out() -> None:
    said = summary(FACTS)
    assert said["risk"] == {
        "coverage": 0.8,
        "risk": 0.04,
        "threshold": 1.5,
        "auroc": None,
        "oos_recall_at_5pct": None,
    }
    assert list(said["package"]) == ["path", "bytes", "parity"]


def test_paths_are_never_broken() -> None:
    screen = io.StringIO()
    path = "/shop/" + "long/" * 30 + "report.html"
    print_facts(Console(file=screen, width=80, markup=False), FACTS | {"report": path})
    assert f"Report:  {path}\n" in screen.getvalue()


def test_a_gain_in_an_error_is_told_as_a_fall() -> None:
    following = {"labels": 1000, "gain": 0.2, "low": 0.1, "high": 0.3}
    assert curve_sentence({"metric": "mae", "next": following, "refused": None}) == (
        "More labels: 1,000 more would change mae by -0.200 (-0.300 to -0.100)."
    )
