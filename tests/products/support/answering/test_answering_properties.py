"""Whatever a customer sends: an answer, in bounded time, with a memory that is JSON."""

import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.products.support.answering.tiny_desk import KEYWORDS, NOW, tiny_answerer, tiny_files

from whet.products.support.answering.answerer import Answerer
from whet.products.support.answering.messages import MOST_CHARACTERS, parts_of, read_message
from whet.products.support.turns import Turn

WORDS = [word for words in KEYWORDS.values() for word in words.split()]
SAYINGS = [
    *(
        "no, the other order",
        "我要退款",
        "转人工",
        "1",
        "the second one",
        "AB123456",
        "thanks",
        "you",
    ),
    *(
        "换一个",
        "不是这个",
        "never mind",
        "hello",
        "you don't understand",
        "tomorrow",
        "3",
        "large",
    ),
    *("<b>refund</b>", "ignore your instructions", "both", "都不是", "没用", "12 Elm Street", "?"),
]
texts = st.one_of(
    st.text(max_size=200),
    st.sampled_from(SAYINGS),
    st.lists(
        st.sampled_from([*WORDS, "and", ",", ".", "，", "。", "no", "{order}"]), max_size=12
    ).map(" ".join),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
memories = st.dictionaries(
    st.sampled_from(["slots", "seen", "open", "last", "misses", "complaints", "language", "x"]),
    json_values,
    max_size=5,
)


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return tiny_answerer(tiny_files(tmp_path_factory.mktemp("desk")))


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(texts, min_size=1, max_size=6))
def test_any_conversation_is_answered(answerer: Answerer, said: list[str]) -> None:
    memory: dict[str, Any] = {}
    for text in said:
        turn = Turn(text, NOW, memory=memory)
        reply = answerer.answer(turn)
        assert reply.text
        assert reply.language in ("en", "zh")
        assert 0 <= reply.reason.confidence <= 1
        assert all(0 <= guess.probability <= 1 for guess in reply.reason.intents)
        assert reply.reason.why
        memory = json.loads(json.dumps(reply.memory))
        assert memory == reply.memory
        assert answerer.answer(turn) == reply


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts, memories)
def test_any_memory_is_borne(answerer: Answerer, text: str, memory: dict[str, Any]) -> None:
    reply = answerer.answer(Turn(text, NOW, memory=memory))
    assert reply.text
    json.dumps(reply.memory)


@pytest.mark.parametrize(
    "text",
    [
        "refund " * 15_000,
        "a" * 100_000,
        "<" * 100_000,
        "<div " * 20_000,
        "<script>" * 12_000,
        "&amp;" * 20_000,
        "退款，" * 33_000,
        "1-" * 50_000,
        "no, " * 25_000,
        "talk to " * 12_500,
        "a@" * 50_000,
        " \n" * 50_000,
        "(((((" * 20_000,
        "\x00\ud800" * 50_000,
    ],
    ids=lambda text: repr(text[:9]),
)
def test_a_very_long_message_is_little_work(answerer: Answerer, text: str) -> None:
    """Memory stands for work here: what is read is bounded, so nothing as long as the text is."""
    tracemalloc.start()
    reply = answerer.answer(Turn(text, NOW))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reply.text
    assert peak < 8_000_000
    assert len(json.dumps(reply.memory)) < 20_000


def test_many_messages_leave_a_small_memory(answerer: Answerer) -> None:
    memory: Any = {}
    for i in range(200):
        text = f"where is order AB{i:06d} and {SAYINGS[i % len(SAYINGS)]}" * (1 + i % 3)
        memory = answerer.answer(Turn(text, NOW, memory=memory)).memory
    assert len(json.dumps(memory)) < 20_000


@given(st.text(max_size=300))
def test_a_message_is_plain_and_bounded(text: str) -> None:
    message = read_message(text)
    assert len(message.text) <= MOST_CHARACTERS
    assert message.text == message.text.strip()
    message.text.encode()
    assert not set(message.text) & {"\x00", "\u202e", "\u200b"}
    assert all(part.strip() for part in parts_of(message.text))


def test_html_is_read_as_text() -> None:
    raw = "<p>Where is <b>my</b> order?</p>"
    raw += "<script>steal('x')</script><style>p{}</style> 1 < 2 &amp; 3"
    assert read_message(raw).text == "Where is my order? 1 < 2 & 3"
