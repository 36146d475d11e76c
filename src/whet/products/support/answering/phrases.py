"""What does a customer say that every desk understands? Rules in English and Chinese.

Each rule looks at a clause as a whole, so that "thanks, but where is my order" is no thanks alone.
"""

import re
from typing import Literal

from whet.core.text import normalise, words

SmallTalk = Literal["greeting", "thanks", "goodbye", "bot"]

_EDGE = re.compile(r"^[\W_]+|[\W_]+$")
_PIECE = re.compile(r"[,，。.!！?？;；~～\n…]+|\s+-\s+|\s+(?=thank|thanks)|(?<=您好)|(?<=你好)")

_SMALL_TALK: dict[SmallTalk, re.Pattern[str]] = {
    "greeting": re.compile(
        r"(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day))"
        r"(?: (?:there|all|team|everyone|again|folks|support))?(?: (?:how are you(?: today)?))?"
        r"|how are you(?: doing)?(?: today)?|anybody (?:there|here)|(?:is )?anyone (?:there|here)"
        r"|(?:您好|你好|嗨|哈喽|哈啰|早上好|早安|下午好|晚上好|中午好|在吗|在么|在不在|有人吗|亲|请问)"
        r"[啊呀哦呢吗]?"
    ),
    "thanks": re.compile(
        r"(?:ok(?:ay)? |great |perfect |cool )?(?:many )?(?:thanks?(?: you)?|thx|ty|cheers|thank u)"
        r"(?: (?:so much|very much|a lot|a bunch|again|for (?:your|the) help|for that"
        r"|for helping))*"
        r"(?: (?:ok|bye|that helped|that helps))?"
        r"|much appreciated|i appreciate it|that (?:helped|helps|worked)|perfect|great|awesome"
        r"|(?:好的|嗯|行)?(?:谢谢|多谢|感谢|谢了|谢啦|太感谢了)(?:你|您|啦|了|啊|哦|你们)*"
        r"|好的|明白了|知道了|收到"
        r"|ok(?:ay)?|got it|i see|understood|alright"
    ),
    "goodbye": re.compile(
        r"(?:good)?bye(?: ?bye)?(?: (?:for now|then|now))?|see (?:you|ya)(?: later| soon)?|cya"
        r"|have a (?:nice|good|great) (?:day|evening|weekend|one)|good night|that(?:'s| is|s) all"
        r"(?: (?:thanks|for now|for today))?|再见|拜拜|回见|晚安|没事了|没有了|就这些|没别的了"
    ),
    "bot": re.compile(
        r"(?:hey )?(?:are|r) (?:you|u) (?:a |an )?(?:real )?"
        r"(?:bot|robot|human|person|machine|ai|real|chatbot|computer)(?: or (?:a )?(?:bot|robot|"
        r"human|person|real person|machine))?|(?:am i|is this) (?:talking|speaking|chatting)? ?"
        r"(?:to |with )?(?:a )?(?:bot|robot|human|person|real person|machine|ai)"
        r"|who are you|what are you|do i talk to a (?:bot|robot|machine)"
        r"|你是(?:不是)?(?:真?人|机器人|ai|人工智能|真人|人工)(?:吗|么|还是机器人|还是真人|还是人)?"
        r"|你是谁|是(?:机器人|真人|人工)吗"
    ),
}

