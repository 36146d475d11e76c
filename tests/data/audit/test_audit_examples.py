"""The audit against the planted flaws of the support example, and against public data."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.data.audit.builders import make_card, make_frame

from whet.cards.read import read_card
from whet.cards.schema import Card
from whet.core.settings import settings
from whet.data.audit.finding import Finding
from whet.data.audit.run import audit
from whet.data.frame import Dataset
from whet.data.load import load
from whet.data.split import development

SUPPORT = Path("examples/support")


@pytest.fixture(scope="module")
def whole() -> tuple[Card, Dataset]:
    """Return the support example with every row in training, so that row m0017 is row 17."""
    card = read_card(SUPPORT / "card.yaml")
    data = load(card, SUPPORT)
    frames = (data.train, data.test)
    order = sorted((row, k, i) for k, f in enumerate(frames) for i, row in enumerate(f.rows))
    rows = [(frames[k].texts[i], frames[k].labels[i]) for _, k, i in order]
    columns = {c: [frames[k].columns[c][i] for _, k, i in order] for c in data.train.columns}
    train = make_frame(rows, "messages.csv", **columns)
    return card, replace(data, train=train, test=data.test.take([]), out_of_scope=None)


@pytest.fixture(scope="module")
def flaws() -> dict[str, Any]:
    """Return what is deliberately wrong in the support example."""
    found: dict[str, Any] = yaml.safe_load((SUPPORT / "flaws.yaml").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def findings(whole: tuple[Card, Dataset]) -> list[Finding]:
    """Return what the audit finds in the whole file."""
    return audit(*whole)


def numbers(message_ids: list[str]) -> frozenset[int]:
    """Return the rows of message ids."""
    return frozenset(int(message_id[1:]) for message_id in message_ids)


def rows_named(findings: list[Finding], guard: str) -> list[frozenset[int]]:
    """Return the rows that each example of a guard names, its own and those in the detail."""
    examples = [e for finding in findings if finding.guard == guard for e in finding.examples]
    return [
        frozenset([e.row or 0, *map(int, re.findall(r"row (\d+)", e.detail))]) for e in examples
    ]


@pytest.mark.parametrize("guard", ["exact_duplicates", "near_duplicates", "conflicting_labels"])
def test_all_planted_pairs_are_found_and_no_others(
    findings: list[Finding], flaws: dict[str, Any], guard: str
) -> None:
    planted = {numbers(pair) for pair in flaws[guard]}
    assert set(rows_named(findings, guard)) == planted
    assert len(rows_named(findings, guard)) == len(planted)


def test_all_personal_data_is_found_and_nothing_else(
    findings: list[Finding], flaws: dict[str, Any]
) -> None:
    kinds = {"id_number": "id"}
    planted = {(*numbers([f["message_id"]]), kinds.get(f["kind"], f["kind"])) for f in flaws["pii"]}
    (found,) = [finding for finding in findings if finding.guard == "pii"]
    assert {(e.row, e.detail.removeprefix("training: ")) for e in found.examples} == planted
    assert found.count == len(planted)


def test_the_other_guards_have_only_the_languages_to_tell_of(findings: list[Finding]) -> None:
    paired = {"exact_duplicates", "near_duplicates", "conflicting_labels", "pii"}
    other = [finding for finding in findings if finding.guard not in paired]
    assert [(f.guard, f.severity, f.count) for f in other] == [("language_mix", "warn", 182)]


def test_nothing_stops_the_build_of_the_example() -> None:
    card = read_card(SUPPORT / "card.yaml")
    found = audit(card, load(card, SUPPORT))
    assert "stop" not in {finding.severity for finding in found}


@pytest.fixture
def public() -> Path:
    """Return the folder of public data."""
    folder = settings().data
    if folder is None:
        pytest.skip("needs public data: set WHET_DATA to its folder")
    return folder


@pytest.mark.data
def test_banking77_warns_of_its_few_duplicates_and_builds(public: Path) -> None:
    card = make_card(
        inputs=[{"column": "text"}],
        target={"column": "category"},
        split={"kind": "official", "test": "test.csv"},
    )
    found = audit(card, load(card, public / "banking77"))
    assert [(f.guard, f.severity, f.count) for f in found] == [
        ("exact_duplicates", "warn", 7),
        ("near_duplicates", "warn", 322),
        ("exact_duplicates", "info", 5),
        ("near_duplicates", "info", 856),
    ]


@pytest.mark.data
def test_templates_on_both_sides_of_an_official_split_stop_the_build(public: Path) -> None:
    card = make_card(
        inputs=[{"column": "utterance"}],
        target={"column": "intent"},
        split={"kind": "official", "test": "test.csv", "validation": "dev.csv"},
    )
    data = load(card, public / "bitext_support_intents")
    assert len(development(data)) == 7290
    stops = {finding.guard for finding in audit(card, data) if finding.severity == "stop"}
    assert stops == {"exact_duplicates", "near_duplicates"}
