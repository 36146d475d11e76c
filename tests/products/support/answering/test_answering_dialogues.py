"""Whole conversations with a small shop, turn by turn: what is said, by which tier."""

from pathlib import Path
from typing import Any

import pytest
from tests.products.support.answering.tiny_desk import NOW, Talk, tiny_answerer, tiny_files
from tests.products.support.answering.tiny_server import Heard, Says, TinyServer

from whet.products.support.answering.answerer import Answerer
from whet.products.support.desk.read import read_desk

ORDERS = {
    "AB123456": {"order": "AB123456", "state": "on its way", "days": ["Friday"]},
    "CD654321": {"order": "CD654321", "state": "packed", "days": ["Monday"]},
}


@pytest.fixture
def answerer(tmp_path: Path, server: TinyServer) -> Answerer:
    for name, order in ORDERS.items():
        server.says[f"/orders/{name}"] = Says(order)
    return tiny_answerer(tiny_files(tmp_path, url=server.url))


Dialogue = list[tuple[str, str, str]]
"""What is said, the tier of the reply, and a part of its text."""

DIALOGUES: dict[str, Dialogue] = {
    "a greeting, a question, thanks": [
        ("Hi there!", "small_talk", "Hello from Lark!"),
        ("When do you open?", "template", "We open at nine."),
        ("Thank you so much", "small_talk", "You are welcome!"),
        ("bye", "small_talk", "Goodbye"),
    ],
    "the same in Chinese": [
        ("你好", "small_talk", "您好，这里是云雀！"),
        ("你们几点开门？", "template", "我们九点营业。"),
        ("谢谢您", "small_talk", "不客气"),
        ("再见", "small_talk", "再见"),
    ],
    "a greeting in front of a question is no small talk": [
        ("Hello! When do you open?", "template", "We open at nine."),
        ("您好，请问几点营业", "template", "九点"),
    ],
    "a missing slot is asked for, and the next message fills it": [
        ("where is my parcel", "question", "What is your order number?"),
        ("it's ab123456", "template", "order AB123456 is on its way and comes on Friday"),
        ("and I want a refund", "template", "refund of order AB123456"),
    ],
    "the same slot in Chinese": [
        ("我的快递到哪了", "question", "请问订单号是多少？"),
        ("AB123456", "template", "订单AB123456的状态是on its way"),
        ("我要退款", "template", "已为您的订单AB123456申请退款"),
    ],
    "a slot in the message itself": [
        ("Where is order CD654321?", "template", "order CD654321 is packed and comes on Monday"),
    ],
    "the other order, which was mentioned": [
        ("Where is order AB123456? I also have CD654321.", "template", "AB123456 is on its way"),
        ("no, the other order", "template", "CD654321 is packed"),
        ("no, the other one", "template", "AB123456 is on its way"),
    ],
    "the other order, which nobody knows": [
        ("Where is order AB123456?", "template", "AB123456"),
        ("no, the other order", "question", "Which one instead? What is your order number?"),
        ("CD654321", "template", "CD654321 is packed"),
    ],
    "another one in Chinese": [
        ("订单AB123456发货了吗", "template", "AB123456"),
        ("不是这个，换一个", "question", "请问是哪一个？"),
        ("CD654321", "template", "CD654321"),
    ],
    "a correction that names the value": [
        ("Where is order AB123456?", "template", "AB123456"),
        ("sorry, I meant CD654321", "template", "CD654321 is packed"),
        ("不对，是AB123456", "template", "AB123456"),
    ],
    "a correction that names the intent": [
        ("I want a refund for AB123456", "template", "refund of order AB123456"),
        ("No, I meant an exchange, not a refund", "question", "Which size?"),
        ("large please", "template", "Order AB123456 is exchanged for size large."),
    ],
    "a correction of the intent in Chinese": [
        ("我要退款，AB123456", "template", "申请退款"),
        ("不是，我是说换货", "question", "您要什么尺码？"),
        ("小码", "template", "订单AB123456已换为小码"),
    ],
    "two questions in one message": [
        ("When do you open? And I want a refund for AB123456.", "template", "We open at nine."),
    ],
    "two questions, one of which needs a slot": [
        ("When do you open, and is my parcel coming soon?", "question", "We open at nine."),
        ("AB123456", "template", "on its way"),
    ],
    "two questions in Chinese": [
        ("你们几点营业，另外我要退款，AB123456", "template", "我们九点营业。"),
    ],
    "a clarifying question, answered by number": [
        ("refund or exchange?", "question", "1. Refund\n2. Exchange\n3. None of these"),
        ("1", "question", "What is your order number?"),
        ("AB123456", "template", "refund of order AB123456"),
    ],
    "a clarifying question, answered by place": [
        ("refund or exchange", "question", "Which of these do you mean?"),
        ("the second one", "question", "What is your order number?"),
    ],
    "a clarifying question, answered by its words": [
        ("refund or exchange", "question", "Which of these do you mean?"),
        ("I'd like the refund please", "question", "What is your order number?"),
    ],
    "a clarifying question in Chinese": [
        ("退款还是换货", "question", "1. 退款\n2. 换货\n3. 都不是"),
        ("第二个", "question", "请问订单号是多少？"),
        ("AB123456", "question", "您要什么尺码？"),
    ],
    "none of the choices, twice not understood": [
        ("refund or exchange", "question", "Which of these do you mean?"),
        ("none of these", "question", "in other words"),
        ("blue elephants dance", "hand_over", "a colleague"),
    ],
    "twice not understood": [
        ("do elephants like my sofa", "question", "in other words"),
        ("elephants I said", "hand_over", "a colleague"),
    ],
    "twice not understood in Chinese": [
        ("大象喜欢沙发么", "question", "换一种说法"),
        ("大象和沙发", "hand_over", "转接同事"),
    ],
    "an understood message in between starts anew": [
        ("do elephants like my sofa", "question", "in other words"),
        ("when do you open", "template", "nine"),
        ("do elephants like my sofa", "question", "in other words"),
    ],
    "a value that is none, twice": [
        ("where is my parcel", "question", "What is your order number?"),
        ("12", "question", "An order number looks like AB123456. What is your order number?"),
        ("13", "hand_over", "a colleague"),
    ],
    "a value that the customer does not have": [
        ("where is my parcel", "question", "What is your order number?"),
        ("I don't have it", "hand_over", "a colleague"),
    ],
    "another question instead of the value": [
        ("where is my parcel", "question", "What is your order number?"),
        ("when do you open?", "template", "We open at nine."),
    ],
    "taking it back": [
        ("where is my parcel", "question", "What is your order number?"),
        ("never mind", "small_talk", "I have dropped that"),
        ("我要退款", "question", "请问订单号是多少？"),
        ("算了", "small_talk", "已取消"),
    ],
    "a person": [("Let me talk to a human", "hand_over", "a colleague")],
    "a person in Chinese": [("转人工", "hand_over", "同事")],
    "a person in the middle of a slot": [
        ("where is my parcel", "question", "order number"),
        ("no, get me a real person please", "hand_over", "a colleague"),
    ],
    "a person who is to be added is none": [
        ("do you open for one more person", "template", "nine"),
    ],
    "two complaints": [
        ("when do you open", "template", "nine"),
        ("that is not what i asked, useless", "question", "I am sorry"),
        ("you don't understand", "hand_over", "a colleague"),
    ],
    "two complaints in Chinese": [
        ("几点营业", "template", "九点"),
        ("答非所问", "question", "很抱歉"),
        ("没用", "hand_over", "同事"),
    ],
    "are you a bot": [
        ("are you a bot?", "small_talk", "automatic assistant of Lark shop"),
        ("你是机器人吗", "small_talk", "Lark shop的自动助手"),
    ],
    "an intent that always goes to a person": [
        ("I will sue you, my lawyer knows", "hand_over", "a colleague"),
    ],
    "an article": [
        ("Are gift cards valid for 36 months?", "article", "Gift cards are valid for 36 months."),
        ("礼品卡有效期", "article", "礼品卡有效期为36个月。"),
    ],
    "a date and a number": [
        ("can I book an appointment", "question", "Which day suits you?"),
        ("tomorrow", "question", "How many people?"),
        ("three", "template", "booked on 5 March 2026 for 3."),
        ("no, I meant March 9", "template", "booked on 9 March 2026 for 3."),
    ],
    "a date and a number in Chinese": [
        ("我想预约", "question", "您想约哪一天？"),
        ("后天", "question", "请问几位？"),
        ("两位", "template", "已为您预约2026年3月6日，2位。"),
    ],
    "a number beyond its bounds": [
        ("an appointment on March 9", "question", "How many people?"),
        ("20", "question", "I cannot read that. How many people?"),
        ("8", "template", "9 March 2026 for 8"),
    ],
    "a text": [
        ("I moved, my address changes", "question", "What is the new address?"),
        ("12 Elm Street, Leeds", "template", "The new address is 12 Elm Street, Leeds."),
    ],
    "an order that does not exist": [
        ("where is order ZZ000000", "question", "I find no order ZZ000000. What is your order"),
        ("AB123456", "template", "AB123456 is on its way"),
    ],
    "more than the value": [
        ("where is my parcel", "question", "order number"),
        ("AB123456, and when do you open?", "template", "We open at nine."),
    ],
    "nothing": [("  \n ", "question", "Please write"), ("？？", "question", "in other words")],
}


