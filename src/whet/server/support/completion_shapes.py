"""What do OpenAI's clients send to a chat, and what do they read? Their shapes, as far as we go.

Source: OpenAI's API reference, "Create chat completion". Settings of a language model, such as
`temperature`, mean nothing here and are passed over.
"""

import json
import time
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, Field

from whet.core.errors import InputError
from whet.server.problems import ApiError
from whet.server.support.said import Said, facts_of

_PIECE = 24
"""Characters of one piece of a stream."""


class Part(BaseModel):
    """One part of a message that is given as a list."""

    type: str
    text: str = ""


class ChatMessage(BaseModel):
    """One message of the history that a client sends."""

    role: str
    content: str | list[Part] | None = None

    def plain(self) -> str:
        """Return its text.

        Raises:
            InputError: it holds a picture or a sound.
        """
        if not isinstance(self.content, list):
            return self.content or ""
        for part in self.content:
            if part.type != "text":
                raise InputError(
                    f"A message must be text; found a part of type {part.type[:60]!r}. Send its "
                    "words instead."
                )
        return "\n".join(part.text for part in self.content)


class StreamOptions(BaseModel):
    """How a stream is sent."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """A request in OpenAI's format; fields of theirs that mean nothing here are ignored."""

    model: str
    """Name of the desk."""
    messages: list[ChatMessage] = Field(min_length=1, max_length=10_000)
    """The conversation so far, oldest first; the last message of the user is answered."""
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: int | None = None
    """Must be 1 when given: a desk has one answer."""
    user: str | None = Field(default=None, max_length=200)
    """Who the customer is to the caller."""
    metadata: dict[str, str] | None = None
    """`conversation_id` names the conversation; `message_id` makes the message idempotent."""

    def user_texts(self) -> list[str]:
        """Return what the user said, oldest first; the last one is to be answered.

        Raises:
            ApiError: the last message is none of the user's, or more than one answer is wanted.
        """
        if self.n not in (None, 1):
            raise ApiError(f"'n' must be 1; found {self.n}.", status=400, code="invalid_value")
        if self.messages[-1].role != "user":
            raise ApiError(
                "The last message must be of the role 'user'; found "
                f"{self.messages[-1].role[:60]!r}.",
                status=400,
                code="invalid_value",
            )
        return [message.plain() for message in self.messages if message.role == "user"]


def completion(said: Said, model: str) -> dict[str, Any]:
    """Return an answer that is sent at once."""
    message = {"role": "assistant", "content": said.text, "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {
        **_head(said, model, "chat.completion"),
        "choices": [choice],
        "usage": _no_usage(),
        "whet": facts_of(said),
    }


def chunks(said: Said, model: str, *, with_usage: bool) -> Iterator[str]:
    """Yield an answer as the events of a stream; the last choice carries the reason."""
    head = _head(said, model, "chat.completion.chunk")
    yield _event({**head, "choices": [_delta({"role": "assistant", "content": ""})]})
    for piece in pieces(said.text):
        yield _event({**head, "choices": [_delta({"content": piece})]})
    yield _event({**head, "choices": [_delta({}, "stop")], "whet": facts_of(said)})
    if with_usage:
        yield _event({**head, "choices": [], "usage": _no_usage()})
    yield "data: [DONE]\n\n"


def pieces(text: str) -> list[str]:
    """Return a text in pieces that make the whole when they are joined.

    >>> pieces("a" * 30)
    ['aaaaaaaaaaaaaaaaaaaaaaaa', 'aaaaaa']
    """
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]


def _head(said: Said, model: str, kind: str) -> dict[str, Any]:
    """Return what every answer begins with."""
    ident = f"chatcmpl-{said.conversation.id}-{said.seq}"
    return {"id": ident, "object": kind, "created": int(time.time()), "model": model}


def _delta(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    """Return the only choice of a chunk."""
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _no_usage() -> dict[str, int]:
    """Return the tokens that were used: none, for a desk is no language model."""
    return {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


def _event(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
