"""Tests for the audit of spans: rare and unseen labels, repeats, personal data, and their fixes."""

from pathlib import Path

import pytest
from tests.ladder.tag_workshop import Row, make_tagged, write_jsonl, write_tag_card

from whet.cards.read import read_card
from whet.cards.schema import Card
from whet.core.spans import Span
from whet.data.audit.finding import Finding
from whet.data.audit.run import CHECKS_OF, audit
from whet.data.fix import apply_fixes
from whet.data.frame import Dataset
from whet.data.load import load

MAIL = "write to ana.li@example.com about my card"


@pytest.fixture
def split(tmp_path: Path) -> tuple[Card, Dataset]:
    """Return a card and data with a mistake of every kind."""
    train, test = make_tagged(60), make_tagged(20, start=60)
    odd: list[Row] = [("in Rome", (Span(3, 7, "PLACE"),)), (MAIL, (Span(37, 41, "DEVICE"),))]
    write_jsonl(tmp_path / "rows.jsonl", [*train, *odd, train[0]])
    write_jsonl(tmp_path / "test.jsonl", [*test, *train[:2], ("Mr Li", (Span(3, 5, "PER"),))])
    path = write_tag_card(
        tmp_path,
        tmp_path,
        data={"source": {"path": "rows.jsonl"}},
        split={"kind": "official", "test": "test.jsonl", "folds": 3},
    )
    card = read_card(path)
    return card, load(card, tmp_path)


def by_guard(findings: list[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.guard, []).append(finding)
    return found


def test_every_guard_of_spans_speaks(split: tuple[Card, Dataset]) -> None:
    found = by_guard(audit(*split))
    (counts,) = found["class_counts"]
    assert "PLACE (1)" in counts.sentence and "training spans" in counts.sentence
    (unseen,) = found["unseen_labels"]
    assert (unseen.count, unseen.severity) == (1, "warn") and "PER" in unseen.sentence
    (personal,) = found["pii"]
    assert personal.count == 1 and not personal.fixable and "[e-mail]" not in personal.sentence
    assert [finding.count for finding in found["exact_duplicates"]] == [2, 1]
    assert found["exact_duplicates"][0].severity == "stop"
    assert set(found) <= {*CHECKS_OF["tags"]}


def test_repeats_are_dropped_and_nothing_is_masked(split: tuple[Card, Dataset]) -> None:
    card, dataset = split
    mended, told = apply_fixes(card, dataset)
    assert len(mended.train) == len(dataset.train) - 3
    assert mended.test.texts == dataset.test.texts
    assert MAIL in mended.train.texts
    assert len(told) == 2 and all(sentence.startswith("Drop training rows") for sentence in told)
