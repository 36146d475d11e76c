"""Why did the bot answer so, in Chinese? The reasons are kept in English, clause by clause.

>>> told("zh", "The customer asks for a person.")
'客户要求人工服务。'

A clause that no line of the table knows stays as it is.
"""

import re

_KINDS = {"bot": "是否机器人", "goodbye": "告别", "thanks": "感谢", "greeting": "问候"}

_TABLE: tuple[tuple[str, str], ...] = (
    # Endings come first: what stands before them is told by another line.
    (r"(?P<clause>.+), (?P<n>\d+) times in a row", "{clause}，连续 {n} 次"),
    (r"(?P<clause>.+), so it is asked for in other words", "{clause}，请客户换一种说法"),
    (r"the message was empty", "消息为空"),
    (r"the customer asks for a person", "客户要求人工服务"),
    (r"the customer has complained (?P<n>\d+) times", "客户已抱怨 {n} 次"),
    (r"the customer complains", "客户抱怨"),
    (r"the message is small talk \((?P<kind>\w+)\)", "消息是寒暄（{kind}）"),
    (r"the customer takes it back", "客户收回了问题"),
    (r"the customer meant neither choice", "客户不选任何一项"),
    (r"the answer was none of the choices", "客户的回答不在选项之内"),
    (
        r"the customer does not know (?P<slot>\S+), without which there is no answer",
        "客户不知道 {slot}，没有它无法回答",
    ),
    (r"(?P<slot>\S+) was asked for (?P<n>\d+) times in vain", "已询问 {slot} {n} 次，没有结果"),
    (
        r"the customer means another (?P<slot>\S+), which is not known yet",
        "客户指的是另一个 {slot}，尚不清楚",
    ),
    (r"the customer says that something else was meant", "客户说指的是别的事"),
    (r"(?P<intents>.+) are close, so the customer chooses", "{intents} 相近，请客户选择"),
    (r"(?P<intent>\S+) always goes to a person", "{intent} 一律转人工"),
    (
        r"(?P<intent>\S+) has no template, and no article answers it",
        "{intent} 没有回复模板，也没有文章可以回答",
    ),
    (r"no article answers it", "没有文章可以回答"),
    (
        r"the likeliest intent, (?P<intent>\S+), does not hold the risk dial "
        r"\(confidence (?P<sure>[\d.]+)\), and no article answers it",
        "最可能的意图 {intent} 未达到风险要求（置信度 {sure}），也没有文章可以回答",
    ),
    (
        r"“(?P<title>.+)” answers it at confidence (?P<sure>[\d.]+)",
        "文章“{title}”可以回答，置信度 {sure}",
    ),
    (r"worded from articles", "依据文章生成"),
    (r"every sentence is supported", "每一句都有出处"),
    (
        r"the template of (?P<intent>\S+) holds at confidence (?P<sure>[\d.]+)",
        "{intent} 的模板适用，置信度 {sure}",
    ),
    (
        r"the system knows no such (?P<slot>\S+), so it is asked for again",
        "系统中没有这个 {slot}，再次询问",
    ),
    (r"a lookup knows no such thing", "系统中查不到"),
    (
        r"intent (?P<intent>\S+) needs (?P<slot>\S+), which is not known yet",
        "意图 {intent} 需要 {slot}，尚不清楚",
    ),
    (
        r"the lookup (?P<name>\S+) has no answer to rely on: (?P<clause>.+)",
        "查询 {name} 没有可靠的结果：{clause}",
    ),
    (r"it took over (?P<s>[\d.]+) s", "超过 {s} 秒没有回应"),
    (r"it said (?P<status>\d+)", "返回 {status}"),
    (r"what it sent is no JSON", "返回的不是 JSON"),
    (r"it could not be asked \((?P<what>\w+)\)", "无法查询（{what}）"),
    (r"it answered about another (?P<slot>\S+)", "返回的是另一个 {slot}"),
    (r"its (?P<field>\S+) cannot be shown", "其 {field} 无法显示"),
    (r"the bot could not answer: (?P<what>\w+)", "机器人出错（{what}）"),
    # Changes of state that the bot or the desk's clock made.
    (r"the bot did not answer in time", "机器人未及时回复"),
    (r"the agent did not answer in time", "客服未及时回复"),
    (r"the customer said nothing more", "客户没有再说什么"),
    (r"the customer has waited too long", "客户等待过久"),
    (r"a person was asked for", "请求人工"),
    (
        r"the worker that computed the answer let its lease run out",
        "负责回复的进程超时",
    ),
)
_LINES = tuple((re.compile(pattern), text) for pattern, text in _TABLE)


def told(language: str, why: str) -> str:
    """Return a reason in the language of the page."""
    if language != "zh" or not why:
        return why
    is_sentence = why.endswith(".")
    clauses = [_clause(one) for one in why.removesuffix(".").split("; ")]
    return "；".join(clauses) + ("。" if is_sentence else "")


def _clause(text: str) -> str:
    """Return one clause in Chinese; a sentence begins with a capital that is none of its own."""
    for one in (f"{text[:1].lower()}{text[1:]}", text):
        for pattern, chinese in _LINES:
            if (found := pattern.fullmatch(one)) is not None:
                values = found.groupdict()
                if "clause" in values:
                    values["clause"] = _clause(values["clause"])
                if "kind" in values:
                    values["kind"] = _KINDS.get(values["kind"], values["kind"])
                if "intents" in values:
                    values["intents"] = values["intents"].replace(" and ", "、")
                return chinese.format(**values)
    return text
