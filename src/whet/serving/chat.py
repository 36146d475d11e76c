"""What does a language model say? A client of any OpenAI-compatible endpoint, with its cost.

    with ChatEndpoint(base_url="http://127.0.0.1:11434/v1", model="qwen") as chat:
        print(chat.complete([{"role": "user", "content": "Hello"}]).text)

The endpoint may be down, slow, busy or talk nonsense: each is one `EndpointError`, in time.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import TracebackType
from typing import Any, Self

import httpx

from whet.core.errors import WhetError
from whet.serving.deadline import Deadline

MOST_BYTES = 1_000_000
"""Size above which an answer is refused."""
_PAUSE_S = 0.2
_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_CHARACTERS_PER_TOKEN = 3
"""For an endpoint that does not say what it used: few, so that a cost is not understated."""


class EndpointError(WhetError):
    """The endpoint gave no answer that can be used; the text says why."""


@dataclass(frozen=True)
class Completion:
    """What the model said."""

    text: str
    tokens_in: int
    tokens_out: int
    cost: float
    """Price of the tokens."""
    seconds: float
    """From the first request to the end of the answer, retries included."""
    finished: bool
    """Whether the model came to an end by itself."""


class ChatEndpoint:
    """An endpoint and its prices; a context manager, safe for several threads.

    Args:
        base_url: address up to and with `/v1`.
        model: name of the model.
        key: what goes into the Authorization header; None for an endpoint without keys.
        timeout_s: seconds that an answer may take, retries included.
        retries: further attempts where it is busy or cannot be reached.
        prices: price of a token that is sent, and of one that comes back.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        *,
        key: str | None = None,
        timeout_s: float = 15.0,
        retries: int = 1,
        prices: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        self.model, self.prices = model, prices
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._timeout_s, self._retries = timeout_s, retries
        self._deadline = Deadline()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        if "_client" in self.__dict__:
            self._client.close()

    def most_cost(self, messages: Sequence[Mapping[str, str]], most_tokens: int) -> float:
        """Return what an answer may cost at most: every character counted as a token."""
        sent = sum(len(message["content"]) + 8 for message in messages)
        return sent * self.prices[0] + most_tokens * self.prices[1]

    def complete(
        self, messages: Sequence[Mapping[str, str]], *, most_tokens: int = 300
    ) -> Completion:
        """Return what the model answers to messages with `role` and `content`.

        Raises:
            EndpointError: it could not be reached, refused, took too long, or said nothing that
                can be read.
        """
        body = {
            "model": self.model,
            "messages": list(messages),
            "temperature": 0,
            "max_tokens": most_tokens,
        }
        start = time.monotonic()
        try:
            content = self._deadline.call(
                lambda: self._ask(body, until=start + self._timeout_s), self._timeout_s
            )
        except TimeoutError:
            raise EndpointError(self._wrong(f"it took over {self._timeout_s:g} s")) from None
        return self._read(content, messages, time.monotonic() - start)

    @cached_property
    def _client(self) -> httpx.Client:
        return httpx.Client(headers=self._headers, timeout=self._timeout_s)

    def _ask(self, body: Mapping[str, Any], *, until: float) -> Any:
        """Return the JSON that the endpoint answers with, after some attempts."""
        for attempt in range(self._retries + 1):
            is_last = attempt == self._retries or time.monotonic() >= until
            try:
                return self._ask_once(body)
            except httpx.HTTPStatusError as error:
                status = error.response.status_code
                if is_last or status not in _BUSY:
                    raise EndpointError(self._wrong(f"it said {status}")) from error
            except httpx.HTTPError as error:
                if is_last:
                    why = str(error) or type(error).__name__
                    raise EndpointError(self._wrong(why)) from error
            time.sleep(min(_PAUSE_S * 2**attempt, max(0.0, until - time.monotonic())))
        raise AssertionError("the last attempt returns or raises")

    def _ask_once(self, body: Mapping[str, Any]) -> Any:
        """Return the JSON of one attempt."""
        with self._client.stream("POST", self._url, json=body) as response:
            response.raise_for_status()  # a redirect too: nothing is sent elsewhere
            data = bytearray()
            for piece in response.iter_bytes():
                data += piece
                if len(data) > MOST_BYTES:
                    raise EndpointError(self._wrong(f"it sent over {MOST_BYTES:,} bytes"))
        try:
            return json.loads(bytes(data))
        except (ValueError, RecursionError) as error:
            raise EndpointError(self._wrong("what it sent is no JSON")) from error

    def _read(
        self, content: Any, messages: Sequence[Mapping[str, str]], seconds: float
    ) -> Completion:
        """Return the answer in what the endpoint sent."""
        try:
            choice = content["choices"][0]
            text = choice["message"]["content"]
        except (KeyError, IndexError, TypeError) as error:
            raise EndpointError(self._wrong("it sent no choices[0].message.content")) from error
        if not isinstance(text, str) or not text.strip():
            raise EndpointError(self._wrong("it said nothing"))
        usage = content.get("usage")
        sent = sum(len(message["content"]) for message in messages)
        tokens_in = _count(usage, "prompt_tokens", sent)
        tokens_out = _count(usage, "completion_tokens", len(text))
        cost = tokens_in * self.prices[0] + tokens_out * self.prices[1]
        finished = choice.get("finish_reason") in (None, "stop")
        return Completion(text.strip(), tokens_in, tokens_out, cost, seconds, finished)

    def _wrong(self, what: str) -> str:
        """Return the sentence about an endpoint that does not answer."""
        return f"The endpoint {self._url} must answer; {what}."


def _count(usage: Any, name: str, characters: int) -> int:
    """Return the tokens that were used, estimated where the endpoint does not say so."""
    said = usage.get(name) if isinstance(usage, dict) else None
    if isinstance(said, int) and not isinstance(said, bool) and said >= 0:
        return said
    return -(-characters // _CHARACTERS_PER_TOKEN)
