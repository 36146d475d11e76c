"""A small shop's desk: a model that knows words, articles under a real BM25, and its files.

The model is tiny but real: each intent scores by the words that it finds, the scores become
probabilities by a softmax, and it abstains where the best one is below 0.7.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from whet.core.text import words
from whet.products.support.answering.answerer import Answerer
from whet.products.support.answering.composed import Composer
from whet.products.support.answering.grounding import sentences
from whet.products.support.answering.intents import Understood
from whet.products.support.answering.knowledge import Knowledge, Passage, Quoted
from whet.products.support.answering.lookups import Lookups
from whet.products.support.desk.read import DeskFiles, read_desk
from whet.products.support.turns import Reply, Source, Turn

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
"""A Wednesday."""

KEYWORDS: dict[str, str] = {
    "order_status": "where order parcel package arrive delivery track status shipped 订单 快递 "
    "包裹 到哪 "
    "发货 物流",
    "refund": "refund money back 退款 退钱",
    "exchange": "exchange swap size 换货 换尺码 尺码",
    "change_address": "address move moved 地址 搬家",
    "opening_hours": "open opening hours close 几点 营业 开门",
    "complaint": "lawyer sue court 律师 起诉",
    "appointment": "appointment fitting book 预约 试衣",
}

DESK = """\
name: Lark shop
greeting: {en: Hello from Lark!, zh: 您好，这里是云雀！}
away: {en: We are closed now and answer tomorrow., zh: 我们已下班，明天回复您。}
slots:
  order:
    kind: pattern
    pattern: "[A-Z]{2}[0-9]{6}"
    ask: {en: "What is your order number?", zh: 请问订单号是多少？}
    invalid: {en: An order number looks like AB123456., zh: 订单号的格式如AB123456。}
  day: {kind: date, ask: {en: "Which day suits you?", zh: 您想约哪一天？}}
  people: {kind: number, least: 1, most: 8, ask: {en: "How many people?", zh: 请问几位？}}
  size:
    kind: choice
    ask: {en: "Which size?", zh: 您要什么尺码？}
    choices: [{value: S, label: {en: small, zh: 小码}}, {value: L, label: {en: large, zh: 大码}}]
  address: {kind: text, ask: {en: "What is the new address?", zh: 新地址是什么？}}
  name: {kind: text, unknown: {en: there, zh: 顾客}}
lookups:
  orders:
    url: "URL/orders/{order}"
    allowed: [127.0.0.1]
    timeout_s: 0.5
    fields: {state: $.state, day: "$.days[0]"}
    same: {order: $.order}
    not_found: {en: "I find no order {order}.", zh: "没有找到订单{order}。"}
    fallback: {en: I cannot look up orders right now., zh: 暂时无法查询订单。}
hours: {zone: Europe/Berlin, wed: [09:00-18:00], thu: [09:00-18:00]}
decision: {always_person: [complaint]}
"""

TEMPLATES = """\
order_status:
  en: "Hi {name}, order {order} is {orders.state} and comes on {orders.day}."
  zh: "{name}，您好！订单{order}的状态是{orders.state}，预计{orders.day}送达。"
  title: {en: Order status, zh: 查询订单}
refund:
  en: "I have asked for the refund of order {order}."
  zh: "已为您的订单{order}申请退款。"
  title: {en: Refund, zh: 退款}
exchange:
  en: "Order {order} is exchanged for size {size}."
  zh: "订单{order}已换为{size}。"
  title: {en: Exchange, zh: 换货}
change_address:
  en: "The new address is {address}."
  zh: "新地址已改为{address}。"
opening_hours:
  en: We open at nine.
  zh: 我们九点营业。
appointment:
  en: "You are booked on {day} for {people}."
  zh: "已为您预约{day}，{people}位。"
