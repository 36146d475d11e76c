"""Tests for whet.evaluation.report.results, as the page shows it: from headline to slices."""

from typing import Any
from xml.etree.ElementTree import Element

import pytest
from tests.evaluation.report.reading import figure_of, read, rows_of, section_of, shown, texts_in

from whet.evaluation.report.page import render_report

Facts = dict[str, Any]


def test_the_top_says_winner_gate_promise_coverage_and_use(tree: Element, banking: Facts) -> None:
    assert shown(tree.find(".//h1")) == "banking77"
    top = shown(tree.find(".//main")).split("Candidates")[0]
    assert "winner: probe It beats linear, and the budget did not allow full." in top
    assert "Gate ✓ holds macro F1 93.1 % [92.2, 94.0]" in top
    assert "Promise ≤ 5.0 % wrong among answered, with 90 % confidence" in top
    assert "Coverage 91.0 % of messages get an answer; on the rest it abstains" in top
    assert "Calibration error (ECE) is 1.4 % [1.0, 2.1]; required is at most 5.0 %." in top
    assert banking["risk"]["sentence"] in top
    assert "Use route a customer's question to the right desk Not for credit decisions" in top


def test_a_gate_that_fails_says_why_and_a_missing_promise_is_no_blank(
    chinese_tree: Element,
) -> None:
    top = shown(chinese_tree.find(".//main")).split("Candidates")[0]
    assert "Gate ✗ fails macro F1 87.1 % [79.2, 93.6]" in top
    assert (
        "✗ gate fails Macro F1 is 87.1 % [79.2, 93.6]; required is at least 85.0 %, "
        "and the interval reaches past that."
    ) in top
    assert "Promise none no bound on wrong answers holds" in top
    assert (
        "Coverage none no threshold keeps the promise, so the model abstains from every message"
        in top
    )
    assert "Package none nothing was packaged" in top


def test_a_kind_of_target_without_a_promise_does_not_seem_to_abstain(banking: Facts) -> None:
    page = render_report(banking | {"risk": None, "calibration": None})
    tree = read(page)
    top = shown(tree.find(".//main")).split("Candidates")[0]
    assert "Promise none made this kind of target has no bound on wrong answers" in top
    assert "Coverage 100.0 % of messages get an answer; it never abstains" in top
    for name in ("calibration", "risk"):
        assert "Not measured for this kind of target." in shown(section_of(tree, name))


def test_a_build_that_tested_nothing_makes_no_promise(banking: Facts) -> None:
    nothing = dict.fromkeys(("risk", "calibration", "test", "winner", "package"))
    top = shown(read(render_report(banking | nothing)).find(".//main")).split("Candidates")[0]
    assert "Promise none made nothing was tested" in top
    assert "Coverage none nothing was tested" in top


@pytest.mark.parametrize(
    ("metric", "required", "value", "told"),
    [
        ("macro_f1", 0.9, 0.88, "Macro F1 is 88.0 % [86.0, 90.0]; required is at least 90.0 %."),
        ("ece", 0.05, 0.08, "Calibration error (ECE) is 8.0 % [6.0, 10.0]; required is at most"),
        ("macro_f1", 0.9, None, "Macro F1 was not measured; required is at least 90.0 %."),
        (
            "ece",
            0.05,
            0.045,
            "Calibration error (ECE) is 4.5 % [2.5, 6.5]; required is at most 5.0 %, and the "
            "interval reaches past that.",
        ),
    ],
)
def test_a_failed_requirement_in_words(
    banking: Facts, metric: str, required: float, value: float | None, told: str
) -> None:
    ends = (None, None) if value is None else (value - 0.02, value + 0.02)
    check = {"metric": metric, "required": required, "value": value, "holds": False}
    banking["gate"] = [{**check, "low": ends[0], "high": ends[1]}]
    banking["gate_holds"] = False
    assert told in render_report(banking)


def test_the_ladder_tells_every_candidate_and_marks_the_winner(tree: Element) -> None:
    section = section_of(tree, "ladder")
    linear, probe, full = rows_of(section)
    assert linear == [
        *("linear", "89.3 % [88.2, 90.4]", "first", "nothing to compare with"),
        *("7.3 s not predicted", "412.0 MB", "the cheapest candidate"),
    ]
    assert probe[:4] == [
        *("probe winner", "92.4 % [91.5, 93.3]", "beats"),
        "+3.1 points [+2.2, +4.1] against linear",
    ]
    assert probe[4:6] == ["1 min 14 s predicted 1 min 21 s", "1.4 GB"]
    assert full[1:6] == [
        *("not climbed", "skipped", "not climbed", "not climbed predicted 26 min 0 s"),
        "not climbed",
    ]
    figure = figure_of(section)
    assert figure.get("aria-label") == (
        "macro F1 of each candidate with its interval: linear 89.3 % [88.2, 90.4]; "
        "probe 92.4 % [91.5, 93.3]. Dashed line: gate 90 %."
    )
    assert "Why the climb ended: the gate holds at probe." in shown(section)


