"""Which value does a text hold for a slot? Numbers, dates, addresses, patterns and choices.

``values_in`` finds values in a message about anything; ``value_of`` reads the answer to the slot's
own question, where a text or a lone number counts too.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta

from whet.core.text import normalise, words
from whet.products.support.desk.slots import Choice, Slot, pattern_rules

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9][A-Za-z0-9_.+-]{0,63}"
    r"@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9_-])"
)
_PHONE = re.compile(r"(?<![A-Za-z0-9_+])\+?[0-9][0-9 ()/-]{5,18}[0-9](?![A-Za-z0-9_])")
_NUMBER = re.compile(
    r"(?<![\w.,/@:-])[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,6})?(?![\w/:@-]|\.[0-9])"
)
_NUMBER_ZH = re.compile(
    r"(?<![0-9A-Za-z.,/@:-])[0-9]{1,15}(?:\.[0-9]{1,6})?(?![0-9A-Za-z/:@年月日号点-])"
)
_SMALL = {
    name: i
    for i, names in enumerate(
        [
            "zero|〇",
            "one|一",
            "two|二|两",
            "three|三",
            "four|四",
            "five|五",
            "six|六",
            "seven|七",
            "eight|八",
            "nine|九",
            "ten|十",
        ]
    )
    for name in names.split("|")
}
_MONTHS = words("jan feb mar apr may jun jul aug sep oct nov dec")
_MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\\.?"
_ISO = re.compile(r"(?<![0-9])([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})(?![0-9])日?")
_DAY_FIRST = re.compile(rf"\b([0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? ([0-9]{{4}}))?\b")
_MONTH_FIRST = re.compile(rf"\b{_MONTH} ([0-9]{{1,2}})(?:st|nd|rd|th)?(?:,? ([0-9]{{4}}))?\b")
_MONTH_DAY_ZH = re.compile(r"(?<![0-9年])([0-9]{1,2})月([0-9]{1,2})[日号]?")
_RELATIVE = {
    "day before yesterday": -2, "yesterday": -1, "today": 0, "day after tomorrow": 2, "tomorrow": 1,
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "明天": 1, "后天": 2,
}  # fmt: skip
_PHONE_DIGITS = (7, 15)  # ITU-T E.164: at most 15
_LEAD_IN = re.compile(
    r"^(?:it'?s|it is|that'?s|my (?:name|order|number|email) is|i am|i'm|this is|the|number"
    r"|no\.?|is"
    r"|我是|我叫|我的是|是|叫|号码是|订单号是|订单号)[\s:：]+|^(?:我是|我叫|我的是|是|叫|订单号是|号码是)",
    re.IGNORECASE,
)


def values_in(slot: Slot, text: str, at: datetime) -> list[str]:
    """Return the values for a slot that stand in a message, in order, each once.

    A slot of kind `text` has none: any word could be one.
    """
    finders: dict[str, Callable[[], Iterable[str]]] = {
        "number": lambda: _numbers(slot, text),
        "date": lambda: (day.isoformat() for day in _dates(text, at.date())),
        "email": lambda: (match[0].rstrip(".") for match in _EMAIL.finditer(text)),
        "phone": lambda: _phones(text),
        "pattern": lambda: _patterns(slot, text),
        "choice": lambda: (choice.value for choice in _choices(slot, text)),
    }
    finder = finders.get(slot.kind)
    found = dict.fromkeys(finder()) if finder else {}
    return [value for value in found if len(value) <= slot.longest]


def value_of(slot: Slot, text: str, at: datetime) -> str | None:
    """Return the value that an answer to the slot's question gives; None where it gives none."""
    found = values_in(slot, text, at)
    if found:
        return found[0]
    if slot.kind == "text":
        value = _LEAD_IN.sub("", " ".join(text.split())).strip(" .。!！")
        return value if 0 < len(value) <= slot.longest else None
    if slot.kind == "number":
        word = _LEAD_IN.sub("", normalise(text)).strip(" .。个位人份")
        return _checked_number(slot, float(_SMALL[word])) if word in _SMALL else None
    if slot.kind == "choice":
        chosen = picked(text, [_words_of(choice) for choice in slot.choices])
        return slot.choices[chosen].value if chosen is not None else None
    return None


