"""The whole way, on a transcript of 71 conversations in English and Chinese that we wrote."""

import csv
import json
import os
import re
import shutil
from pathlib import Path

import pytest
import yaml
from tests.cli.conftest import Whet
from tests.cli.conftest import whet as whet  # the fixture

from whet.cards.read import check_card
from whet.core.files import write_atomic
from whet.products.support.history.desk_files import DeskFolder

PAGE = Path(__file__).parents[4] / "docs/support/import.md"
LARKSPUR = Path(__file__).parent / "larkspur.csv"


def run_import(whet: Whet, desk: Path, *more: object) -> dict[str, object]:
    ran = whet("support", "import", *more, "--into", desk, "--json")
    assert ran.code == 0, ran.err
    found: dict[str, object] = json.loads(ran.out)
    return found


@pytest.mark.slow
def test_a_history_becomes_a_desk_and_decisions_stay(whet: Whet, tmp_path: Path) -> None:
    desk, key = tmp_path / "larkspur", tmp_path / "desk.key"
    first = run_import(whet, desk, LARKSPUR, "--key-file", key)
    assert (first["conversations"], first["originals"], first["broken"]) == (71, "kept", [])
    names = [i["name"] for i in first["intents"]]  # type: ignore[attr-defined]
    for part in ("password", "refund", "cancel_subscription", "address", "parcel", "invoice"):
        assert any(part in name for name in names), (part, names)
    for part in ("退款", "密码", "快递", "订阅", "发票"):
        assert any(part in name for name in names), (part, names)
    for file in desk.rglob("*"):
        if file.is_file():  # nothing that is kept tells who wrote
            data = file.read_bytes().decode()
            assert "13800138000" not in data and "example.org" not in data, file
            assert "555-0147" not in data and "陈小明" not in data and "Marta" not in data, file

    assert check_card(desk / "card.yaml") == []
    with (desk / "messages.csv").open(newline="", encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    assert len(rows) > 40 and {row["language"] for row in rows} == {"en", "zh"}
    templates = yaml.safe_load((desk / "templates.yaml").read_text("utf-8"))
    slots = yaml.safe_load((desk / "desk.yaml").read_text("utf-8"))["slots"]
    assert "order_number" in slots
    refund = next(name for name in templates if "refund" in name)
    assert "5 to 7 working days" in templates[refund]["en"]

    again = run_import(whet, desk, LARKSPUR, "--key-file", key)
    assert again["written"] == [] and again["added"] == again["joined"] == 0
    assert again["intents"] == first["intents"]

    # A person merges, renames and edits; then more history comes.
    chinese = next(name for name in names if "退款" in name)
    ran = whet("support", "intents", "merge", refund, chinese, "--into", desk)
    assert ran.code == 0, ran.err
    ran = whet("support", "intents", "rename", refund, "refund", "--into", desk)
    assert ran.code == 0, ran.err
    write_atomic(desk / "card.yaml", (desk / "card.yaml").read_text("utf-8") + "# mine\n")
    more = tmp_path / "more.csv"
    more.write_text(
        "conversation_id,sent_at,author,text\n"
        "n1,2026-04-01T08:00:00+00:00,customer,how long does a refund take please\n"
        "n1,2026-04-01T08:05:00+00:00,agent,Within 5 to 7 working days\n",
        encoding="utf-8",
    )
    later = run_import(whet, desk, more, "--key-file", key)
    one = next(i for i in later["intents"] if i["name"] == "refund")  # type: ignore[attr-defined]
    old = {i["name"]: i["messages"] for i in first["intents"]}  # type: ignore[attr-defined]
    assert one["messages"] == old[refund] + old[chinese] + 1
    assert (later["joined"], later["added"], later["kept"]) == (1, 0, ["card.yaml"])
    templates = yaml.safe_load((desk / "templates.yaml").read_text("utf-8"))
    assert set(templates["refund"]) == {"en", "zh"}
    assert (desk / "card.yaml").read_text("utf-8").endswith("# mine\n")

    ran = whet("support", "unmask", "c071", "--into", desk, "--key-file", key)
    assert "我叫陈小明，电话是13800138000" in ran.out
    wrong = tmp_path / "wrong.key"
    wrong.write_text("x" * 43 + "=")
    wrong.chmod(0o600)
    ran = whet("support", "unmask", "c071", "--into", desk, "--key-file", wrong)
    assert (ran.code, ran.out) == (2, "")
    assert "it is another. Set WHET_SUPPORT_KEY or --key-file to that key." in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.slow
def test_the_page_shows_what_the_command_prints(whet: Whet, tmp_path: Path) -> None:
    key = tmp_path / "desk.key"
    ran = whet("support", "import", LARKSPUR, "--into", tmp_path / "larkspur", "--key-file", key)
    printed = [line.rstrip() for line in ran.out.splitlines() if line.strip()]
    shown = re.findall(r"```text\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    wanted = [line for line in shown[0].splitlines() if line.strip()]
    assert wanted[0].startswith("Made the key") and printed == wanted[1:]
    ran = whet("support", "unmask", "c071", "--into", tmp_path / "larkspur", "--key-file", key)
    assert ran.out == shown[1]


def test_broken_files_leave_nothing_behind(whet: Whet, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("id,x\n1,2\n")
    ran = whet("support", "import", bad, "--into", tmp_path / "desk")
    assert ran.code == 2 and "must have columns of conversation, time, author and text" in ran.err
    broken = tmp_path / "broken.csv"
    shutil.copy(LARKSPUR, broken)
    with broken.open("a", encoding="utf-8") as file:
        file.write("c1,never,customer,hello there\n")
    ran = whet("support", "import", broken, "--into", tmp_path / "desk")
    assert ran.code == 2
    assert "broken.csv, row 216: 'sent_at' must be a time" in ran.err
    assert "1 row is broken. Mend them, or give --skip-broken to go on without them." in ran.err
    assert not (tmp_path / "desk/.whet/history/conversations.jsonl").exists()


def test_what_cannot_be_unmasked_is_one_sentence(whet: Whet, tmp_path: Path) -> None:
    ran = whet("support", "unmask", "c1", "--into", tmp_path)
    assert ran.code == 2 and "'c1' must be a conversation of the history in" in ran.err
    ran = whet("support", "intents", "list", "--into", tmp_path)
    assert ran.code == 2 and "Run `whet support import FILE…` first." in ran.err


def test_files_that_a_person_has_changed_stay(tmp_path: Path) -> None:
    memory = tmp_path / "written.json"
    first = DeskFolder(tmp_path, memory, force=False)
    for name in ("a", "b", "c"):
        first.write(name, "one")
    (tmp_path / "a").write_text("mine")
    os.unlink(tmp_path / "b")
    (tmp_path / "d").write_text("never Whet's")
    second = DeskFolder(tmp_path, memory, force=False)
    for name in ("a", "b", "c", "d"):
        second.write(name, "two")
    assert (second.done.written, second.done.kept) == (["c"], ["a", "b", "d"])
    assert (tmp_path / "a").read_text() == "mine" and not (tmp_path / "b").exists()
    third = DeskFolder(tmp_path, memory, force=True)
    for name in ("a", "b", "c", "d"):
        third.write(name, "two")
    assert (third.done.written, third.done.kept) == (["a", "b", "d"], [])
