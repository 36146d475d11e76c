"""Tests for the intents of the console: listed, renamed, merged, split, left out."""

from datetime import UTC, datetime

import pytest

from tests.server.console.conftest import Console
from whet.products.support.history.decisions import Decided, read_decided
from whet.products.support.history.intents import Intent, Intents
from whet.products.support.history.questions import Question


def test_without_a_history_the_templates_are_the_intents(console: Console) -> None:
    shown = console.as_user("ana").get("/console/intents").text
    assert "No history was imported" in shown
    assert "refund" in shown and "delivery" in shown
    one = console.as_user("ana").get("/console/intents/show/refund").text
    assert "A refund takes five days." in one and "退款需要五天。" in one
    assert console.as_user("ana").get("/console/intents/show/refnd").status_code == 400
