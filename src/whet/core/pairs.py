"""How do two texts stand where one is expected? As JSON, which nothing in a text can break.

So frames, versions, hashes, queues and records treat a pair as any other text.
"""

import json

from whet.core.errors import InputError


def join_pair(first: str, second: str) -> str:
    """Return two texts as one; runs of white space become one space.

    >>> join_pair("How do I pay?", "Where  can I pay?")
    '["How do I pay?", "Where can I pay?"]'
    """
    return json.dumps([" ".join(first.split()), " ".join(second.split())], ensure_ascii=False)


def join_exact(first: str, second: str) -> str:
    """Return two texts as one, white space and all, where characters of them are counted.

    >>> join_exact("Who?", "Ana  Li")
    '["Who?", "Ana  Li"]'
    """
    return json.dumps([first, second], ensure_ascii=False)


def split_pair(pair: str) -> tuple[str, str]:
    """Return the two texts of a pair.

    Raises:
        InputError: it is no pair.
    """
    try:
        first, second = json.loads(pair)
        if isinstance(first, str) and isinstance(second, str):
            return first, second
    except (TypeError, ValueError):
        pass
    raise InputError(f"There must be two texts to compare; found {pair[:60]!r} alone. Give both.")