@pytest.mark.parametrize("name", DIALOGUES)
def test_a_dialogue(name: str, answerer: Answerer) -> None:
    talk = Talk(answerer)
    for text, tier, said in DIALOGUES[name]:
        reply = talk.say(text)
        assert (reply.reason.tier, said in reply.text) == (tier, True), (text, reply)
        assert reply.reason.why.endswith(".")


def test_the_dialogues_are_many_turns_in_both_languages() -> None:
    turns = [text for dialogue in DIALOGUES.values() for text, _, _ in dialogue]
    assert len(turns) >= 60
    assert sum(any("\u4e00" <= c <= "\u9fff" for c in text) for text in turns) >= 20


def test_both_answers_of_two_questions(answerer: Answerer) -> None:
    reply = Talk(answerer).say("When do you open? And I want a refund for AB123456.")
    assert reply.text == "We open at nine.\n\nI have asked for the refund of order AB123456."
    assert [(g.intent, g.part) for g in reply.reason.intents[:2]] == [
        ("opening_hours", "When do you open?"),
        ("refund", "And I want a refund for AB123456."),
    ]
    assert reply.action == "answer"
    assert 0.7 <= reply.reason.confidence <= 1


def test_a_question_carries_its_choices(answerer: Answerer) -> None:
    talk = Talk(answerer)
    assert talk.say("refund or exchange").choices == ("Refund", "Exchange", "None of these")
    talk.say("exchange")
    assert talk.say("AB123456").choices == ("small", "large")


