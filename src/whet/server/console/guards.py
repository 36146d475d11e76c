"""Did this request come from our own page, and what may the page load? CSRF, cookies, headers.

A request that changes something must come from a page of this very server: browsers say so in
Sec-Fetch-Site, older ones and those over plain HTTP in Origin. One that says neither is refused.
Source: OWASP Cross-Site Request Forgery Prevention Cheat Sheet, "Fetch Metadata".
"""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from whet.server.console.ask import ROOT

SESSION, LANGUAGE, KEYS = "whet_console", "whet_language", "whet_keys"
"""Names of the cookies: the session, the language, and whether single keys act."""
_YEAR_S = 365 * 24 * 3600

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not `no-referrer`: with it a browser sends the Origin `null` with a form.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}


def is_from_here(request: Request) -> bool:
    """Return whether a request that changes something comes from a page of this server."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return site == "same-origin"
    # The scheme is not compared: a proxy may speak TLS for us.
    return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower() != ""


def language_of(request: Request) -> str:
    """Return the language of the page: what was chosen, else what the browser prefers."""
    chosen = request.cookies.get(LANGUAGE)
    if chosen in ("en", "zh"):
        return str(chosen)
    wished = request.headers.get("accept-language", "").lower().split(",")
    first = next((w.strip()[:2] for w in wished if w.strip()[:2] in ("en", "zh")), "en")
    return first


def address_of(request: Request) -> str:
    """Return the network address of the browser, as the server sees it."""
    return request.client.host if request.client else ""


def set_session(response: Response, request: Request, token: str) -> Response:
    """Give the browser the token of its session; without one, take it away."""
    common = {"path": ROOT, "httponly": True, "samesite": "strict"}
    secure = request.url.scheme == "https"
    if token:
        response.set_cookie(SESSION, token, secure=secure, **common)  # type: ignore[arg-type]
    else:
        response.delete_cookie(SESSION, secure=secure, **common)  # type: ignore[arg-type]
    return response


def remember(response: Response, request: Request, name: str, value: str) -> Response:
    """Let the browser remember a choice for a year."""
    response.set_cookie(
        name,
        value,
        max_age=_YEAR_S,
        path=ROOT,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


def with_headers(response: Response) -> Response:
    """Return a response with the headers that every page carries."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
