"""`whet support user`: added from a pipe, listed without passwords, changed, kept in the log."""

import io
import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet

from whet.core.workspace import Workspace
from whet.store.store import open_store

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every command read the password from its input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n{PASSWORD}!\n"))


def test_the_first_admin_is_made_from_a_pipe(whet: Whet, tmp_path: Path) -> None:
    ran = whet("support", "user", "add", "ana", "--role", "admin", "--workspace", tmp_path)
    assert (ran.code, ran.out) == (0, "User 'ana' may enter the console as admin.\n")
    with open_store(Workspace(tmp_path).database_url) as store:
        assert store.users.verify("ana", PASSWORD) is not None
        assert [deed.what for deed in store.audit.page()] == ["user.add"]
    listed = whet("support", "user", "list", "--workspace", tmp_path, "--json")
    users = json.loads(listed.out)["users"]
    assert [(u["name"], u["role"], u["disabled"]) for u in users] == [("ana", "admin", False)]
    assert "password" not in listed.out


def test_role_password_and_disable(whet: Whet, tmp_path: Path) -> None:
    at = ("--workspace", tmp_path)
    whet("support", "user", "add", "bo", *at)
    assert whet("support", "user", "role", "bo", "editor", *at).code == 0
    assert whet("support", "user", "password", "bo", *at).code == 0
    assert whet("support", "user", "disable", "bo", *at).code == 0
    with open_store(Workspace(tmp_path).database_url) as store:
        assert store.users.verify("bo", PASSWORD + "!") is None
        assert store.users.get("bo").role == "editor"
    assert whet("support", "user", "disable", "bo", "--not", *at).code == 0
    with open_store(Workspace(tmp_path).database_url) as store:
        assert store.users.verify("bo", PASSWORD + "!") is not None
    table = whet("support", "user", "list", *at).out
    assert "bo" in table and "never" in table


def test_mistakes_are_one_sentence(
    whet: Whet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = ("--workspace", tmp_path)
    whet("support", "user", "add", "ana", "--role", "admin", *at)
    last = whet("support", "user", "role", "ana", "agent", *at)
    told = "One user must stay admin; 'ana' is the last one. Make another user admin first."
    assert (last.code, last.err) == (2, f"whet: {told}\n")
    wrong = whet("support", "user", "password", "anna", *at)
    assert wrong.err == "whet: There is no user 'anna'. Did you mean 'ana'?\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    empty = whet("support", "user", "add", "bo", *at)
    assert empty.err == "whet: A password must have 10 to 500 characters; found 0.\n"