_HUMAN = (
    r"(?:human|person|agent|assistant|representative|rep|operator|supervisor|manager|employee"
    r"|staff|colleague|somebody|someone|anybody|anyone|advisor|adviser)s?\b"
)
_NOT_OTHERS = r"(?!'| (?:id|name|number|role|seat|account|who|that|to be|i)\b)"
_PERSON = re.compile(
    rf"\b(?:talk\w*|speak\w*|chat\w*|contact\w*|reach\w*|escalate|connect me|transfer me|switch me"
    rf"|put me through|get (?:me|in touch|hold)|call) ?(?:to|with|of"
    rf"|directly)?\b[^.?!。？！]{{0,24}}?"
    rf"\b{_HUMAN}"
    rf"|\b(?:give me|get me|need) (?:a |an |the |another )?(?:\w+ )?{_HUMAN}{_NOT_OTHERS}"
    rf"|\b(?:want|like|see)(?: to see)? (?:a |an |the |another )(?:\w+ )?{_HUMAN}{_NOT_OTHERS}"
    rf"|^(?:a |an )?(?:real |live |actual )?(?:human|agent|person|operator|representative)"
    r"(?: please)?$|^live chat(?: please)?$|\b(?:human|live|real) (?:agent|person|being)s?\b"
    r"|\bnot (?:to )?(?:a |the )?(?:bot|robot|machine)\b.{0,20}\b(?:human|person)\b"
    r"|转人工|人工客服|人工服务|转接?客服|真人客服|找(?:个|一个|位)?真?人(?:工)?(?:客服|来|聊|说|处理)?"
    r"|(?:要|想|找|和|跟|与|接|换)(?:个|一个|一位|位)?(?:真人|人工|活人|经理|主管)|有没有真人"
    r"|^(?:人工|真人|客服)$|叫(?:你们)?(?:经理|主管|领导|客服)来?"
)
_NOT_PERSON = re.compile(
    r"\b(?:in|per|by|each|another|other|extra|second|third|add(?:ing)?|new|one more) "
    r"(?:a |an )?(?:person|agent|manager|operator)\b|\bperson(?:al|s name)\b"
    r"|\b(?:don'?t|do not|no need to|not) (?:want|need|wish|like) (?:to )?(?:a |an |talk|speak"
    r"|chat)"
    r"|\b(?:add|invite|remove|change|make|set|assign|create|delete|upgrade|promote)\b[^.?!]{0,40}"
    r"\b(?:person|agent|manager|operator|supervisor)\b"
    r"|(?:不要|不用|不需要|别)(?:转|找)?(?:人工|真人)"
)
_COMPLAINT = re.compile(
    r"\b(?:(?:this|that|it|you|you're|u) (?:is |are )?(?:still )?(?:not|n't|isn't|aren't"
    r"|doesn't|don't"
    r"|didn't|does not|do not|did not|no)(?: being)? (?:help\w*|answer\w*|understand\w*"
    r"|work\w* for me"
    r"|useful|listening|what i (?:asked|want|mean|said))|useless|not helpful|unhelpful|wrong answer"
    r"|(?:that|this)(?:'s| is|s) (?:wrong|nonsense|ridiculous|not right|rubbish|not an answer)"
    r"|you (?:keep|already|just) (?:saying|said|repeat\w*|asked)|stupid (?:bot|robot|machine)"
    r"|terrible (?:bot|service|support|help)|already (?:told|said|asked) (?:you|that|this))\b"
    r"|没用(?!过|到|上|完)|答非所问|听不懂|没听懂|看不懂我|不是我(?:要|想|问)的|没(?:有)?(?:解决|帮助|帮到)|什么破|垃圾"
    r"|(?:你|机器人)(?:根本)?(?:不懂|没理解|没明白)|说了(?:多少|好几|几)遍|乱(?:回|说|答)|^不对吧?$|^错了$"
)
_CANCEL = re.compile(
    r"(?:no )?(?:never ?mind|forget (?:it|about it)|cancel(?: (?:that|this|it))?|skip(?: it)?"
    r"|stop|doesn'?t matter|it'?s (?:fine|ok|nothing))(?: (?:thanks|thank you|please|then))?"
    r"|算了|不用了|没关系|当我没说|取消吧?|不问了|跳过"
)
_NO = (
    r"no+(?=\s*[,.!;:，。-]|\s*$|\s+(?:the|not|i|that|thats|that's|it|its|it's|wrong|sorry|wait"
    r"|another|other|actually|my other|this)\b)"
)
_MEANT = r"(?: (?:it|one|what i (?:mean|meant|want|asked)))?"
_CORRECTION = re.compile(
    rf"^(?:{_NO}|nope\b|wait\b|sorry\b|actually\b|oops\b|not (?:that|this)\b|wrong(?: \w+)?$"
    r"|wrong(?: one)?[,.!]|i mean\b|i meant\b|that'?s (?:not|the wrong)\b|that is (?:not"
    r"|the wrong)\b"
    r"|not what i\b|i did(?:n'?t| not) mean (?:that|this|it)\b|(?:the )?other(?: \w+)?(?:$|[,.!])"
    r"|another(?: one)?(?:$|[,.!])|correction\b|instead(?:$|[,.!]))"
    r"|^(?:不是|不对|不,|不，|错了|搞错|弄错|说错|我(?:是说|说的是|的意思是|指的是)|是另|另(?:外)?一个|换一个"
    r"|换个|别的|其他的|不是这个|应该是)"
)
_LEAD = re.compile(
    rf"^(?:(?:{_NO}|nope|wait|sorry|actually|oops|wrong(?: one)?|correction|instead|but|well|please"
    rf"|not (?:that|this)(?: one)?|i mean|i meant|i said|that'?s (?:not|the wrong){_MEANT}"
    rf"|that is (?:not|the wrong){_MEANT}|i did(?:n'?t| not) mean (?:that|this|it)?)"
    r"(?:[\s,.;:!，。-]+|$)"
    r"|(?:不是这个|不是那个|不对|不是的|不是|不|错了|搞错了|弄错了|说错了|我是说|我说的是|我的意思是|我指的是"
    r"|我要的是|应该是|是)[，,。；;：: 了]*)+",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:the other|another|other one|different|not (?:that|this) one|wrong one"
    r"|(?:the )?wrong \w+)\b"
    r"|另(?:外)?一个|换一个|换个|别的|其他的|另外那|不是这个|不是那个|不是这|不是那"
)
_NOT_X = re.compile(
    r"\b(?:and )?not (?:the |my |a |an )?[\w' ]{1,60}$|[,，]?\s*(?:而)?不是[^，。]{1,30}$"
)

