"""What every desk understands, in both languages; and what only looks like it."""

import pytest

from whet.products.support.answering import phrases

PERSON = [
    *("talk to a human", "I want to speak with someone", "can I get a real person please", "agent"),
    *("get me a manager", "stop sending me articles and get me someone who works there", "human!"),
    *("I'd like to see a manager", "operator", "Connect me to customer service rep"),
    *("转人工", "人工", "我要找人工客服", "有没有真人啊", "叫你们经理来", "我想跟真人聊"),
]
NO_PERSON = [
    *("add another person to my team", "how do I change the agent", "price per person"),
    *(
        "I don't want to talk to a human",
        "the person I transferred the money to",
        "my personal data",
    ),
    *("someone used my card", "不要转人工", "人工费多少钱", "invite a manager to my workspace"),
    *("I want an agent role for Ann", "it looks like someone stole it"),
]


@pytest.mark.parametrize("text", PERSON)
def test_a_wish_for_a_person(text: str) -> None:
    assert phrases.wants_person(text)


@pytest.mark.parametrize("text", NO_PERSON)
def test_no_wish_for_a_person(text: str) -> None:
    assert not phrases.wants_person(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *(("Hi!", "greeting"), ("good morning team", "greeting"), ("在吗？", "greeting")),
        *(("thanks a lot!!", "thanks"), ("ok thank you", "thanks"), ("好的，谢谢", "thanks")),
        *(("bye bye", "goodbye"), ("thanks, bye", "goodbye"), ("谢谢，再见", "goodbye")),
        *(("are you a real person?", "bot"), ("你是真人吗", "bot"), ("hi, are you a bot", "bot")),
        *(
            ("hi, where is my card", None),
            ("thanks for nothing", None),
            ("goodbye kiss card", None),
        ),
        *(("谢谢，我的卡呢", None), ("", None), ("!!!", None), ("hello kitty card", None)),
    ],
)
def test_small_talk(text: str, kind: str | None) -> None:
    assert phrases.small_talk(text) == kind


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("no, the other order", "the other order"),
        ("No, I meant a refund.", "a refund"),
        ("sorry, I meant CD654321", "CD654321"),
        ("that's not what I meant", ""),
        ("not that one, the exchange", "the exchange"),
        ("不是这个，我要退款", "我要退款"),
        ("不对，是AB123456", "AB123456"),
        ("不是", ""),
    ],
)
def test_a_correction_and_what_it_says(text: str, rest: str) -> None:
    assert phrases.corrects(text)
    assert phrases.corrected(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        *("no refund showing in my statement", "wrong hours on my timesheet", "nothing works"),
        *("another premium account", "the other bank confirmed it", "notify me", "不知道怎么退款"),
    ],
)
def test_no_correction(text: str) -> None:
    assert not phrases.corrects(text)


@pytest.mark.parametrize("text", ["this doesn't help", "you are useless", "答非所问", "没用"])
def test_a_complaint(text: str) -> None:
    assert phrases.complains(text)


@pytest.mark.parametrize("text", ["my card does not work", "一次都没用过", "密码不对"])
def test_no_complaint(text: str) -> None:
    assert not phrases.complains(text)


def test_taking_it_back() -> None:
    assert all(map(phrases.cancels, ["never mind", "forget it, thanks", "算了", "cancel that"]))
    assert not any(map(phrases.cancels, ["cancel my order", "取消订单", "", "thanks"]))
