"""Tests for whet.evaluation.report.trust, in the page: calibration, risk, curve, audit."""

from typing import Any
from xml.etree.ElementTree import Element

import pytest
from tests.evaluation.report.reading import (
    figure_of,
    pairs_of,
    read,
    rows_of,
    section_of,
    shown,
    texts_in,
)

from whet.evaluation.report.page import render_report

Facts = dict[str, Any]


def test_calibration_tells_temperature_error_and_bins(tree: Element, banking: Facts) -> None:
    section = section_of(tree, "calibration")
    text = shown(section)
    assert "The temperature is 0.71: before calibration the model was not sure enough" in text
    assert "went from 8.3 % to 1.4 %" in text
    rows = rows_of(section)
    assert len(rows) == sum(1 for b in banking["calibration"]["bins"] if b["count"]) < 15
    assert rows[-1] == ["93 % to 100 %", "3,000", "96.7 %", "96.5 %"]


@pytest.mark.parametrize(
    ("temperature", "told"),
    [
        (1.84, "The temperature is 1.84: before calibration the model was too sure of its"),
        (1.0, "The temperature is 1.00: before calibration the model was already calibrated."),
        (None, "No temperature was fitted: the probabilities are the model"),
    ],
)
def test_what_a_temperature_means(banking: Facts, temperature: float | None, told: str) -> None:
    banking["calibration"]["temperature"] = temperature
    assert told in render_report(banking)


def test_risk_marks_the_chosen_threshold_on_the_curve(tree: Element, banking: Facts) -> None:
    section = section_of(tree, "risk")
    assert banking["risk"]["sentence"] in shown(section)
    assert pairs_of(section) == {
        "Threshold": "−0.412",
        "Allowed wrong": "5.0 % of answers, with 90 % confidence",
        "Messages answered": "91.0 % [90.0, 91.9]",
        "Wrong among answered": "4.5 % [3.8, 5.3]",
        "Out of scope, AUROC": "0.957 [0.948, 0.965]; 1 tells all apart, 0.5 none",
        "Out of scope found": "74.4 % [70.1, 78.3], when 5 % of real messages are held back",
        "Out of scope held back": "81.2 %, at the chosen threshold",
    }
    figure = figure_of(section)
    assert figure.get("aria-label") == (
        "Wrong answers against messages answered: 7.5 % are wrong when 100.0 % are answered; "
        "at the chosen threshold 4.5 % of 91.0 %."
    )
    assert {"chosen", "allowed 5.0 %"} <= set(texts_in(figure))


def test_without_a_threshold_nothing_is_promised(chinese_tree: Element) -> None:
    section = section_of(chinese_tree, "risk")
    assert section.find(".//svg") is None
    assert pairs_of(section) == {
        "Threshold": "none: the model abstains from every message",
        "Allowed wrong": "5.0 % of answers, with 90 % confidence",
        "Messages answered": "none",
        "Wrong among answered": "not measured: no message was answered",
        "Out of scope": "not measured: there were no out-of-scope messages to test with",
    }


def test_without_a_threshold_every_message_is_held_back(banking: Facts) -> None:
    banking["risk"] |= {"threshold": None, "risk": None, "risk_interval": None, "oos_rejected": 1.0}
    section = section_of(read(render_report(banking)), "risk")
    assert pairs_of(section)["Out of scope held back"] == "all, as every message is"
    figure = figure_of(section)
    assert "chosen" not in texts_in(figure)


def test_a_threshold_that_answers_nothing(banking: Facts) -> None:
    banking["risk"] |= {"risk": None, "risk_interval": None, "coverage": 0.0}
    pairs = pairs_of(section_of(read(render_report(banking)), "risk"))
    assert pairs["Wrong among answered"] == "not measured: no message was answered"


def test_the_curve_tells_what_more_labels_would_bring(tree: Element) -> None:
    section = section_of(tree, "curve")
    assert (
        "The next 1,000 labels would improve macro F1 by +0.3 points [−0.1, +0.6], "
        "if the curve goes on as fitted."
    ) in shown(section)
    assert rows_of(section)[0] == ["1,000", "80.4 %", "80.0 %", "80.8 %"]
    assert "Fit: 1 − macro F1 = 0.015 + 0.061 × (rows / 10,003)^−0.48" in shown(section)
    assert "has no curve of its own" not in shown(section)
    figure = figure_of(section)
    assert figure.get("aria-label", "").endswith("expected with 1,000 more labels 92.7 %.")
    assert "1,000 more labels" in texts_in(figure)