_LACKS = re.compile(
    r"(?:sorry )?(?:i )?(?:really )?(?:don'?t|do not|can'?t|cannot|haven'?t|have not) (?:have"
    r"|know|find"
    r"|remember|got|see|recall)(?: (?:it|one|that|any|the number|the id|my \w+(?: number)?|the \w+"
    r"(?: number)?))?(?: (?:anymore|any more|right now|at hand))?|no idea|not sure|i forgot(?: it)?"
    r"|i(?:'ve| have)? lost it|dunno|idk|(?:我)?(?:不知道|不清楚|忘了|忘记了|不记得了?"
    r"|找不到了?|没有(?:订单号|号码)?)"
)


def clauses(text: str) -> list[str]:
    """Return the pieces of a text between punctuation, normalised, without what holds no letter."""
    pieces = (_EDGE.sub("", piece) for piece in _PIECE.split(normalise(text)))
    return [piece for piece in pieces if piece]


def small_talk(text: str) -> SmallTalk | None:
    """Return which small talk a text is; None where anything else is in it.

    >>> small_talk("Hi there!"), small_talk("thanks, bye"), small_talk("Hi, where is my card?")
    ('greeting', 'goodbye', None)
    """
    found = [kind_of(piece) for piece in clauses(text)]
    if not found or None in found:
        return None
    order: tuple[SmallTalk, ...] = ("bot", "goodbye", "thanks", "greeting")
    return next(kind for kind in order if kind in found)


def kind_of(clause: str) -> SmallTalk | None:
    """Return which small talk a single normalised clause is."""
    return next((kind for kind, rule in _SMALL_TALK.items() if rule.fullmatch(clause)), None)


def without_small_talk(text: str) -> str:
    """Return a text without a greeting in front of it, for what is behind it to be understood.

    >>> without_small_talk("Hello! Where is my card?")
    'Where is my card?'
    """
    while True:
        head, found, rest = _cut_first(text)
        if not found or kind_of(_EDGE.sub("", normalise(head))) is None or not rest:
            return text
        text = rest


def wants_person(text: str) -> bool:
    """Return whether a customer asks for a person.

    >>> wants_person("let me talk to a human"), wants_person("转人工"), wants_person("add a person")
    (True, True, False)
    """
    plain = normalise(text)
    return any(
        _PERSON.search(piece) and not _NOT_PERSON.search(piece)
        for piece in (_EDGE.sub("", p) for p in re.split(r"[.!?。！？;；\n,，]+", plain))
    )


def complains(text: str) -> bool:
    """Return whether a customer complains about the answers.

    >>> complains("you don't understand me"), complains("答非所问"), complains("my card is broken")
    (True, True, False)
    """
    return bool(_COMPLAINT.search(normalise(text)))


def cancels(text: str) -> bool:
    """Return whether a text takes back what was asked, and says nothing else."""
    found = clauses(text)
    return (
        bool(found)
        and all(_CANCEL.fullmatch(p) or kind_of(p) == "thanks" for p in found)
        and (any(_CANCEL.fullmatch(p) for p in found))
    )


def names_cancelling(text: str) -> bool:
    """Return whether a text says "cancel", which may mean an order."""
    return bool(re.search(r"cancel|stop|取消", normalise(text)))


def corrects(text: str) -> bool:
    """Return whether a text corrects what was said before.

    >>> corrects("no, the other order"), corrects("不是这个"), corrects("notify me")
    (True, True, False)
    """
    return bool(_CORRECTION.search(_EDGE.sub("", normalise(text))))


def wants_other(text: str) -> bool:
    """Return whether a correction asks for another one of the same."""
    return bool(_OTHER.search(normalise(text)))


def corrected(text: str) -> str:
    """Return what a correction says without the words that make it one.

    >>> corrected("No, I meant a refund, not an exchange"), corrected("不是这个，我要退款")
    ('a refund', '我要退款')
    """
    rest = _LEAD.sub("", " ".join(text.split()))
    return _NOT_X.sub("", rest.rstrip(" .!?。！？")).strip(" ,，.;；") if rest else ""


def _cut_first(text: str) -> tuple[str, bool, str]:
    """Return the first clause of a text, whether one ends, and the rest."""
    found = _PIECE.search(text)
    if not found or not found.end():
        return text, False, ""
    return text[: found.start()], True, text[found.end() :].strip()


def lacks(text: str) -> bool:
    """Return whether a customer says that the value that was asked for is not at hand.

    >>> lacks("I don't have it"), lacks("不知道"), lacks("AB123456")
    (True, True, False)
    """
    return any(_LACKS.fullmatch(piece) for piece in clauses(text))


def words_of(text: str) -> list[str]:
    """Return the words of a text."""
    return words(text)
