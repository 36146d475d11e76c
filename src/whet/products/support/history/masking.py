"""How are personal data taken out of a conversation? Placeholders, the same for the same value."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from whet.data.audit.pii import find_pii
from whet.products.support.history.names import find_names

PLACEHOLDER = re.compile(r"<(EMAIL|PHONE|CARD|ID|NAME)_(\d+)>")
"""What stands where personal data stood."""


@dataclass
class Masker:
    """The placeholders of one conversation."""

    names: Sequence[str] = ()
    """Names of those who take part."""
    values: dict[str, str] = field(default_factory=dict)
    """What stood for each placeholder, as it was first written: the secret part."""
    _by_value: dict[tuple[str, str], str] = field(default_factory=dict)
    _last: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for placeholder, value in self.values.items():
            kind = placeholder.strip("<>").rsplit("_", 1)[0]
            self._by_value[kind, _plain(kind, value)] = placeholder
        self.reserve(self.values)

    def reserve(self, texts: Iterable[str]) -> None:
        """Give out no placeholder that stands in one of the texts already."""
        for text in texts:
            for kind, number in PLACEHOLDER.findall(text):
                self._last[kind] = max(self._last.get(kind, 0), int(number))

    def masked(self, text: str) -> str:
        """Return a text with a placeholder for every piece of personal data."""
        spans = [(s.start, s.end, s.kind.upper()) for s in find_pii(text)]
        taken = [(start, end) for start, end, _ in spans]
        for start, end in find_names(text, self.names):
            if not any(start < e and s < end for s, e in taken):
                spans.append((start, end, "NAME"))
        parts, place = [], 0
        for start, end, kind in sorted(spans):
            parts += [text[place:start], self._placeholder(kind, text[start:end])]
            place = end
        return "".join(parts) + text[place:]

    def _placeholder(self, kind: str, value: str) -> str:
        """Return what stands for a value; a part of a known name is that name."""
        plain = _plain(kind, value)
        if (found := self._by_value.get((kind, plain))) is None:
            found = self._of_part(plain) if kind == "NAME" else None
        if found is None:
            self._last[kind] = self._last.get(kind, 0) + 1
            found = f"<{kind}_{self._last[kind]}>"
            self.values[found] = value
        self._by_value[kind, plain] = found
        return found

    def _of_part(self, plain: str) -> str | None:
        """Return the placeholder of the only name of which this is a part, or which is of it."""
        near = {
            placeholder
            for (kind, other), placeholder in self._by_value.items()
            if kind == "NAME" and (_is_part(plain, other) or _is_part(other, plain))
        }
        return near.pop() if len(near) == 1 else None


def _is_part(name: str, whole: str) -> bool:
    """Return whether a name is a part of a longer one: `tom` of `tom baker`, `陈` of `陈小明`."""
    if not name.isascii() and whole.startswith(name):
        return True
    return set(name.split()) <= set(whole.split())


def without_numbers(text: str) -> str:
    """Return a text whose placeholders tell their kinds only.

    >>> without_numbers("write to <EMAIL_2>")
    'write to <EMAIL>'
    """
    return PLACEHOLDER.sub(lambda match: f"<{match[1]}>", text)


def unmasked(text: str, values: Mapping[str, str]) -> str:
    """Return a text with what stood for each of its placeholders; unknown ones stay."""
    return PLACEHOLDER.sub(lambda match: values.get(match[0], match[0]), text)


def safe_id(conversation: str) -> str:
    """Return an id of a conversation that tells nobody's address or number.

    >>> safe_id("T-1041"), safe_id("ann@example.com")[:7]
    ('T-1041', 'thread-')
    """
    if not find_pii(conversation):
        return conversation
    return f"thread-{blake2b(conversation.encode(), digest_size=6).hexdigest()}"


def _plain(kind: str, value: str) -> str:
    """Return a value as it is compared: digits of numbers, the rest in lower case."""
    if kind in ("PHONE", "CARD"):
        return re.sub(r"\D", "", value)
    return " ".join(value.lower().split())
