"""Where does a message name a person? After greetings, titles and `my name is`, and in sign-offs.

Names are found in the places where they stand in letters and chats, and wherever the file itself
says who takes part. A name in the middle of a sentence that nothing announces is not found.
"""

import re
from collections.abc import Iterator, Sequence

_ONE = r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+(?:['’-][A-ZÀ-ÖØ-Þ]?[a-zß-öø-ÿ]+)*"
_NAME = rf"(?P<name>{_ONE}(?: {_ONE}){{0,2}})"
_TITLE = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Madam)\.?"
_END = r"(?=\s*(?:[,.!?;:\n–-]|$))"
# Words that stand after a greeting with a capital letter and are no name.
_OTHER_WORDS = """
There Team Support All Everyone Everybody Folks Guys Sir Madam Customer Customers Service Sirs Again
You Your For The This That These My Me We Our It Is Are Can Could Would Please Thanks Thank Just
So What When Where Why How Who If And But Or Yes No Not Any Some One Sorry Help Hello Hi Hey Dear
Good Morning Afternoon Evening Friend Agent Bot Monday Tuesday Wednesday Thursday Friday Saturday
Sunday January February March April June July August September October November December Regards
Best Kind Sincerely Cheers Sent Order Account Card Bank Payment Refund Invoice Delivery Shipping
Still Here Sales Billing Tech Admin Desk
"""
_NO_NAMES = frozenset(_OTHER_WORDS.split())
_ENGLISH = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rf"\b{_TITLE} {_NAME}",
        rf"(?:^|[.!?,] ?)\b(?i:hi|hello|hey|dear|good (?:morning|afternoon|evening)|morning)"
        rf",? (?:{_TITLE} )?{_NAME}{_END}",
        rf"\b(?i:thanks|thank you|cheers|welcome)(?i: so much| again| very much)?,? {_NAME}{_END}",
        rf"\b(?i:that|sorry|welcome|course|problem|sure|waiting|patience), {_NAME}(?=[.!?\n]|$)",
        rf"\b(?i:my name is|my name's|my full name is|name ?:|i am called|speaking with) {_NAME}",
        rf"\b(?i:i am|i'm|i’m|this is|it is|it's) {_NAME}"
        rf"(?=\s*(?:[,.!\n]|$| here\b| from\b| speaking\b))",
        rf"\b(?i:regards|wishes|sincerely|cheers|best|yours|thanks|br),?\s*\n?\s*{_NAME}\s*\Z",
    )
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蔡蒋余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范廖石贾夏韦方白邹孟熊秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵覃武钱戴严莫孔"
    "汤常康赖庞樊兰殷施洪翟颜倪牛温芦鲁葛柳毕聂焦向辛路耿关鲍左岳欧"
)
_HAN = r"[\u4e00-\u9fff]"
_CHINESE_NAME = rf"(?P<name>(?:欧阳|司马|上官|诸葛|[{_SURNAMES}]){_HAN}{{1,2}})"
_STOP = r"(?=[，,。！!？?：:、；;\s]|$)"
_CHINESE = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rf"(?<!{_HAN})(?P<name>(?:欧阳|[{_SURNAMES}]){_HAN}{{0,2}}?)(?:先生|女士|小姐|太太|老师)",
        rf"(?<=[好的给是找])(?P<name>[{_SURNAMES}]{_HAN}{{0,2}}?)(?:先生|女士|小姐|太太)",
        rf"(?:我叫|名字叫|名叫|我的名字是){_CHINESE_NAME}(?!{_HAN})",
        rf"我是{_CHINESE_NAME}{_STOP}",
        rf"(?:收件人|收货人|联系人|姓名|持卡人|户名|开户人)(?:是|为|叫|：|:)? ?"
        rf"{_CHINESE_NAME}(?!{_HAN})",
        rf"(?:您好|你好|亲爱的|尊敬的)[，,]? ?{_CHINESE_NAME}{_STOP}",
        rf"(?:^|[。！\n]){_CHINESE_NAME}[，,]? ?(?:您好|你好)",
    )
)
_TITLED = re.compile("先生|女士|小姐|太太|老师")
_OTHER_CHINESE = "方便 常用 高级 白金 黄金 江苏 江西 武汉 石家 左右 向您 任何 何时 关于"
_NO_CHINESE_NAMES = frozenset(_OTHER_CHINESE.split())


def find_names(text: str, known: Sequence[str] = ()) -> list[tuple[int, int]]:
    """Return the spans (start, end) of names of people, in order; they never overlap.

    Args:
        text: a message.
        known: names of those who take part, as the file has them.

    >>> text = "Hi Ann, this is Tom Baker from Leeds."
    >>> [text[start:end] for start, end in find_names(text)]
    ['Ann', 'Tom Baker']
    """
    found = sorted({*_announced(text), *_known(text, known)}, key=lambda s: (s[0], -s[1]))
    spans: list[tuple[int, int]] = []
    for start, end in found:
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def _announced(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of names that the words around them announce."""
    for pattern in _ENGLISH:
        for match in pattern.finditer(text):
            words = match["name"].split()
            kept = next((i for i, word in enumerate(words) if word in _NO_NAMES), len(words))
            if kept:
                yield match.start("name"), match.start("name") + len(" ".join(words[:kept]))
    if text.isascii():
        return
    for pattern in _CHINESE:
        for match in pattern.finditer(text):
            name = match["name"]
            if name not in _NO_CHINESE_NAMES and not _TITLED.search(name):
                yield match.span("name")


def _known(text: str, names: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the spans of names that take part: whole, or the parts of Latin ones."""
    for name in names:
        if not name.isascii() and re.fullmatch(rf"{_HAN}{{2,4}}", name):
            for match in re.finditer(re.escape(name), text):
                yield match.span()
            continue
        parts = [p for p in re.findall(_ONE, name) if len(p) > 2 and p not in _NO_NAMES]
        if not parts:
            continue
        one = "|".join(map(re.escape, parts))
        for match in re.finditer(rf"\b(?:{one})(?: (?:{one}))*\b", text):
            yield match.span()