def test_an_article_carries_its_source(answerer: Answerer) -> None:
    reply = Talk(answerer).say("Can gift cards be paid out in cash?")
    (source,) = reply.reason.sources
    assert source.document == "gift"
    assert source.quote == reply.text == "They cannot be paid out in cash."
    assert source.url == "https://lark.example/gift"
    assert reply.reason.why == "“Gift cards” answers it at confidence 1.00."


def test_a_hand_over_outside_the_hours_says_so(answerer: Answerer) -> None:
    late = NOW.replace(hour=22)
    assert Talk(answerer, at=late).say("转人工").text == "我们已下班，明天回复您。"


def test_values_that_a_channel_knows_are_used(answerer: Answerer) -> None:
    slots = {"order": "AB123456", "name": "Ann"}
    reply = Talk(answerer, slots=slots).say("where is my parcel")
    assert reply.text == "Hi Ann, order AB123456 is on its way and comes on Friday."


def test_the_language_that_a_channel_says_holds(answerer: Answerer) -> None:
    from whet.products.support.turns import Turn

    reply = answerer.answer(Turn("hello", NOW, language="zh"))
    assert (reply.language, reply.text) == ("zh", "您好，这里是云雀！")


def test_a_long_message_is_cut_and_says_so(answerer: Answerer) -> None:
    text = "when do you open " + "x" * 100_000
    reply = Talk(answerer).say(text)
    assert reply.text.endswith("(I read the first 2000 characters of your message.)")


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (Says({"order": "CD654321", "state": "x", "days": ["y"]}), "it answered about another"),
        (Says({"order": "AB123456", "state": None, "days": ["y"]}), "its state cannot be shown"),
        (Says({"order": "AB123456", "state": "x", "days": []}), "its day cannot be shown"),
        (Says({"order": "AB123456", "state": "<b>x</b>", "days": ["y"]}), "its state cannot"),
        (Says(b"<html>"), "what it sent is no JSON"),
        (Says({}, 500), "it said 500"),
        (Says({}, wait_s=5), "it took over 0.5 s"),
    ],
)
def test_a_lookup_that_fails_is_told_and_handed_over(
    says: Says, why: str, answerer: Answerer, server: TinyServer
) -> None:
    server.says["/orders/AB123456"] = says
    reply = Talk(answerer).say("where is order AB123456")
    assert reply.action == "hand_over"
    assert reply.text == "I cannot look up orders right now."
    assert why in reply.reason.why


