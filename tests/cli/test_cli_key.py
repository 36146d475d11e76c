"""`whet key`: made once, listed without the secret, revoked."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet

from whet.core.workspace import Workspace
from whet.store.store import open_store


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
