"""`whet plan allocate` and `whet plan operate` as a user meets them."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet

ALLOCATION = """\
budget: 4
lines:
  - {id: a, response: {kind: exponential, scale: 5, rate: 0.8}, today: 2}
  - {id: b, response: {kind: exponential, scale: 3, rate: 0.5}, today: 2}
  - {id: c, response: {kind: exponential, scale: 2, rate: 1.5}}
  - {id: d, response: {kind: exponential, scale: 1.2, rate: 0.3}}
  - {id: e, response: {kind: exponential, scale: 0.8, rate: 2}}
"""
PLAN = Path("examples/company/company.yaml").resolve()


@pytest.fixture
def allocation(tmp_path: Path) -> Path:
    path = tmp_path / "allocation.yaml"
    path.write_text(ALLOCATION)
    return path


def test_the_known_answer_as_json(whet: Whet, allocation: Path) -> None:
    ran = whet("plan", "allocate", allocation, "--json")
    found = json.loads(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert {"allocation", "value", "shadow_price", "binding", "ranges"} <= set(found)
    assert found["value"] == pytest.approx(6.846049, abs=5e-7)
    assert found["shadow_price"] == pytest.approx(0.895234, abs=5e-7)
    assert list(found["allocation"]) == ["a", "b", "c", "d", "e"]
    assert "uncertain" not in found


def test_the_known_answer_for_people(whet: Whet, allocation: Path) -> None:
    ran = whet("plan", "allocate", allocation)
    assert "Spent 4 of 4; proved best." in ran.out
    assert "The budget is spent: one more unit brings 0.895234." in ran.out
    assert "The equal split, of the same budget, loses 1.2013 (17.5%)." in ran.out
    assert "for budgets from 1.7204 to 8.0235." in ran.out


def test_one_seed_gives_the_same_bytes(whet: Whet, allocation: Path) -> None:
    allocation.write_text(ALLOCATION.replace("scale: 5,", "scale: [3, 5, 8],"))
    words = ("plan", "allocate", allocation, "--json", "--draws", "50")
    first, again = whet(*words).out, whet(*words).out
    other = whet(*words, "--seed", "1").out
    assert first == again != other
    assert [one["id"] for one in json.loads(first)["uncertain"]["measure_next"]] == ["a"]


def test_two_measures_of_a_split_are_not_mixed(whet: Whet, allocation: Path) -> None:
    """Each split is measured at the likely curves, and over the draws: two rows, not one."""
    allocation.write_text(ALLOCATION.replace("scale: 5,", "scale: [1, 5, 20],"))
    ran = whet("plan", "allocate", allocation, "--draws", "50")
    rows = {line.strip()[:12]: line.split() for line in ran.out.splitlines()}
    likely, mean = rows["value at the"][5:], rows["mean over th"][4:]
    found = json.loads(whet("plan", "allocate", allocation, "--json", "--draws", "50").out)
    splits = found["uncertain"]["splits"]
    order = ("best", "average", "today", "equal")
    for name, shown, average in zip(order, likely, mean, strict=True):
        assert float(shown) == pytest.approx(splits[name]["likely"], rel=1e-4)
        assert float(average) == pytest.approx(splits[name]["mean"], rel=1e-4)
    assert splits["best"]["likely"] == pytest.approx(found["value"])
    assert splits["average"]["mean"] == pytest.approx(found["uncertain"]["mean"])
    assert max(one["likely"] for one in splits.values()) == splits["best"]["likely"]
    assert max(one["mean"] for one in splits.values()) == splits["average"]["mean"]
    assert splits["best"]["likely"] != pytest.approx(splits["best"]["mean"], rel=0.05)
    assert "proved best at the likely curves." in ran.out


def test_mistakes_are_told_all_at_once_with_their_lines(whet: Whet, allocation: Path) -> None:
    text = ALLOCATION.replace("rate: 0.5}", "rate: 0}").replace("id: d", "id: c")
    allocation.write_text(text + "limits:\n  - {id: l, uses: {aa: 1}, most: 1}\nbudgt: 3\n")
    ran = whet("plan", "allocate", allocation)
    assert ran.code == 2
    said = ran.err.removeprefix("whet: ").splitlines()
    assert said == [
        f"{allocation}:4: lines[1].response.rate: must be above 0; found 0",
        f"{allocation}:6: lines[3].id: is given twice: 'c'. Rename one.",
        f"{allocation}:9: limits[0].uses.aa: is no line. Did you mean 'a'?",
        f"{allocation}:10: budgt: is no field. Did you mean 'budget'?",
    ]


def test_negative_prices_are_refused(whet: Whet, allocation: Path) -> None:
    allocation.write_text(ALLOCATION.replace("today: 2}", "weight: -2}", 1))
    ran = whet("plan", "allocate", allocation)
    assert ran.code == 2
    assert "lines[0].weight: must be a number of at least 0; found -2" in ran.err


@pytest.mark.slow
def test_the_example_company(whet: Whet) -> None:
    found = json.loads(whet("plan", "allocate", PLAN, "--json", "--draws", "60").out)
    assert set(found["allocation"]) == {"content", "ads", "partners", "data"}
    assert found["regret"]["today"]["loss"] > 0 and found["price_is_local"]
    assert found["prices"]["week"]["partners"] > 0
    assert found["uncertain"]["perfect_information"]["value"] > 0


def test_the_example_company_operates(whet: Whet) -> None:
    ran = whet("plan", "operate", PLAN, "--json")
    found = json.loads(ran.out)
    assert len(found["months"]) == 12 and found["months"][0]["month"] == "2026-12"
    assert found["cost"] == pytest.approx(sum(month["cost"] for month in found["months"]))
    assert found["shadow_prices"] and found["measured"] == []
    assert "proved cheapest" in whet("plan", "operate", PLAN).out


def test_a_plan_without_operations(whet: Whet, tmp_path: Path) -> None:
    (tmp_path / "company.yaml").write_text("currency: EUR\nstart: 2026-12-01\n")
    for command, sentence in [
        ("operate", "A plan needs `operations:` with what must run; found none. Add it."),
        ("allocate", "A plan needs `strategy:` with a `budget:` to split; found none. Add it."),
    ]:
        ran = whet("plan", command, tmp_path / "company.yaml")
        assert (ran.code, ran.err) == (2, f"whet: {sentence}\n")
