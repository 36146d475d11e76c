"""What does a customer's message do: ask, thank, confirm, complain, or only greet? By its words.

English and Chinese phrases, written down; measured nowhere else than in the tests of this module.
"""

import re

from whet.core.text import normalise

_THANKS = re.compile(
    r"\b(?:thanks|thank you|thank u|thx|ty|cheers|much appreciated|appreciate it|many thanks)\b"
    r"|谢谢|多谢|感谢|谢了|辛苦了"
)
_WORKED = re.compile(
    r"\b(?:that|it|this|all)(?: has| is|'s|s)? ?(?:now )?(?:worked|works|work now|solved|fixed|"
    r"resolved|did it|did the trick|helped|helps|sorted)\b"
    r"|\bworks? (?:now|again|fine|perfectly)\b|\bproblem solved\b|\bgot it\b|\ball good\b"
    r"|\b(?:i )?(?:see|found) it(?: now)?\b|\bperfect\b|\bgreat\b|\bawesome\b|\bbrilliant\b"
    r"|\bthat(?:'s| is) (?:all|it|clear|what i (?:needed|wanted))\b|\bunderstood\b|\bmakes sense\b"
    r"|解决了|可以了|好了|搞定|收到了|明白了|知道了|清楚了|行了|没问题了|弄好了|成功了|找到了|懂了"
)
_DENIED = re.compile(
    r"\b(?:no|nope),? (?:that|it|this)(?:'s| is|s)?(?: not|n't| isn't| doesn't| didn't)"
    r"|\b(?:that|it|this)(?: is not|'s not|s not| isn't| isnt| wasn't) "
    r"(?:it|right|correct|what i|my question|helpful|true|the (?:problem|issue|answer))"
    r"|\b(?:that|it|this)?(?: still)? ?(?:doesn't|does not|doesnt|didn't|did not|didnt) "
    r"(?:work|help|answer|solve|fix|change)|\bstill (?:not|no|nothing|the same|doesn't|isn't|"
    r"can't|cannot|broken|failing|fails|waiting|getting|says|shows|happening)\b"
    r"|\bnot (?:working|helpful|solved|fixed|resolved)\b|\bwrong (?:answer|order|one)\b"
    r"|\b(?:already|just) (?:tried|did) (?:that|this)\b|\bsame (?:error|problem|issue|thing)\b"
    r"|\bnot what i (?:asked|meant|mean|want)\b|\byou (?:don't|didn't|do not) understand\b"
    r"|不是这个|不对|还是不行|还是没有|还是不能|没用|没有用|没解决|不管用|答非所问|不是我(?:要|问|想)的"
    r"|试过了|依然|仍然|还是一样|还没(?:有)?(?:解决|收到|到|好)|你没(?:看|听|明白)"
)
_ANGRY = re.compile(
    r"\b(?:ridiculous|unacceptable|useless|terrible|awful|worst|fed up|complaint|complain|scam|"
    r"disgusted|disappointed|waste of (?:my )?time|lawyer|sue)\b"
    r"|投诉|太差|差评|垃圾(?!箱|邮件|短信|桶)|骗子|失望|气死|什么态度|12315|没人管|敷衍"
)
_PERSON = re.compile(
    r"\b(?:speak|talk|chat|transfer|connect)(?: me)? (?:to|with) (?:a |an |some ?)?"
    r"(?:real |live |human )?(?:person|human|agent|someone|somebody|manager|representative)\b"
    r"|转人工|人工客服|找人工"
)
_SOCIAL = re.compile(
    r"^(?:(?:hi|hello|hey|good|morning|afternoon|evening|there|dear|team|all|ok|okay|k|yes|yeah|"
    r"yep|no|nope|sure|please|bye|goodbye|see you|have a|nice|great|day|weekend|one|too|you|are|"
    r"is|anyone|anybody|here|thanks|thank|so much|very much|a lot|for|your|the|help|lovely|again|"
    r"perfect|awesome|brilliant|cool|welcome|will do|got it|understood|right|fine|well|"
    r"in advance|and|that'?s all|much|cheers|<name>|then|now|wow)\b[\s,.!?:;)(-]*)+$"
    r"|^(?:您好|你好|在吗|在么|有人吗|哈喽|嗨|好的?|好吧|嗯+|哦+|行|可以|是的?|对|不用了?|没有?了|"
    r"谢谢您?你?|多谢|感谢|再见|拜拜|辛苦了?|麻烦了?|请问|客服|亲|啊|呢|吧|哈+|了|<name>|"
    r"[\s，,。.！!？?~～、：:])+$"
)
_QUESTION = re.compile(
    r"\?|？|\b(?:how|what|when|where|why|which|who|can|could|would|is there|do you|does|may i|"
    r"need|want|unable|cannot|can't)\b|怎么|如何|什么|吗|哪|多久|能不能|可以|请问|为什么|想|要"
)


def thanks(text: str) -> bool:
    """Return whether a customer thanks. Thanks ahead of an answer (`thanks in advance`) are none.

    >>> thanks("Thank you so much!"), thanks("thanks in advance"), thanks("谢谢，可以了")
    (True, False, True)
    """
    plain = normalise(text).replace("thanks in advance", "").replace("thank you in advance", "")
    return _THANKS.search(re.sub(r"\bno,? thanks?\b|先谢谢|提前感谢", "", plain)) is not None


def confirms(text: str) -> bool:
    """Return whether a customer says that the answer helped.

    >>> confirms("It works now, great"), confirms("能登录了，搞定"), confirms("where is it?")
    (True, True, False)
    """
    plain = normalise(text).replace("’", "'")
    return _WORKED.search(plain) is not None and not denies(text)


def denies(text: str) -> bool:
    """Return whether a customer says that the answer was none.

    >>> denies("No, that's not it. Still the same error"), denies("还是不行"), denies("Thanks!")
    (True, True, False)
    """
    return _DENIED.search(normalise(text).replace("’", "'")) is not None


def complains(text: str) -> bool:
    """Return whether a customer is angry, or asks for a person.

    >>> complains("this is ridiculous"), complains("我要投诉"), complains("hello")
    (True, True, False)
    """
    plain = normalise(text)
    return _ANGRY.search(plain) is not None or _PERSON.search(plain) is not None


def is_social(text: str) -> bool:
    """Return whether a message says nothing to answer: greetings, thanks, yes and no.

    >>> is_social("Hi there!"), is_social("好的，谢谢"), is_social("Hi, my card is lost")
    (True, True, False)
    """
    plain = normalise(text).replace("’", "'")
    return not any(c.isalnum() for c in plain) or _SOCIAL.match(plain) is not None


def asks(text: str) -> bool:
    """Return whether a message asks for something in words of asking.

    >>> asks("where is it"), asks("退款多久到账")
    (True, True)
    """
    return _QUESTION.search(normalise(text)) is not None
