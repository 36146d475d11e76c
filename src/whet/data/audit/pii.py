"""Which parts of a text identify a person? E-mails, phones, cards, identity and account numbers.

Numbers with a check digit (cards, Chinese resident ids, IBANs) count only when it is right.
Phone numbers have none, so they count in the forms in which people write them: international,
North American, Chinese; toll-free and 400 lines belong to companies and do not count. Full-width
signs, spaces and dashes are read alike. National numbers of other countries without a `+`, names
and addresses are not found: this is a net for the frequent cases, not proof that a text is clean.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from whet.data.audit.checksums import IBAN_LENGTHS, is_card, is_iban, is_resident_id

Finder = Callable[[str], Iterator[tuple[int, int]]]
"""Finds the spans (start, end) of one form of personal data."""


@dataclass(frozen=True)
class Span:
    """Characters `start` to `end` (exclusive) of a text; kind is email, id, card or phone."""

    start: int
    end: int
    kind: str


# Full-width signs U+FF01–FF5E are ASCII shifted; every dash becomes `-`, every space ` `. One
# character for one, so that positions in the translated text are positions in the original.
_ASCII: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u3000"), " "),
}
# Most texts hold neither `@` nor seven digits close together and are passed over at once.
_WORTH_A_LOOK = re.compile(r"@|\d(?:\D{0,3}\d){6}")

# A number stands free of words and longer numbers (`LK-20418`, `1.2.3`); Chinese may touch it.
_START = r"(?<![0-9A-Za-z])(?<![0-9][.-])(?<![A-Za-z][-#])"
_END = r"(?![0-9A-Za-z])(?![.-][0-9])"

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9À-ɏ._%+-])[A-Za-z0-9À-ɏ_%+][A-Za-z0-9À-ɏ._%+-]{0,63}"
    r"@(?:[A-Za-z0-9À-ɏ][A-Za-z0-9À-ɏ-]{0,62}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])"
)
_RESIDENT_ID = re.compile(
    rf"{_START}[1-9]\d{{5}}[ -]?(?:18|19|20)\d{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    rf"[ -]?\d{{3}}[\dXx]{_END}"
)
_IBAN_HEAD = re.compile(rf"{_START}[A-Za-z]{{2}}\d{{2}}(?=[ -]?[A-Za-z0-9]{{4}})")
_SOCIAL_SECURITY = re.compile(  # the digit groups that are never given out are left out
    rf"{_START}(?!000|666|9)\d{{3}}(?P<dash>[- ])(?!00)\d{{2}}(?P=dash)(?!0000)\d{{4}}{_END}"
    r"|(?i:(?<=ssn )|(?<=ssn: )|(?<=ssn is )|(?<=social security number )"
    r"|(?<=social security number is ))\d{9}(?!\d)"
)
_DIGIT_RUN = re.compile(r"(?<![0-9A-Za-z])(?<![A-Za-z][-#])\d(?:[ -]?\d){12,}(?![0-9A-Za-z])")

_TOLL_FREE = re.compile(r"1?(?:400|8(\d)\1)\d{7}")  # matched against the bare digits
_NORTH_AMERICAN = re.compile(
    rf"{_START}(?:\+?1[ .-]?)?"
    rf"(?:\([2-9]\d\d\)[ .-]?|[2-9]\d\d[ .-])[2-9]\d\d[ .-]\d{{4}}(?:x\d{{1,5}})?{_END}"
)
_CHINESE_MOBILE = re.compile(
    rf"{_START}(?:(?:\+|00)?86[ -]?)?1[3-9]\d(?:\d{{8}}|[ -]\d{{4}}[ -]\d{{4}}){_END}"
)
_CHINESE_LANDLINE = re.compile(
    rf"{_START}(?:\(0(?:10|2\d|[3-9]\d\d)\)[ -]?|0(?:10|2\d|[3-9]\d\d)[ -])"
    rf"[2-8]\d{{2,3}}[ -]?\d{{4}}(?:-\d{{1,5}})?{_END}"
)
_INTERNATIONAL = re.compile(
    r"(?<![0-9A-Za-z])(?:\+[1-9](?:[ ./()-]{0,2}\d){7,14}"
    r"|(?<![0-9] )00[1-9]\d{0,2}[ .-](?:[ ./()-]{0,2}\d){6,12})(?![0-9A-Za-z])"
)
# Ten digits in a row could be anything; a word for calling right before says what they are.
_ANNOUNCED = re.compile(
    r"\b(?:phone|tel|telephone|mobile|cell|call|ring|text|whatsapp|my number)"
    r"(?: ?(?:me|us|back|at|on|is|no|number|[:.-])){0,3} ?"
    r"(?P<number>[2-9]\d\d[2-9]\d{6})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
# What an order, an invoice or a parcel is called; the number right behind is no phone or card.
_ORDER_BEFORE = re.compile(
    r"(?:\b(?:order|purchase|booking|invoice|ticket|tracking|parcel|shipment|reference|ref|"
    r"transaction|serial)s?"
    r"|订单|发票|工单|快递|运单|流水|交易|序列|编号|单号)"
    r"(?:[ :#.=-]|number|num|no|id|号码|号|是|为){0,6}$|#$",
    re.IGNORECASE,
)
_ORDER_REACH = 40  # characters before a number in which such a name may begin


def find_pii(text: str) -> list[Span]:
    """Return the personal data of a text in order of position; spans never overlap.

    >>> find_pii("mail a@b.org or call (312) 555-0147")
    [Span(start=5, end=12, kind='email'), Span(start=21, end=35, kind='phone')]
    """
    plain = text if text.isascii() else text.translate(_ASCII)
    if not _WORTH_A_LOOK.search(plain):
        return []
    spans: list[Span] = []
    for kind, finder in _FINDERS:
        found = [Span(start, end, kind) for start, end in finder(plain)]
        for span in found:  # what is found is blanked, so that no later pattern reads into it
            plain = plain[: span.start] + "\0" * (span.end - span.start) + plain[span.end :]
        spans.extend(found)
    return sorted(spans, key=lambda span: span.start)


def mask_pii(text: str) -> str:
    """Return the text with every piece of personal data replaced by its kind in brackets.

    >>> mask_pii("打我电话吧 13800138000")
    '打我电话吧 [phone]'
    """
    parts, position = [], 0
    for span in find_pii(text):
        parts += [text[position : span.start], f"[{span.kind}]"]
        position = span.end
    return "".join(parts) + text[position:]


def _emails(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of e-mail addresses."""
    for match in _EMAIL.finditer(text):
        yield match.span()


