"""A suite is checked whole: every mistake with its line, before anything is asked."""

from pathlib import Path

import pytest
from tests.products.support.answering.tiny_desk import KEYWORDS, tiny_files

from whet.core.errors import InputError
from whet.products.support.suite.read import line_of_cases, read_suite

GOOD = """\
cases:
  - name: where it is
    when: Where is my order AB123456?
    lookups: {orders: {state: sent, day: Friday}}
    then: {intent: order_status, contains: sent}
  - {name: a person, when: [hello, talk to a person], then: {hands_over: true}}
"""


def _read(folder: Path, text: str) -> list[str]:
    """Return the lines of the refusal of a suite."""
    file = folder / "tests.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_suite(file, tiny_files(folder), list(KEYWORDS))
    return [line.removeprefix(f"{file}:") for line in str(refused.value).splitlines()]


def test_a_right_suite(tmp_path: Path) -> None:
    file = tmp_path / "tests.yaml"
    file.write_text(GOOD, encoding="utf-8")
    first, second = read_suite(file, tiny_files(tmp_path), list(KEYWORDS))
    assert first.when == ["Where is my order AB123456?"]
    assert first.then.contains == ["sent"]
    assert second.then.hands_over is True
    assert line_of_cases(file) == {"where it is": 2, "a person": 6}


def test_every_mistake_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("order_status", "order_statsu").replace("{orders: {state", "{orders: {stat")
    text = text.replace("name: a person", "name: where it is").replace(
        "then: {hands", "than: {hands"
    )
    found = _read(tmp_path, text)
    assert found == [
        "4: cases[0].lookups.orders.stat: 'stat' is no field of lookup 'orders'. "
        "Did you mean 'state'?",
        "5: cases[0].then.intent: 'order_statsu' is no intent that the model knows. "
        "Did you mean 'order_status'?",
        "6: cases[1].then: must be given: what the reply to the last message must be",
        "6: cases[1].than: is no field. Did you mean 'then'?",
        "6: cases[1].name: 'where it is' is the name of another case (line 2)",
    ]


def test_a_case_that_cannot_fail_is_refused(tmp_path: Path) -> None:
    (line,) = _read(tmp_path, "cases: [{name: a, when: b, then: {}}]\n")
    assert "the case could not fail" in line


def test_a_blank_text_is_refused(tmp_path: Path) -> None:
    found = _read(tmp_path, 'cases: [{name: a, when: b, then: {contains: [" "]}}]\n')
    assert found == ["1: cases[0].then.contains[0]: must be a text that is not blank"]


def test_an_unknown_lookup(tmp_path: Path) -> None:
    text = "cases: [{name: a, when: b, lookups: {order: fails}, then: {language: en}}]\n"
    assert _read(tmp_path, text) == [
        "1: cases[0].lookups.order: 'order' is no lookup of the desk. Did you mean 'orders'?"
    ]


def test_without_a_model_intents_are_not_compared(tmp_path: Path) -> None:
    file = tmp_path / "tests.yaml"
    file.write_text(GOOD.replace("order_status", "anything"), encoding="utf-8")
    assert len(read_suite(file, tiny_files(tmp_path), None)) == 2


def test_a_missing_suite(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_suite(tmp_path / "none.yaml", tiny_files(tmp_path), None)
    assert str(refused.value) == (
        f"{tmp_path}/none.yaml: there is no such file. Write one, with `cases:` that each have "
        "`name`, `when` and `then`."
    )
