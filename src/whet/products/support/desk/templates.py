"""What is answered to each intent? Texts with slots, one a language."""

import re
from typing import ClassVar

from pydantic import Field, RootModel

from whet.products.support.desk.texts import Texts

SLOT = re.compile(r"\{([^{}]*)\}")
"""What stands in braces: a slot, or a field of a lookup as `lookup.field`."""


class Template(Texts):
    """The answer to one intent, with {slots} and {lookup.field}."""

    words: ClassVar[str] = "a text, or one text a language as {en: …, zh: …}"

    title: Texts | None = None
    """How a customer is asked whether this is meant; the intent's name where it is left out."""
    slots: list[str] = Field(default_factory=list)
    """Slots that must be known though the text does not show them; asked for in this order."""


class Templates(RootModel[dict[str, Template]]):
    """The answer to each intent, by the intent's name."""


def named_in(text: str) -> list[str]:
    """Return what stands in the braces of a text, each once, in order.

    >>> named_in("Order {order} is {orders.state}; {order} comes soon.")
    ['order', 'orders.state']
    """
    return list(dict.fromkeys(name.strip() for name in SLOT.findall(text)))