def _numbers(
    pattern: re.Pattern[str], group: str | int = 0, *, unless: re.Pattern[str] | None = None
) -> Finder:
    """Return a finder of a `group` of `pattern`, less order numbers and digits like `unless`."""

    def find(text: str) -> Iterator[tuple[int, int]]:
        for match in pattern.finditer(text):
            digits = re.sub(r"\D", "", match.group(group).partition("x")[0])
            if unless and unless.fullmatch(digits):
                continue
            if not _names_an_order(text, match.start(group)):
                yield match.span(group)

    return find


def _names_an_order(text: str, start: int) -> bool:
    """Return True when the words right before `start` announce an order number or the like."""
    return _ORDER_BEFORE.search(text[max(0, start - _ORDER_REACH) : start]) is not None


def _resident_ids(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of Chinese resident ids."""
    for match in _RESIDENT_ID.finditer(text):
        if is_resident_id(re.sub(r"[ -]", "", match.group())):
            yield match.span()


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of account numbers: as many signs as the country has, then no other."""
    for match in _IBAN_HEAD.finditer(text):
        length = IBAN_LENGTHS.get(match.group()[:2].upper(), 0)
        rest = max(length - 4, 1)
        body = re.compile(rf"(?:[ -]?[A-Za-z0-9]){{{rest}}}(?![A-Za-z0-9])").match(
            text, match.end()
        )
        if length and body and is_iban(re.sub(r"[ -]", "", match.group() + body.group()).upper()):
            yield match.start(), body.end()


def _cards(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of card numbers inside runs of digit groups (an expiry date may follow)."""
    for run in _DIGIT_RUN.finditer(text):
        if _names_an_order(text, run.start()):
            continue
        groups = [
            (run.start() + group.start(), run.start() + group.end())
            for group in re.finditer(r"\d+", run.group())
        ]
        position = run.start()
        for i, (start, _) in enumerate(groups):
            ends = (end for _, end in groups[i : i + 19])
            hit = next((e for e in ends if is_card(re.sub(r"[ -]", "", text[start:e]))), None)
            if hit is not None and start >= position:
                yield start, hit
                position = hit


# In order of certainty: what has a check digit goes before what has only a form.
_FINDERS: tuple[tuple[str, Finder], ...] = (
    ("email", _emails),
    ("id", _resident_ids),
    ("id", _ibans),
    ("card", _cards),
    ("id", _numbers(_SOCIAL_SECURITY)),
    ("phone", _numbers(_CHINESE_MOBILE)),
    ("phone", _numbers(_CHINESE_LANDLINE)),
    ("phone", _numbers(_NORTH_AMERICAN, unless=_TOLL_FREE)),
    ("phone", _numbers(_ANNOUNCED, "number", unless=_TOLL_FREE)),
    ("phone", _numbers(_INTERNATIONAL, unless=_TOLL_FREE)),
)
