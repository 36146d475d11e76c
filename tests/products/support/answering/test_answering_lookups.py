"""Lookups against a real server: in time, from the right host, and only what can be shown."""

import gzip
import json
import time
from typing import Any

import pytest
from tests.products.support.answering.tiny_server import Says, TinyServer

from whet.products.support.answering.lookups import Found, Lookups
from whet.products.support.desk.outside import Lookup

GOOD = {"order": "AB123456", "state": "on its way", "price": 12.5, "link": "x"}


def ask(
    server: TinyServer, *fields: str, slots: dict[str, str] | None = None, **other: Any
) -> Found:
    """Return what a lookup on the server says."""
    given: dict[str, Any] = {
        "url": f"http://shop.test:{server.port}/orders/{{order}}",
        "allowed": ["shop.test"],
        "timeout_s": 0.6,
        "fields": {"state": "$.state", "price": "price", "link": "$.link", "no": "$.a[3].b"},
    }
    lookup = Lookup.model_validate({**given, **other})
    lookups = Lookups(
        {"orders": lookup},
        resolve=lambda host, port: {"shop.test": ["127.0.0.1"]}.get(host, ["10.0.0.1"]),
        environment={"TOKEN": "Bearer s3cret"},
    )
    try:
        return lookups.ask("orders", slots or {"order": "AB123456"}, fields or ("state",))
    finally:
        lookups.close()


def test_an_answer_is_read(server: TinyServer) -> None:
    server.says["/orders/AB123456"] = Says(GOOD)
    found = ask(server, "state", "price")
    assert found == Found("found", {"state": "on its way", "price": "12.5"}, "")
    assert server.heard[0].headers["Host"] == f"shop.test:{server.port}"


def test_a_host_inside_is_not_asked(server: TinyServer) -> None:
    found = ask(server, allowed=[])
    assert found.why == "shop.test is inside, at 127.0.0.1, and not allowed"
    assert server.heard == []


@pytest.mark.parametrize(
    "value", ["../admin", "a/b?c=d#e", "a b", "订单", "%2e%2e", "x\r\nHost: y"]
)
def test_a_value_cannot_leave_its_place_in_the_address(value: str, server: TinyServer) -> None:
    ask(server, slots={"order": value})
    assert len(server.heard) == 1
    path = server.heard[0].path
    assert path.startswith("/orders/")
    assert path.count("/") == 2
    assert not set("?# ") & set(path)
    assert server.heard[0].headers["Host"] == f"shop.test:{server.port}"


@pytest.mark.parametrize("value", [".", ".."])
def test_dots_alone_are_not_asked_about(value: str, server: TinyServer) -> None:
    assert ask(server, slots={"order": value}).why == "a slot holds dots alone"
    assert server.heard == []


def test_headers_come_from_the_environment(server: TinyServer) -> None:
    server.says["/orders/AB123456"] = Says(GOOD)
    assert ask(server, headers={"Authorization": "TOKEN"}).outcome == "found"
    assert server.heard[0].headers["Authorization"] == "Bearer s3cret"
    assert ask(server, headers={"A": "OTHER"}).why == "the variable OTHER is not set"


def test_a_post_sends_its_body(server: TinyServer) -> None:
    server.says["/find"] = Says(GOOD)
    url = f"http://shop.test:{server.port}/find"
    found = ask(server, method="POST", url=url, body={"id": "no. {order}"})
    assert found.outcome == "found"
    assert server.heard[0].body == {"id": "no. AB123456"}


def test_a_redirect_on_the_same_host_is_followed(server: TinyServer) -> None:
    server.says["/orders/AB123456"] = Says(status=302, headers={"Location": "/new/1"})
    server.says["/new/1"] = Says(GOOD)
    assert ask(server).outcome == "found"


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost/",
        "//evil.example/x",
        "https://shop.test/",
        "file:///etc/passwd",
        "http://shop.test:1/",
        "http://user@shop.test/",
    ],
)
def test_a_redirect_to_another_host_is_refused(target: str, server: TinyServer) -> None:
    server.says["/orders/AB123456"] = Says(status=302, headers={"Location": target})
    found = ask(server, headers={"Authorization": "TOKEN"})
    assert found.outcome == "failed"
    assert found.why.startswith("it sends to another host, ")
    assert len(server.heard) == 1