def test_a_curve_of_another_candidate_is_not_mixed_in(banking: Facts) -> None:
    banking["curve"]["points"] += [{"candidate": "linear", "size": 1000, "seed": 0, "value": 0.1}]
    assert rows_of(section_of(read(render_report(banking)), "curve"))[0][1] == "80.4 %"


def test_a_curve_of_errors_falls_and_its_gain_is_a_fall(banking: Facts) -> None:
    curve = banking["curve"]
    curve["metric"] = "ece"
    for point in curve["points"]:
        point["value"] = 1 - point["value"]
    section = section_of(read(render_report(banking)), "curve")
    assert "would improve calibration error (ECE) by +0.3 points [−0.1, +0.6]" in shown(section)
    assert "Fit: calibration error (ECE) = 0.015 + 0.061 ×" in shown(section)
    figure = figure_of(section)
    # error(11003) = 0.015 + 0.061 * 1.09997 ** -0.48 = 0.0733
    assert figure.get("aria-label", "").endswith("expected with 1,000 more labels 7.3 %.")
    # A gain of an error is a fall: from 0.076 by -0.0013 to 0.0061, so most of it lies below.
    (line,) = [e for e in figure.iter("line") if e.get("class") == "point interval"]
    (dot,) = [e for e in figure.iter("circle") if e.get("class") == "point dot"]
    top, bottom = sorted(float(line.get(end, "nan")) for end in ("y1", "y2"))
    middle = float(dot.get("cy", "nan"))
    assert (middle - top) / (bottom - top) == pytest.approx(0.54, abs=0.1)
    assert figure.findall("polyline[@class='fitted']")


def test_a_winner_without_a_curve_is_told(banking: Facts) -> None:
    banking["winner"] = "full"
    text = shown(section_of(read(render_report(banking)), "curve"))
    assert "full has no curve of its own; this is the curve of probe." in text


def test_a_refused_forecast_says_why(chinese_tree: Element) -> None:
    section = section_of(chinese_tree, "curve")
    told = "No forecast for more labels. A forecast needs at least 5 training sizes; there are 1."
    assert told in shown(section)
    assert section.find(".//svg") is None


def test_no_points_no_curve(banking: Facts) -> None:
    banking["curve"] |= {"points": [], "next": None, "refused": "probe is too dear"}
    text = shown(section_of(read(render_report(banking)), "curve"))
    assert text == "More labels No learning curve. Probe is too dear."


def test_mistakes_come_surest_first_and_long_texts_whole(tree: Element, banking: Facts) -> None:
    section = section_of(tree, "mistakes")
    rows = rows_of(section)
    assert [row[3] for row in rows] == ["99.3 %", "87.1 %"]
    assert rows[0][1:] == ["top_up_reverted", "pending_top_up", "99.3 %", "test.csv, row 2044"]
    long = " ".join(banking["mistakes"][1]["text"].split())
    assert long in rows[0][0]
    assert section.find(".//details/summary") is not None
    assert rows[1][0] == "why has my transfer not arrived"


def test_findings_come_gravest_first_with_examples_and_reasons(tree: Element) -> None:
    section = section_of(tree, "audit")
    heads = [shown(e) for e in section.iter("h3")]
    assert [head.split()[0] for head in heads] == ["warn", "waived", "info"]
    assert heads[0] == (
        "warn fixable near duplicates 3 found: almost the same text more than once, in one part or "
        "across the split"
    )
    assert "Waived in the card, because: the bank keeps these texts on its own machines" in shown(
        section
    )
    assert rows_of(section, 0)[0][0] == "test.csv, row 12"
    assert rows_of(section, 1) == [["train.csv, no single row", "call +44 …", "telephone"]]


def test_a_clean_audit_says_so(chinese_tree: Element) -> None:
    assert "No guard found anything." in shown(section_of(chinese_tree, "audit"))
