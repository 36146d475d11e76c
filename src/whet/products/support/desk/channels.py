"""How do customers reach the desk? The widget of a web page, and a Chatwoot that asks."""

from pydantic import Field

from whet.core.yaml.part import Part


class Widget(Part):
    """The chat widget that web pages embed."""

    origins: list[str] = Field(default_factory=list)
    """Origins of the pages that may embed it, such as https://shop.example; pages of the server
    itself always may."""
    starts_per_minute: int = Field(default=30, ge=1, le=100_000)
    """New conversations that one address may begin in a minute."""


class Chatwoot(Part):
    """A Chatwoot whose agent bot this desk is."""

    base_url: str
    """Address of Chatwoot, such as https://chat.example.com."""
    token: str
    """Environment variable that holds the access token of the agent bot."""
    secret: str | None = None
    """Environment variable that holds the agent bot's webhook secret: requests without its
    signature are refused. Without it, they need an API key."""
    timeout_s: float = Field(default=10, gt=0, le=60)
    """Seconds after which a call to Chatwoot is given up."""


class Channels(Part):
    """Where customers write; every channel but Chatwoot is there without being named."""

    widget: Widget = Widget()
    """The chat widget."""
    chatwoot: Chatwoot | None = None
    """The Chatwoot that this desk answers for."""
