"""Which id does a thing from another tool get in the plan? Short, readable, unique, stable."""

import re
import unicodedata

_GOOD = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_LONGEST = 40


def slug(text: str, default: str = "item") -> str:
    """Return a text as an id: small Latin letters, digits and hyphens; `default` when none is left.

    >>> slug("Süß & Söhne: phase 2"), slug("合同"), slug("合同", "task")
    ('su-sohne-phase-2', 'item', 'task')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].rstrip("-")
    return found or default


def is_id(text: str) -> bool:
    """Return whether a text may stand as an id, with at least one letter in it.

    >>> is_id("e-api"), is_id("1.2.3"), is_id("E API")
    (True, False, False)
    """
    return bool(_GOOD.fullmatch(text)) and any("a" <= letter <= "z" for letter in text)


class Ids:
    """Gives ids, each of them once; the same texts in the same order get the same ids."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def take(self, text: str, default: str = "item") -> str:
        """Return an id for a text that nobody else has: with `-2`, `-3` … where it is taken."""
        wanted = text if is_id(text) else slug(text, default)
        name, count = wanted, 1
        while name in self._given:
            count += 1
            name = f"{wanted}-{count}"
        self._given.add(name)
        return name
