"""A thousand requests at once, and a champion that changes under them: nothing is lost."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
from tests.server.conftest import register
from tests.serving.tiny_package import change_one_byte, make_linear_package

from whet.server.run import allow_many_connections

Running = Any
LABELS = ("card", "login", "refund")
PATH = "/v1/predict/support"


async def post(url: str, body: object) -> tuple[int, dict[str, Any]]:
    """Post on a connection of its own; httpx takes seconds for a thousand connections."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    content = json.dumps(body).encode()
    head = f"POST {PATH} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n"
    writer.write(f"{head}connection: close\r\ncontent-length: {len(content)}\r\n\r\n".encode())
    writer.write(content)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return int(answer.split()[1]), json.loads(answer.partition(b"\r\n\r\n")[2])


async def post_all(url: str, bodies: list[Any]) -> list[tuple[int, dict[str, Any]]]:
    """Post all bodies at once."""
    return await asyncio.gather(*(post(url, body) for body in bodies))


def test_a_thousand_requests_at_once_are_all_answered_and_recorded(
    serve: Any, packages: Path, store: Any
) -> None:
    allow_many_connections()  # this process holds both ends of each
    bodies = [{"text": f"{LABELS[i % 3]} please"} for i in range(1000)]
    with serve() as server:
        answers = asyncio.run(post_all(server.url, bodies))
        assert server.client.get("/healthz").status_code == 200
    assert Counter(status for status, _ in answers) == {200: 1000}
    predictions = [body["predictions"][0] for _, body in answers]
    assert [one["label"] for one in predictions] == [LABELS[i % 3] for i in range(1000)]
    # The server has stopped: what was pending is written.
    stored = store.predictions.recent(limit=2000)
    assert {one.id for one in stored} == {one["id"] for one in predictions}
    assert len(stored) == 1000
    [use] = store.usage.report()
    assert (use.requests, use.texts) == (1000, 1000)


def test_more_than_the_queue_holds_is_refused_and_the_rest_is_answered(server: Running) -> None:
    bodies = [{"texts": ["card " * 30] * 256}] * 24
    answers = asyncio.run(post_all(server.url, bodies))
    for status, body in answers:
        if status == 503:
            assert body["error"]["type"] == "overloaded_error"
        else:
            assert status == 200 and len(body["predictions"]) == 256
    assert Counter(status for status, _ in answers)[200] >= 8  # the queue holds 2048 texts
    assert server.predict("card")[0]["label"] == "card"


def test_a_champion_that_changes_under_load_costs_no_request(server: Running) -> None:
    statuses: Counter[int] = Counter()
    seen: set[str] = set()

    async def load_and_swap() -> None:
        is_over = asyncio.Event()
        async with httpx.AsyncClient(base_url=server.url, timeout=60, trust_env=False) as client:

            async def caller() -> None:
                while not is_over.is_set():
                    response = await client.post(PATH, json={"text": "card"})
                    statuses[response.status_code] += 1
                    seen.add(response.json().get("version", ""))

            async def swapper() -> None:
                for version in ("2", "1", "2"):
                    set_alias = server.store.packages.set_alias
                    seen.clear()
                    await asyncio.to_thread(set_alias, "support", "champion", version)
                    while version not in seen:
                        await asyncio.sleep(0.001)
                is_over.set()

            await asyncio.gather(swapper(), *(caller() for _ in range(8)))

    asyncio.run(load_and_swap())
    assert set(statuses) == {200}


def test_a_broken_champion_leaves_the_old_one_in_place(server: Running, packages: Path) -> None:
    change_one_byte(packages / "support" / "2" / "model.onnx")
    server.store.packages.set_alias("support", "champion", "2")
    # Names are followed in order: when this one is live, the broken one has been tried.
    register(server.store, make_linear_package(packages / "zeta" / "1", name="zeta"))
    server.store.packages.set_alias("zeta", "champion", "1")
    server.wait_for("zeta", "1")
    assert server.client.get("/readyz").json()["models"]["support"] == "1"
    assert server.predict("card")[0]["label"] == "card"
