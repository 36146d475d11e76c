"""Tests for whet.evaluation.report.page: package, card, escaping, no network, everyone can read."""

import copy
import math
import re
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import yaml
from tests.evaluation.report.reading import pairs_of, read, rows_of, section_of, shown

from whet.evaluation.report.page import render_report

Facts = dict[str, Any]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


def test_the_package_tells_every_form(tree: Element) -> None:
    section = section_of(tree, "package")
    assert rows_of(section) == [
        [
            *("onnx", "✓ holds", "3,080", "0.00 %", "0.00 %", "2.1e-06", "91.2 MB", "6.4 ms"),
            *("311", "answers as the trained model"),
        ],
        [
            *("onnx-int8 packaged", "✓ holds", "3,080", "0.36 %", "0.04 %", "0.0821", "23.1 MB"),
            *("3.1 ms", "642", "25% of the size, 48% of the time for one text"),
        ],
    ]


def test_a_form_that_was_refused_says_why(banking: Facts) -> None:
    banking["package"]["form"] = "onnx"
    banking["package"]["parity"][1] |= {"kept": False, "reason": "2.00% of the labels flip"}
    whole, small = rows_of(section_of(read(render_report(banking)), "package"))
    assert whole[:2] == ["onnx packaged", "✓ holds"]
    assert (small[0], small[1], small[-1]) == ("onnx-int8", "✗ refused", "2.00% of the labels flip")


def test_the_card_is_the_card(tree: Element, banking: Facts) -> None:
    block = section_of(tree, "card").find(".//pre/code")
    assert block is not None
    assert yaml.safe_load("".join(block.itertext())) == banking["card"]


def test_the_command_survives_a_shell(chinese_tree: Element, chinese: Facts) -> None:
    section = section_of(chinese_tree, "reproduce")
    assert shown(section.find("pre")) == "whet build '客服 卡片/card.yaml'"
    pairs = pairs_of(section)
    assert pairs["Run"] == chinese["run"]
    assert pairs["Data version"] == chinese["data"]["version"]
    assert pairs["Rows"] == "train 180, validation 0, test 52, out of scope none"
    assert pairs["Seeds"] == "card 0, split 0"


def test_parts_that_were_not_measured_say_so(banking: Facts) -> None:
    absent = ("test", "per_class", "confusion", "calibration", "risk", "mistakes", "curve")
    facts = banking | dict.fromkeys(absent) | {"audit": None, "package": None, "winner": None}
    facts |= {"verdicts": [], "exit_reason": "the disk is full"}
    tree = read(render_report(facts))
    assert "This build has no winner. Why it ended: the disk is full." in shown(tree)
    for name in ("ladder", "test", "classes", "calibration", "risk", "curve", "mistakes", "audit"):
        text = shown(section_of(tree, name))
        assert "Not measured in this build. Why the build ended: the disk is full." in text


def _poisoned(value: Any, key: str = "") -> Any:
    """Return facts in which every text that a user or a machine can choose holds markup."""
    if isinstance(value, dict):
        return {k: _poisoned(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_poisoned(v, key) for v in value]
    fixed = {"metric", "severity", "verdict", "started", "primary"}
    return value + HOSTILE if isinstance(value, str) and key not in fixed else value


@pytest.mark.parametrize("which", ["banking", "chinese"])
def test_no_text_becomes_markup(which: str, request: pytest.FixtureRequest) -> None:
    facts = request.getfixturevalue(which)
    plain, poisoned = (read(render_report(f)) for f in (facts, _poisoned(facts)))
    scripts = [e.text for e in poisoned.iter("script")]
    assert scripts == [e.text for e in plain.iter("script")]
    assert len(scripts) == 1
    assert not list(poisoned.iter("img"))
    assert {n for e in poisoned.iter() for n in e.attrib} <= {
        n for e in plain.iter() for n in e.attrib
    }
    body = shown(poisoned.find(".//body"))
    for known in (facts["name"], facts["use"], facts["per_class"][0]["label"]):
        assert known + HOSTILE in body
    assert facts["mistakes"][0]["text"] + HOSTILE in body
    assert facts["mistakes"][0]["source"] + HOSTILE in body
    assert "49" not in body.replace(HOSTILE, "").split()


def test_the_page_asks_the_network_for_nothing(tree: Element) -> None:
    links = [e.get(n, "") for e in tree.iter() for n in ("href", "src", "srcset") if e.get(n)]
    assert links
    assert all(link.startswith("#") for link in links)
    styles = "".join(e.text or "" for e in tree.iter("style"))
    assert "url(" not in styles
    assert "@import" not in styles
    (policy,) = [e.get("content", "") for e in tree.iter("meta") if e.get("http-equiv")]
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("which", ["banking", "chinese"])
def test_tables_and_figures_can_be_heard(which: str, request: pytest.FixtureRequest) -> None:
    tree = read(render_report(request.getfixturevalue(which)))
    assert tree.get("lang") == "en"
    for table in tree.iter("table"):
        assert shown(table.find("caption"))
    for head in tree.iter("th"):
        assert head.get("scope") in ("col", "row")
        assert shown(head)
    for figure in tree.iter("svg"):
        assert figure.get("role") == "img"
        assert figure.get("aria-label")
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    for link in tree.iter("a"):
        assert link.get("href", "").removeprefix("#") in ids
    for section in tree.iter("section"):
        assert section.get("aria-labelledby") in ids
    levels = [int(e.tag[1]) for e in tree.iter() if e.tag in ("h1", "h2", "h3")]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_chinese_texts_say_that_they_are_chinese(chinese_tree: Element) -> None:
    marked = {shown(e) for e in chinese_tree.iter("span") if e.get("lang") == "zh"}
    assert {"开发票", "申请退款", "把客户的消息转给合适的同事"} <= marked
    assert "kefu-zh" not in marked


def _holed(value: Any) -> Any:
    """Return facts in which every measured fraction is missing."""
    if isinstance(value, dict):
        return {k: _holed(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_holed(v) for v in value]
    return math.nan if isinstance(value, float) else value


@pytest.mark.parametrize("which", ["banking", "chinese"])
def test_no_blank_stands_for_a_missing_value(which: str, request: pytest.FixtureRequest) -> None:
    facts = request.getfixturevalue(which)
    body = shown(read(render_report(facts)).find(".//main"))
    assert not re.search(r"\b(None|nan|inf|null)\b", body.replace("unit: null", ""))
    holed = copy.deepcopy(facts)
    for part in ("verdicts", "test", "baseline", "trivial", "gate", "per_class", "slices"):
        holed[part] = _holed(holed[part])
    body = shown(read(render_report(holed)).find(".//main"))
    assert not re.search(r"\b(None|nan|inf)\b", body)
    assert "not measured" in body


def test_the_report_is_light_and_the_same_every_time(banking: Facts) -> None:
    before = copy.deepcopy(banking)
    first = render_report(banking)
    assert len(first.encode()) < 200_000
    assert render_report(banking) == first
    assert banking == before
