"""Where is the widget's script, and a page to try it on? Files that browsers keep."""

import hashlib
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import Response

router = APIRouter(tags=["widget"], include_in_schema=False)

_FOLDER = files("whet.server.support") / "script"
_SCRIPT = (_FOLDER / "widget.js").read_bytes()
_PAGES = {
    "en": (_FOLDER / "chat.html").read_bytes(),
    "zh": (_FOLDER / "chat.zh.html").read_bytes(),
}
_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


@router.get("/widget.js")
async def script(request: Request) -> Response:
    """Give the widget's script, which any page may load."""
    headers = {"cross-origin-resource-policy": "cross-origin"}
    return _file(request, _SCRIPT, "text/javascript", headers)


@router.get("/chat")
async def page(request: Request) -> Response:
    """Give a page with nothing on it but the widget."""
    first = request.headers.get("accept-language", "").strip().lower()
    headers = {"content-security-policy": _POLICY, "vary": "Accept-Language"}
    return _file(request, _PAGES["zh" if first.startswith("zh") else "en"], "text/html", headers)


def _file(request: Request, content: bytes, kind: str, headers: dict[str, str]) -> Response:
    """Return a file, or 304 to a browser that has it."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    headers = {
        **headers,
        "etag": tag,
        "cache-control": "public, max-age=300",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    }
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=f"{kind}; charset=utf-8", headers=headers)
