"""Which files does a desk start with? Card, messages, templates, drafts of articles, desk.yaml.

A file that a person has changed is never written over without `force`: the hash of what was written
last is kept beside the history, and only a file that still has it is Whet's to change.
"""

import csv
import hashlib
import io
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from whet.core.files import write_atomic
from whet.products.support.history.intents import Intent, Intents, as_yaml, slots_of
from whet.products.support.history.mining.answers import medoid
from whet.products.support.history.questions import Question

LONG = 280
"""Characters of an answer from which it is drafted as an article; Chinese needs a third."""
FEW = 5
"""Questions that an intent must have to go into the card: fewer cannot be split into folds."""

_ASKS: Mapping[str, tuple[str, str, str]] = {
    "name": ("text", "May I have your name?", "请问怎么称呼您？"),
    "email": ("email", "Which e-mail address do you use with us?", "请问您使用的邮箱是什么？"),
    "phone": ("phone", "Which phone number may we use?", "请问您的电话号码是多少？"),
    "order_number": ("text", "What is the number of your order?", "请问您的订单号是多少？"),
    "amount": ("text", "Which amount do you mean?", "请问是多少金额？"),
    "date": ("date", "Which day do you mean?", "请问是哪一天？"),
    "number": ("text", "Which number do you mean?", "请问号码是多少？"),
}
_UNKNOWN_NAME = {"en": "there", "zh": "亲爱的客户"}

_CARD = """\
# whet build card.yaml
#
# Written by `whet support import` from the desk's history. Change it as you like: later imports
# leave a card alone that you have changed.

name: {name}
use: find what a customer's message asks for, so that the right answer is given
not_for: anything but messages to this desk

data:
  source:
    path: messages.csv
  unit: message
  groups: [conversation_id]             # one customer's messages repeat each other

inputs:
  - column: message

target:
  column: intent                        # intents: {count}, the rarest with {fewest} messages

split:
  kind: group                           # whole conversations are held out
  test: 0.2
  seed: 0

candidates: auto
base: {base}
stop: good_enough

budget:
  minutes: 10

decision:
  kind: risk
  wrong_answers: 0.05                   # of the answers given; what is not sure goes to a person

metrics:
  primary: macro_f1
  by: [language]

interval:
  unit: conversation_id

waive:
  label_errors: intents come from groups, not from people; whet support intents mends them
  near_duplicates: customers ask the same in the same words; groups of messages look alike
  conflicting_labels: groups may share a message; whet support intents merge mends them
"""


@dataclass
class Written:
    """What was done with each file."""

    written: list[str] = field(default_factory=list)
    """Names of files that are new or changed."""
    kept: list[str] = field(default_factory=list)
    """Names of files that a person has changed and that stayed as they are."""


class DeskFolder:
    """The files of a desk, with the memory of what Whet wrote."""

    def __init__(self, folder: Path, memory: Path, *, force: bool) -> None:
        self.folder, self._memory, self._force = folder, memory, force
        self._hashes: dict[str, str] = (
            json.loads(memory.read_text("utf-8")) if memory.exists() else {}
        )
        self.done = Written()

    def write(self, name: str, text: str) -> None:
        """Write a file, unless a person has changed it."""
        path = self.folder / name
        new = _hash(text.encode())
        if path.exists():
            now = _hash(path.read_bytes())
            if now == new:
                self._remember(name, new)
                return
            if not self._force and now != self._hashes.get(name):
                self.done.kept.append(name)
                return
        elif name in self._hashes and not self._force:
            self.done.kept.append(name)  # a person has deleted it
            return
        write_atomic(path, text)
        self._remember(name, new)
        self.done.written.append(name)

    def _remember(self, name: str, digest: str) -> None:
        """Keep what was written last, at once: a stop between two files forgets nothing."""
        if self._hashes.get(name) != digest:
            self._hashes[name] = digest
            write_atomic(self._memory, json.dumps(self._hashes, indent=1) + "\n")


def write_desk(
    desk: DeskFolder, questions: Sequence[Question], intents: Intents, name: str, base: str
) -> Written:
    """Write the files that intents and questions make.

    Args:
        desk: where they go.
        questions: all questions of the history.
        intents: what was mined and decided.
        name: name of the card, and so of its packages.
        base: pretrained model of the card.
    """
    accepted = [i for i in intents.intents if i.accepted and i.messages >= FEW]
    labelled = messages_csv(questions, accepted)
    desk.write("messages.csv", labelled)
    if len(accepted) >= 2:
        desk.write("card.yaml", card_yaml(accepted, name, base))
    answered = [i for i in intents.intents if i.accepted and i.template]
    desk.write("templates.yaml", templates_yaml(answered))
    desk.write("desk.yaml", desk_yaml(answered, name))
    for file, text in articles(questions, intents).items():
        desk.write(f"articles/{file}", text)
    return desk.done