_ORDINALS = (
    r"(?:the )?(?:1|first|former)(?:st)?(?: (?:one|option|choice))?|(?:option|number|no\.?"
    r"|choice) ?1"
    r"|第?[1一](?:个|项|种)?|前者|上面(?:那个|的)?",
    r"(?:the )?(?:2|second)(?:nd)?(?: (?:one|option|choice))?|(?:option|number|no\.?|choice) ?2"
    r"|第?[2二](?:个|项|种)?",
    r"(?:the )?(?:3|third)(?:rd)?(?: (?:one|option|choice))?|(?:option|number|no\.?|choice) ?3"
    r"|第?[3三](?:个|项|种)?",
    r"(?:the )?(?:4|fourth)(?:th)?(?: (?:one|option|choice))?|(?:option|number|no\.?|choice) ?4"
    r"|第?[4四](?:个|项|种)?",
)
_LAST = r"(?:the )?(?:last|latter)(?: (?:one|option|choice))?|后者|最后(?:一个)?|下面(?:那个|的)?"
_AROUND = re.compile(
    r"^(?:(?:yes|yeah|ok|i think|i mean|i meant|please|it'?s|i want|i'?d like|the|a|an|take"
    r"|choose|pick"
    r"|是|我要|我选|选|我想|想|要)[\s,，]*)+|[\s,，]*(?:please|thanks|thank you|吧|的|谢谢)$"
)
_NO_CONTENT = frozenset(
    words("the a an of to my your i it is for with please want need do 我 的 要 想 了 吗 是")
)


def picked(text: str, choices: list[list[str]]) -> int | None:
    """Return which of some choices an answer picks, by its place or its words; None where unclear.

    Each choice is a list of the texts that mean it.

    >>> picked("the first one", [["Refund"], ["Exchange"]]), picked("2", [["Refund"], ["Exchange"]])
    (0, 1)
    >>> picked("my refund please", [["Refund status"], ["Exchange"]])
    0
    >>> picked("第二个", [["a"], ["b"]])
    1
    """
    plain = normalise(text).strip(" .。!！?？#()（）")
    bare = _AROUND.sub("", plain).strip()
    for i, texts in enumerate(choices):
        if any(normalise(one) in (plain, bare) for one in texts):
            return i
    for said in (plain, bare):
        if choices and re.fullmatch(_LAST, said):
            return len(choices) - 1
        for i in range(min(len(choices), len(_ORDINALS))):
            if re.fullmatch(_ORDINALS[i], said):
                return i
    return _by_words(plain, choices)


def _by_words(text: str, choices: list[list[str]]) -> int | None:
    """Return the only choice that shares most words with an answer that says little else."""
    said = _content(text)
    if not said or len(said) > 12:
        return None
    shared = [max(len(said & _content(one)) for one in texts) for texts in choices]
    best = max(shared, default=0)
    if best == 0 or shared.count(best) > 1 or 2 * best < len(said):
        return None
    return shared.index(best)


def _content(text: str) -> frozenset[str]:
    """Return the words of a text that tell choices apart."""
    return frozenset(_stem(word) for word in words(text)) - _NO_CONTENT


def _stem(word: str) -> str:
    """Return a word without the ending of a plural."""
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _words_of(choice: Choice) -> list[str]:
    """Return the texts that mean a choice."""
    label = list(choice.label.by_language().values()) if choice.label else []
    return [choice.value, *label, *choice.words]