complaint: {en: never sent, zh: 不会发送}
"""

ARTICLES: dict[str, tuple[str, str]] = {
    "gift": ("Gift cards", "Gift cards are valid for 36 months. They cannot be paid out in cash."),
    "wash": ("Washing wool", "Wash wool by hand in cold water. Never put wool into the dryer."),
    "礼品卡": ("礼品卡说明", "礼品卡有效期为36个月。礼品卡不能兑换现金。"),
}


@dataclass(frozen=True)
class Text:
    """A passage."""

    document: str
    title: str
    heading: str
    text: str
    url: str


class WordModel:
    """Intents by their words."""

    def __init__(self, keywords: Mapping[str, str] = KEYWORDS) -> None:
        self._keywords = {intent: text.split() for intent, text in keywords.items()}

    @property
    def intents(self) -> Sequence[str]:
        return list(self._keywords)

    def guess(self, texts: Sequence[str]) -> Sequence[Understood]:
        return [self._guess(text) for text in texts]

    def _guess(self, text: str) -> Understood:
        assert text.strip()
        found = {name: 4.0 * self._count(text, known) for name, known in self._keywords.items()}
        total = sum(math.exp(score) for score in found.values())
        ranked = sorted(found, key=lambda name: -found[name])
        top = tuple((name, math.exp(found[name]) / total) for name in ranked)
        return Understood(top, top[0][1], top[0][1] < 0.7, 0.7)

    @staticmethod
    def _count(text: str, known: Sequence[str]) -> int:
        latin, plain = set(words(text)), text.lower()
        return sum(min(1, (word in latin) if word.isascii() else (word in plain)) for word in known)


class TinyBm25:
    """Okapi BM25 over English words and pairs of Chinese characters (k1 = 1.2, b = 0.75)."""

    def __init__(self, articles: Mapping[str, tuple[str, str]]) -> None:
        self.passages = [
            Text(name, title, "", text, f"https://lark.example/{name}")
            for name, (title, text) in articles.items()
        ]
        self._counts = [Counter(terms(f"{p.title} {p.text}")) for p in self.passages]
        lengths = [sum(counts.values()) for counts in self._counts]
        self._mean = sum(lengths) / len(lengths)

    def search(self, query: str, *, k: int) -> Sequence[Passage]:
        scored = [(self._score(terms(query), c), i) for i, c in enumerate(self._counts)]
        best = sorted(scored, key=lambda item: (-item[0], item[1]))[:k]
        return [self.passages[i] for score, i in best if score > 0]

    def _score(self, query: Sequence[str], counts: Counter[str]) -> float:
        n, length = len(self._counts), sum(counts.values())
        total = 0.0
        for term in set(query):
            df = sum(1 for other in self._counts if term in other)
            tf = counts[term]
            idf = math.log(1 + (n - df + 0.5) / (df + 0.5))
            total += idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * length / self._mean))
        return total


_COMMON = frozenset(words("the a is are i my can of to in do how what for it 的 了 吗 是"))


def terms(text: str) -> list[str]:
    """Return the terms of a text."""
    latin = [word for word in words(text) if word.isascii() and word not in _COMMON]
    han = [word for word in words(text) if not word.isascii()]
    return latin + [a + b for a, b in pairwise(han)]


def quote(question: str, passages: Sequence[Passage], *, language: str) -> Quoted | None:
    """Return the sentence of the first passage with most of the question's terms."""
    wanted = set(terms(question))
    if not wanted or not passages:
        return None
    best = passages[0]
    scored = [(len(wanted & set(terms(f"{best.title} {s}"))), s) for s in sentences(best.text)]
    score, said = max(scored, key=lambda item: item[0])
    source = Source(best.document, best.title, best.heading, said, best.url)
    return Quoted(said, (source,), score / len(wanted))


def tiny_files(folder: Path, *, url: str = "http://127.0.0.1:9", extra: str = "") -> DeskFiles:
    """Write the desk's files to a folder and read them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "desk.yaml").write_text(DESK.replace("URL", url) + extra, encoding="utf-8")
    (folder / "templates.yaml").write_text(TEMPLATES, encoding="utf-8")
    return read_desk(folder)


def tiny_answerer(
    files: DeskFiles,
    *,
    composer: Composer | None = None,
    articles: Mapping[str, tuple[str, str]] = ARTICLES,
    lookups: Lookups | None = None,
) -> Answerer:
    """Return what answers for the shop; its clock stands still."""
    return Answerer(
        files,
        model=WordModel(),
        knowledge=Knowledge(TinyBm25(articles), quote),
        composer=composer,
        lookups=lookups,
        timer=lambda: 0.0,
    )


class Talk:
    """One conversation with a desk."""

    def __init__(self, answerer: Answerer, *, at: datetime = NOW, **memory: Any) -> None:
        self._answerer, self._at = answerer, at
        self._memory: Mapping[str, Any] = memory

    def say(self, text: str) -> Reply:
        """Return the reply to a message."""
        reply = self._answerer.answer(Turn(text, self._at, memory=self._memory))
        self._memory = reply.memory
        return reply
