"""Files of history: CSV, JSON Lines, exports; what is broken is named, what is whole is read."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from whet.core.errors import InputError
from whet.products.support.history.reading import read_file
from whet.products.support.history.rows import Asked, known_of
from whet.products.support.history.transcript import Transcript, check_flaws

HEADER = "conversation_id,sent_at,author,text\n"
AT = "2026-03-02T08:00:00+00:00"
NO_TIME = "'sent_at' must be a time such as 2026-02-01T13:43:01+00:00 or seconds since 1970"


def read(folder: Path, text: str | bytes, name: str = "t.csv", **asked: Any) -> Transcript:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_file(path, Asked(**asked))


def said(transcript: Transcript) -> list[tuple[str, str, str]]:
    return [(m.conversation, m.author, m.text) for m in transcript.messages]


def test_rows_of_csv_become_messages(tmp_path: Path) -> None:
    found = read(tmp_path, f'{HEADER}1,{AT},customer,Where is it?\n1,{AT},Agent 7,"On, the\nway"\n')
    assert said(found) == [("1", "customer", "Where is it?"), ("1", "person", "On, the\nway")]
    assert found.messages[0].at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert (found.form, found.flaws, found.notes) == ("csv", [], [])


def test_columns_are_found_by_the_names_that_exports_use(tmp_path: Path) -> None:
    text = (
        "工单号;发送时间;角色;消息内容\n8;2026/03/02 08:00;客服小王;您好\n8;1772438400;用户;退款\n"
    )
    found = read(tmp_path, text)
    assert said(found) == [("8", "person", "您好"), ("8", "customer", "退款")]
    assert found.notes == ["t.csv: times without an offset were taken as UTC."]


def test_columns_may_be_named(tmp_path: Path) -> None:
    text = f"a,b,c,d\n1,{AT},customer,hello there\n"
    columns = {"conversation": "a", "time": "b", "author": "c", "text": "d"}
    assert said(read(tmp_path, text, columns=columns)) == [("1", "customer", "hello there")]
    with pytest.raises(InputError) as caught:
        read(tmp_path, text, columns={"conversation": "a", "time": "b"})
    assert str(caught.value) == (
        "t.csv must have columns of conversation, time, author and text; none was found for author "
        "and text among a, b, c, d. Name them with --author COLUMN --text COLUMN."
    )
    with pytest.raises(InputError, match=r"--text must name a column of t\.csv; found 'e'"):
        read(tmp_path, text, columns={**columns, "text": "e"})


def test_every_broken_row_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    text = (
        f"{HEADER}1,{AT},customer,fine\n2,yesterday,customer,a\n3,{AT},Zed,b\n,{AT},agent,c\n"
        f'4,{AT},customer,"never closed\n5,{AT},customer,two,many\n6,03/04/2026,customer,d\n'
        f"7,{AT},customer,\n8,{AT},customer,whole\n"
    )
    found = read(tmp_path, text)
    assert [m.conversation for m in found.messages] == ["1", "8"]
    assert list(map(str, found.flaws)) == [
        f"t.csv, row 2: {NO_TIME}; found 'yesterday'.",
        "t.csv, row 3: 'author' must tell customer, agent, bot or system; found 'Zed'. "
        "Give --agent NAME, --bot NAME or --customer NAME, or --others customer for every name "
        "that is not given.",
        "t.csv, row 4: must name its conversation in 'conversation_id'; it is empty.",
        "t.csv, row 5: a field opens with a double quote that is never closed. Close it.",
        "t.csv, row 6: must have 4 fields like the header; found 5. A delimiter in a text needs "
        "double quotes.",
        f"t.csv, row 7: {NO_TIME}; found '03/04/2026'.",
    ]


def test_broken_rows_are_refused_together_unless_they_are_skipped(tmp_path: Path) -> None:
    rows = "".join(f"{i},never,customer,x\n" for i in range(30))
    flaws = read(tmp_path, f"{HEADER}1,{AT},customer,x\n{rows}").flaws
    with pytest.raises(InputError) as caught:
        check_flaws(flaws, skip=False)
    lines = str(caught.value).split("\n")
    assert len(lines) == 22 and lines[0].startswith("t.csv, row 2: 'sent_at' must be a time")
    assert lines[-2:] == [
        "… and 10 more.",
        "30 rows are broken. Mend them, or give --skip-broken to go on without them.",
    ]
    check_flaws(flaws, skip=True)


def test_names_are_known_by_options(tmp_path: Path) -> None:
    text = f"{HEADER}1,{AT},Ann,hi\n1,{AT},Robo,hello\n1,{AT},Tom,bye now\n"
    known = known_of(["ann"], ["Robo"], [], "customer")
    found = read(tmp_path, text, known=known)
    assert [(m.author, m.name) for m in found.messages] == [
        ("person", "Ann"),
        ("bot", "Robo"),
        ("customer", "Tom"),
    ]


def test_private_notes_are_no_answers(tmp_path: Path) -> None:
    text = f"ticket,time,role,body,private\n1,{AT},agent,call her,true\n1,{AT},agent,Hello,false\n"
    assert [m.author for m in read(tmp_path, text).messages] == ["system", "person"]
    text = f"ticket,time,role,body,public\n1,{AT},agent,call her,false\n"
    assert [m.author for m in read(tmp_path, text).messages] == ["system"]


def test_a_byte_order_mark_and_declared_encodings_are_read(tmp_path: Path) -> None:
    text = f"{HEADER}1,{AT},customer,我要退款\n"
    for data, encoding in (
        (text.encode("utf-8-sig"), None),
        (text.encode("utf-16"), None),
        (text.encode("gb18030"), "gb18030"),
    ):
        assert said(read(tmp_path, data, encoding=encoding)) == [("1", "customer", "我要退款")]
    with pytest.raises(InputError) as caught:
        read(tmp_path, text.encode("gb18030"))
    assert str(caught.value) == (
        f"{tmp_path / 't.csv'}, line 2: must be written in utf-8; found another encoding in 1 of 1 "
        "lines that hold more than ASCII. Give --encoding gb18030."
    )
    with pytest.raises(InputError, match="--encoding must be one that Python knows"):
        read(tmp_path, text, encoding="utf-9")


def test_a_row_in_another_encoding_is_named(tmp_path: Path) -> None:
    rows = [f"{i},{AT},customer,我要退款".encode() for i in range(4)]
    rows[2] = f"2,{AT},customer,退款呢".encode("gb18030")
    found = read(tmp_path, HEADER.encode() + b"\n".join(rows))
    assert [m.conversation for m in found.messages] == ["0", "1", "3"]
    assert list(map(str, found.flaws)) == [
        "t.csv, row 3: must be written in utf-8 like the rows around it; found the byte 0xcd. It "
        "looks like gb18030. Save the file in one encoding."
    ]


def test_json_lines_name_their_broken_lines(tmp_path: Path) -> None:
    good = json.dumps({"thread": "1", "at": 1772438400000, "from": "user", "msg": "hello you"})
    found = read(tmp_path, f'{good}\n{{"thread": \n[1]\n', "t.jsonl")
    assert said(found) == [("1", "customer", "hello you")]
    assert found.messages[0].at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert [flaw.row for flaw in found.flaws] == [2, 3]
    assert found.flaws[1].sentence == "must be a JSON object; found another value."


def test_files_that_are_no_transcripts_are_refused(tmp_path: Path) -> None:
    for data, name, sentence in (
        ("", "t.csv", "must hold messages; it is empty"),
        (HEADER, "t.csv", "must hold messages; it holds none"),
        ("{\n'a'}", "t.json", "line 2: must be JSON, or one JSON object a line"),
    ):
        with pytest.raises(InputError, match=sentence):
            read(tmp_path, data, name)
    with pytest.raises(InputError, match="must be a file that can be read"):
        read_file(tmp_path / "no.csv", Asked())
    with pytest.raises(InputError, match="is a folder"):
        read_file(tmp_path, Asked())
    with pytest.raises(InputError, match="Did you mean 'zendesk'"):
        read(tmp_path, HEADER, form="zendsk")


ZENDESK = {
    "id": 35436,
    "subject": "Help!",
    "requester_id": 20978392,
    "submitter_id": 20978392,
    "created_at": "2026-03-02T07:59:00Z",
    "comments": [
        {
            "id": 1,
            "type": "Comment",
            "author_id": 20978392,
            "html_body": "<div><p>My printer is on fire!</p><script>x()</script></div>",
            "public": True,
            "created_at": "2026-03-02T08:00:00Z",
        },
        {"id": 2, "author_id": 7, "body": "she is angry", "public": False, "created_at": AT},
        {"id": 3, "author_id": 7, "body": "Pull the plug, Ann.", "public": True, "created_at": AT},
        {"id": 4, "author_id": -1, "body": "Ticket solved.", "public": True, "created_at": AT},
    ],
}
USERS = [
    {"id": 20978392, "name": "Ann Holm", "role": "end-user"},
    {"id": 7, "name": "Tom", "role": "agent"},
]


def test_zendesk_tickets_with_users_beside_them(tmp_path: Path) -> None:
    found = read(tmp_path, json.dumps({"tickets": [ZENDESK], "users": USERS}), "z.json")
    assert found.form == "zendesk"
    assert said(found) == [
        ("zendesk-35436", "customer", "My printer is on fire!"),
        ("zendesk-35436", "system", "she is angry"),
        ("zendesk-35436", "person", "Pull the plug, Ann."),
        ("zendesk-35436", "system", "Ticket solved."),
    ]
    assert found.messages[0].name == "Ann Holm"


def test_zendesk_tickets_one_a_line_and_their_problems(tmp_path: Path) -> None:
    people = {"requester": USERS[0], "assignee": USERS[1]}
    whole = {**ZENDESK, **people}
    strange = {**whole, "id": 9, "comments": [{**ZENDESK["comments"][2], "author_id": 8}]}  # type: ignore[index]
    without = {"id": 10, "comments": None, "subject": "x"}
    lines = "\n".join(map(json.dumps, [whole, strange, without]))
    found = read(tmp_path, lines, "z.json")
    assert len(found.messages) == 4
    assert list(map(str, found.flaws)) == [
        "z.json, row 2: ticket 9, comment 1: nobody knows who author_id 8 is: there is no user of "
        "that id with a role. Export `users` too, or give --others agent.",
        "z.json, row 3: ticket 10 must hold its `comments`; it has none. Export tickets with "
        "comments, or ask /api/v2/tickets/ID/comments.",
    ]


def test_intercom_conversations(tmp_path: Path) -> None:
    part = {"type": "conversation_part", "part_type": "comment", "created_at": 1772438460}
    conversation = {
        "type": "conversation",
        "id": "147",
        "created_at": 1772438400,
        "source": {"body": "<p>Where is my refund?</p>", "author": {"type": "lead", "name": "Ann"}},
        "conversation_parts": {
            "type": "conversation_part.list",
            "conversation_parts": [
                {**part, "body": None, "part_type": "assignment", "author": {"type": "bot"}},
                {**part, "body": "<p>It is<br>on its way</p>", "author": {"type": "admin"}},
                {**part, "body": "Auto", "author": {"type": "admin", "from_ai_agent": True}},
                {**part, "part_type": "note", "body": "VIP", "author": {"type": "admin"}},
                {**part, "body": "hm", "author": {"type": "ghost"}},
                {**part, "body": "hm", "author": {"type": "user"}, "created_at": "soon"},
            ],
        },
    }
    found = read(tmp_path, json.dumps(conversation), "i.json")
    assert found.form == "intercom"
    assert said(found) == [
        ("intercom-147", "customer", "Where is my refund?"),
        ("intercom-147", "person", "It is\non its way"),
        ("intercom-147", "bot", "Auto"),
        ("intercom-147", "system", "VIP"),
    ]
    assert [flaw.sentence.split(":")[0] for flaw in found.flaws] == [
        "conversation 147, part 6",
        "conversation 147, part 7",
    ]


def test_chatwoot_conversations_and_lists_of_messages(tmp_path: Path) -> None:
    def message(kind: int | str, text: str, **more: Any) -> dict[str, Any]:
        at = {"content": text, "message_type": kind, "created_at": 1772438400}
        return {**at, "conversation_id": 24, "private": False, **more}

    messages = [
        message(0, "Where is it?", sender={"name": "Ann", "type": "contact"}),
        message(1, "On its way", sender={"name": "Tom", "type": "user"}),
        message("outgoing", "Beep", sender_type="AgentBot"),
        message(1, "VIP", private=True),
        message(2, "Tom joined"),
        message(3, "We are closed"),
        message(9, "?"),
    ]
    authors = ["customer", "person", "bot", "system", "system", "bot"]
    for document in (
        {"meta": {}, "payload": messages},
        {"id": 24, "messages": messages, "status": "open"},
        {"data": {"payload": [{"id": 24, "messages": messages}]}},
    ):
        found = read(tmp_path, json.dumps(document), "c.json")
        assert found.form == "chatwoot"
        assert [m.author for m in found.messages] == authors
        assert {m.conversation for m in found.messages} == {"chatwoot-24"}
        assert "`message_type` must be one of 0 to 3; found 9." in str(found.flaws[0])
