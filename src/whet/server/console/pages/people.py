"""Who may enter the console? Users, their roles and passwords; for admins."""

from starlette.responses import Response

from whet.core.errors import InputError
from whet.server.console.ask import Ask, Facts, go
from whet.server.console.rendering import page
from whet.store.users import ROLES


def users(ask: Ask) -> Response:
    """List the users."""
    return _list(ask)


def add(ask: Ask) -> Response:
    """Add a user."""
    name, role = ask.sent("name").strip(), ask.sent("role")
    try:
        ask.store.users.add(name, role, ask.sent("password"))
    except InputError as error:
        return _list(ask, str(error))
    ask.done("user.add", name, role=role)
    return go("/users", "user")


def change(ask: Ask) -> Response:
    """Change the role, the password or the state of a user."""
    name, what = ask.part("name"), ask.sent("do")
    role = ask.sent("role")
    try:
        if what == "role":
            ask.store.users.set_role(name, role)
        elif what == "password":
            ask.store.users.set_password(name, ask.sent("password"))
        elif what in ("disable", "enable"):
            ask.store.users.set_disabled(name, disabled=what == "disable")
        else:
            raise InputError(f"A user can be changed by role, password, disable or enable: {what}.")
    except InputError as error:
        return _list(ask, str(error))
    ask.done(f"user.{what}", name, role=role if what == "role" else None)
    return go("/users", "user")


def _list(ask: Ask, problem: str = "") -> Response:
    """Return the page of users."""
    facts: Facts = {"users": ask.store.users.all(), "roles": ROLES, "problem": problem}
    return page(ask, "users.html", status=400 if problem else 200, active="users", **facts)
