"""Cases are whole conversations, judged by their last reply; nothing is asked over the network."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.products.support.answering.tiny_desk import (
    ARTICLES,
    TinyBm25,
    WordModel,
    quote,
    tiny_files,
)

from whet.products.support.answering.knowledge import Knowledge
from whet.products.support.desk.read import DeskFiles
from whet.products.support.suite.run import Outcome, run_case, run_suite
from whet.products.support.suite.schema import Case

KNOWLEDGE = Knowledge(TinyBm25(ARTICLES), quote)


@pytest.fixture
def files(tmp_path: Path) -> DeskFiles:
    """The small shop; its lookups lead nowhere."""
    return tiny_files(tmp_path)


def _run(files: DeskFiles, **fields: object) -> Outcome:
    return run_case(Case.model_validate({"name": "a", **fields}), files, WordModel(), KNOWLEDGE)


def test_a_conversation_is_judged_by_its_last_reply(files: DeskFiles) -> None:
    ran = _run(
        files,
        when=["I want a refund", "it is AB123456"],
        then={"intent": "refund", "tier": "template", "contains": "ab123456", "language": "en"},
    )
    assert ran.problems == ()
    assert [said.author for said in ran.said] == ["customer", "bot"] * 2


def test_every_reason_is_told(files: DeskFiles) -> None:
    ran = _run(
        files,
        when="When do you open?",
        then={
            "intent": "refund",
            "tier": "article",
            "article": "gift",
            "contains": ["ten"],
            "not_contains": ["NINE"],
            "hands_over": True,
            "language": "zh",
        },
    )
    assert ran.problems == (
        "intent must be refund; it is opening_hours",
        "tier must be article; it is template",
        "language must be zh; it is en",
        "article gift must be cited; cited is none",
        "must hand over; it does not",
        "must contain 'ten'; it does not",
        "must not contain 'NINE'; it does",
    )


def test_what_is_cited(files: DeskFiles) -> None:
    asked = {"when": "How long are gift cards valid?", "then": {"article": "gift"}}
    assert _run(files, **asked).problems == ()
    ran = _run(files, **asked | {"then": {"article": "wash"}})
    assert ran.problems == ("article wash must be cited; cited is gift",)


def test_lookups_say_what_the_case_says(files: DeskFiles) -> None:
    asked = {"when": "Where is my order AB123456?", "then": {"contains": "on Friday"}}
    known = {"lookups": {"orders": {"state": "sent", "day": "Friday"}}}
    assert _run(files, **asked, **known).problems == ()
    for unknown in ({}, {"lookups": {"orders": "fails"}}, {"lookups": {"orders": {"state": "x"}}}):
        ran = _run(files, **asked | {"then": {"contains": "cannot look up"}}, **unknown)
        assert ran.problems == ()
    ran = _run(files, **asked | {"then": {"contains": "find no"}}, lookups={"orders": "not_found"})
    assert ran.problems == ()


def test_a_case_is_said_within_the_hours_of_the_desk(files: DeskFiles) -> None:
    asked = {"when": "talk to a person", "then": {"not_contains": "closed"}}
    ran = _run(files, **asked)
    assert ran.problems == ()
    assert ran.said[0].at == datetime(2026, 1, 7, 12, tzinfo=UTC)
    late = _run(files, **asked | {"then": {"contains": "closed now"}}, at=datetime(2026, 1, 7, 23))
    assert late.problems == ()


def test_cases_do_not_hear_each_other(files: DeskFiles) -> None:
    cases = [
        Case.model_validate(
            {"name": n, "when": "it is AB123456", "then": {"not_contains": "refund"}}
        )
        for n in ("a", "b")
    ]
    first = Case.model_validate(
        {"name": "c", "when": "I want a refund", "then": {"tier": "question"}}
    )
    done: list[None] = []
    outcomes = run_suite(
        [first, *cases], files, WordModel(), KNOWLEDGE, advance=lambda: done.append(None)
    )
    assert [one.problems for one in outcomes] == [(), (), ()]
    assert len(done) == 3
