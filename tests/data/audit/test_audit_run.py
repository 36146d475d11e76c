"""The whole audit: order, waivers, what the guards have in common, progress."""

import json

import pytest
from tests.data.audit.builders import make_card, make_dataset, make_frame, numbered

from whet.cards.schema import GUARDS
from whet.data.audit.finding import MAX_CHARACTERS, MAX_EXAMPLES, SEVERITIES, Finding
from whet.data.audit.run import CHECKS, CHECKS_OF, audit
from whet.data.frame import Dataset


def faulty() -> Dataset:
    """Return a data set in which every guard finds something."""
    bad = [(f"refund a@b.org {text} {'long ' * 500}", "refund") for text in "abcdefghijklmn"]
    login = numbered("退款", "login", 14)
    train = make_frame([*bad, *login, ("same", "login"), ("same", "refund")], g=["c1"] * 30)
    test = make_frame([*bad, *login[:13], ("refunds", "new"), ("new", "new")], g=["c1"] * 29)
    return make_dataset(
        train, test, unusable=tuple(("train.csv", i, "no label") for i in range(20))
    )


CARD = make_card(data={"source": {"path": "train.csv"}, "groups": ["g"]})


class Steps:
    """A `Progress` that remembers what it was told."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int | None]] = []
        self.done = 0

    def start(self, stage: str, total: int | None = None) -> None:
        self.stages.append((stage, total))

    def advance(self, steps: int = 1) -> None:
        self.done += steps

    def note(self, text: str) -> None:
        self.stages.append((text, None))


def test_clean_data_has_no_finding() -> None:
    rows = [
        (text, "login" if i % 2 else "refund") for i, (text, _) in enumerate(numbered("", "", 30))
    ]
    data = make_dataset(make_frame(rows[:24]), make_frame(rows[24:], "test.csv"))
    assert audit(make_card(base="multilingual-e5-small"), data) == []


@pytest.mark.parametrize("guard", [g for g in CHECKS if g != "class_counts"])
def test_every_guard_finds_its_fault_and_keeps_the_contract(guard: str) -> None:
    found = [finding for finding in audit(CARD, faulty()) if finding.guard == guard]
    assert found
    for finding in found:
        assert finding.count > 0
        assert finding.sentence.endswith(".")
        assert 0 < len(finding.examples) <= MAX_EXAMPLES
        assert all(len(example.text) <= MAX_CHARACTERS + 1 for example in finding.examples)
        assert all("a@b.org" not in example.text for example in finding.examples)
        assert CHECKS[guard](CARD, faulty()) == found  # the same again, and under its own name


def test_every_check_is_a_guard_and_what_is_missing_needs_a_model() -> None:
    known = {guard for checks in CHECKS_OF.values() for guard in checks}
    assert set(GUARDS) - known == {"label_errors", "shuffled_labels", "one_side"}
    assert known <= set(GUARDS)


def test_what_stops_the_build_comes_first() -> None:
    severities = [SEVERITIES.index(finding.severity) for finding in audit(CARD, faulty())]
    assert severities == sorted(severities)
    assert {0, 1, 3} <= set(severities)


def test_a_waived_guard_keeps_its_numbers_and_carries_the_reason() -> None:
    plain = [f for f in audit(CARD, faulty()) if f.guard == "exact_duplicates"]
    waiving = CARD.model_copy(update={"waive": {"exact_duplicates": "official split"}})
    waived = [f for f in audit(waiving, faulty()) if f.guard == "exact_duplicates"]
    assert [f.severity for f in plain] == ["stop"]
    assert [(f.severity, f.waived) for f in waived] == [("waived", "official split")]
    assert [(f.count, f.sentence) for f in waived] == [(f.count, f.sentence) for f in plain]


def test_what_is_only_worth_knowing_needs_no_waiver() -> None:
    rows = numbered("退款", "x", 30)
    data = make_dataset(make_frame([*rows, rows[0]]))
    card = make_card(waive={"exact_duplicates": "why not"}, candidates=["linear"])
    found = [f for f in audit(card, data) if f.guard == "exact_duplicates"]
    assert [(f.severity, f.waived) for f in found] == [("info", None)]


def test_progress_counts_the_guards() -> None:
    steps = Steps()
    audit(CARD, faulty(), progress=steps)
    assert steps.stages == [("audit", len(CHECKS))]
    assert steps.done == len(CHECKS)


def test_a_finding_goes_through_json_unchanged() -> None:
    for finding in audit(CARD, faulty()):
        facts = json.loads(json.dumps(finding.to_json()))
        assert set(facts) == set(Finding.__dataclass_fields__)
        assert facts["examples"][0].keys() == {"row", "source", "text", "detail"}
        assert facts == finding.to_json()