def messages_csv(questions: Sequence[Question], intents: Sequence[Intent]) -> str:
    """Return the rows that a model learns from: questions of accepted intents, each text once."""
    names = {intent.id: intent.name for intent in intents}
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["message_id", "conversation_id", "sent_at", "language", "message", "intent"])
    seen: set[tuple[str, str]] = set()
    for q in questions:
        if q.intent in names and (q.text, q.intent) not in seen:
            seen.add((q.text, q.intent))
            row = [q.key, q.pair.conversation, q.pair.at, q.language, q.text, names[q.intent]]
            writer.writerow(row)
    return file.getvalue()


def card_yaml(intents: Sequence[Intent], name: str, base: str) -> str:
    """Return the task card over messages.csv."""
    fewest = min(intent.messages for intent in intents)
    return _CARD.format(name=name, count=len(intents), fewest=fewest, base=base)


def templates_yaml(intents: Sequence[Intent]) -> str:
    """Return the answer templates: intent → language → text."""
    head = (
        "# whet support check\n#\n# The answer to each intent and language. Words in {braces} are "
        "slots of desk.yaml;\n# where only your systems know a value, put the field of a lookup "
        "there.\n# Drafted from answers that customers were content with: read them "
        "before you serve them.\n\n"
    )
    values = {intent.name: dict(intent.template) for intent in intents}
    return head + (as_yaml(values) if values else "{}\n")


def desk_yaml(intents: Sequence[Intent], name: str) -> str:
    """Return the start of a desk: its name, and the slots that templates need."""
    slots: dict[str, Any] = {}
    for slot in dict.fromkeys(s for intent in intents for s in slots_of(intent)):
        kind, english, chinese = _ASKS.get(_plain_slot(slot), ("text", "", ""))
        slots[slot] = {"kind": kind}
        if _plain_slot(slot) == "name":
            slots[slot]["unknown"] = dict(_UNKNOWN_NAME)
        elif english:
            slots[slot]["ask"] = {"en": english, "zh": chinese}
    values: dict[str, Any] = {"name": name, "languages": ["en", "zh"], "card": name}
    if slots:
        values["slots"] = slots
    return "# whet support check\n\n" + as_yaml(values)


def _plain_slot(slot: str) -> str:
    """Return a slot's name without its number.

    >>> _plain_slot("amount_2"), _plain_slot("order_number")
    ('amount', 'order_number')
    """
    return re.sub(r"_\d+$", "", slot)


def articles(questions: Sequence[Question], intents: Intents) -> dict[str, str]:
    """Return drafts of articles by file name: the middle one of the long answers to an intent."""
    by_intent: dict[str, list[Question]] = defaultdict(list)
    for q in questions:
        if q.intent and q.pair.resolved and _is_long(q):
            by_intent[q.intent].append(q)
    found = {}
    for intent in intents.intents:
        if not intent.accepted:
            continue
        for language in ("en", "zh"):
            own = [q for q in by_intent[intent.id] if q.language == language]
            chosen = medoid([q.pair.answer for q in own], [q.pair.confidence for q in own])
            if chosen is not None:
                file = f"{intent.name}.{language}.md"
                found[file] = _article(intent, own[chosen], language)
    return found


def _is_long(question: Question) -> bool:
    """Return whether an answer explains enough for an article."""
    return len(question.pair.answer) >= (LONG if question.language == "en" else LONG // 3)


def _article(intent: Intent, question: Question, language: str) -> str:
    """Return one draft in Markdown."""
    first = question.text.split("\n")[0]
    title = intent.name.replace("_", " ").strip().capitalize() if language == "en" else intent.name
    body = question.pair.answer.replace("\n", "\n\n")
    note = (
        "*Draft from an answer that a customer was content with. Read it before you publish it.*"
        if language == "en"
        else "*草稿：取自客户满意的一次答复，发布前请核对。*"
    )
    return f"# {title}\n\n{note}\n\n## {first}\n\n{body}\n"


def _hash(data: bytes) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(data).hexdigest()
