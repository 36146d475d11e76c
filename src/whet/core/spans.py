"""What is a span of a text, and how do tags on words stand for spans? Schemes and their rules.

A tag is ``O`` or a prefix, ``-`` and a label. Four schemes are known, by what their prefixes mean:

- IOB1: ``I`` is inside; ``B`` only opens a span right behind another one of the same label.
- IOB2: ``B`` opens every span, ``I`` goes on.
- BIOES: ``B`` opens, ``I`` goes on, ``E`` ends; ``S`` is a span of one word.
- BILOU: the same with ``L`` for the end and ``U`` for one word.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

OUTSIDE = "O"
_BIOES_OF = {"L": "E", "U": "S"}


@dataclass(frozen=True, order=True)
class Span:
    """A labelled part of a text: characters `start` up to but not including `end`."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class Tag:
    """A tag in two parts; `prefix` is one of B, I, E, S (L and U are read as E and S)."""

    prefix: str
    label: str


def parse_tag(tag: str) -> Tag | None:
    """Return the parts of a tag; None for ``O``.

    Raises:
        ValueError: it is neither ``O`` nor a prefix of a known scheme, ``-`` and a label.

    >>> parse_tag("B-PER"), parse_tag("U-PER.NAM"), parse_tag("O")
    (Tag(prefix='B', label='PER'), Tag(prefix='S', label='PER.NAM'), None)
    """
    if tag == OUTSIDE:
        return None
    prefix, dash, label = tag.partition("-")
    prefix = _BIOES_OF.get(prefix, prefix)
    if prefix not in ("B", "I", "E", "S") or not dash or not label:
        raise ValueError(f"{tag!r} is not a tag")
    return Tag(prefix, label)


Allowed = Callable[[Tag | None, Tag | None], bool]
"""Whether the second tag may stand behind the first; None is ``O`` and either end of a text."""


def _iob1(previous: Tag | None, tag: Tag | None) -> bool:
    """`B` follows a tag of the same label only."""
    if tag is None or tag.prefix == "I":
        return True
    return previous is not None and previous.label == tag.label


def _iob2(previous: Tag | None, tag: Tag | None) -> bool:
    """`I` follows a tag of the same label only."""
    if tag is None or tag.prefix == "B":
        return True
    return previous is not None and previous.label == tag.label


def _bioes(previous: Tag | None, tag: Tag | None) -> bool:
    """What is open goes on or ends with the same label; what is not open begins."""
    if previous is not None and previous.prefix in ("B", "I"):
        return tag is not None and tag.prefix in ("I", "E") and tag.label == previous.label
    return tag is None or tag.prefix in ("B", "S")


SCHEMES: dict[str, tuple[frozenset[str], Allowed]] = {
    "IOB2": (frozenset("BI"), _iob2),
    "IOB1": (frozenset("BI"), _iob1),
    "BIOES": (frozenset("BIES"), _bioes),
}
"""Prefixes and rule of each scheme; BILOU is BIOES with other letters."""


def breaks(scheme: str, tags: Sequence[Tag | None]) -> list[int]:
    """Return the positions of the tags of one text that break a scheme, in order.

    A span that is open where the text ends breaks it at the last tag.

    >>> breaks("IOB2", [None, Tag("I", "PER"), Tag("I", "PER")])
    [1]
    """
    allowed = SCHEMES[scheme][1]
    found = [i for i, tag in enumerate(tags) if not allowed(tags[i - 1] if i else None, tag)]
    if tags and not allowed(tags[-1], None):
        found.append(len(tags) - 1)
    return sorted(set(found))


def find_scheme(texts: Sequence[Sequence[Tag | None]]) -> str:
    """Return the scheme that the tags of several texts break least; IOB2 where two are equal."""
    used = {tag.prefix for tags in texts for tag in tags if tag is not None}
    fitting = [name for name, (prefixes, _) in SCHEMES.items() if used <= prefixes]
    if "IOB2" in fitting:
        fitting.remove("BIOES")  # with B and I alone, no span would ever end
    return min(fitting, key=lambda name: sum(len(breaks(name, tags)) for tags in texts))


def runs(tags: Sequence[Tag | None]) -> list[tuple[int, int, str]]:
    """Return the spans of one text's tags as first word, word behind the last, and label.

    It reads every scheme, and tags that break one as CoNLL's own scorer does: whatever cannot go on
    with the span before it begins a new one.

    Source: Tjong Kim Sang and Buchholz 2000, the script conlleval.

    >>> runs([Tag("I", "PER"), Tag("I", "PER"), None, Tag("B", "LOC")])
    [(0, 2, 'PER'), (3, 4, 'LOC')]
    """
    found: list[tuple[int, int, str]] = []
    previous: Tag | None = None
    for i, tag in enumerate(tags):
        if tag is None or _begins(previous, tag):
            if tag is not None:
                found.append((i, i + 1, tag.label))
        else:
            found[-1] = (found[-1][0], i + 1, tag.label)
        previous = tag
    return found


def _begins(previous: Tag | None, tag: Tag) -> bool:
    """Return whether a tag begins a span of its own behind `previous`."""
    if previous is None or tag.prefix in ("B", "S"):
        return True
    return previous.label != tag.label or previous.prefix in ("E", "S")


def problem_of(text: str, spans: Sequence[Span]) -> str:
    """Return what is wrong with the spans of a text, in a clause; empty when nothing is.

    >>> problem_of("in Rome", [Span(3, 9, "LOC")])
    'the span 3 to 9 (LOC) reaches beyond the text of 7 characters'
    """
    ordered = sorted(spans)
    for span in ordered:
        shown = f"the span {span.start} to {span.end} ({span.label})"
        if span.start < 0 or span.end > len(text):
            return f"{shown} reaches beyond the text of {len(text)} characters"
        if not text[span.start : span.end].strip():
            return f"{shown} holds no character but white space"
    for first, second in pairwise(ordered):
        if second.start < first.end:
            return (
                f"the spans {first.start} to {first.end} ({first.label}) and "
                f"{second.start} to {second.end} ({second.label}) overlap"
            )
    return ""
