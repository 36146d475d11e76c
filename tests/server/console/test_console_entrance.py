"""Tests for the door of the console: sessions, attempts, origin, languages, headers."""

import re

import pytest
from tests.server.console.conftest import PASSWORD, Console


def test_a_session_begins_and_ends(console: Console) -> None:
    client = console.as_nobody()
    assert client.get("/console/inbox/mine").headers["location"] == (
        "/console/sign-in?to=%2Finbox%2Fmine"
    )
    form = {"name": "ana", "password": PASSWORD, "to": "/inbox/mine"}
    signed = client.post("/console/sign-in", data=form)
    assert signed.headers["location"] == "/console/inbox/mine"
    cookie = signed.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/console" in cookie
    assert client.get("/console/inbox/mine").status_code == 200
    token = client.cookies["whet_console"]
    assert client.post("/console/sign-out").status_code == 303
    client.cookies.set("whet_console", token)
    assert client.get("/console/inbox/mine").status_code == 303


@pytest.mark.parametrize("name", ["ana", "nobody", "<b>", ""])
def test_a_wrong_password_and_an_unknown_name_read_the_same(console: Console, name: str) -> None:
    form = {"name": name, "password": "wrong wrong wrong"}
    refused = console.as_nobody().post("/console/sign-in", data=form)
    assert refused.status_code == 401
    assert "Name and password do not belong together." in refused.text


def test_after_some_attempts_even_the_right_password_must_wait(console: Console) -> None:
    client = console.as_nobody()
    wrong = {"name": "ana", "password": "wrong wrong wrong"}
    seen = [client.post("/console/sign-in", data=wrong).status_code for _ in range(9)]
    assert seen == [401] * 8 + [429]
    right = {"name": "ana", "password": PASSWORD}
    assert client.post("/console/sign-in", data=right).status_code == 429
    assert client.post("/console/sign-in", data=right | {"name": "ed"}).status_code == 303
    console.clock.advance(minutes=16)
    assert console.as_nobody().post("/console/sign-in", data=right).status_code == 303


@pytest.mark.parametrize(
    "to",
    ["//evil.example", "/../../x", "/console/../../x", "/\\evil", "https://evil.example"],
)
def test_nobody_is_sent_elsewhere(console: Console, to: str) -> None:
    form = {"name": "ana", "password": PASSWORD, "to": to}
    assert console.as_nobody().post("/console/sign-in", data=form).headers["location"] == (
        "/console/inbox/waiting"
    )
    back = console.as_nobody().get("/console/language/zh", params={"to": to})
    assert back.headers["location"] == "/console"


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-site", "origin": "http://localhost"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"origin": "http://localhost"}, True),
        ({"origin": "https://localhost"}, True),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
def test_a_change_must_come_from_our_own_page(
    console: Console, headers: dict[str, str], is_let_in: bool
) -> None:
    client = console.as_user("ana")
    del client.headers["sec-fetch-site"]
    talk = console.waiting()
    client.post(f"/console/talk/{talk}/take", headers=headers)
    assert (console.talks.get(talk).owner == "ana") is is_let_in


def test_every_answer_forbids_scripts_of_others(console: Console) -> None:
    for address in ("/console/sign-in", "/console/nothing", "/console/inbox/waiting"):
        headers = console.as_user("ana").get(address).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"


def test_the_language_is_chosen_and_remembered(console: Console) -> None:
    client = console.as_nobody()
    assert (
        'lang="zh-CN"'
        in client.get("/console/sign-in", headers={"accept-language": "zh-TW,en"}).text.split("\n")[
            1
        ]
    )
    assert "<h1>Sign in</h1>" in client.get("/console/sign-in").text
    went = client.get("/console/language/zh?to=/console/sign-in")
    assert went.headers["location"] == "/console/sign-in"
    assert "<h1>登录</h1>" in client.get("/console/sign-in").text


def test_style_and_script_are_there_and_pages_hold_none(console: Console) -> None:
    shown = console.as_user("ada").get("/console/users").text
    for kind in ("console.css", "console.js"):
        found = re.search(rf'"(/console/static/\w+/{kind})"', shown)
        assert found is not None
        got = console.as_nobody().get(found[1])
        assert got.status_code == 200 and "immutable" in got.headers["cache-control"]
    assert "<style" not in shown and "<script>" not in shown and " style=" not in shown
    assert console.as_nobody().get("/console/static/0/console.js").status_code == 404


def test_sessions_end_idle_late_and_with_the_role(console: Console) -> None:
    for cause in ("idle", "late", "role"):
        client = console.as_nobody()
        client.post("/console/sign-in", data={"name": "ed", "password": PASSWORD})
        assert client.get("/console/inbox/all").status_code == 200
        if cause == "idle":
            console.clock.advance(hours=2)
        elif cause == "late":
            for _ in range(12):
                assert client.get("/console/inbox/all").status_code == 200
                console.clock.advance(hours=1)
        else:
            console.store.users.set_role("ed", "agent")
        assert client.get("/console/inbox/all").status_code == 303, cause


def test_an_admin_adds_changes_and_disables(console: Console) -> None:
    ada = console.as_user("ada")
    new = {"name": "bo", "role": "agent", "password": PASSWORD}
    assert ada.post("/console/users", data=new).status_code == 303
    bo = console.as_user("bo")
    assert bo.get("/console/inbox/all").status_code == 200
    assert ada.post("/console/users/bo", data={"do": "disable"}).status_code == 303
    assert bo.get("/console/inbox/all").status_code == 303
    last = ada.post("/console/users/ada", data={"do": "role", "role": "agent"})
    assert last.status_code == 400
    assert "One user must stay admin" in last.text
    shown = ada.get("/console/audit").text
    assert "user.disable" in shown and "user.add" in shown
    assert PASSWORD not in shown
