"""Personal data: found, masked alike within a conversation, and brought back under the key only."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from whet.core.errors import InputError, IntegrityError
from whet.products.support.history.gathering import Conversations, gather
from whet.products.support.history.masking import Masker, unmasked
from whet.products.support.history.names import find_names
from whet.products.support.history.transcript import Message, Transcript
from whet.products.support.history.vault import Vault, original_text, read_key
from whet.products.support.turns import Author

CLEAN = [
    "Hi there, where is my order?",
    "Hello Team, Good Morning",
    "I am Still waiting",
    "This is Ridiculous service you offer",
    "Thanks for the help",
    "我是黄金会员，方便吗",
    "您好，请问高级版多少钱",
    "Dear Sir, my card was eaten by the machine in Leeds",
]
NAMED = {
    "Hi Ann, it is on its way.": ["Ann"],
    "Dear Mr. Thompson, we are sorry": ["Thompson"],
    "Good morning Dr Lee": ["Lee"],
    "My name is Oliver Grant and I ordered": ["Oliver Grant"],
    "Sorry about that, Peter. A new link is on its way.": ["Peter"],
    "It is done.\n\nBest regards,\nMaria Lopez": ["Maria Lopez"],
    "王女士您好，已经退款": ["王"],
    "我叫陈小明，订单没到": ["陈小明"],
    "收货人：欧阳娜娜": ["欧阳娜娜"],
    "您好，李雷！": ["李雷"],
}


def test_names_are_found_where_something_announces_them() -> None:
    found = {text: [text[s:e] for s, e in find_names(text)] for text in [*NAMED, *CLEAN]}
    assert found == {**NAMED, **{text: [] for text in CLEAN}}


def test_names_of_those_who_take_part_are_found_anywhere() -> None:
    text = "I asked Marta and Holm, marta said 小明 knows"
    spans = find_names(text, ["Marta Holm", "小明", "Support Team"])
    assert [text[s:e] for s, e in spans] == ["Marta", "Holm", "小明"]


def test_the_same_value_has_the_same_placeholder() -> None:
    masker = Masker(["Ann Smith"])
    texts = [
        "Hi, this is Ann Smith, mail A.Smith@example.org or call 138 0013 8000",
        "Dear Ann, we wrote to a.smith@example.org and b@example.org, and called 13800138000",
    ]
    masked = [masker.masked(text) for text in texts]
    assert masked == [
        "Hi, this is <NAME_1>, mail <EMAIL_1> or call <PHONE_1>",
        "Dear <NAME_1>, we wrote to <EMAIL_1> and <EMAIL_2>, and called <PHONE_1>",
    ]
    assert masker.values["<EMAIL_1>"] == "A.Smith@example.org"
    assert unmasked("<EMAIL_2> <CARD_9>", masker.values) == "b@example.org <CARD_9>"


def test_a_surname_with_a_title_is_the_whole_name() -> None:
    masker = Masker()
    assert masker.masked("我叫陈小明，电话13800138000") == "我叫<NAME_1>，电话<PHONE_1>"
    assert masker.masked("陈先生您好") == "<NAME_1>先生您好"


def test_placeholders_that_stand_in_a_text_are_never_given_out_again() -> None:
    masker = Masker()
    masker.reserve(["write to <EMAIL_3>"])
    assert masker.masked("or to a@b.org") == "or to <EMAIL_4>"


def transcript(*said: tuple[str, int, Author, str]) -> Transcript:
    messages = [
        Message(c, datetime(2026, 3, 2, 8, minute, tzinfo=UTC), author, text, "", row)
        for row, (c, minute, author, text) in enumerate(said, start=1)
    ]
    return Transcript(Path("t.csv"), "csv", messages)


def test_conversations_are_sorted_with_a_note_and_hold_each_message_once() -> None:
    kept: Conversations = {}
    file = transcript(
        ("a", 3, "person", "to x@y.org"), ("a", 1, "customer", "where?"), ("b", 1, "bot", "hi")
    )
    done = gather(file, kept, None)
    assert [s.text for s in kept["a"]] == ["where?", "to <EMAIL_1>"]
    assert (done.messages, done.conversations, done.masked, done.known) == (3, 2, 1, 0)
    assert done.notes == [
        "t.csv: messages out of order of time were sorted in 1 conversations: a (row 2)."
    ]
    again = gather(file, kept, None)
    assert (again.messages, again.known) == (0, 3)
    more = transcript(("a", 3, "person", "to x@y.org"), ("a", 9, "customer", "no, to z@y.org"))
    done = gather(more, kept, None)
    assert (done.messages, done.known) == (1, 1)
    assert kept["a"][-1].text == "no, to <EMAIL_2>"
    # Without key and original nobody knows whether it is an address from before: a new number.
    gather(transcript(("a", 11, "customer", "to x@y.org then")), kept, None)
    assert kept["a"][-1].text == "to <EMAIL_3> then"


def test_an_id_that_is_an_address_is_not_kept() -> None:
    kept: Conversations = {}
    gather(transcript(("ann@example.org", 1, "customer", "hi")), kept, None)
    assert next(iter(kept)).startswith("thread-")


def test_originals_come_back_under_the_key_only(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "desk.key"
    desk = tmp_path / "desk"
    key, made = read_key(None, file, desk)
    assert made and key is not None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read_key(None, file, desk) == (key, False)
    assert read_key("x" * 43 + "=", None, desk)[0] == "x" * 43 + "="
    assert read_key(None, None, desk) == (None, False)

    kept: Conversations = {}
    vault = Vault(tmp_path / "originals.json", key)
    gather(transcript(("a", 1, "customer", "I am at x@y.org")), kept, vault)
    vault.write()
    raw = (tmp_path / "originals.json").read_text()
    assert "x@y.org" not in raw and "x@y.org" not in str(kept)
    assert stat.S_IMODE((tmp_path / "originals.json").stat().st_mode) == 0o600

    vault = Vault(tmp_path / "originals.json", key)
    assert original_text(vault.get("a"), "I am at <EMAIL_1>") == "I am at x@y.org"
    # With the key, an address that comes again later has the placeholder it had.
    gather(transcript(("a", 5, "customer", "again: X@y.org")), kept, vault)
    assert kept["a"][-1].text == "again: <EMAIL_1>"

    with pytest.raises(InputError) as caught:
        Vault(tmp_path / "originals.json", "x" * 43 + "=")
    assert str(caught.value) == (
        f"The key must be the one under which {tmp_path / 'originals.json'} was written; it is "
        "another. Set WHET_SUPPORT_KEY or --key-file to that key."
    )


@pytest.mark.parametrize(
    "held", ["", "{", "[]", '{"check": "x"}', '{"check": "x", "conversations": 1}']
)
def test_damaged_originals_are_one_sentence(tmp_path: Path, held: str) -> None:
    path = tmp_path / "originals.json"
    path.write_text(held)
    with pytest.raises(IntegrityError, match="must hold the originals of masked texts"):
        Vault(path, "x" * 43 + "=")
    assert path.read_text() == held


def test_keys_that_would_protect_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must lie outside the workspace"):
        read_key(None, tmp_path / "a.key", tmp_path)
    assert not (tmp_path / "a.key").exists()
    open_key = tmp_path / "b.key"
    open_key.write_text("x" * 43 + "=")
    open_key.chmod(0o644)
    with pytest.raises(InputError, match="must be readable by its owner only"):
        read_key(None, open_key, tmp_path / "desk")
    with pytest.raises(InputError) as caught:
        read_key("secret", None, tmp_path)
    assert str(caught.value) == (
        "The key of the originals must be 32 bytes in url-safe base64, 44 signs; found 6 signs. "
        "--key-file PATH makes one where there is no file yet."
    )
