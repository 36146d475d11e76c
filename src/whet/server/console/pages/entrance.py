"""How does somebody get in and out, and choose the language? Sign-in, cookies, static files."""

from starlette.responses import RedirectResponse, Response

from whet.server.console.ask import ROOT, Ask, go
from whet.server.console.guards import KEYS, LANGUAGE, SESSION, remember, set_session
from whet.server.console.rendering import asset, asset_hash, page
from whet.store.sessions import Attempted

_ASSETS = {"console.css": "text/css", "console.js": "text/javascript"}
_PER_NAME_AND_ADDRESS, _PER_ADDRESS, _PER_NAME = 8, 40, 80


def start(ask: Ask) -> Response:
    """Send everybody to where the work is, or to the door."""
    return go("/inbox/waiting" if ask.user else "/sign-in")


def sign_in_page(ask: Ask) -> Response:
    """Show the form; who is in already goes on."""
    return go("/inbox/waiting") if ask.user else _form(ask)


def sign_in(ask: Ask) -> Response:
    """Begin a session where name and password belong together.

    Attempts are counted for the name at this address, for the address, and for the name: the last
    count is high, for it must not be easy to keep somebody else out.
    """
    name, tried = ask.sent("name").strip()[:200], _attempted(ask)
    if not ask.store.sessions.try_in(tried):
        ask.store.audit.add(name, "sign_in.too_many", "", address=ask.address)
        return _form(ask, "too_many", status=429)
    user = ask.store.users.verify(name, ask.sent("password"))
    if user is None:
        ask.store.audit.add(name, "sign_in.wrong", "", address=ask.address)
        return _form(ask, "wrong_sign_in", status=401)
    ask.store.sessions.forget_attempts(tried[:1])
    ask.store.audit.add(user.name, "sign_in", "", address=ask.address)
    old = ask.request.cookies.get(SESSION, "")
    ask.store.sessions.end(old)
    wanted = ask.sent("to")
    path = wanted if _is_ours(ROOT + wanted) else "/inbox/waiting"
    return set_session(go(path), ask.request, ask.store.sessions.begin(user.name))


def sign_out(ask: Ask) -> Response:
    """End the session."""
    ask.store.sessions.end(ask.request.cookies.get(SESSION, ""))
    ask.desk.conversations.away(ask.me.name)
    ask.done("sign_out", "")
    return set_session(go("/sign-in"), ask.request, "")


def choose_language(ask: Ask) -> Response:
    """Remember the language, and go back to where the link was."""
    to = ask.query("to")
    path = to if _is_ours(to) else ROOT
    back = RedirectResponse(path, status_code=303)
    chosen = ask.part("language")
    return remember(back, ask.request, LANGUAGE, chosen) if chosen in ("en", "zh") else back


def static(ask: Ask) -> Response:
    """Return the style sheet or the script; a version never changes."""
    name = ask.part("name")
    if name not in _ASSETS or ask.part("version") != asset_hash(name):
        return not_found(ask)
    keep = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(asset(name), media_type=_ASSETS[name], headers=keep)


def keys(ask: Ask) -> Response:
    """Show the shortcuts."""
    return page(ask, "keys.html", active="keys")


def switch_keys(ask: Ask) -> Response:
    """Switch single keys on or off in this browser."""
    value = "off" if ask.sent("keys") == "off" else "on"
    return remember(go("/keys", "keys"), ask.request, KEYS, value)


def not_found(ask: Ask) -> Response:
    """Say that there is no such page."""
    return page(ask, "problem.html", status=404, title="not_found", why="not_found.why", values={})


def _form(ask: Ask, wrong: str = "", *, status: int = 200) -> Response:
    """Return the sign-in page; `wrong` names what went wrong."""
    return page(
        ask,
        "sign_in.html",
        status=status,
        wrong=wrong,
        name=ask.sent("name"),
        to=ask.sent("to") or ask.query("to"),
        has_users=bool(ask.store.users.all()),
    )


def _attempted(ask: Ask) -> list[Attempted]:
    """Return whom an attempt is counted for."""
    name = ask.sent("name").strip()
    return [
        Attempted(f"both {ask.address} {name}", _PER_NAME_AND_ADDRESS),
        Attempted(f"address {ask.address}", _PER_ADDRESS),
        Attempted(f"name {name}", _PER_NAME),
    ]


def _is_ours(path: str) -> bool:
    """Return whether a path leads to a page of the console, and nowhere else."""
    plain = path.isprintable() and not any(part in path for part in ("\\", "//", "/."))
    return plain and (path == ROOT or path.startswith(f"{ROOT}/"))
