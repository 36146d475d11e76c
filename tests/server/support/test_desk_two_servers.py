"""Two agents who take the same conversations at the same moments, each at a server of his own."""

import threading
from pathlib import Path

import httpx
import pytest
from tests.server.support.conftest import make_workspace
from tests.server.support.processes import serving

from whet.products.support.conversation.service import Conversations
from whet.store.store import open_store

TALKS, PASSWORD = 12, "correct horse battery"


def _signed_in(url: str, name: str) -> httpx.Client:
    """Return a browser in which an agent is signed in."""
    here = {"sec-fetch-site": "same-origin", "origin": url}
    client = httpx.Client(base_url=url, headers=here, trust_env=False, timeout=60)
    signed = client.post("/console/sign-in", data={"name": name, "password": PASSWORD})
    assert signed.status_code == 303, signed.text
    return client


def _take(
    client: httpx.Client, talks: list[str], ready: threading.Barrier, told: list[httpx.Response]
) -> None:
    """Take every conversation at the moment that another agent takes it."""
    for talk in talks:
        ready.wait(60)
        told.append(client.post(f"/console/talk/{talk}/take"))


@pytest.mark.slow
def test_one_agent_has_it_and_the_other_is_told(store_url: str, tmp_path: Path) -> None:
    folder, environment = make_workspace(tmp_path / "desk"), {"WHET_DATABASE_URL": store_url}
    with open_store(store_url) as store:
        desk, talks = Conversations(store), list[str]()
        for n in range(TALKS):
            row = desk.start("widget", channel_id=f"w{n}", language="en")
            desk.ask_for_person(row.id)
            talks.append(row.id)
        for name in ("ana", "bo"):
            store.users.add(name, "agent", PASSWORD)
        with serving(folder, environment) as (one, _), serving(folder, environment) as (two, _):
            ready = threading.Barrier(2)
            told: dict[str, list[httpx.Response]] = {"ana": [], "bo": []}
            clients = {"ana": _signed_in(one, "ana"), "bo": _signed_in(two, "bo")}
            threads = [
                threading.Thread(target=_take, args=(clients[name], talks, ready, told[name]))
                for name in told
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            for talk, *both in zip(talks, told["ana"], told["bo"], strict=True):
                owner = desk.get(talk).owner
                assert owner in told
                codes = {name: r.status_code for name, r in zip(told, both, strict=True)}
                other = "bo" if owner == "ana" else "ana"
                assert codes == {owner: 303, other: 409}
                assert f"{owner} has this conversation" in both[other == "bo"].text
            for client in clients.values():
                client.close()
