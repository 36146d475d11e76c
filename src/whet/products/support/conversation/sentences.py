"""What does the desk itself say to a customer, besides bot and people? In English and Chinese.

A desk may say it in its own words: `Rules.sentences` holds what differs from these.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from whet.products.support.conversation.hours import Hours

Key = Literal[
    "handed_over",
    "handed_over_away",
    "handed_over_closed",
    "takes_longer",
    "back_in_queue",
    "back_to_bot",
    "closed_idle",
    "too_many",
]

SENTENCES: dict[Key, dict[str, str]] = {
    "handed_over": {
        "en": "A colleague will answer you here as soon as possible.",
        "zh": "我们的同事会尽快在这里回复您。",
    },
    "handed_over_away": {
        "en": "Nobody is at the desk right now. A colleague will answer you here from {when}; "
        "you keep your place.",
        "zh": "现在没有同事在线。{when} 起会有同事在这里回复您，您的排队位置会保留。",
    },
    "handed_over_closed": {
        "en": "Nobody is at the desk right now. A colleague will answer you here; "
        "you keep your place.",
        "zh": "现在没有同事在线。之后会有同事在这里回复您，您的排队位置会保留。",
    },
    "takes_longer": {
        "en": "It takes longer than usual, and we are sorry. You are still in the queue, "
        "and your conversation now comes first.",
        "zh": "抱歉，等待时间比平时长。您仍在排队中，我们会优先处理您的会话。",
    },
    "back_in_queue": {
        "en": "Your colleague at the desk was called away. Somebody else will answer you here.",
        "zh": "刚才为您服务的同事暂时离开了，会有其他同事在这里继续回复您。",
    },
    "back_to_bot": {
        "en": "You are talking to our assistant again. Say so at any time if you want a person.",
        "zh": "现在由智能助手继续为您服务。如需人工，请随时告诉我们。",
    },
    "closed_idle": {
        "en": "We have not heard from you for a while, so this conversation is closed. "
        "Just write here if you need anything more.",
        "zh": "您已有一段时间没有回复，本次会话已结束。如还有需要，请直接在这里留言。",
    },
    "too_many": {
        "en": "That was more than {most} messages in a minute. Please wait a moment and send the "
        "last one again.",
        "zh": "您在一分钟内发送了超过 {most} 条消息。请稍等片刻，再重新发送最后一条。",
    },
}

_DAYS = (
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def sentence(
    key: Key, language: str, own: Mapping[str, Mapping[str, str]], **values: object
) -> str:
    """Return a sentence in `language`, in the desk's `own` words where it has some.

    Chinese is said to who writes `zh`; English to everybody else.
    """
    spoken = "zh" if language.startswith("zh") else "en"
    texts = own.get(key, {})
    text = texts.get(spoken) or SENTENCES[key][spoken]
    for name, value in values.items():
        # Not `format`: a brace in a desk's own sentence is no error of the customer's.
        text = text.replace("{" + name + "}", str(value))
    return text


def when(at: datetime, hours: Hours, language: str) -> str:
    """Return a moment as people say it, by the desk's wall clock.

    >>> from datetime import UTC
    >>> when(datetime(2026, 11, 30, 8, tzinfo=UTC), Hours(zone="Europe/Berlin"), "en")
    'Monday 30 November, 09:00 (Europe/Berlin)'
    """
    local = hours.local(at)
    day = local.weekday()
    if language.startswith("zh"):
        return f"{local.month}月{local.day}日（{_DAYS[1][day]}）{local:%H:%M}（{hours.zone}）"
    return f"{_DAYS[0][day]} {local.day} {_MONTHS[local.month - 1]}, {local:%H:%M} ({hours.zone})"
