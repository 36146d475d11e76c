"""Which scripts are the texts written in, and does the encoder read them?

Scripts, not languages: English and French are both Latin here.
"""

import unicodedata
from collections import Counter
from functools import lru_cache

from whet.cards.schema import Card
from whet.core.text import is_chinese, normalise
from whet.data.audit.finding import MAX_EXAMPLES, Finding, Severity, example, share
from whet.data.audit.parts import parts
from whet.data.frame import Dataset

ENGLISH_BASES: frozenset[str] = frozenset(
    {
        "all-minilm-l12-v2",
        "all-minilm-l6-v2",
        "all-mpnet-base-v2",
        "bert-base-cased",
        "bert-base-uncased",
        "bert-large-cased",
        "bert-large-uncased",
        "bge-base-en",
        "bge-base-en-v1.5",
        "bge-small-en",
        "bge-small-en-v1.5",
        "deberta-v3-base",
        "deberta-v3-small",
        "distilbert-base-uncased",
        "e5-base",
        "e5-base-v2",
        "e5-small",
        "e5-small-v2",
        "gte-base",
        "gte-small",
        "minilm",
        "minilm-l12",
        "modernbert-base",
        "roberta-base",
        "smollm2-135m",
    }
)
"""Bases that were trained on English only: short names and last parts of hub ids, lower case."""

READ_NO_BASE = frozenset({"linear", "lookup", "words", "overlap"})
"""Rungs that use no base."""

MANY_FOREIGN = 0.05
"""Share of texts in another script from which the encoder's blindness to them can be measured."""

_NAMES = {"CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}


def language_mix(card: Card, dataset: Dataset) -> list[Finding]:
    """Tell the scripts of the texts; warn when an English encoder meets many that are not Latin."""
    places = [(frame, i) for frame in parts(dataset).values() for i in range(len(frame))]
    scripts = [script(frame.texts[i]) for frame, i in places]
    counts = Counter(name for name in scripts if name)
    main = "Latin" if _is_english(card) or not counts else counts.most_common(1)[0][0]
    named = zip(places, scripts, strict=True)
    others = [(frame, i, name) for (frame, i), name in named if name not in ("", main)]
    if not others:
        return []
    told = ", ".join(f"{name} {share(n, counts.total())}" for name, n in counts.most_common())
    blind = _is_english(card) and len(others) >= MANY_FOREIGN * counts.total()
    advice = (
        f"The base `{card.base}` covers English only: `probe` and `full` will hardly read the "
        "others, while `linear` reads characters of any script. Read the score per language, or "
        "choose a multilingual base."
        if blind
        else "Read the score per language where that matters."
    )
    examples = tuple(example(frame, i, name) for frame, i, name in others[:MAX_EXAMPLES])
    severity: Severity = "warn" if blind else "info"
    sentence = f"Texts by script: {told}. {advice}"
    return [Finding("language_mix", severity, len(others), sentence, examples)]


def script(text: str) -> str:
    """Return the script most letters of a text are in, or "" when it has no letter.

    A text is Chinese from one character in five: words and names in Latin letters are part of it.

    >>> script("我的 API key 不能用了"), script("Где мой заказ?"), script("404")
    ('Chinese', 'Cyrillic', '')
    """
    if text.isascii():
        return "Latin" if any(map(str.isalpha, text)) else ""
    counts = Counter(_script_of(letter) for letter in normalise(text) if letter.isalpha())
    if not is_chinese(text):
        return counts.most_common(1)[0][0] if counts else ""
    # Japanese mixes kana with the characters it shares with Chinese; a lone kana is decoration.
    if counts["Korean"] > counts["Chinese"]:
        return "Korean"
    return "Japanese" if 5 * counts["Japanese"] >= counts["Chinese"] else "Chinese"


@lru_cache(maxsize=65_536)
def _script_of(letter: str) -> str:
    """Return the script of one letter: the first word of its Unicode name."""
    word = unicodedata.name(letter, "OTHER").split()[0].split("-")[0]
    return _NAMES.get(word, word.capitalize())


def _is_english(card: Card) -> bool:
    """Return True when a rung of the card uses an encoder that knows English only."""
    name = card.base.rstrip("/").rsplit("/", 1)[-1].lower()
    return name in ENGLISH_BASES and not set(card.rungs) <= READ_NO_BASE
