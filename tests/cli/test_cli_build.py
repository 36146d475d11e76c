"""`whet build`: what it prints, and that its exit code says whether the gate holds."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet, small_card

KEYS = ["name", "verdicts", "winner", "test", "risk", "curve", "package", "report"]


def test_json_is_one_object_with_the_promised_keys(shop: Path) -> None:
    built = json.loads((shop.parent / "build.json").read_text())
    assert list(built) == KEYS
    (verdict,) = built["verdicts"]
    assert list(verdict) == [
        *("candidate", "metric", "value", "low", "high", "against", "verdict"),
        *("seconds", "peak_bytes"),
    ]
    assert (built["name"], built["winner"], verdict["candidate"]) == ("shop", "linear", "linear")
    assert list(built["test"]["macro_f1"]) == ["value", "low", "high"]
    assert list(built["risk"]) == ["coverage", "risk", "threshold", "auroc", "oos_recall_at_5pct"]
    assert list(built["package"]) == ["path", "bytes", "parity"]
    assert Path(built["package"]["path"], "manifest.json").is_file()
    assert Path(built["report"]).is_file()


def test_a_failed_gate_builds_and_exits_1(whet: Whet, tmp_path: Path) -> None:
    ran = whet("build", small_card(tmp_path, gate=1.0))
    assert ran.code == 1
    assert "Gate: macro_f1 must be at least 1.0 with its whole interval; it is " in ran.out
    assert "The package is kept to look at, and does not answer by itself." in ran.out
    assert "Winner: linear." in ran.out
    package = ran.out.split("Package: ")[1].splitlines()[0]
    for command in ("predict", "serve"):
        refused = whet(command, "shop", "--workspace", tmp_path)
        assert (refused.code, refused.out) == (2, "")
        assert refused.err == (
            "whet: A package of 'shop' must have held its gate to answer under the name; none of 1 "
            f"has. To ask the newest all the same, give its folder: {package}\n"
        )


def test_a_card_that_does_not_fit_its_data_exits_2_and_builds_nothing(
    whet: Whet, tmp_path: Path
) -> None:
    card = small_card(tmp_path, gate=0.05)
    card.write_text(card.read_text().replace("column: intent", "column: intnet"))
    ran = whet("build", card, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "whet: messages.csv: there is no column 'intnet' (target.column). Did you mean 'intent'?\n"
    )
    assert not (tmp_path / ".whet").exists()


def test_an_unknown_data_version_exits_2(whet: Whet, shop: Path) -> None:
    ran = whet("build", shop, "--data", "0" * 64)
    assert (ran.code, ran.out) == (2, "")
    assert "0" * 64 in ran.err


def test_a_workspace_in_use_is_said(whet: Whet, shop: Path) -> None:
    from whet.core.workspace import Workspace
    from whet.store.store import open_store

    with open_store(Workspace(shop.parent).database_url) as store, store.lock("build:shop"):
        ran = whet("build", shop)
    assert ran.code == 2
    assert ran.err.splitlines()[-1].startswith("whet: ")


@pytest.mark.parametrize("words", [["build"], ["audit"], ["card", "check"]])
def test_a_missing_card_is_said_with_what_to_do(
    whet: Whet, tmp_path: Path, words: list[str]
) -> None:
    ran = whet(*words, tmp_path / "card.yaml")
    assert ran.code == 2
    assert "there is no such file. `whet new DIR` writes a card." in ran.out + ran.err
