"""What of a message says what is asked? Not what differs from customer to customer."""

import re

from whet.products.support.history.masking import PLACEHOLDER

_NUMBER = re.compile(r"[#№]?(?<![A-Za-z])[A-Za-z]{0,4}-?\d[\d-]{3,}", re.ASCII)
_SPACE = re.compile(r"\s+")


def essence(text: str) -> str:
    """Return a message without placeholders of personal data and without long numbers.

    >>> essence("Where is order #45-88121? Write to <EMAIL_1>")
    'Where is order ? Write to'
    """
    return _SPACE.sub(" ", _NUMBER.sub(" ", PLACEHOLDER.sub(" ", text))).strip()