def test_what_a_system_says_is_no_template(answerer: Answerer, server: TinyServer) -> None:
    answer: Any = {"order": "AB123456", "state": "{name} {orders.day}", "days": ["Friday"]}
    server.says["/orders/AB123456"] = lambda heard: Says(answer)
    assert "{name} {orders.day}" in Talk(answerer).say("where is order AB123456").text


def test_a_lookup_is_asked_once_a_question(answerer: Answerer, server: TinyServer) -> None:
    Talk(answerer).say("where is order AB123456")
    assert [(h.method, h.path) for h in server.heard] == [("GET", "/orders/AB123456")]
    assert isinstance(server.heard[0], Heard)


def test_a_value_that_nobody_needs_is_kept_only_where_it_can_mean_one_thing(
    answerer: Answerer,
) -> None:
    reply = Talk(answerer).say("I want my money back for AB123456, I paid for 3 on March 1")
    assert reply.memory["slots"] == {"order": "AB123456"}


def test_a_sure_article_goes_before_a_template_where_the_desk_says_so(tmp_path: Path) -> None:
    articles = {"days": ("Opening hours", "In winter we open the shop at ten.")}
    question = "in winter, when do you open the shop"
    always = "decision: {always_person: [complaint]}"
    for name, said, tier in (
        ("off", always, "template"),
        ("on", "decision: {article_first: 0.5}", "article"),
        ("zh", "decision: {by_language: {zh: {article_first: 0.5}}}", "template"),
        ("person", "decision: {article_first: 0.5, always_person: [opening_hours]}", "hand_over"),
    ):
        files = tiny_files(tmp_path / name)
        path = tmp_path / name / "desk.yaml"
        path.write_text(path.read_text("utf-8").replace(always, said), encoding="utf-8")
        talk = Talk(tiny_answerer(read_desk(files.folder), articles=articles))
        assert talk.say(question).reason.tier == tier
        if name == "on":  # the intent is remembered: the article may not have been what was meant
            assert talk.say("no, I meant opening hours").text == "We open at nine."
            assert talk.say("when do you open, and I want a refund").reason.tier != "article"
