"""Tests for whet.data.load: from a card and its files to parts, and every refusal."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from whet.cards.read import read_card
from whet.cards.schema import Card
from whet.cards.template import STARTER
from whet.core.errors import InputError, IntegrityError
from whet.core.files import sha256_file
from whet.core.settings import settings
from whet.data.load import load

MakeCard = Callable[..., Card]
Write = Callable[[str, str | bytes], Path]

REPOSITORY = Path(__file__).parents[2]
ROWS: list[tuple[str, ...]] = [
    ("pay me back", "refund"),
    ("money back", "refund"),
    ("锁住了", "login"),
    ("locked", "login"),
]
OFFICIAL = {"kind": "official", "test": "test.csv"}


def table(rows: list[tuple[str, ...]], header: str = "message,intent") -> str:
    return "\n".join([header, *(",".join(row) for row in rows)]) + "\n"


@pytest.fixture
def folder(tmp_path: Path, write: Write) -> Path:
    """Return a folder with ``messages.csv`` and ``test.csv``."""
    write("messages.csv", table(ROWS))
    write("test.csv", table([("refund please", "refund")]))
    return tmp_path


def error_of(card: Card, folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        load(card, folder)
    return str(caught.value)


def test_an_official_split_is_read_as_it_is(make_card: MakeCard, folder: Path) -> None:
    data = load(make_card(split=OFFICIAL), folder)
    assert data.train.source == "messages.csv"
    assert data.train.rows == (1, 2, 3, 4)
    assert data.train.texts == ("pay me back", "money back", "锁住了", "locked")
    assert data.train.labels == ("refund", "refund", "login", "login")
    assert (data.test.source, data.test.texts) == ("test.csv", ("refund please",))
    assert data.labels == ("login", "refund")
    assert (data.validation, data.out_of_scope, data.unusable, data.dropped) == (None, None, (), 0)


def test_every_file_of_the_split_is_read(make_card: MakeCard, folder: Path, write: Write) -> None:
    write("validation.jsonl", '{"message": "again", "intent": "login", "channel": "app"}\n')
    write("oos.csv", "message\nwho are you, really\n")
    write("messages.csv", table([(*row, "web") for row in ROWS], "message,intent,channel"))
    write("test.csv", table([("x", "login", "")], "message,intent,channel"))
    data = load(
        make_card(
            split=OFFICIAL | {"validation": "validation.jsonl", "out_of_scope": "oos.csv"},
            metrics={"by": ["channel"]},
        ),
        folder,
    )
    assert data.validation is not None and data.out_of_scope is not None
    assert data.validation.columns == {"channel": ("app",)}
    assert data.test.columns == {"channel": ("",)}
    assert data.out_of_scope.texts == ("who are you, really",)
    assert data.out_of_scope.labels == ("",)
    assert data.out_of_scope.columns == {"channel": ("",)}


def test_rows_that_cannot_be_used_are_listed_with_the_reason(
    make_card: MakeCard, folder: Path, write: Write
) -> None:
    long, emoji, odd = "x" * 50_000, "😀👍", "\u3000\u200b \t"
    rows = [*ROWS, ("", "refund"), (odd, "login"), ("hi", "  "), (emoji, "login"), (long, " login")]
    write("messages.csv", table(rows))
    write(
        "test.jsonl", '{"message": "a\\u0000b", "intent": "x"}\n{"message": "a", "intent": "login"}'
    )
    write("oos.csv", "message\n\nhello\n \n")
    card = make_card(split={"kind": "official", "test": "test.jsonl", "out_of_scope": "oos.csv"})
    data = load(card, folder)
    assert data.unusable == (
        ("messages.csv", 5, "empty text"),
        ("messages.csv", 6, "empty text"),
        ("messages.csv", 7, "no label"),
        ("test.jsonl", 1, "a NUL character in the text"),
        ("oos.csv", 2, "empty text"),
    )
    assert data.train.rows == (1, 2, 3, 4, 8, 9)
    assert data.train.texts[4:] == (emoji, long)
    assert data.train.labels[4:] == ("login", "login")


def test_the_address_depends_on_the_content_only(
    make_card: MakeCard, folder: Path, write: Write, tmp_path: Path
) -> None:
    first = load(make_card(split=OFFICIAL), folder).version
    assert len(first) == 64
    pl.DataFrame({"intent": [r[1] for r in ROWS], "message": [r[0] for r in ROWS]}).write_parquet(
        tmp_path / "other.parquet"
    )
    other = make_card(data={"source": {"path": "other.parquet"}}, split=OFFICIAL)
    assert load(other, folder).version == first
    write("messages.csv", table([*ROWS[:3], ("locked!", "login")]))
    assert load(make_card(split=OFFICIAL), folder).version != first


def test_the_address_depends_on_the_split(make_card: MakeCard, tmp_path: Path) -> None:
    (tmp_path / "messages.csv").write_bytes((STARTER / "messages.csv").read_bytes())
    versions = {
        load(make_card(split={"kind": "stratified", "seed": seed}), tmp_path).version
        for seed in (0, 0, 1)
    }
    assert len(versions) == 2


def test_the_starter_and_the_example_load_as_they_stand() -> None:
    data = load(read_card(STARTER / "card.yaml"), STARTER)
    assert (len(data.train), len(data.test)) == (48, 12)
    assert data.labels == ("delivery", "login", "product", "refund")
    support = REPOSITORY / "examples" / "support"
    data = load(read_card(support / "card.yaml"), support)
    assert len(data.train) + len(data.test) == 902
    assert len(data.test) == pytest.approx(0.2 * 902, abs=9)
    assert (len(data.labels), data.unusable) == (25, ())
    conversations = [set(frame.columns["conversation_id"]) for frame in (data.train, data.test)]
    assert not conversations[0] & conversations[1]
    assert min(Counter(data.test.labels).values()) >= 4


def test_a_missing_column_is_told_with_the_nearest_name(make_card: MakeCard, folder: Path) -> None:
    card = make_card(
        data={"source": {"path": "messages.csv"}, "groups": ["customer"]},
        inputs=[{"column": "mesage"}],
        interval={"unit": "customer"},
        split={"kind": "group"},
    )
    assert error_of(card, folder) == (
        "messages.csv: there is no column 'mesage' (inputs[0].column). Did you mean 'message'? "
        "there is no column 'customer' (data.groups[0]). Valid names: intent, message."
    )


def test_a_held_out_file_needs_the_same_columns(
    make_card: MakeCard, folder: Path, write: Write
) -> None:
    write("test.csv", "message,label\nhello,login\n")
    assert error_of(make_card(split=OFFICIAL), folder) == (
        "test.csv: there is no column 'intent' (target.column). Valid names: label, message."
    )


def test_the_declared_hash_and_number_of_rows_must_hold(make_card: MakeCard, folder: Path) -> None:
    digest = sha256_file(folder / "messages.csv")
    right = {"path": "messages.csv", "sha256": digest, "rows": 4}
    assert len(load(make_card(data={"source": right}, split=OFFICIAL), folder).train) == 4
    with pytest.raises(IntegrityError) as caught:
        load(make_card(data={"source": right | {"sha256": "0" * 64}}, split=OFFICIAL), folder)
    assert str(caught.value) == (
        f"messages.csv must have the SHA-256 {'0' * 64}; found {digest}. "
        "Fetch the declared file, or change data.source.sha256."
    )
    assert error_of(make_card(data={"source": right | {"rows": 1000}}, split=OFFICIAL), folder) == (
        "messages.csv must hold 1,000 rows as data.source.rows says; found 4."
    )


def test_a_source_without_usable_rows_is_refused(
    make_card: MakeCard, folder: Path, write: Write
) -> None:
    write("messages.csv", "message,intent\n ,refund\nhello,\n")
    assert error_of(make_card(split=OFFICIAL), folder) == (
        "messages.csv must hold a row with a text ('message') and a label ('intent'); none of its "
        "2 rows does, row 1: empty text."
    )
    write("messages.csv", table(ROWS))
    write("oos.csv", "message,x\n ,\n")
    card = make_card(split=OFFICIAL | {"out_of_scope": "oos.csv"})
    assert error_of(card, folder) == (
        "oos.csv must hold a row with a text ('message'); none of its 1 rows does, "
        "row 1: empty text."
    )


def test_labels_that_cannot_be_learnt_are_refused(
    make_card: MakeCard, folder: Path, write: Write
) -> None:
    write("messages.csv", table([*ROWS, ("send it", "delivery")]))
    assert error_of(make_card(split=OFFICIAL), folder) == (
        "messages.csv: every label must have two training rows or more; 'delivery' has row 5. "
        "Add rows of these labels, give the rows another label, or remove them."
    )


def test_an_encoding_and_a_delimiter_hold_for_every_file(
    make_card: MakeCard, folder: Path, write: Write
) -> None:
    write("messages.csv", "message/intent\n退款/r\n退钱/r\n登录/l\n密码/l\n".encode("gb18030"))
    write("test.csv", "message/intent\n锁住/l\n".encode("gb18030"))
    source = {"path": "messages.csv", "encoding": "gb18030", "delimiter": "/"}
    data = load(make_card(data={"source": source}, split=OFFICIAL), folder)
    assert (data.train.texts[0], data.test.texts) == ("退款", ("锁住",))


def test_the_format_of_the_source_does_not_hold_for_files_with_an_ending_of_their_own(
    make_card: MakeCard, folder: Path, write: Write
) -> None:
    write("messages.txt", table(ROWS))
    write("test.jsonl", '{"message": "hello", "intent": "login"}\n')
    write("oos.txt", "message\nwho are you\n")
    card = make_card(
        data={"source": {"path": "messages.txt", "format": "csv"}},
        split={"kind": "official", "test": "test.jsonl", "out_of_scope": "oos.txt"},
    )
    data = load(card, folder)
    assert data.test.texts == ("hello",)
    assert data.out_of_scope is not None and data.out_of_scope.texts == ("who are you",)


@pytest.mark.data
@pytest.mark.parametrize(
    ("folder_name", "text", "label", "files", "sizes"),
    [
        ("banking77", "text", "category", ("train.csv", "test.csv"), (10003, 3080, 77)),
        ("tnews_zh", "sentence", "label_desc", ("train.jsonl", "test.jsonl"), (4000, 869, 15)),
        ("chnsenticorp_hotel", "review", "label", ("hotel_reviews.csv", ""), (6212, 1553, 2)),
    ],
)
def test_public_data_load(
    folder_name: str, text: str, label: str, files: tuple[str, str], sizes: tuple[int, int, int]
) -> None:
    if (root := settings().data) is None:
        pytest.skip("needs public data: set WHET_DATA to their folder")
    source, test = files
    card = Card.model_validate(
        {
            "name": "public",
            "data": {"source": {"path": source}},
            "inputs": [{"column": text}],
            "target": {"column": label},
            "split": {"kind": "official", "test": test} if test else {"kind": "stratified"},
        }
    )
    data = load(card, root / folder_name)
    assert (len(data.train), len(data.test), len(data.labels)) == sizes