def test_test_results_stand_beside_baseline_and_trivial_answer(tree: Element) -> None:
    section = section_of(tree, "test")
    heads = [shown(e) for e in section.iter("th") if e.get("scope") == "col"]
    assert heads == [
        *("Metric", "probe the winner", "linear the cheapest baseline"),
        "majority class trivial answer",
    ]
    assert rows_of(section) == [
        ["macro F1", "93.1 % [92.2, 94.0]", "89.0 % [87.9, 90.1]", "0.0 % [0.0, 0.0]"],
        ["accuracy", "93.2 % [92.2, 94.0]", "89.1 % [88.0, 90.2]", "1.3 % [0.9, 1.7]"],
        [
            *("calibration error (ECE) lower is better", "1.4 % [1.0, 2.1]"),
            *("2.3 % [1.8, 3.0]", "not measured"),
        ],
    ]


def test_a_winner_that_is_its_own_baseline_stands_there_once(chinese_tree: Element) -> None:
    section = section_of(chinese_tree, "test")
    assert "The winner is itself the cheapest baseline." in shown(section)
    assert rows_of(section)[1] == [
        "log loss lower is better",
        "0.412 [0.301, 0.533]",
        "not measured",
    ]


def test_a_card_without_a_gate_says_how_to_get_one(banking: Facts) -> None:
    tree = read(render_report({**banking, "gate": [], "gate_holds": True}))
    assert "Gate none set" in shown(tree.find(".//main"))
    assert "gate: {macro_f1: 0.92}" in shown(section_of(tree, "gate"))


def test_classes_come_worst_first_and_can_be_sorted_by_number(
    tree: Element, banking: Facts
) -> None:
    section = section_of(tree, "classes")
    rows = rows_of(section)
    expected = sorted(banking["per_class"], key=lambda r: (r["f1"]["value"], r["label"]))
    assert [row[0] for row in rows] == [r["label"] for r in expected]
    assert len(rows) == 77
    table = section.find(".//table[@data-sortable]")
    assert table is not None
    for row in table.iter("tr"):
        for cell in row.findall("td[@data-value]"):
            float(cell.get("data-value", ""))


def test_many_classes_are_told_as_pairs_beside_a_compact_map(tree: Element, banking: Facts) -> None:
    section = section_of(tree, "classes")
    labels, counts = banking["confusion"]["labels"], banking["confusion"]["counts"]
    wrong = {
        (labels[i], labels[j]): n
        for i, row in enumerate(counts)
        for j, n in enumerate(row)
        if i != j and n
    }
    pairs = rows_of(section, 1)
    assert len(pairs) == 20
    found = [wrong[row[0], row[1]] for row in pairs]
    assert found == sorted(wrong.values(), reverse=True)[:20]
    assert [row[2] for row in pairs] == [str(n) for n in found]
    assert pairs[0][3] == f"{100 * found[0] / 40:.1f} %"
    total = f"{sum(wrong.values())} of 3,080 test rows are wrong, in {len(wrong)} pairs. The 20"
    assert total in shown(section)
    figure = figure_of(section)
    assert texts_in(figure) == ["answer →", "truth →"]


def test_few_classes_are_named_in_the_map(chinese_tree: Element) -> None:
    section = section_of(chinese_tree, "classes")
    figure = figure_of(section)
    texts = texts_in(figure)
    assert {"开发票", "申请退款", "转人工", "17", "18", "11"} <= set(texts)
    label = figure.get("aria-label", "")
    assert "46 of 52 test rows lie on the diagonal" in label
    assert "开发票 taken for 申请退款, 3 rows" in label


def test_a_faultless_model_has_no_pairs(chinese: Facts) -> None:
    chinese["confusion"]["counts"] = [[3, 0, 0], [0, 3, 0], [0, 0, 3]]
    text = shown(section_of(read(render_report(chinese)), "classes"))
    assert "Every test row was answered right." in text


def test_a_slice_that_is_too_small_says_so(tree: Element) -> None:
    rows = rows_of(section_of(tree, "slices"))
    assert rows[0] == ["channel", "chat", "2,100", "macro F1", "93.5 % [92.4, 94.5]", ""]
    assert rows[2] == ["channel", "fax", "12", "macro F1", "not measured", "fewer than 20 rows"]
