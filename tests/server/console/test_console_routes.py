"""Every route with every role: who may, may; who may not is told; who is not in is sent off."""

import pytest
from tests.server.console.conftest import Console

from whet.server.console.routes import ROUTES, Route
from whet.store.users import ROLES

USERS = {"agent": "ana", "editor": "ed", "admin": "ada"}


def _address(route: Route, console: Console) -> str:
    """Return an address of a route, with things that are there."""
    parts = {"{talk}": console.waiting(), "{view}": "all", "{name}": "ed", "{language}": "en"}
    parts |= {"{version}": "0", "{rest:path}": "nothing", "{article:path}": "refund"}
    parts |= {"{intent}": "refund"}
    path = route.path
    for part, value in parts.items():
        path = path.replace(part, value)
    assert "{" not in path, f"the test knows no value for {path}"
    return f"/console{path}"


@pytest.mark.parametrize("role", [None, *ROLES])
def test_every_route_asks_for_its_role(console: Console, role: str | None) -> None:
    for route in ROUTES:
        if role is not None and route.path == "/sign-out":
            continue  # it ends the session that the others need
        client = console.as_user(USERS[role]) if role else console.as_nobody()
        answer = client.request(route.method, _address(route, console))
        where = f"{route.method} {route.path} as {role}"
        if route.role is None:
            assert answer.status_code != 403, where
        elif role is None:
            assert answer.status_code == 303, where
            assert answer.headers["location"].startswith("/console/sign-in"), where
        elif ROLES.index(role) < ROLES.index(route.role):
            assert answer.status_code == 403, where
            assert "This page is not for your role" in answer.text, where
        else:
            assert answer.status_code in (200, 303, 400, 409), where


def test_every_change_is_by_post_and_needs_a_role() -> None:
    for route in ROUTES:
        assert route.method in ("GET", "POST")
        if route.method == "POST" and route.path != "/sign-in":
            assert route.role in ROLES, route.path
