"""Tests for the intents of the console: listed, renamed, merged, split, left out."""

from datetime import UTC, datetime

import pytest
from tests.server.console.conftest import Console

from whet.products.support.history.decisions import Decided, read_decided
from whet.products.support.history.intents import Intent, Intents
from whet.products.support.history.pairs import Pair
from whet.products.support.history.questions import Question


def test_without_a_history_the_templates_are_the_intents(console: Console) -> None:
    shown = console.as_user("ana").get("/console/intents").text
    assert "No history was imported" in shown
    assert "refund" in shown and "delivery" in shown
    one = console.as_user("ana").get("/console/intents/show/refund").text
    assert "A refund takes five days." in one and "退款需要五天。" in one
    assert console.as_user("ana").get("/console/intents/show/refnd").status_code == 400


@pytest.fixture
def decided(console: Console) -> Decided:
    """Give the desk a history of two intents."""
    questions = [
        Question(
            Pair(f"c{n}", 0, datetime(2026, 11, 1, tzinfo=UTC).isoformat(), f"{text} {n}?"), ident
        )
        for ident, text in (("i1", "Where is my refund"), ("i2", "Money back please"))
        for n in range(6)
    ]
    intents = [
        Intent(id="i1", name="refund", messages=6, examples=["Where is my <b>refund</b>?"]),
        Intent(id="i2", name="money_back", messages=6, examples=["Money back"]),
    ]
    made = Decided(questions, Intents(intents=intents))
    made.write(console.desk.folder)
    return made


def test_mined_intents_are_listed_with_examples(console: Console, decided: Decided) -> None:
    shown = console.as_user("ana").get("/console/intents").text
    assert "money_back" in shown and "Where is my &lt;b&gt;refund&lt;/b&gt;?" in shown
    assert "delivery" in shown  # of the templates alone
    one = console.as_user("ana").get("/console/intents/show/i1").text
    assert "Rename" not in one
    assert "Rename" in console.as_user("ed").get("/console/intents/show/i1").text


def test_an_editor_renames_merges_and_leaves_out(console: Console, decided: Decided) -> None:
    ed = console.as_user("ed")
    address = "/console/intents/show/i1"
    assert ed.post(address, data={"do": "rename", "name": "give_back"}).status_code == 303
    refused = ed.post(address, data={"do": "rename", "name": "money_back"})
    assert refused.status_code == 400 and "another one&#39;s" in refused.text
    assert ed.post(address, data={"do": "leave"}).status_code == 303
    kept = read_decided(console.desk.folder).intents.find("i1")
    assert (kept.name, kept.accepted) == ("give_back", False)
    assert ed.post(address, data={"do": "merge", "other": "i2"}).status_code == 303
    after = read_decided(console.desk.folder)
    assert [i.id for i in after.intents.intents] == ["i1"]
    assert {q.intent for q in after.questions} == {"i1"}
    assert [deed.what for deed in console.store.audit.page(what="intent")] == [
        "intent.merge",
        "intent.leave",
        "intent.rename",
    ]
    assert ed.post(address, data={"do": "explode"}).status_code == 400
