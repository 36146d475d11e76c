"""Who wrote a message: the customer, an agent, a bot, or the system? From words and names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from whet.core.text import normalise
from whet.products.support.turns import Author

_WORDS: Mapping[Author, tuple[str, ...]] = {
    "customer": (
        *("customer", "user", "client", "visitor", "end-user", "end_user", "enduser", "contact"),
        *("requester", "guest", "buyer", "consumer", "lead", "incoming", "inbound", "shopper"),
        *("客户", "用户", "顾客", "买家", "访客", "消费者", "會員", "会员"),
    ),
    "person": (
        *("agent", "support", "staff", "admin", "operator", "representative", "rep", "person"),
        *("advisor", "adviser", "seller", "outgoing", "outbound", "helpdesk", "human", "team"),
        *("客服", "坐席", "座席", "人工", "店家", "卖家", "商家", "管理员", "专员"),
    ),
    "bot": (
        *("bot", "chatbot", "assistant", "ai", "robot", "agent_bot", "agentbot", "virtual agent"),
        *("机器人", "智能客服", "智能助手", "小助手", "机器客服"),
    ),
    "system": (
        *("system", "note", "private", "internal", "activity", "automation", "event", "trigger"),
        *("系统", "备注", "内部", "私密"),
    ),
}
_BY_WORD: dict[str, Author] = {word: a for a, words in _WORDS.items() for word in words}
_LONGEST_FIRST = sorted(_BY_WORD, key=len, reverse=True)


@dataclass(frozen=True)
class Known:
    """Who is who, where the user says it."""

    names: Mapping[str, Author] = field(default_factory=dict)
    """Author by name, in lower case without margins."""
    others: Author | None = None
    """Who everybody else is; None where an unknown name is a problem."""


def author_of(name: str, known: Known) -> Author | None:
    """Return who wrote under a name or a role; None where that cannot be told.

    What the user said goes first; then a word such as `customer` or `客服`, alone or before a
    number or a name (`agent-7`, `Agent: Ann`, `客服小王`).

    >>> author_of("Agent 12", Known()), author_of("智能客服", Known()), author_of("Ann", Known())
    ('person', 'bot', None)
    """
    plain = normalise(name)
    if plain in known.names:
        return known.names[plain]
    if plain in _BY_WORD:
        return _BY_WORD[plain]
    for word in _LONGEST_FIRST:
        if _begins(plain, word):
            return _BY_WORD[word]
    return known.others


def _begins(name: str, word: str) -> bool:
    """Return whether a name begins with a role's word and goes on with something else."""
    if not name.startswith(word):
        return False
    return not word.isascii() or re.match(r"[\s:#_(\[/.|-]|\d", name[len(word) :]) is not None
