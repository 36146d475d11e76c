"""What does the desk say by itself? Every built-in sentence, in English and Chinese."""

from collections.abc import Sequence
from datetime import date

SENTENCES: dict[str, dict[str, str]] = {
    "thanks": {
        "en": "You are welcome! Is there anything else?",
        "zh": "不客气！还有什么可以帮您？",
    },
    "goodbye": {"en": "Goodbye, and have a nice day!", "zh": "再见，祝您生活愉快！"},
    "bot": {
        "en": "I am the automatic assistant of {name}. Say “talk to a person” at any time, and a "
        "colleague takes over.",
        "zh": "我是{name}的自动助手。您随时可以说“转人工”，由同事为您服务。",
    },
    "empty": {"en": "Please write what you would like to know.", "zh": "请写下您想了解的问题。"},
    "cut": {
        "en": "(I read the first {count} characters of your message.)",
        "zh": "（您的消息较长，我只读取了前{count}个字符。）",
    },
    "cancelled": {
        "en": "All right, I have dropped that. What else can I do for you?",
        "zh": "好的，已取消。还有什么可以帮您？",
    },
    "rephrase": {
        "en": "I am not sure that I understand. Could you say it in other words? Or say “talk to a "
        "person”.",
        "zh": "抱歉，我没有完全理解。您可以换一种说法吗？也可以说“转人工”。",
    },
    "sorry": {
        "en": "I am sorry that this did not help. Could you tell me in other words what you need? "
        "Or say “talk to a person”.",
        "zh": "很抱歉没能帮到您。您能换一种说法告诉我您的需求吗？也可以说“转人工”。",
    },
    "which": {"en": "Which of these do you mean?", "zh": "请问您指的是哪一个？"},
    "ask_slot": {"en": "Please tell me: {slot}", "zh": "请告诉我：{slot}"},
    "wrong_value": {"en": "I cannot read that.", "zh": "抱歉，我没有识别出来。"},
    "which_other": {"en": "Which one instead?", "zh": "请问是哪一个？"},
    "hand_over": {
        "en": "I am passing this on to a colleague, who will reply here.",
        "zh": "我已为您转接同事，稍后会在这里回复您。",
    },
    "neither": {"en": "None of these", "zh": "都不是"},
}
"""By name and language."""

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def sentence(which: str, language: str, **values: object) -> str:
    """Return a built-in sentence.

    >>> sentence("ask_slot", "zh", slot="订单号")
    '请告诉我：订单号'
    """
    return SENTENCES[which][language].format(**values)


def spoken_date(day: date, language: str) -> str:
    """Return a date as people say it.

    >>> spoken_date(date(2026, 3, 5), "en"), spoken_date(date(2026, 3, 5), "zh")
    ('5 March 2026', '2026年3月5日')
    """
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def choice_text(question: str, choices: Sequence[str]) -> str:
    """Return a question with its choices, a numbered line each."""
    return "\n".join([question, *(f"{i}. {choice}" for i, choice in enumerate(choices, start=1))])
