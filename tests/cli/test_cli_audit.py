"""`whet audit`: what is found, what is written, and what `--fix` does."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet, run_whet, small_card


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """Return the card of data with personal data and a repeated row."""
    path = small_card(tmp_path, gate=0.05)
    rows = tmp_path / "messages.csv"
    first = rows.read_text(encoding="utf-8").splitlines()[2]
    added = f"{first}\ncall me on 312-555-0147 about the refund,refund\n"
    rows.write_text(rows.read_text(encoding="utf-8") + added, encoding="utf-8")
    return path


def test_findings_come_with_row_numbers_and_what_fix_would_do(whet: Whet, card: Path) -> None:
    ran = whet("audit", card)
    assert "messages.csv row 62  call me on [phone] about the refund" in ran.out
    assert f"`whet audit {card} --fix` would write a new data version:\n" in ran.out
    page = card.parent / ".whet" / "audits" / "shop" / "audit.html"
    assert ran.out.endswith(f"Page: {page}\n")
    assert "[phone]" in page.read_text(encoding="utf-8")
    assert "555-0147" not in page.read_text(encoding="utf-8") + ran.out
    assert not (card.parent / ".whet" / "data").exists()  # nothing is changed without --fix


def test_json_is_what_the_file_says(card: Path) -> None:
    ran = run_whet("audit", card, "--json")
    said = json.loads(ran.out)
    file = card.parent / ".whet" / "audits" / "shop" / "audit.json"
    assert ran.err == ""
    assert said == json.loads(file.read_text(encoding="utf-8")) | {"fixed": None}
    pii = next(finding for finding in said["findings"] if finding["guard"] == "pii")
    assert (pii["count"], pii["examples"][0]["row"]) == (1, 62)


def test_the_page_goes_where_it_is_told(whet: Whet, card: Path, tmp_path: Path) -> None:
    whet("audit", card, "--html", tmp_path / "page.html")
    assert "<!doctype html>" in (tmp_path / "page.html").read_text().lower()


def test_fix_writes_a_version_that_a_build_takes(whet: Whet, card: Path) -> None:
    fixed = json.loads(whet("audit", card, "--fix", "--json").out)["fixed"]
    listed = json.loads(whet("data", "list", "--workspace", card.parent, "--json").out)["versions"]
    by_hash = {version["hash"]: version for version in listed}
    assert by_hash[fixed["version"]]["changes"] == {"done": fixed["changes"]}
    assert by_hash[fixed["version"]]["parent"] in by_hash
    assert any("personal data" in change for change in fixed["changes"])
    assert whet("build", card, "--data", fixed["version"]).code == 0
    (run,) = json.loads(whet("runs", "list", "--workspace", card.parent, "--json").out)["runs"]
    assert run["data_version"] == fixed["version"]


def test_fix_with_nothing_to_mend_says_so(whet: Whet, tmp_path: Path) -> None:
    card = small_card(tmp_path, gate=0.05)
    ran = whet("audit", card, "--fix")
    assert "Nothing can be mended without a person; no data version was written.\n" in ran.out


def test_a_finding_that_stops_the_build_exits_1(whet: Whet, card: Path) -> None:
    (card.parent / "test.csv").write_text(
        (card.parent / "messages.csv").read_text(encoding="utf-8"), encoding="utf-8"
    )
    text = card.read_text(encoding="utf-8")
    official = text.replace("  kind: stratified ", "  kind: official\n  test: test.csv ")
    card.write_text(official, encoding="utf-8")
    ran = whet("audit", card)
    assert ran.code == 1
    assert "\n stop " in ran.out


def test_labels_that_a_model_contradicts_are_found(whet: Whet, card: Path) -> None:
    rows = card.parent / "messages.csv"
    lines = rows.read_text(encoding="utf-8").splitlines()
    text, label = lines[5].rsplit(",", 1)
    other = next(name for line in lines[1:] if (name := line.rsplit(",", 1)[1]) != label)
    lines[5] = f"{text},{other}"
    rows.write_text("\n".join(lines) + "\n", encoding="utf-8")
    findings = json.loads(whet("audit", card, "--json").out)["findings"]
    (doubtful,) = [finding for finding in findings if finding["guard"] == "label_errors"]
    assert doubtful["count"] >= 1
    assert all(example["row"] for example in doubtful["examples"])
