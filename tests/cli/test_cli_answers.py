"""`whet answers`: what was answered is listed, exported with the right labels, deleted in time."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Whet

from whet.core.workspace import Workspace
from whet.store.predictions import Prediction
from whet.store.store import open_store

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A workspace whose server gave three answers, on two of which there is feedback."""
    texts = {"p1": "where is \x1b[31mmy parcel", "p2": None, "p3": "sing a song"}
    with open_store(Workspace(tmp_path).database_url) as store:
        store.predictions.add(
            [
                Prediction(
                    id=ident,
                    name="shop",
                    version="1",
                    at=NOON + timedelta(days=day),
                    input_sha256="0" * 64,
                    label="login",
                    probability=0.5,
                    confidence=0.5,
                    abstained=ident == "p3",
                    latency_ms=1.0,
                    text=text,
                )
                for day, (ident, text) in enumerate(texts.items())
            ]
        )
        store.feedback.add("f1", "p1", label="delivery", source="agent")
        store.feedback.add("f2", "p2", label="login", source="agent")
    return tmp_path


def test_the_newest_answers_are_listed_first(whet: Whet, shop: Path) -> None:
    lines = whet("answers", "list", "--workspace", shop).out.splitlines()
    shown = [line for line in lines if line.strip().startswith("p")]
    assert [line.split()[0] for line in shown] == ["p3", "p2", "p1"]
    assert "(not kept)" in shown[1]
    assert "where is [31mmy parcel" in shown[2]  # without what would colour the terminal
    ran = whet("answers", "list", "shop", "--since", "2026-03-06", "--workspace", shop, "--json")
    answers = json.loads(ran.out)["answers"]
    assert [(one["id"], one["abstained"]) for one in answers] == [("p3", True), ("p2", False)]
    ran = whet("answers", "list", "--limit", 1, "--workspace", shop, "--json")
    assert [one["id"] for one in json.loads(ran.out)["answers"]] == ["p3"]


def test_corrected_messages_are_written_to_train_on(whet: Whet, shop: Path) -> None:
    ran = whet("answers", "export", "shop", shop / "new.csv", "--workspace", shop)
    assert ran.out == (
        f"Wrote 1 messages to {shop / 'new.csv'}.\n"
        "Left out 1 corrections whose message was not kept.\n"
    )
    assert "parcel,delivery,login,agent,p1," in (shop / "new.csv").read_text()
    ran = whet("answers", "export", "shop", shop / "new.csv", "--workspace", shop, "--json")
    said = json.loads(ran.out)
    assert (said["file"], said["rows"], said["without_text"]) == (str(shop / "new.csv"), 1, 1)


@pytest.mark.parametrize("name", ["shop", "shopp"])
def test_nothing_to_export_is_said_and_writes_nothing(whet: Whet, shop: Path, name: str) -> None:
    since = ["--since", "2999-01-01"]
    ran = whet("answers", "export", name, shop / "new.csv", *since, "--workspace", shop)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"whet: There is no feedback on answers of {name!r} to export. It comes to /v1/feedback, "
        "with the id that an answer carries.\n"
    )
    assert not (shop / "new.csv").exists()


def test_feedback_on_messages_that_were_not_kept_is_no_training_data(
    whet: Whet, shop: Path
) -> None:
    with open_store(Workspace(shop).database_url) as store:
        store.predictions.prune(NOON + timedelta(hours=1))  # leaves the one without its message
    ran = whet("answers", "export", "shop", shop / "new.csv", "--workspace", shop)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "whet: The messages of 'shop' must have been kept to be exported; none of 1 with feedback "
        "was. Serve with --keep-texts from now on.\n"
    )
    assert not (shop / "new.csv").exists()


def test_old_answers_are_deleted(whet: Whet, shop: Path) -> None:
    ran = whet("answers", "prune", "--before", "2026-03-07", "--workspace", shop)
    assert ran.out == "Deleted 2 answers from before 2026-03-07.\n"
    left = json.loads(whet("answers", "list", "--workspace", shop, "--json").out)["answers"]
    assert [one["id"] for one in left] == ["p3"]
    assert json.loads(
        whet("answers", "prune", "--before", "2026-03-07", "--workspace", shop, "--json").out
    ) == {"deleted": 0}


def test_pruning_needs_a_day(whet: Whet, shop: Path) -> None:
    assert whet("answers", "prune", "--workspace", shop).code == 2
    left = json.loads(whet("answers", "list", "--workspace", shop, "--json").out)["answers"]
    assert len(left) == 3
