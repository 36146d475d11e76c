"""How does the server say no? Every error is JSON in OpenAI's shape, with one clear sentence.

{"error": {"message": "…", "type": "invalid_request_error", "code": "model_not_found"}}
"""

from collections.abc import Mapping

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from whet.core.errors import BusyError, InputError, UnavailableError, WhetError
from whet.products.support.conversation.refusals import Refused
from whet.serving.batching import OverloadedError

_log = structlog.get_logger("whet.server")

_KINDS = {
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
    500: "server_error",
    503: "overloaded_error",
}


class ApiError(WhetError):
    """A request that is refused with this status and code."""

    def __init__(
        self, text: str, *, status: int, code: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})


def problem_response(error: ApiError) -> JSONResponse:
    """Return the response that says `error`."""
    kind = _KINDS.get(error.status, "invalid_request_error")
    body = {"error": {"message": str(error), "type": kind, "code": error.code}}
    return JSONResponse(body, status_code=error.status, headers=error.headers)


def as_api_error(error: WhetError) -> ApiError:
    """Return what an error of the layers below means to a caller over HTTP."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, OverloadedError):
        headers = {"retry-after": str(error.retry_after_s)}
        return ApiError(str(error), status=503, code="overloaded", headers=headers)
    if isinstance(error, BusyError):
        return ApiError(str(error), status=503, code="busy", headers={"retry-after": "5"})
    if isinstance(error, Refused):
        return _refused(error)
    if isinstance(error, InputError):
        return ApiError(str(error), status=400, code="invalid_value")
    # What is wrong on this machine, and where, is for its owner and not for the caller.
    _log.error("a request failed", reason=str(error))
    if isinstance(error, UnavailableError):
        text = "The server cannot reach its store now. Try again in a moment."
        headers = {"retry-after": "5"}
        return ApiError(text, status=503, code="store_unavailable", headers=headers)
    return ApiError(
        "The server cannot do this now; its log says why.", status=500, code="server_error"
    )


def _refused(error: Refused) -> ApiError:
    """Return what it means to a caller that somebody was faster, or sends too much."""
    if error.kind == "rate":
        headers = {"retry-after": str(error.wait_s)}
        return ApiError(str(error), status=429, code="rate_limit_exceeded", headers=headers)
    return ApiError(str(error), status=409, code=error.kind)


def add_handlers(app: FastAPI) -> None:
    """Make `app` answer errors in this shape."""
    app.add_exception_handler(WhetError, _answer_whet_error)
    app.add_exception_handler(HTTPException, _answer_http_exception)


async def _answer_whet_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, WhetError):  # the type that Starlette asks for is wider
        raise error
    return problem_response(as_api_error(error))


async def _answer_http_exception(request: Request, error: Exception) -> JSONResponse:
    """Answer what the router raises: no such path, or no such method on it."""
    if not isinstance(error, HTTPException):
        raise error
    path, method = request.url.path, request.method
    texts = {
        404: f"There is no {path}; the paths are listed in /openapi.json.",
        405: f"{path} does not answer {method}; the header Allow lists what it answers.",
    }
    codes = {404: "path_not_found", 405: "method_not_allowed"}
    status = error.status_code
    return problem_response(
        ApiError(
            texts.get(status, str(error.detail)),
            status=status,
            code=codes.get(status, "http_error"),
            headers=error.headers,
        )
    )
