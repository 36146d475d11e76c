"""How does a customer's message reach the desk? Over HTTP, or in this process."""

import time
from collections.abc import Sequence
from typing import Any, Protocol

import httpx

from whet.core.errors import InputError, WhetError
from whet.products.support.conversation.service import Conversations
from whet.products.support.engine import Engine

_TIMEOUT_S = 60
_PAUSES_S = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Before each attempt after the first: a server that restarts is waited for."""


class Channel(Protocol):
    """Takes messages to the desk; called from several threads at once."""

    name: str
    """Name of the channel in the store."""

    def send(self, sender: str, client_id: str, text: str) -> None:
        """Send a message and wait for what the desk says to it.

        Sent again under its client id, it is the same message.
        """
        ...

    def channel_id(self, sender: str) -> str:
        """Return the id under which the store has a sender's conversation."""
        ...


class InProcess:
    """A desk in this process."""

    name = "simulation"

    def __init__(self, engine: Engine, conversations: Conversations) -> None:
        self._engine, self._conversations = engine, conversations

    def send(self, sender: str, client_id: str, text: str) -> None:
        """Send a message and wait for the answer."""
        conversation = self._conversations.start(self.name, channel_id=sender)
        self._engine.handle(conversation.id, client_id=client_id, text=text)

    def channel_id(self, sender: str) -> str:
        """Return the sender."""
        return sender


class RasaRest:
    """A desk behind a server of this machine, asked without a key: the REST channel that Rasa has.

    The client id goes along as `metadata.message_id`; servers of Rasa ignore it.
    """

    name = "rasa"

    def __init__(self, url: str, *, pauses_s: Sequence[float] = _PAUSES_S) -> None:
        self._pauses_s = pauses_s
        # No proxy of the environment: what is measured is the server.
        self._client = httpx.Client(base_url=url, timeout=_TIMEOUT_S, trust_env=False)

    def send(self, sender: str, client_id: str, text: str) -> None:
        """Send a message and wait for the answer.

        Raises:
            WhetError: the server refuses it or cannot be reached.
        """
        body: dict[str, Any] = {"sender": sender, "message": text}
        body["metadata"] = {"message_id": client_id}
        response = self._posted(body)
        if response.is_error:
            raise WhetError(f"The server answered {response.status_code}: {response.text[:200]}")

    def _posted(self, body: dict[str, Any]) -> httpx.Response:
        """Return the answer to a message, which is sent again where a connection breaks.

        A server closes a connection that nobody used for some seconds, also at the very moment at
        which a message comes, and one that is restarted is away for a while; the message's id makes
        sending it again harmless.
        """
        for pause_s in (*self._pauses_s, None):
            try:
                return self._client.post("/webhooks/rest/webhook", json=body)
            except httpx.HTTPError as error:
                if pause_s is None:
                    raise WhetError(
                        f"The server could not be asked ({type(error).__name__})."
                    ) from error
                time.sleep(pause_s)
        raise AssertionError("the last attempt returns or raises")

    def channel_id(self, sender: str) -> str:
        """Return the sender behind the name of the key, which is empty."""
        return f":{sender}"

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def check_server(url: str) -> None:
    """Refuse a server that cannot be asked.

    Raises:
        InputError: it does not answer, or is not ready.
    """
    found = ""
    try:
        response = httpx.get(f"{url.rstrip('/')}/readyz", timeout=_TIMEOUT_S, trust_env=False)
        if response.status_code == httpx.codes.OK:
            return
        found = f"it answered {response.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        found = f"it could not be asked ({type(error).__name__})"
    raise InputError(
        f"{url} must be a server that is ready; {found}. Start one: `whet support serve`."
    )
