"""How does the desk speak in Chatwoot? As its agent bot: messages, and the hand-over to a person.

Every message carries the number of the entry that it shows: Chatwoot tells its agent bot of each
message, so the desk knows it again. An agent bot may write, but not read what was written.
Source: Chatwoot's API reference, "Create New Message" and "Toggle Status"; what a bot's token may
do is in its `access_token_auth_helper.rb`.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

import httpx

from whet.core.errors import InputError, WhetError
from whet.products.support.desk.channels import Chatwoot

MARK = "whet_entry"
"""Name of the number in a message's `content_attributes`."""
_ATTEMPTS = 3
_WAIT_S = 0.5


class ChatwootError(WhetError):
    """Chatwoot cannot be reached, or refuses what it is told."""


class ChatwootRefusedError(ChatwootError):
    """Chatwoot refuses what it is told, and would do so again."""


@dataclass(frozen=True)
class Place:
    """A conversation in Chatwoot."""

    account: int
    conversation: int

    @property
    def path(self) -> str:
        """Path of the conversation in the API."""
        return f"/api/v1/accounts/{self.account}/conversations/{self.conversation}"

    @property
    def name(self) -> str:
        """The desk's name of it."""
        return f"{self.account}:{self.conversation}"

    @classmethod
    def named(cls, name: str) -> Self:
        """Return the place that `name` stands for."""
        account, _, conversation = name.partition(":")
        return cls(int(account), int(conversation))


class ChatwootClient:
    """The API of a Chatwoot, with the access token of the agent bot."""

    def __init__(self, settings: Chatwoot, *, token: str, secret: str | None = None) -> None:
        self.secret = secret
        """What Chatwoot signs its requests with; None where it does not."""
        self._http = httpx.AsyncClient(
            base_url=settings.base_url.rstrip("/"),
            headers={"api_access_token": token},
            timeout=settings.timeout_s,
            follow_redirects=False,
            trust_env=False,
        )

    async def send(self, place: Place, text: str, *, entry: int) -> None:
        """Say something in a conversation.

        Raises:
            ChatwootError: it could not be said.
        """
        body = {
            "content": text,
            "message_type": "outgoing",
            "private": False,
            "content_attributes": {MARK: entry},
        }
        await self._call("POST", f"{place.path}/messages", body)

    async def set_status(self, place: Place, status: Literal["open", "resolved"]) -> None:
        """Give a conversation to the people of Chatwoot, or close it there.

        Raises:
            ChatwootError: it could not be done.
        """
        await self._call("POST", f"{place.path}/toggle_status", {"status": status})

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _call(self, method: str, path: str, body: Mapping[str, Any]) -> None:
        """Tell Chatwoot something; only what it surely did not do is tried again."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                response = await self._http.request(method, path, json=body)
            except httpx.ConnectError as error:
                problem = ChatwootError(f"Chatwoot cannot be reached: {error}")
            except httpx.HTTPError as error:
                raise ChatwootError(f"Chatwoot did not answer: {error!r}") from error
            else:
                if response.status_code not in (429, 503):
                    return _check(response)
                problem = ChatwootError(f"Chatwoot is busy: HTTP {response.status_code}")
            if attempt < _ATTEMPTS:
                await asyncio.sleep(_WAIT_S * attempt)
        raise problem


def client_of(settings: Chatwoot | None, environment: Mapping[str, str]) -> ChatwootClient | None:
    """Return the client of a desk's Chatwoot; None for a desk without one.

    Raises:
        InputError: a variable that the desk names is not set.
    """
    if settings is None:
        return None
    for name in filter(None, (settings.token, settings.secret)):
        if not environment.get(name):
            raise InputError(
                f"The variable {name} must be set for {settings.base_url}; it is not. Set it, or "
                "leave `channels.chatwoot` out of the desk."
            )
    secret = environment[settings.secret] if settings.secret else None
    return ChatwootClient(settings, token=environment[settings.token], secret=secret)


def _check(response: httpx.Response) -> None:
    """Refuse a response that says no.

    Raises:
        ChatwootRefusedError: it would say so again.
        ChatwootError: it may say otherwise later.
    """
    if response.is_success:
        return
    kind = ChatwootRefusedError if response.is_client_error else ChatwootError
    raise kind(
        f"Chatwoot refused {response.request.method} {response.request.url.path}: "
        f"HTTP {response.status_code}"
    )
