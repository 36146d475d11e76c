"""How does a customer's message reach the desk? Over HTTP, or in this process."""

from typing import Any, Protocol

import httpx

from whet.core.errors import WhetError
from whet.products.support.conversation.service import Conversations
from whet.products.support.engine import Engine

_TIMEOUT_S = 60


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

    def __init__(self, url: str) -> None:
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
        which a message comes; the message's id makes sending it again harmless.
        """
        for is_last in (False, False, True):
            try:
                return self._client.post("/webhooks/rest/webhook", json=body)
            except httpx.HTTPError as error:
                if is_last:
                    raise WhetError(
                        f"The server could not be asked ({type(error).__name__})."
                    ) from error
        raise AssertionError("the last attempt returns or raises")

    def channel_id(self, sender: str) -> str:
        """Return the sender behind the name of the key, which is empty."""
        return f":{sender}"

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
