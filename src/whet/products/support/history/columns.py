"""Which column holds what? Found by the names that exports use, or as the options say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from whet.core.errors import InputError, did_you_mean
from whet.core.text import normalise

_NAMES: Mapping[str, tuple[str, ...]] = {
    "conversation": (
        *("conversation_id", "conversation", "ticket_id", "ticket", "thread_id", "thread"),
        *("chat_id", "dialogue_id", "dialog_id", "session_id", "case_id", "room_id", "issue_id"),
        *(
            "会话id",
            "会话编号",
            "会话",
            "对话id",
            "对话编号",
            "工单号",
            "工单编号",
            "工单id",
            "工单",
        ),
    ),
    "time": (
        *("time", "sent_at", "created_at", "timestamp", "date", "datetime", "created", "sent"),
        *("message_time", "created_time", "sent_time", "at"),
        *("时间", "发送时间", "创建时间", "日期", "消息时间"),
    ),
    "author": (
        *("author", "role", "sender", "sender_type", "author_type", "from", "speaker", "who"),
        *("direction", "sender_role", "author_role", "sent_by", "message_type"),
        *("作者", "角色", "发送者", "发送人", "发送方", "说话人", "身份"),
    ),
    "text": (
        *("text", "message", "body", "content", "message_text", "utterance", "comment", "msg"),
        *("plain_body", "html_body", "消息", "内容", "消息内容", "文本", "正文", "聊天内容"),
    ),
}
_PRIVATE = {
    **dict.fromkeys(("private", "is_private", "internal", "is_note", "私密"), True),
    **dict.fromkeys(("public", "is_public", "公开"), False),
}
"""Columns that tell private notes from messages, and the value with which they say private."""
_NAME_COLUMNS = ("name", "author_name", "sender_name", "display_name", "姓名", "昵称", "客户姓名")


@dataclass(frozen=True)
class Columns:
    """The column of each thing that a transcript must hold."""

    conversation: str
    time: str
    author: str
    text: str
    private: str | None = None
    """Column that says whether a message is private, if there is one."""
    private_when: bool = True
    """Its value for private messages."""
    name: str | None = None
    """Column with the author's name beside the role, if there is one."""


def find_columns(
    names: Sequence[str], asked: Mapping[str, str], file: str, *, sample: str = ""
) -> Columns:
    """Return the columns of a transcript.

    Args:
        names: columns of the file.
        asked: columns that the user named, by `conversation`, `time`, `author` and `text`.
        file: name of the file, for sentences.
        sample: a hint at what else the file might be, for sentences.

    Raises:
        InputError: a column that was named is not there, or one cannot be found.
    """
    plain = {normalise(name): name for name in names}
    found: dict[str, str] = {}
    for thing, usual in _NAMES.items():
        if wanted := asked.get(thing):
            found[thing] = _named(wanted, names, f"--{thing}", file)
        else:
            taken = set(found.values()) | set(asked.values())
            hits = (plain[u] for u in usual if u in plain and plain[u] not in taken)
            if (hit := next(hits, None)) is not None:
                found[thing] = hit
    if missing := [thing for thing in _NAMES if thing not in found]:
        raise InputError(
            f"{file} must have columns of conversation, time, author and text; none was found for "
            f"{' and '.join(missing)} among {', '.join(names) or 'no names'}. Name "
            f"{'it' if len(missing) == 1 else 'them'} with "
            f"{' '.join(f'--{thing} COLUMN' for thing in missing)}.{sample}"
        )
    left = {p: n for p, n in plain.items() if n not in found.values()}
    private = next((p for p in _PRIVATE if p in left), None)
    return Columns(
        **found,
        private=left[private] if private else None,
        private_when=_PRIVATE[private] if private else True,
        name=next((left[p] for p in _NAME_COLUMNS if p in left), None),
    )


def _named(wanted: str, names: Sequence[str], option: str, file: str) -> str:
    """Return a column that the user named."""
    if wanted not in names:
        raise InputError(
            f"{option} must name a column of {file}; found {wanted!r}. "
            f"{did_you_mean(wanted, names)}"
        )
    return wanted