def _numbers(slot: Slot, text: str) -> Iterator[str]:
    """Yield the numbers of a text that are no part of an address, a date or a telephone number."""
    for rule in (_EMAIL, _ISO, _MONTH_DAY_ZH):
        text = rule.sub(" ", text)
    text = _PHONE.sub(lambda m: " " if sum(c.isdigit() for c in m[0]) >= 7 else m[0], text)
    rule = _NUMBER_ZH if re.search(r"[\u4e00-\u9fff]", text) else _NUMBER
    for match in rule.finditer(text):
        value = _checked_number(slot, float(match[0].replace(",", "")))
        if value is not None:
            yield value


def _checked_number(slot: Slot, value: float) -> str | None:
    """Return a number as templates show it; None where the slot does not accept it."""
    too_small = slot.least is not None and value < slot.least
    too_large = slot.most is not None and value > slot.most
    return None if too_small or too_large else format(value, ".15g")


def _phones(text: str) -> Iterator[str]:
    """Yield telephone numbers: a plus, and digits."""
    for match in _PHONE.finditer(_ISO.sub(" ", text)):
        digits = "".join(c for c in match[0] if c.isdigit())
        if _PHONE_DIGITS[0] <= len(digits) <= _PHONE_DIGITS[1]:
            yield ("+" if match[0].startswith("+") else "") + digits


def _patterns(slot: Slot, text: str) -> Iterator[str]:
    """Yield what a slot's pattern matches between other letters; small letters may be capitals."""
    within, whole = pattern_rules(slot.pattern or "(?!)")
    for match in within.finditer(text):
        found, capitals = match[0], match[0].upper()
        yield capitals if not whole.fullmatch(found) and whole.fullmatch(capitals) else found


def _choices(slot: Slot, text: str) -> Iterator[Choice]:
    """Yield the choices whose words stand in a text, in the order of the text."""
    plain = f" {normalise(text)} "
    found: list[tuple[int, int, Choice]] = []
    for i, choice in enumerate(slot.choices):
        for one in map(normalise, _words_of(choice)):
            is_latin = one.isascii()
            rule = rf"(?<![a-z0-9]){re.escape(one)}(?![a-z0-9])" if is_latin else re.escape(one)
            if one and (match := re.search(rule, plain)):
                found.append((match.start(), i, choice))
    yield from (choice for _, _, choice in sorted(found, key=lambda item: item[:2]))


def _dates(text: str, today: date) -> Iterator[date]:
    """Yield the dates of a text; one without a year is the nearest to today."""
    plain = normalise(text)
    found: list[tuple[int, date | None]] = []
    for match in _ISO.finditer(plain):
        found.append((match.start(), _date(int(match[1]), int(match[2]), int(match[3]))))
    for match in _DAY_FIRST.finditer(plain):
        month = _MONTHS.index(match[2]) + 1
        found.append((match.start(), _nearest(match[3], month, int(match[1]), today)))
    for match in _MONTH_FIRST.finditer(plain):
        month = _MONTHS.index(match[1]) + 1
        found.append((match.start(), _nearest(match[3], month, int(match[2]), today)))
    for match in _MONTH_DAY_ZH.finditer(_ISO.sub(lambda m: " " * len(m[0]), plain)):
        found.append((match.start(), _nearest(None, int(match[1]), int(match[2]), today)))
    rest = plain
    for word, days in _RELATIVE.items():
        if (place := rest.find(word)) >= 0:
            found.append((place, _shifted(today, days)))
            rest = rest.replace(word, "·" * len(word))
    yield from (day for _, day in sorted(found, key=lambda item: item[0]) if day)


def _nearest(year: str | None, month: int, day: int, today: date) -> date | None:
    """Return a date; without a year, the one that is nearest to today."""
    if year:
        return _date(int(year), month, day)
    near = (_date(y, month, day) for y in (today.year - 1, today.year, today.year + 1))
    return min((d for d in near if d), key=lambda d: abs((d - today).days), default=None)


def _shifted(day: date, days: int) -> date | None:
    """Return a day some days later; None beyond the calendar."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def _date(year: int, month: int, day: int) -> date | None:
    """Return a date; None where there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
