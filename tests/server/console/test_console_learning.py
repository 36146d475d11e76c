"""Tests for quality, review and tests of the console: the numbers, the queue, the suite."""

import pytest
from tests.server.console.conftest import Console

from whet.server.console.charts import MEASURES


def test_quality_is_drawn_and_told(console: Console) -> None:
    console.history()
    ana = console.as_user("ana")
    for measure in MEASURES:
        shown = ana.get(f"/console/quality?days=7&measure={measure}").text
        assert shown.count("<svg") >= 3, measure  # by day, channel and language at least
        assert "18" in shown.split("<strong>")[1]
    assert "78 %" in ana.get("/console/quality?days=7").text  # 14 of 18 without a person
    old = ana.get("/console/quality?days=7&measure=nonsense")
    assert old.status_code == 200


def test_without_conversations_quality_says_so(console: Console) -> None:
    assert "No conversation in this time." in console.as_user("ana").get("/console/quality").text


def test_a_reviewed_prediction_becomes_an_example(console: Console) -> None:
    console.history()
    ed = console.as_user("ed")
    shown = ed.get("/console/review").text
    ident = shown.split('name="id" value="')[1].split('"')[0]
    form = {"id": ident, "guess": "refund", "do": "accept", "skipped": ""}
    assert ed.post("/console/review", data=form).status_code == 303
    accepted = console.store.examples.all("support", ["accepted"])
    assert [(e.label, e.source, e.decided_by) for e in accepted] == [
        ("refund", "review", "editor:ed")
    ]
    assert f'value="{ident}"' not in ed.get("/console/review").text


@pytest.mark.parametrize(("do", "label"), [("out", "out_of_scope"), ("other", "card")])
def test_other_answers_of_a_review(console: Console, do: str, label: str) -> None:
    console.history()
    ed = console.as_user("ed")
    ident = ed.get("/console/review").text.split('name="id" value="')[1].split('"')[0]
    form = {"id": ident, "guess": "refund", "do": do, "label": "card"}
    assert ed.post("/console/review", data=form).status_code == 303
    assert [e.label for e in console.store.examples.all("support", ["accepted"])] == [label]


def test_what_is_skipped_comes_no_more_in_this_round(console: Console) -> None:
    console.history()
    ed = console.as_user("ed")
    ident = ed.get("/console/review").text.split('name="id" value="')[1].split('"')[0]
    skipped = ed.post("/console/review", data={"id": ident, "do": "skip"})
    assert f'name="id" value="{ident}"' not in ed.get(skipped.headers["location"]).text
    assert console.store.examples.all("support", ["accepted"]) == []


def test_a_label_that_is_none_is_refused_with_the_nearest(console: Console) -> None:
    console.history()
    ed = console.as_user("ed")
    ident = ed.get("/console/review").text.split('name="id" value="')[1].split('"')[0]
    wrong = ed.post("/console/review", data={"id": ident, "do": "other", "label": "refnd"})
    assert wrong.status_code == 400
    assert "Did you mean &#39;refund&#39;?" in wrong.text


def test_the_suite_is_run_and_failures_are_told(console: Console) -> None:
    ed = console.as_user("ed")
    assert "2 cases of tests.yaml" in ed.get("/console/tests").text
    told = ed.post("/console/tests").text
    assert "1 of 2 cases hold." in told or "0 of 2 cases hold." in told
    assert "must contain &#39;on Monday&#39;; it does not" in told
