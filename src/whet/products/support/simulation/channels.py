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


class InProcess:
    """A desk in this process."""

    name = "simulation"

    def __init__(self, engine: Engine, conversations: Conversations) -> None:
        self._engine, self._conversations = engine, conversations

    def send(self, sender: str, client_id: str, text: str) -> None:
        """Send a message and wait for the answer."""
        conversation = self._conversations.start(self.name, channel_id=sender)
        self._engine.handle(conversation.id, client_id=client_id, text=text)


class RasaRest:
    """A desk behind a server: the REST channel that Rasa has.

    The client id goes along as `message_id`, also in the metadata, where Rasa's own servers ignore it.
    """

    name = "rasa"

    def __init__(self, url: str, *, key: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(base_url=url, timeout=_TIMEOUT_S, headers=headers)

    def send(self, sender: str, client_id: str, text: str) -> None:
        """Send a message and wait for the answer.

        Raises:
            WhetError: the server refuses it or cannot be reached.
        """
        body: dict[str, Any] = {"sender": sender, "message": text, "message_id": client_id}
        body["metadata"] = {"message_id": client_id}
        try:
            response = self._client.post("/webhooks/rest/webhook", json=body)
        except httpx.HTTPError as error:
            raise WhetError(f"The server could not be asked ({type(error).__name__}).") from error
        if response.is_error:
            raise WhetError(f"The server answered {response.status_code}: {response.text[:200]}")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
