"""How is the server started and stopped? On this machine alone, unless there are keys."""

import errno
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import structlog
import uvicorn
from fastapi import FastAPI
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from whet.core.errors import BusyError, InputError
from whet.server.app import create_app
from whet.server.keyring import is_loopback
from whet.server.log import configure_logging
from whet.server.middleware.hosts import LOOPBACK_HOSTS
from whet.server.options import Options
from whet.serving.watch import Source
from whet.store.store import Store

if TYPE_CHECKING:
    from whet.server.support.running import DeskService

HOST = "127.0.0.1"
PORT = 8000
BACKLOG = 2048
SHUTDOWN_S = 30
_PORTS = 65536
_PORTS_TRIED = 20

_log = structlog.get_logger("whet.server")


def serve(
    store: Store,
    source: Source,
    *,
    host: str = HOST,
    port: int = PORT,
    options: Options = Options(),  # noqa: B008 - frozen
    desk: "DeskService | None" = None,
) -> None:
    """Serve until the process is told to stop; running requests are finished first.

    Raises:
        InputError: the source has no such package; or `host` is open to other machines and the
            store has no API key in use.
        BusyError: the port is taken.
    """
    source()  # a wrong name is said now, and not in the log of a server that answers nothing
    has_key = any(key.revoked is None for key in store.keys.all())
    if not is_loopback(host) and not has_key:
        raise InputError(
            f"A server that other machines can reach ({host}) must have an API key; this store has "
            "none in use. Make one with `whet key new`, or serve on 127.0.0.1."
        )
    with listening_socket(host, port) as listener, _term_like_interrupt():
        configure_logging()
        allow_many_connections()
        keep_to_one_thread()
        name = f"[{host}]" if ":" in host else host
        _log.info("serving", url=f"http://{name}:{listener.getsockname()[1]}")
        if not store.keys.all():
            _log.warning("no API key exists: callers on this machine are served without one")
        hosts = LOOPBACK_HOSTS | {host} if is_loopback(host) else None
        app = create_app(store, source, options=options, hosts=hosts, desk=desk)
        with suppress(KeyboardInterrupt):  # uvicorn raises it again after it has stopped
            make_server(app).run(sockets=[listener])


class Server(uvicorn.Server):
    """A uvicorn server that ends its streams when it is told to stop, and waits for none."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, finish what runs, and end."""
        desk = self.config.app.state.desk if isinstance(self.config.app, FastAPI) else None
        if desk is not None:
            desk.stop()
        await super().shutdown(sockets)


def make_server(app: FastAPI) -> Server:
    """Return a uvicorn server for `app`; it listens where its `run` is told to."""
    return Server(
        uvicorn.Config(
            app,
            log_config=None,  # set by configure_logging
            access_log=False,  # the middleware writes a line with more in it
            server_header=False,
            ws="none",
            backlog=BACKLOG,
            timeout_graceful_shutdown=SHUTDOWN_S,
        )
    )


def keep_to_one_thread() -> None:
    """Let numpy compute on the thread that asks: requests fill the cores side by side.

    Its other threads wait busily for small products: a message to a desk with 5,000 articles took
    31 ms of processor time with two threads, 19 ms with one.
    """
    threadpool_limits(limits=1, user_api="blas")


def allow_many_connections() -> None:
    """Raise this process's limit of open files to what it may have: each connection is one."""
    if sys.platform != "win32":
        import resource  # there is no such module on Windows, and no such limit

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        with suppress(ValueError, OSError):  # macOS says "unlimited" and means less
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextmanager
def listening_socket(host: str, port: int) -> Iterator[socket.socket]:
    """Yield a socket that listens on `host` and `port`; port 0 takes a free one.

    Raises:
        BusyError: the port is taken; the text names the next free one.
        InputError: this machine has no such address, or the port may not be used.
    """
    if not 0 <= port < _PORTS:
        raise InputError(f"A port must be 0 to {_PORTS - 1}; found {port}. 0 takes a free one.")
    try:
        listener = _listen(host, port)
    except OSError as error:
        raise _listen_problem(error, host, port) from error
    with listener:
        yield listener


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        # A port that a stopped server has just left can be used again at once.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _listen_problem(error: OSError, host: str, port: int) -> BusyError | InputError:
    """Return the sentence for an address that cannot be listened on."""
    if error.errno != errno.EADDRINUSE:
        return InputError(
            f"The server cannot listen on {host} port {port}: {error.strerror}. "
            "Choose an address of this machine and a port above 1023."
        )
    ports = range(port + 1, min(port + _PORTS_TRIED, _PORTS))
    free = next((p for p in ports if _is_free(host, p)), None)
    advice = f"Port {free} is free." if free else "Choose another port."
    return BusyError(f"Port {port} on {host} is taken by another program. {advice}")


def _is_free(host: str, port: int) -> bool:
    """Return whether one can listen on a port."""
    try:
        _listen(host, port).close()
    except OSError:
        return False
    return True


@contextmanager
def _term_like_interrupt() -> Iterator[None]:
    """Treat SIGTERM like Ctrl-C: stop in an orderly way, and return to the caller."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
