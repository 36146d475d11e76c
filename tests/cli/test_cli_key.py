"""`whet key`: made once, listed without the secret, its use read, revoked."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Whet

from whet.core.workspace import Workspace
from whet.store.store import open_store
from whet.store.usage import Use


def test_a_new_key_is_printed_alone_on_stdout_and_is_right(whet: Whet, tmp_path: Path) -> None:
    ran = whet("key", "new", "--name", "shop", "--workspace", tmp_path)
    assert ran.code == 0
    assert ran.err == "Key 'shop' is shown this once. Keep it now.\n"
    plain = ran.out.removesuffix("\n")
    with open_store(Workspace(tmp_path).database_url) as store:
        key = store.keys.verify(plain)
    assert key is not None
    assert key.name == "shop"


def test_a_listed_key_shows_its_whole_id_and_not_its_text(
    whet: Whet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = json.loads(whet("key", "new", "--workspace", tmp_path, "--json").out)
    monkeypatch.setenv("COLUMNS", "60")
    table = whet("key", "list", "--workspace", tmp_path).out
    assert made["id"] in table
    assert made["key"] not in table
    listed = json.loads(whet("key", "list", "--workspace", tmp_path, "--json").out)["keys"]
    assert [(key["id"], key["revoked"]) for key in listed] == [(made["id"], None)]


def test_a_key_may_do_everything_or_what_it_was_made_for(whet: Whet, tmp_path: Path) -> None:
    whet("key", "new", "--workspace", tmp_path)
    made = whet("key", "new", "--name", "bot", "--scope", "predict", "--workspace", tmp_path)
    assert made.code == 0
    lines = whet("key", "list", "--workspace", tmp_path).out.splitlines()
    whole, narrow = (line for line in lines if line.strip().startswith("key_"))
    assert "chat, embeddings, feedback," in whole
    assert narrow.split()[1:3] == ["bot", "predict"]
    wrong = whet("key", "new", "--name", "x", "--scope", "predct", "--workspace", tmp_path)
    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err == "whet: There is no scope 'predct'. Did you mean 'predict'?\n"


def test_a_revoked_key_is_refused(whet: Whet, tmp_path: Path) -> None:
    made = json.loads(whet("key", "new", "--name", "shop", "--workspace", tmp_path, "--json").out)
    ran = whet("key", "revoke", "shop", "--workspace", tmp_path)
    assert ran.out == f"Key 'shop' ({made['key'][:9]}…) is revoked.\n"
    with open_store(Workspace(tmp_path).database_url) as store:
        assert store.keys.verify(made["key"]) is None


def test_revoking_an_unknown_key_says_which_there_are(whet: Whet, tmp_path: Path) -> None:
    whet("key", "new", "--name", "shop", "--workspace", tmp_path)
    ran = whet("key", "revoke", "shp", "--workspace", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "whet: No key in use has the id or name 'shp'. Did you mean 'shop'?\n"


def test_use_is_told_by_day_with_the_name_of_the_key(whet: Whet, tmp_path: Path) -> None:
    made = json.loads(whet("key", "new", "--name", "shop", "--workspace", tmp_path, "--json").out)
    noon = datetime(2026, 3, 5, 12, tzinfo=UTC)
    uses = [
        Use(made["id"], "support", noon, 1, 1200, 9000, 2500.0),
        Use(made["id"], "support", noon + timedelta(hours=1), 1, 34, 100, 500.0),
        Use("", "support", noon - timedelta(days=1), 2, 2, 8, 4.0),
    ]
    with open_store(Workspace(tmp_path).database_url) as store:
        store.usage.add(uses)
    lines = whet("key", "usage", "--workspace", tmp_path).out.splitlines()
    assert [line.split() for line in lines if "2026" in line] == [
        ["2026-03-04", "-", "support", "2", "2", "8", "0.0"],
        ["2026-03-05", "shop", "support", "2", "1,234", "9,100", "3.0"],
    ]
    ran = whet("key", "usage", "--since", "2026-03-05", "--workspace", tmp_path, "--json")
    (day,) = json.loads(ran.out)["usage"]
    assert (day["day"], day["name"], day["texts"]) == ("2026-03-05", "shop", 1234)
