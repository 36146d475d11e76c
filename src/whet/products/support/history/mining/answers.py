"""What does a desk answer to an intent? The answer in the middle, with slots for what differs.

The middle is the medoid: the answer that is most like all others that resolved the intent, each
weighed by how sure it is that it helped.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from whet.core.text import text_features
from whet.products.support.history.masking import PLACEHOLDER

_KINDS = {"NAME": "name", "EMAIL": "email", "PHONE": "phone", "CARD": "card", "ID": "id_number"}
_AMOUNT = (
    r"(?:[$€£¥￥]|(?:USD|EUR|GBP|CNY|RMB) )\s?\d[\d,]*(?:\.\d+)?"
    r"|\d[\d,]*(?:\.\d+)? ?(?:dollars|euros?|pounds|yuan|USD|EUR|GBP|CNY|元|块钱?)"
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DATE = (
    r"\d{4}-\d{2}-\d{2}|\d{4}年\d{1,2}月\d{1,2}[日号]|\d{1,2}月\d{1,2}[日号]"
    rf"|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?"
)
_NUMBER = (
    r"(?<![A-Za-z0-9-])#?(?:[A-Z]{1,4}-?)?\d[\dA-Z-]{3,}(?![A-Za-z0-9-])|(?<![\d.])\d{5,}(?!\d)"
)
_TITLED = rf"(?:(?:Mr|Mrs|Ms|Dr)\.? )?{PLACEHOLDER.pattern}(?:先生|女士|小姐|太太)?"
_SLOTS = re.compile(
    rf"(?P<held>{_TITLED})|(?P<date>{_DATE})|(?P<amount>{_AMOUNT})|(?P<number>{_NUMBER})"
)
_ORDER = re.compile(
    r"(?:order|purchase|parcel|shipment|tracking|订单|单号|运单|快递)[^.。]{0,24}$", re.I
)
CONSTANT = 0.5
"""Share of the answers that must hold a date, an amount or a number for it to be no slot."""
_MOST_COMPARED = 400


@dataclass(frozen=True)
class Drafted:
    """An answer template that was drafted."""

    text: str
    """The answer, with {slots}."""
    slots: tuple[str, ...]
    """Names of the slots, in order."""


def draft_template(answers: Sequence[str], weights: Sequence[float]) -> Drafted | None:
    """Return a template from the answers that resolved an intent; None where there is none.

    Args:
        answers: masked answers in one language.
        weights: how sure it is that each helped, in [0, 1].
    """
    chosen = medoid(answers, weights)
    return None if chosen is None else _with_slots(answers[chosen], answers)


def medoid(answers: Sequence[str], weights: Sequence[float]) -> int | None:
    """Return which answer is most like the others that helped; None without any.

    Of many answers the 400 surest are compared.
    """
    usable = [i for i, w in enumerate(weights) if w > 0 and answers[i].strip()]
    usable = sorted(usable, key=lambda i: (-weights[i], i))[:_MOST_COMPARED]
    if not usable:
        return None
    texts = [PLACEHOLDER.sub(" ", answers[i]) for i in usable]
    try:
        rows = TfidfVectorizer(analyzer=text_features, sublinear_tf=True).fit_transform(texts)
    except ValueError:  # nothing but placeholders
        return usable[0]
    weight = np.array([weights[i] for i in usable])
    likeness = np.asarray((rows @ rows.T).todense()) @ weight
    return usable[int(np.argmax(likeness * weight))]


def _with_slots(text: str, answers: Sequence[str]) -> Drafted:
    """Return an answer with slots where personal data stood, and numbers that others lack."""
    names: dict[str, str] = {}
    parts, place = [], 0
    for match in _SLOTS.finditer(text):
        if not match["held"] and _is_constant(match[0], answers):
            continue
        parts += [_braceless(text[place : match.start()]), f"{{{_slot(match, text, names)}}}"]
        place = match.end()
    parts.append(_braceless(text[place:]))
    return Drafted("".join(parts), tuple(dict.fromkeys(names.values())))


def _slot(match: re.Match[str], text: str, names: dict[str, str]) -> str:
    """Return the name of the slot for what was found; the same value gets the same name."""
    held = PLACEHOLDER.search(match["held"] or "")
    value = held[0] if held else match[0]
    if value in names:
        return names[value]
    if held:
        base = _KINDS[held[1]]
    elif match["number"]:
        base = "order_number" if _ORDER.search(text[: match.start()]) else "number"
    else:
        base = "date" if match["date"] else "amount"
    taken = set(names.values())
    name, number = base, 2
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    names[value] = name
    return name


def _is_constant(value: str, answers: Sequence[str]) -> bool:
    """Return whether most answers hold a value: then it is the desk's rule and no slot."""
    different = set(answers)
    return len(different) >= 2 and sum(value in a for a in answers) > CONSTANT * len(answers)


def _braceless(text: str) -> str:
    """Return a text without braces, which would be slots."""
    return text.replace("{", "(").replace("}", ")")


def named_slots(text: str) -> list[str]:
    """Return the slots of a template, each once, in order.

    >>> named_slots("Hi {name}, order {order_number} is on its way, {name}.")
    ['name', 'order_number']
    """
    return list(dict.fromkeys(re.findall(r"\{([^{}]+)\}", text)))
