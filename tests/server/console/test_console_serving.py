"""The console beside the channels of a served desk, as `whet support serve` puts it there."""

from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient
from tests.server.conftest import register
from tests.server.console.conftest import HERE, PASSWORD, write_desk
from tests.server.support.processes import serving
from tests.serving.tiny_package import make_onnx_package

from whet.core.workspace import Workspace
from whet.products.support.articles.embedder import desk_embedder
from whet.products.support.articles.sync import open_index, sync_articles
from whet.products.support.opening import open_desk
from whet.server.app import create_app
from whet.server.support.running import DeskService
from whet.serving.sources import champions
from whet.store.store import open_store


def test_a_served_desk_has_its_console(tmp_path: Path) -> None:
    write_desk(tmp_path / "desk")
    with open_store(f"sqlite:///{tmp_path}/whet.db") as store:
        store.users.add("ana", "admin", PASSWORD)
        desk = open_desk(tmp_path / "desk", store)
        app = create_app(store, champions(store), desk=DeskService(desk))
        with TestClient(app, base_url="http://localhost", headers=HERE) as client:
            form = {"name": "ana", "password": PASSWORD}
            assert "Nobody is waiting." in client.post("/console/sign-in", data=form).text
            talk = desk.conversations.start("widget", language="en").id
            desk.engine.handle(talk, client_id="1", text="I want to talk to a person")
            taken = client.post(f"/console/talk/{talk}/take")
            assert "You have it" in taken.text
            assert client.get(f"/console/talk/{talk}?suggest=1").status_code == 200
            metrics = client.get("/metrics").text
            assert 'route="/console/talk/{talk}"' in metrics


@pytest.mark.slow
def test_a_desk_beside_other_models_is_served_and_embeds_by_its_own(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    write_desk(desk)
    workspace = Workspace(desk)
    with open_store(workspace.database_url) as store:
        for name in ("other", "support"):
            register(store, make_onnx_package(tmp_path / name, name=name))
            store.packages.set_alias(name, "champion", "1")
        store.users.add("ed", "editor", PASSWORD)
        with serving(desk) as (url, _), httpx.Client(base_url=url, headers=HERE) as client:
            form = {"name": "ed", "password": PASSWORD}
            assert client.post("/console/sign-in", data=form).status_code == 303
            told = client.post("/console/articles/sync", follow_redirects=True)
        assert "0 added, 0 changed, 0 removed, 2 unchanged." in told.text
        own = store.packages.resolve("support", "champion").manifest_sha256
        embedder = desk_embedder(store, "support")
        assert embedder is not None and embedder.identity == own
        assert sync_articles(desk / "articles", open_index(store, embedder)).unchanged == 2
