"""Load for `serving.py`: `python http_load.py PORT MODEL CONCURRENCY REQUESTS`, one JSON line.

Each connection stays open and sends one text at a time. Plain sockets, because a full HTTP client
takes as long for a request as the server does, and both share the cores of one machine.
"""

import asyncio
import itertools
import json
import random
import statistics
import sys
import time
from collections.abc import Iterator

import common

WARM_UP = 100


def request(path: str, text: str) -> bytes:
    """Return the bytes of one request."""
    body = json.dumps({"text": text}).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


async def read_answer(reader: asyncio.StreamReader) -> None:
    """Read one answer to its end; one that is not 200 ends the run."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
    length = next(int(line.split(":")[1]) for line in head if line.startswith("content-length"))
    body = await reader.readexactly(length)
    if not head[0].startswith("http/1.1 200"):
        sys.exit(f"The server answered {head[0]}: {body[:300]!r}")


async def connection(port: int, requests: Iterator[bytes]) -> list[float]:
    """Return the milliseconds of each request that this connection took from the common list."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times = []
    for content in requests:
        started = time.perf_counter()
        writer.write(content)
        await read_answer(reader)
        times.append(1000 * (time.perf_counter() - started))
    writer.close()
    return times


async def load(port: int, requests: list[bytes], concurrency: int) -> common.Json:
    """Return latencies and throughput of all requests over so many open connections."""
    queue = iter(requests)
    started = time.perf_counter()
    parts = await asyncio.gather(*(connection(port, queue) for _ in range(concurrency)))
    seconds = time.perf_counter() - started
    cuts = statistics.quantiles([ms for part in parts for ms in part], n=100)
    return {
        "requests": len(requests),
        "texts_per_s": len(requests) / seconds,
        "p50_ms": cuts[49],
        "p95_ms": cuts[94],
        "p99_ms": cuts[98],
    }


def main() -> None:
    """Send the load and print what was measured."""
    port, model, concurrency, count = int(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:5])
    texts, _ = common.banking77("test")
    random.Random(0).shuffle(texts)
    path = f"/v1/predict/{model}"
    requests = [request(path, text) for text in itertools.islice(itertools.cycle(texts), count)]
    asyncio.run(load(port, requests[:WARM_UP], concurrency))
    print(json.dumps(asyncio.run(load(port, requests, concurrency))))


if __name__ == "__main__":
    main()
