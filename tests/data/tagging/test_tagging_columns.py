"""Tests for whet.data.tagging.columns: CoNLL files in, texts with spans by character out."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from whet.core.errors import InputError
from whet.core.spans import Span, problem_of
from whet.data.tagging.columns import read_columns

Write = Callable[[str, str | bytes], Path]

IOB1 = """\
-DOCSTART- -X- O O

EU NNP I-NP I-ORG
rejects VBZ I-VP O
German JJ I-NP I-MISC
. . O O

Peter NNP I-NP I-PER
Blackburn NNP I-NP I-PER
Ana NNP I-NP B-PER

"""


def test_columns_become_texts_with_spans(write: Write) -> None:
    frame = read_columns(write("train.txt", IOB1))
    assert frame.source == "train.txt"
    assert frame.texts == ("EU rejects German .", "Peter Blackburn Ana")
    assert frame.spans == (
        (Span(0, 2, "ORG"), Span(11, 17, "MISC")),
        (Span(0, 15, "PER"), Span(16, 19, "PER")),
    )
    assert frame.rows == (3, 8)
    assert (frame.tokens, frame.repaired) == (7, 0)
    assert frame.labels == ("MISC", "ORG", "PER")


@pytest.mark.parametrize(
    "content",
    [
        "Ana B-PER\nin O\nNew B-LOC\nYork I-LOC\n",
        "Ana S-PER\nin O\nNew B-LOC\nYork E-LOC\n",
        "Ana U-PER\nin O\nNew B-LOC\nYork L-LOC",
        "\ufeffAna\tNNP\tI-PER\r\nin\tIN\tO\r\nNew\tNNP\tI-LOC\r\nYork\tNNP\tI-LOC\r\n\r\n\r\n",
    ],
)
def test_every_scheme_and_number_of_columns(write: Write, content: str) -> None:
    frame = read_columns(write("a.txt", content))
    assert frame.texts == ("Ana in New York",)
    assert frame.spans == ((Span(0, 3, "PER"), Span(7, 15, "LOC")),)


def test_a_file_of_chinese_characters_has_no_spaces(write: Write) -> None:
    content = "我\tO\n在\tO\n北\tB-LOC\n京\tI-LOC\nN\tB-ORG\nB\tI-ORG\nA\tI-ORG\n\n好\tO\n"
    frame = read_columns(write("zh.txt", content))
    assert frame.texts == ("我在北京NBA", "好")
    assert frame.spans == ((Span(2, 4, "LOC"), Span(4, 7, "ORG")), ())


def test_chinese_words_are_parted_by_spaces(write: Write) -> None:
    frame = read_columns(write("zh.txt", "我们 O\n在 O\n北京 B-LOC\n"))
    assert frame.texts == ("我们 在 北京",)


def test_a_word_may_hold_a_space_where_tabs_part_columns(write: Write) -> None:
    frame = read_columns(write("a.txt", "New York\tB-LOC\nis\tO\n"))
    assert frame.spans == ((Span(0, 8, "LOC"),),)


def test_tags_that_break_their_scheme_are_refused_with_their_rows(write: Write) -> None:
    good = "Ana B-PER\nin O\nRome B-LOC\n\n" * 20
    path = write("a.txt", good + "Rome I-LOC\n\n" + "in O\nRome I-LOC\nAna B-PER\nLi I-ORG\n")
    with pytest.raises(InputError) as caught:
        read_columns(path)
    assert str(caught.value) == (
        f"{path}: tags must keep to one scheme; as IOB2, 3 rows break it: row 81 (I-LOC at the "
        "beginning, at the end), row 84 (I-LOC after O), row 86 (I-ORG after B-PER, at the end). "
        "Correct them, or ask for repair: a tag that cannot go on with the span before it then "
        "begins a new one."
    )


def test_many_broken_rows_are_counted(write: Write) -> None:
    path = write("a.txt", "Ana B-PER\nLi I-PER\n\n" * 50 + "Rome I-LOC\nis O\n\n" * 9)
    with pytest.raises(InputError, match=r"9 rows break it: .* and 4 more\. Correct"):
        read_columns(path)


def test_one_broken_row_is_one(write: Write) -> None:
    path = write("a.txt", "Ana B-PER\nLi E-PER\n\nRome B-LOC\nis O\n")
    with pytest.raises(InputError, match=r"as BIOES, 1 row breaks it: row 5 \(O after B-LOC"):
        read_columns(path)


def test_repaired_on_request(write: Write) -> None:
    path = write("a.txt", "Ana B-PER\nLi I-PER\n\n" * 5 + "in O\nRome I-LOC\n")
    frame = read_columns(path, repair=True)
    assert frame.spans[-1] == (Span(3, 7, "LOC"),)
    assert frame.repaired == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("\n\n", "must hold a word and its tag a line; it holds none."),
        (
            "Ana B-PER\nRome\n",
            ", row 2: must hold a word and its tag; found 'Rome' alone. "
            "Leave a line empty between two texts.",
        ),
        (
            "Ana NNP B-PER\nRome B-LOC\n",
            ", row 2: must have 3 columns like the rows before; found 2. "
            "Part columns by a tab where a word holds a space.",
        ),
        (
            "Ana PER\n",
            ", row 1: must end in a tag: O, or B-, I-, E-, S-, L- or U- and a label; found 'PER'. "
            "The tag stands in the last column.",
        ),
        ("\tO\n", ", row 1: must begin with a word; found an empty column."),
    ],
)
def test_refusals(write: Write, content: str, sentence: str) -> None:
    path = write("a.txt", content)
    with pytest.raises(InputError) as caught:
        read_columns(path)
    assert str(caught.value).removeprefix(str(path)).strip() == sentence.strip()


def test_bytes_of_another_encoding_are_refused_and_can_be_declared(write: Write) -> None:
    path = write("a.txt", "北\tB-LOC\n京\tI-LOC\n".encode("gb18030"))
    with pytest.raises(InputError, match="line 1: must be written in utf-8"):
        read_columns(path)
    assert read_columns(path, encoding="gb18030").texts == ("北京",)


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "texts", "tokens", "spans", "repaired"),
    [
        # CoNLL-2003 as published: Tjong Kim Sang and De Meulder 2003, tables 1 and 2.
        ("conll2003/train.txt.gz", 14041, 203621, 23499, 2),  # lines 152428 and 175436
        ("conll2003/valid.txt", 3250, 51362, 5942, 0),
        ("conll2003/test.txt", 3453, 46435, 5648, 0),
        ("weibo_ner/train.txt", 1350, 73778, 1895, 10),
        ("weibo_ner/dev.txt", 270, 14509, 389, 0),
        ("weibo_ner/test.txt", 270, 14842, 418, 4),
        ("msra_ner/train_10k.txt.gz", 10000, 428462, None, 2),
        ("msra_ner/test.txt", 3442, 172601, None, 0),
    ],
)
def test_public_files_have_the_published_numbers(
    write: Write, file: str, texts: int, tokens: int, spans: int | None, repaired: int
) -> None:
    folder = os.environ.get("WHET_DATA")
    if not folder:
        pytest.skip("needs public data: set WHET_DATA to their folder")
    content = Path(folder, file).read_bytes()
    plain = gzip.decompress(content) if file.endswith(".gz") else content
    frame = read_columns(write("file.txt", plain), repair=True)
    assert (len(frame), frame.tokens, frame.repaired) == (texts, tokens, repaired)
    assert spans in (None, sum(map(len, frame.spans)))
    for text, own in zip(frame.texts, frame.spans, strict=True):
        assert problem_of(text, own) == ""


def test_a_marked_line_separator_ends_no_line(write: Write) -> None:
    frame = read_columns(write("a.txt", "北\tB-LOC\n\u2028\tO\n京\tO\n"))
    assert frame.tokens == 3