def test_a_redirect_in_circles_ends(server: TinyServer) -> None:
    server.says["/orders/AB123456"] = Says(status=307, headers={"Location": "/orders/AB123456"})
    assert ask(server).why == "it sends around in circles"
    assert len(server.heard) == 4


@pytest.mark.parametrize(
    "says", [Says(GOOD, wait_s=20), Says(GOOD, drip_s=0.3)], ids=["late", "a byte at a time"]
)
def test_a_system_that_hangs_is_left_alone(says: Says, server: TinyServer) -> None:
    server.says["/orders/AB123456"] = says
    start = time.monotonic()
    assert ask(server).why == "it took over 0.6 s"
    assert time.monotonic() - start < 10


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (Says(b" " * 70_000), "it sent over 65,536 bytes"),
        (Says(b"{"), "what it sent is no JSON"),
        (Says(b"[" * 50_000), "what it sent is no JSON"),
        (Says(b"\xff\xfe"), "what it sent is no JSON"),
        (Says(GOOD, 500), "it said 500"),
        (Says([GOOD]), "its state cannot be shown"),
        (Says({"state": {"a": 1}}), "its state cannot be shown"),
        (Says({"state": True}), "its state cannot be shown"),
        (Says({"state": ""}), "its state cannot be shown"),
        (Says({"state": "x" * 301}), "its state cannot be shown"),
        (Says({"state": "<img src=x>"}), "its state cannot be shown"),
        (Says({"state": "[a](b)"}), "its state cannot be shown"),
        (Says({"state": "go to https://evil.example/x"}), "its state cannot be shown"),
        (Says({"state": "go to www.evil.example"}), "its state cannot be shown"),
        (
            Says(gzip.compress(json.dumps(GOOD).encode()), headers={"Content-Encoding": "gzip"}),
            "it sent what is packed, though it was asked not to",
        ),
    ],
)
def test_what_cannot_be_relied_on_is_not_shown(says: Says, why: str, server: TinyServer) -> None:
    server.says["/orders/AB123456"] = says
    assert ask(server) == Found("failed", {}, why)


def test_a_link_to_the_systems_own_host_may_be_shown(server: TinyServer) -> None:
    link = "https://shop.test/track/1"
    server.says["/orders/AB123456"] = Says({"link": link})
    assert ask(server, "link").values == {"link": link}


def test_unseen_characters_are_left_out(server: TinyServer) -> None:
    server.says["/orders/AB123456"] = Says({"state": "on\u202e \u200bits\n way"})
    assert ask(server).values == {"state": "on its way"}


def test_an_answer_about_something_else_is_refused(server: TinyServer) -> None:
    server.says["/orders/AB123456"] = Says(GOOD)
    assert ask(server, same={"order": "$.order"}).outcome == "found"
    server.says["/orders/AB123456"] = Says({**GOOD, "order": "CD000000"})
    assert ask(server, same={"order": "$.order"}).why == "it answered about another order"


def test_not_found_is_no_failure(server: TinyServer) -> None:
    assert ask(server).outcome == "not_found"


def test_a_closed_port_fails_at_once(server: TinyServer) -> None:
    found = ask(server, url="http://shop.test:1/{order}")
    assert found.why == "it could not be asked (ConnectError)"


def test_a_name_that_resolves_slowly_is_left_alone() -> None:
    lookup = Lookup(url="http://slow.test/{order}", timeout_s=0.2, fields={"a": "a"})

    def slow(host: str, port: int) -> list[str]:
        time.sleep(1)
        return ["10.0.0.1"]

    found = Lookups({"x": lookup}, resolve=slow).ask("x", {"order": "1"}, ["a"])
    assert found.why == "it took over 0.2 s"


def test_an_answer_is_asked_for_unpacked(server: TinyServer) -> None:
    server.says["/orders/AB123456"] = Says(GOOD)
    ask(server)
    assert server.heard[0].headers["Accept-Encoding"] == "identity"
