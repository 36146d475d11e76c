"""Tests for the intents of the console: listed, renamed, merged, split, left out."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from tests.server.console.conftest import HERE, PASSWORD, Console, write_desk
from tests.tiny_base import make_tiny_base

from whet.products.support.history.decisions import Decided, read_decided
from whet.products.support.history.intents import Intent, Intents
from whet.products.support.history.pairs import Pair
from whet.products.support.history.questions import Question
from whet.products.support.opening import open_desk
from whet.server.console.ask import ConsoleDesk
from whet.server.console.mount import add_console
from whet.store.runs import NewRun
from whet.store.store import open_store

CARD = """\
name: support
use: test
data: {{source: {{path: messages.csv}}}}
inputs: [{{column: message}}]
target: {{column: intent}}
base: {base}
"""


def test_without_a_history_the_templates_are_the_intents(console: Console) -> None:
    shown = console.as_user("ana").get("/console/intents").text
    assert "No history was imported" in shown
    assert "refund" in shown and "It comes on Monday." in shown
    assert "Questions" not in shown and "In the card" not in shown
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


def test_an_editor_splits_an_intent(console: Console, decided: Decided, tmp_path: Path) -> None:
    base = make_tiny_base(tmp_path / "base")
    card = CARD.format(base=base)
    (console.desk.folder / "card.yaml").write_text(card, "utf-8")
    mixed = [
        replace(
            q, pair=replace(q.pair, question=f"{'my invoice' if n % 2 else 'reset password'} {n}")
        )
        for n, q in enumerate(decided.questions)
    ]
    Decided(mixed, decided.intents).write(console.desk.folder)
    ed, address = console.as_user("ed"), "/console/intents/show/i1"
    refused = ed.post(address, data={"do": "split", "parts": "99"})
    assert refused.status_code == 400 and "must be split into 2 to 6 parts" in refused.text
    assert ed.post(address, data={"do": "split", "parts": "two"}).status_code == 400
    assert ed.post(address, data={"do": "split", "parts": "2"}).status_code == 303
    after = read_decided(console.desk.folder)
    assert len(after.intents.intents) == 3
    parts = {
        q.intent for q in after.questions if q.pair.conversation in {f"c{n}" for n in range(6)}
    }
    assert len(after.questions) == 12 and "i1" in parts
    assert console.store.audit.page(what="intent.split")[0].which == "i1"
    assert console.as_user("ana").post(address, data={"do": "split"}).status_code == 403


def test_what_is_confused_with_what_is_told(console: Console) -> None:
    run = console.store.runs.create(
        NewRun("support", {"name": "support"}, "card.yaml", "v1", 0, {})
    )
    matrix = {"labels": ["refund", "delivery"], "counts": [[7, 3], [1, 9]]}
    console.store.runs.finish(run, "built", reason="done", seconds=1.0, facts={"confusion": matrix})
    known = console.store.packages.resolve("support", "champion")
    console.store.packages.add(replace(known, version="2", run=run))
    shown = console.as_user("ana").get("/console/intents/show/refund").text
    assert "Not known: no model of this desk was measured here." in shown
    console.store.packages.set_alias("support", "champion", "2")
    shown = console.as_user("ana").get("/console/intents").text
    rows = re.findall(r'<td class="number">(\d+)</td><td class="number">([\d.]+ %)</td>', shown)
    assert rows == [("3", "30.0 %"), ("1", "10.0 %")]
    one = console.as_user("ana").get("/console/intents/show/refund").text
    assert one.count("On the test rows of the model that answers now.") == 1


def test_an_answer_is_changed_and_answers_at_once(tmp_path: Path) -> None:
    write_desk(tmp_path / "desk")
    with open_store(f"sqlite:///{tmp_path}/whet.db") as store:
        for name, role in (("ana", "agent"), ("ed", "editor")):
            store.users.add(name, role, PASSWORD)
        desk = open_desk(tmp_path / "desk", store)
        app = FastAPI()
        add_console(app, ConsoleDesk.of(desk, store))
        address = "/console/intents/show/refund"
        with TestClient(app, base_url="http://localhost", headers=HERE) as client:
            client.post("/console/sign-in", data={"name": "ana", "password": PASSWORD})
            assert "Change the answer" not in client.get(address).text
            assert client.post(address, data={"do": "answer"}).status_code == 403
            client.post("/console/sign-in", data={"name": "ed", "password": PASSWORD})
            assert "Change the answer" in client.get(address).text
            wrong = {
                "do": "answer",
                "answer-en": "It takes {dayz}. <b>x</b>",
                "answer-zh": "五天。",
            }
            refused = client.post(address, data=wrong)
            assert refused.status_code == 400 and "dayz" in refused.text
            assert "It takes {dayz}. &lt;b&gt;x&lt;/b&gt;</textarea>" in refused.text
            right = wrong | {"answer-en": "It takes <b>six</b> days."}
            done = client.post(address, data=right)
            assert "Saved; it answers from now on." in done.text
            assert "It takes &lt;b&gt;six&lt;/b&gt; days." in done.text
        assert desk.answers.files.templates["refund"].said("en") == "It takes <b>six</b> days."
        # Another process of this desk takes it over when it looks.
        templates = tmp_path / "desk" / "templates.yaml"
        templates.write_text("refund: {en: Seven days., zh: 七天。}\n", "utf-8")
        assert desk.answers.refresh()
        assert desk.answers.files.templates["refund"].said("en") == "Seven days."
        templates.write_text("refund: {en: Seven days., zh: [七天]}\n", "utf-8")
        desk.answers.refresh()
        assert desk.answers.files.templates["refund"].said("zh") == "七天。"
