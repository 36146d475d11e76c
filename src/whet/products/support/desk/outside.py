"""Whom may the desk ask over HTTP? Lookups in the company's systems, and a language model."""

from typing import Literal

from pydantic import Field

from whet.core.yaml.part import Part
from whet.products.support.desk.texts import Texts


class Lookup(Part):
    """A question to one of the company's systems, which answers with JSON."""

    url: str
    """Address, with {slots} in its path or query; their values are escaped."""
    method: Literal["GET", "POST"] = "GET"
    """How it is asked; POST sends `body` as JSON."""
    body: dict[str, str] = Field(default_factory=dict)
    """What POST sends, with {slots} in the values."""
    headers: dict[str, str] = Field(default_factory=dict)
    """By name of a header, the environment variable that holds its value."""
    timeout_s: float = Field(default=3, gt=0, le=30)
    """Seconds after which the fallback is said, from first to last byte."""
    most_bytes: int = Field(default=65_536, ge=1, le=1_000_000)
    """Size above which an answer is refused."""
    allowed: list[str] = Field(default_factory=list)
    """Hosts that may be asked though they stand inside: on this machine or a private network."""
    fields: dict[str, str] = Field(default_factory=dict)
    """By the name that templates use, such as `state` in {orders.state}: a path in the JSON, such
    as `$.delivery.state` or `$.items[0].name`."""
    same: dict[str, str] = Field(default_factory=dict)
    """By slot, the path whose value must be the slot's: an answer about something else is
    refused."""
    not_found: Texts | None = None
    """What is said where the system answers 404: the customer may have mistyped, so the slots of
    the address are asked for again. The fallback where it is left out."""
    fallback: Texts = Texts(
        en="I cannot look that up right now. A colleague will check it for you.",
        zh="我现在无法查询该信息，会由同事为您核实。",
    )
    """What is said where there is no answer to rely on."""
    hands_over: bool = True
    """Whether a person takes over after the fallback."""


class Endpoint(Part):
    """An OpenAI-compatible endpoint that words answers from passages of the articles."""

    base_url: str
    """Address up to and with `/v1`."""
    model: str
    """Model that is asked."""
    key: str | None = None
    """Environment variable that holds the key."""
    price_per_token_in: float = Field(default=0, ge=0)
    """Price of one token that is sent, in the desk's currency."""
    price_per_token_out: float = Field(default=0, ge=0)
    """Price of one token that comes back, in the desk's currency."""
    timeout_s: float = Field(default=15, gt=0, le=120)
    """Seconds after which the desk goes on without it, retries included."""
    retries: int = Field(default=1, ge=0, le=5)
    """Further attempts where it is busy or cannot be reached."""
    most_tokens: int = Field(default=300, ge=16, le=4000)
    """Tokens that an answer may have."""
    daily_budget: float | None = Field(default=None, ge=0)
    """Money that a day's answers may cost; the endpoint is not asked beyond it."""
