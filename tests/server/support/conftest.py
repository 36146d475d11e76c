"""A real server on a free loopback port, over a desk with articles and templates."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from whet.products.support.articles.sync import open_index, sync_articles
from whet.products.support.conversation.rules import Rules
from whet.products.support.opening import Desk, open_desk
from whet.server.app import create_app
from whet.server.options import Options
from whet.server.run import listening_socket, make_server
from whet.server.support.chatwoot_client import client_of
from whet.server.support.running import DeskService
from whet.store.store import Store, open_store

NAME = "Larkspur help"
DESK = f"""\
name: {NAME}
greeting:
  en: Hello! How can I help?
  zh: 您好！请问有什么可以帮您？
decision: {{article_threshold: 0.2}}
"""
ARTICLES = {
    "refunds.md": "---\ntitle: Refunds\nurl: https://example.com/refunds\n---\n# Refunds\n\n"
    "Refunds are paid within five working days to the card that you used.\n",
    "returns.md": "---\ntitle: Returning a parcel\nurl: javascript:alert(1)\n---\n"
    "# Returning a parcel\n\nYou can return a parcel within thirty days of delivery.\n",
    "opening.md": "---\ntitle: 退款说明\nlanguage: zh\n---\n# 退款说明\n\n"
    "退款会在五个工作日内退回到您付款的银行卡。\n",
}


@dataclass(frozen=True)
class Served:
    """A desk that is served."""

    url: str
    store: Store
    desk: Desk
    service: DeskService
    client: httpx.Client

    def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """Post JSON."""
        return self.client.post(path, json=body, **more)

    def begin(self, **body: Any) -> dict[str, str]:
        """Begin a conversation in the widget; return the headers that carry its token."""
        response = self.post("/widget/conversations", body)
        assert response.status_code == 200, response.text
        return {"authorization": f"Bearer {response.json()['token']}"}

    def write(self, headers: dict[str, str], text: str, client_id: str) -> list[dict[str, Any]]:
        """Write in the widget; return the messages of the whole conversation."""
        body = {"client_id": client_id, "text": text}
        response = self.post("/widget/messages", body, headers=headers)
        assert response.status_code == 200, response.text
        return [entry for entry in response.json()["entries"] if entry["kind"] == "message"]


Serve = Callable[..., AbstractContextManager[Served]]


@pytest.fixture(scope="session", autouse=True)
def quiet() -> None:
    """Keep the log of the servers out of the output of the tests."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())


def make_workspace(folder: Path, more: str = "") -> Path:
    """Write a desk into a folder."""
    (folder / "articles").mkdir(parents=True)
    (folder / "whet.toml").touch()
    (folder / "desk.yaml").write_text(DESK + more, encoding="utf-8")
    for name, text in ARTICLES.items():
        (folder / "articles" / name).write_text(text, encoding="utf-8")
    return folder


@contextmanager
def running(
    folder: Path,
    *,
    more: str = "",
    options: Options = Options(),  # noqa: B008 - frozen
    environment: dict[str, str] | None = None,
    store_url: str = "",
    lease_s: float = Rules.lease_s,
) -> Iterator[Served]:
    """Serve a desk in a thread."""
    make_workspace(folder, more)
    with open_store(store_url or f"sqlite:///{folder}/whet.db") as store:
        sync_articles(folder / "articles", open_index(store, None))
        desk = open_desk(folder, store)
        desk.conversations.rules = replace(desk.conversations.rules, lease_s=lease_s)
        chatwoot = client_of(desk.files.desk.channels.chatwoot, environment or {})
        service = DeskService(desk, chatwoot=chatwoot, tick_s=0.2)
        app = create_app(store, dict, options=options, desk=service)
        server = make_server(app)
        with listening_socket("127.0.0.1", 0) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            try:
                with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
                    yield Served(url, store, desk, service, client)
            finally:
                server.should_exit = True
                thread.join()


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Return a context manager that serves a desk of this test's own."""
    return partial(running, tmp_path / "desk")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk for all tests of a module that leave nothing behind that another would see."""
    with running(tmp_path_factory.mktemp("served") / "desk") as one:
        yield one
