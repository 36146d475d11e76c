"""`whet plan market`: the example as a user sees it, its JSON, and answers that are too few."""

import json
from pathlib import Path

from tests.cli.conftest import Whet

EXAMPLE = Path(__file__).parents[3] / "examples" / "company" / "company.yaml"


def test_the_example(whet: Whet) -> None:
    ran = whet("plan", "market", EXAMPLE)
    assert (ran.code, ran.err) == (0, "")
    for sentence in (
        "on-premises: Paragraf AI leads by 1.0; catching up brings 0.22 of value.",
        "30 answers.",
        "Most profit at a unit cost of 60: 400 (90% interval 300 to 500).",
        "Buyers of law-firms, by scenario",
        "Rules on 2026-12-01",
    ):
        assert sentence in ran.out


def test_the_documentation_shows_what_the_command_prints(whet: Whet) -> None:
    page = (EXAMPLE.parents[2] / "docs" / "plan" / "market.md").read_text(encoding="utf-8")
    shown = page.split("```text\n")[1].split("\n```")[0]
    printed = whet("plan", "market", EXAMPLE).out
    assert shown.splitlines() == [line.rstrip() for line in printed.rstrip().splitlines()]


def test_another_day_shows_what_is_overdue(whet: Whet) -> None:
    ran = whet("plan", "market", EXAMPLE, "--today", "2027-05-20")
    assert (
        "The certificate for information security ends was due on 2027-03-31, 50 days ago, and is "
        "not met. Nobody owns it."
    ) in " ".join(ran.out.split())
    assert "should have started on 2027-05-18, 2 days ago. Jonas Wirth owns it." in " ".join(
        ran.out.split()
    )


def test_json_is_one_object_and_the_same_each_time(whet: Whet) -> None:
    first, second = (whet("plan", "market", EXAMPLE, "--json", "--seed", "5") for _ in range(2))
    assert first.out == second.out
    found = json.loads(first.out)
    points = {p["name"]: p for p in found["price_tests"][0]["meter"]["points"]}
    assert points["PMC"]["price"] < points["OPP"]["price"] < points["PME"]["price"]
    assert points["OPP"]["low"] <= points["OPP"]["price"] <= points["OPP"]["high"]
    assert [rule["status"] for rule in found["rules"]] == ["later", "later"]


def test_too_few_answers_do_not_stop_the_rest(whet: Whet, tmp_path: Path) -> None:
    path = tmp_path / "company.yaml"
    path.write_text(
        "currency: EUR\nstart: 2027-02-01\nproducts: [{id: x}]\n"
        "market:\n"
        "  price_tests: [{id: p, product: x, points: [{price: 10, asked: 9, bought: 4},\n"
        "    {price: 20, asked: 30, bought: 4}]}]\n"
        "  rules: [{id: r, title: A rule, holds_from: 2027-01-01}]\n"
    )
    ran = whet("plan", "market", path)
    assert ran.code == 0
    assert (
        "a price test needs at least 20 answers at each price; found 9 at 10. Ask more customers, "
        "or fewer prices."
    ) in " ".join(ran.out.split())
    assert "A rule was due on 2027-01-01, 31 days ago, and is not met." in ran.out


def test_an_empty_market_is_said(whet: Whet, tmp_path: Path) -> None:
    path = tmp_path / "company.yaml"
    path.write_text("currency: EUR\nstart: 2027-02-01\n")
    ran = whet("plan", "market", path)
    assert ran.code == 0
    assert "The plan says nothing about the market." in ran.out
