"""The files that a desk starts with: rows, card, templates, slots, drafts of articles."""

import csv
import io
from dataclasses import replace

import yaml

from whet.products.support.history.desk_files import (
    articles,
    card_yaml,
    desk_yaml,
    messages_csv,
    templates_yaml,
)
from whet.products.support.history.intents import Intent, Intents
from whet.products.support.history.pairs import Pair
from whet.products.support.history.questions import Question

REFUND = Intent(
    id="i1",
    name="refund",
    messages=5,
    template={"en": "Hi {name}, {amount} is on its way.\nBye", "zh": "{amount}已退款"},
)
OTHER = Intent(id="i2", name="other", messages=2, accepted=False, template={"en": "no {slot}"})
LONG = "We send it back. " * 20


def question(number: int, text: str, intent: str | None, answer: str = "") -> Question:
    pair = Pair(f"c{number}", 0, "2026-03-02T08:00:00+00:00", text, answer)
    return Question(replace(pair, resolved=bool(answer), confidence=0.9 * bool(answer)), intent)


QUESTIONS = [
    question(1, 'I "want" it,\nnow', "i1", LONG),
    question(2, "我要退款", "i1", "好的"),
    question(3, "我要退款", "i1"),
    question(4, "what else", "i2", LONG),
    question(5, "noise", None),
]


def test_rows_hold_each_text_of_an_accepted_intent_once() -> None:
    rows = list(csv.DictReader(io.StringIO(messages_csv(QUESTIONS, [REFUND]), newline="")))
    assert [(r["message_id"], r["message"], r["language"], r["intent"]) for r in rows] == [
        ("c1#0", 'I "want" it,\nnow', "en", "refund"),
        ("c2#0", "我要退款", "zh", "refund"),
    ]


def test_templates_and_slots_say_what_was_drafted() -> None:
    assert yaml.safe_load(templates_yaml([REFUND])) == {"refund": REFUND.template}
    assert yaml.safe_load(templates_yaml([])) == {}
    desk = yaml.safe_load(desk_yaml([REFUND], "larkspur"))
    assert (desk["name"], desk["card"]) == ("larkspur", "larkspur")
    assert list(desk["slots"]) == ["name", "amount"]
    assert desk["slots"]["name"]["unknown"]["en"] == "there"


def test_a_long_answer_becomes_a_draft_of_an_article() -> None:
    found = articles(QUESTIONS, Intents(intents=[REFUND, OTHER]))
    assert list(found) == ["refund.en.md"]
    text = found["refund.en.md"]
    assert text.startswith("# Refund\n\n*Draft from an answer")
    assert '## I "want" it,\n' in text and LONG.strip() in text


def test_the_card_counts_its_intents() -> None:
    card = yaml.safe_load(card_yaml([REFUND], "larkspur", "minilm"))
    assert card["data"]["groups"] == ["conversation_id"]
    assert card["target"] == {"column": "intent"}
    assert "# intents: 1, the rarest with 5 messages" in card_yaml([REFUND], "x", "minilm")
