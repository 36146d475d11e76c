"""The client of OpenAI-compatible endpoints, against a real server that misbehaves."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))  # so that `tests.products` can be imported
from tests.products.support.answering.tiny_server import Says, TinyServer

from whet.serving.chat import ChatEndpoint, Completion, EndpointError

PATH = "/v1/chat/completions"
ASKED = [{"role": "user", "content": "Hello"}]


@pytest.fixture
def server() -> Iterator[TinyServer]:
    with TinyServer() as running:
        yield running


def complete(server: TinyServer, **fields: Any) -> Completion:
    given: dict[str, Any] = {"timeout_s": 20.0, "retries": 1, "prices": (0.001, 0.01)}
    with ChatEndpoint(f"{server.url}/v1/", "m", key="k", **{**given, **fields}) as chat:
        return chat.complete(ASKED, most_tokens=50)


def why(server: TinyServer, **fields: Any) -> str:
    with pytest.raises(EndpointError) as error:
        complete(server, **fields)
    text = str(error.value)
    start = f"The endpoint {server.url}{PATH} must answer; "
    assert text.startswith(start)
    return text.removeprefix(start)


def test_an_answer_with_its_cost(server: TinyServer) -> None:
    server.chats(" Hello! ")
    said = complete(server)
    assert (said.text, said.tokens_in, said.tokens_out) == ("Hello!", 100, 20)
    assert said.cost == pytest.approx(100 * 0.001 + 20 * 0.01)
    assert said.finished
    heard = server.heard[0]
    assert heard.headers["Authorization"] == "Bearer k"
    assert heard.body == {"model": "m", "messages": ASKED, "temperature": 0, "max_tokens": 50}


def test_tokens_are_estimated_where_nobody_counts(server: TinyServer) -> None:
    server.says[PATH] = Says({"choices": [{"message": {"content": "abcdef"}}]})
    said = complete(server)
    assert (said.tokens_in, said.tokens_out) == (2, 2)


def test_an_answer_that_was_cut_says_so(server: TinyServer) -> None:
    choice = {"message": {"content": "It is"}, "finish_reason": "length"}
    server.says[PATH] = Says({"choices": [choice]})
    assert not complete(server).finished


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        (Says({"error": "x"}, 401), "it said 401."),
        (Says(b"nonsense"), "what it sent is no JSON."),
        (Says(b"[" * 100_000), "what it sent is no JSON."),
        (Says({}), "it sent no choices[0].message.content."),
        (Says([]), "it sent no choices[0].message.content."),
        (Says({"choices": []}), "it sent no choices[0].message.content."),
        (Says({"choices": [{"message": {"content": None}}]}), "it said nothing."),
        (Says({"choices": [{"message": {"content": [1]}}]}), "it said nothing."),
        (Says({"choices": [{"message": {"content": " "}}]}), "it said nothing."),
        (Says(b" " * 1_000_001), "it sent over 1,000,000 bytes."),
        (Says(None, wait_s=20), "it took over 0.5 s."),
        (Says({"a": "b" * 50}, drip_s=0.1), "it took over 0.5 s."),
    ],
)
def test_an_endpoint_that_does_not_answer(says: Says, sentence: str, server: TinyServer) -> None:
    server.says[PATH] = says
    timeout_s = 0.5 if says.wait_s or says.drip_s else 20.0
    assert why(server, timeout_s=timeout_s) == sentence


def test_it_is_sent_nowhere_else(server: TinyServer) -> None:
    server.says[PATH] = Says(status=302, headers={"Location": f"{server.url}/other"})
    assert why(server).startswith("it said 302")
    assert [heard.path for heard in server.heard] == [PATH]


def test_a_busy_endpoint_is_asked_again(server: TinyServer) -> None:
    good = {"choices": [{"message": {"content": "now"}}]}
    answers = iter([Says({}, 429), Says(good)])
    server.says[PATH] = lambda heard: next(answers)
    assert complete(server).text == "now"
    server.says[PATH] = Says({}, 503)
    server.heard.clear()
    assert why(server, retries=2) == "it said 503."
    assert len(server.heard) == 3


def test_an_endpoint_that_is_down(server: TinyServer) -> None:
    chat = ChatEndpoint("http://127.0.0.1:1/v1", "m", timeout_s=20.0, retries=0)
    with chat, pytest.raises(EndpointError, match=r"must answer; .*refused"):
        chat.complete(ASKED)


def test_the_most_that_an_answer_may_cost(server: TinyServer) -> None:
    chat = ChatEndpoint(server.url, "m", prices=(1.0, 10.0))
    assert chat.most_cost(ASKED, 3) == 13 + 30
