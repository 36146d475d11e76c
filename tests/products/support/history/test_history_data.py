"""Public utterances wrapped as conversations: intents are found, and the card builds as it is."""

import csv
import json
import os
from pathlib import Path

import pytest
from sklearn.metrics import adjusted_mutual_info_score
from tests.cli.conftest import Whet
from tests.cli.conftest import whet as whet  # the fixture

DATA = os.environ.get("WHET_DATA")
INTENTS = (
    *("cancel_order", "track_refund", "change_shipping_address", "payment_issue"),
    *("newsletter_subscription", "contact_human_agent", "delivery_period", "check_invoices"),
)


def wrapped(folder: Path) -> tuple[Path, dict[str, str]]:
    """Return Bitext's dev rows of eight intents as conversations, and the intent of each."""
    with (Path(str(DATA)) / "bitext_support_intents/dev.csv").open(
        newline="", encoding="utf-8-sig"
    ) as file:
        rows = [row for row in csv.DictReader(file) if row["intent"] in INTENTS]
    path = folder / "bitext.csv"
    truth = {}
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["conversation_id", "sent_at", "author", "text"])
        for i, row in enumerate(rows):
            at = f"2026-03-{1 + i % 28:02d}T08:{i % 60:02d}"
            out.writerow([f"b{i}", f"{at}:00Z", "customer", row["utterance"]])
            answer = f"We look after that: {row['intent'].replace('_', ' ')}."
            out.writerow([f"b{i}", f"{at}:30Z", "agent", answer])
            out.writerow([f"b{i}", f"{at}:50Z", "customer", "thanks"])
            truth[f"b{i}"] = row["intent"]
    return path, truth


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.skipif(not DATA, reason="needs WHET_DATA")
def test_intents_of_public_utterances_are_found_and_built(whet: Whet, tmp_path: Path) -> None:
    path, truth = wrapped(tmp_path)
    desk = tmp_path / "desk"
    ran = whet("support", "import", path, "--into", desk, "--json")
    assert ran.code == 0, ran.err
    questions = [
        json.loads(line)
        for line in (desk / ".whet/history/questions.jsonl").read_text("utf-8").splitlines()
    ]
    assert len(questions) == len(truth)
    found = [q["intent"] or "" for q in questions]
    meant = [truth[q["conversation"]] for q in questions]
    assert adjusted_mutual_info_score(meant, found) > 0.75
    ran = whet("build", desk / "card.yaml", "--json")
    assert ran.code in (0, 1), ran.err
    facts = json.loads(ran.out)
    assert facts["winner"]
