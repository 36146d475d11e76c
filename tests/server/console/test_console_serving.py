"""The console beside the channels of a served desk, as `whet support serve` puts it there."""

from pathlib import Path

from fastapi.testclient import TestClient
from tests.server.console.conftest import HERE, PASSWORD, write_desk

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
