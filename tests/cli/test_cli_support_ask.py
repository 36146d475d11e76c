"""`whet support check`, `schema` and `ask`, as a user meets them."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet, register_champion
from tests.serving.tiny_package import make_linear_package

DESK = """\
name: Lark shop
card: tiny
slots: {order: {kind: pattern, pattern: "[A-Z]{2}[0-9]{6}"}}
decision: {intent_threshold: 0.6}
"""
TEMPLATES = """\
refund: {en: "The refund of {order} is on its way.", zh: "{order}的退款已提交。"}
login: {en: Reset your password., zh: 请重置密码。}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A desk in a workspace with a model that answers."""
    (tmp_path / "whet.toml").write_text("")
    (tmp_path / "desk.yaml").write_text(DESK, encoding="utf-8")
    (tmp_path / "templates.yaml").write_text(TEMPLATES, encoding="utf-8")
    package = make_linear_package(tmp_path / ".whet" / "packages" / "tiny" / "1", name="tiny")
    register_champion(tmp_path, package)
    return tmp_path


def test_a_right_desk(whet: Whet, desk: Path) -> None:
    ran = whet("support", "check", desk)
    assert (ran.code, ran.out) == (0, f"{desk}/desk.yaml is right.\n")


def test_mistakes_of_both_files(whet: Whet, desk: Path) -> None:
    (desk / "desk.yaml").write_text(DESK + "hous: {}\n")
    (desk / "templates.yaml").write_text("refnd: Hi {ordr}\n")
    ran = whet("support", "check", desk)
    assert ran.code == 2
    assert ran.out.splitlines() == [
        f"{desk}/desk.yaml:5: hous: is no field. Did you mean 'hours'?",
        f"{desk}/templates.yaml:1: refnd: {{ordr}} is no slot of the desk. Did you mean 'order'?",
        f"{desk}/templates.yaml:1: refnd: 'refnd' is no intent that the model knows. "
        "Did you mean 'refund'?",
    ]
    found = json.loads(whet("support", "check", desk, "--json").out)
    assert [(p["line"], p["field"]) for p in found["problems"]] == [
        (5, "hous"),
        (1, "refnd"),
        (1, "refnd"),
    ]


def test_schemas(whet: Whet) -> None:
    assert "lookups" in json.loads(whet("support", "schema").out)["properties"]
    assert "additionalProperties" in json.loads(whet("support", "schema", "--templates").out)


def test_an_answer_with_its_reason(whet: Whet, desk: Path) -> None:
    ran = whet("support", "ask", "login help", "--desk", desk)
    answer, reason = ran.out.splitlines()
    assert (ran.code, answer) == (0, "Reset your password.")
    assert reason.startswith("  [template; confidence 0.")
    assert "The template of login holds at confidence" in reason


def test_a_conversation_in_a_file(whet: Whet, desk: Path) -> None:
    file = desk / "talk.json"
    told = []
    for text in ("refund please", "AB123456", "我要退款"):
        ran = whet("support", "ask", text, "--desk", desk, "--conversation", file, "--json")
        told.append(json.loads(ran.out))
    assert [one["action"] for one in told] == ["ask", "answer", "answer"]
    assert [one["text"] for one in told] == [
        "Please tell me: order",
        "The refund of AB123456 is on its way.",
        "AB123456的退款已提交。",
    ]
    assert told[1]["reason"]["intents"][0]["intent"] == "refund"
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert [said["author"] for said in kept["history"]] == ["customer", "bot"] * 3
    file.write_text("[]")
    ran = whet("support", "ask", "hi", "--desk", desk, "--conversation", file)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"whet: {file} must hold a conversation that `whet support ask` has written; it cannot "
        "be read as one. Name another file, or delete this one.\n"
    )


def test_a_desk_without_its_model_says_so(whet: Whet, tmp_path: Path) -> None:
    (tmp_path / "desk.yaml").write_text("card: bank\n")
    ran = whet("support", "ask", "转人工", "--desk", tmp_path)
    assert ran.code == 0
    assert (
        ran.err == "whet: no model 'bank' may answer yet (`whet build`), so no intent is found.\n"
    )
    assert ran.out.startswith("我已为您转接同事")


def test_a_missing_desk(whet: Whet, tmp_path: Path) -> None:
    ran = whet("support", "ask", "hi", "--desk", tmp_path)
    assert ran.code == 2
    assert ran.err == (
        f"whet: {tmp_path}/desk.yaml: there is no such file. `whet support schema` says what a "
        "desk may hold.\n"
    )
