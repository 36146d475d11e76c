"""What may stand in tests.yaml? Cases: when a customer says this, then the desk does that.

    cases:
      - name: a lost password
        when: [I forgot my password]
        then: {intent: reset_password, contains: [Forgot password]}

Every field but `name`, `when` and `then` may be left out.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from whet.core.yaml.part import Part
from whet.products.support.desk.texts import Language
from whet.products.support.turns import Tier


def _as_list(value: Any) -> Any:
    """Return a lone text as a list of it."""
    return [value] if isinstance(value, str) else value


ManyTexts = Annotated[list[str], BeforeValidator(_as_list)]
Answered = dict[str, str] | Literal["not_found", "fails"]


class Then(Part):
    """What the last reply must be. Everything that is named must hold."""

    intent: str | None = None
    """Intent that the model finds likeliest in the message."""
    tier: Tier | None = None
    """Where the answer comes from."""
    article: str | None = None
    """Id of an article that is cited."""
    contains: ManyTexts = Field(default_factory=list)
    """Texts that the reply holds; capitals do not matter. One text, or a list."""
    not_contains: ManyTexts = Field(default_factory=list)
    """Texts that it must not hold."""
    hands_over: bool | None = None
    """Whether a person is asked to take over."""
    language: Language | None = None
    """Language of the reply."""

    @model_validator(mode="after")
    def _check_something(self) -> "Then":
        """Refuse a case that cannot fail."""
        if not self.model_fields_set:
            raise ValueError(
                "must say what is expected, such as {intent: refund_request}; found nothing, "
                "so the case could not fail"
            )
        return self


class Case(Part):
    """One conversation, and what its last reply must be."""

    name: str = Field(min_length=1, max_length=200)
    """What the case is about; each its own."""
    when: Annotated[list[str], BeforeValidator(_as_list)] = Field(min_length=1, max_length=50)
    """What the customer says, message by message. One text, or a list."""
    then: Then
    """What the reply to the last message must be."""
    at: datetime | None = None
    """When it is said; without it, within the desk's hours."""
    lookups: dict[str, Answered] = Field(default_factory=dict)
    """What the company's systems say: by lookup its fields, `not_found` or `fails`. A lookup that is
    not named fails; no system is asked while a suite runs."""


class Suite(Part):
    """The regression suite of a desk."""

    cases: list[Case] = Field(min_length=1)
    """Cases, each a conversation of its own."""
