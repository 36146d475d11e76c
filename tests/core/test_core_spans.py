"""Tests for whet.core.spans: every scheme, what breaks it, and what is read all the same."""

import random

import pytest

from whet.core.spans import SCHEMES, Span, Tag, breaks, find_scheme, parse_tag, problem_of, runs

RUNS = [(0, 1, "PER"), (1, 3, "PER"), (4, 7, "LOC")]
WRITTEN = {
    "IOB1": "I-PER B-PER I-PER O I-LOC I-LOC I-LOC O",
    "IOB2": "B-PER B-PER I-PER O B-LOC I-LOC I-LOC O",
    "BIOES": "S-PER B-PER E-PER O B-LOC I-LOC E-LOC O",
}
BILOU = "U-PER B-PER L-PER O B-LOC I-LOC L-LOC O"


def tags(text: str) -> list[Tag | None]:
    return [parse_tag(tag) for tag in text.split()]


@pytest.mark.parametrize("text", [*WRITTEN.values(), BILOU])
def test_every_scheme_stands_for_the_same_spans(text: str) -> None:
    assert runs(tags(text)) == RUNS


@pytest.mark.parametrize(("scheme", "text"), [*WRITTEN.items(), ("BIOES", BILOU)])
def test_the_scheme_is_found_and_kept(scheme: str, text: str) -> None:
    assert find_scheme([tags(text)]) == scheme
    assert breaks(scheme, tags(text)) == []


@pytest.mark.parametrize(
    ("scheme", "text", "broken"),
    [
        ("IOB2", "I-PER O", [0]),
        ("IOB2", "B-PER I-LOC", [1]),
        ("IOB1", "O B-PER", [1]),
        ("IOB1", "I-LOC B-PER", [1]),
        ("BIOES", "B-PER O", [1]),
        ("BIOES", "B-PER", [0]),
        ("BIOES", "I-PER E-PER", [0]),
        ("BIOES", "B-PER E-LOC", [1]),
        ("BIOES", "S-PER I-PER E-PER", [1]),
        ("BIOES", "B-PER I-PER S-PER", [2]),
    ],
)
def test_what_breaks_a_scheme(scheme: str, text: str, broken: list[int]) -> None:
    assert breaks(scheme, tags(text)) == broken


def test_a_few_mistakes_do_not_change_which_scheme_is_found() -> None:
    right = [tags(WRITTEN["IOB2"])] * 9
    assert find_scheme([*right, tags("O I-PER I-PER")]) == "IOB2"
    assert find_scheme([tags(WRITTEN["IOB1"])] * 9 + [tags("O B-PER I-PER")]) == "IOB1"


def test_without_any_span_the_scheme_is_iob2() -> None:
    assert find_scheme([tags("O O")]) == "IOB2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I-PER I-PER", [(0, 2, "PER")]),
        ("B-PER I-LOC", [(0, 1, "PER"), (1, 2, "LOC")]),
        ("E-PER E-PER", [(0, 1, "PER"), (1, 2, "PER")]),
        ("B-PER O I-PER", [(0, 1, "PER"), (2, 3, "PER")]),
        ("S-PER I-PER", [(0, 1, "PER"), (1, 2, "PER")]),
    ],
)
def test_tags_that_break_a_scheme_begin_a_span(
    text: str, expected: list[tuple[int, int, str]]
) -> None:
    assert runs(tags(text)) == expected


def test_what_is_written_in_a_scheme_is_read_back() -> None:
    draw = random.Random(0)
    for _ in range(300):
        spans, i = [], 0
        while i < 12:
            length = draw.randint(1, 3)
            if draw.random() < 0.5 and i + length <= 12:
                spans.append((i, i + length, draw.choice(["PER", "LOC"])))
            i += length
        for scheme in SCHEMES:
            written = _written(scheme, spans, 12)
            assert breaks(scheme, written) == []
            assert runs(written) == spans


def _written(scheme: str, spans: list[tuple[int, int, str]], n: int) -> list[Tag | None]:
    found: list[Tag | None] = [None] * n
    for first, stop, label in spans:
        for i in range(first, stop):
            prefix = "B" if i == first else "I"
            if scheme == "BIOES" and i == stop - 1:
                prefix = "S" if i == first else "E"
            if scheme == "IOB1" and i == first:
                before = found[i - 1] if i else None
                prefix = "B" if before is not None and before.label == label else "I"
            found[i] = Tag(prefix, label)
    return found


@pytest.mark.parametrize("tag", ["", "PER", "X-PER", "B-", "B", "-PER", "o"])
def test_what_is_no_tag_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="is not a tag"):
        parse_tag(tag)


@pytest.mark.parametrize(
    ("spans", "problem"),
    [
        ([Span(0, 7, "A")], ""),
        ([Span(0, 2, "A"), Span(2, 4, "B")], ""),
        ([Span(-1, 2, "A")], "the span -1 to 2 (A) reaches beyond the text of 7 characters"),
        ([Span(5, 8, "A")], "the span 5 to 8 (A) reaches beyond the text of 7 characters"),
        ([Span(3, 3, "A")], "the span 3 to 3 (A) holds no character but white space"),
        ([Span(4, 3, "A")], "the span 4 to 3 (A) holds no character but white space"),
        ([Span(2, 3, "A")], "the span 2 to 3 (A) holds no character but white space"),
        (
            [Span(3, 6, "B"), Span(0, 4, "A")],
            "the spans 0 to 4 (A) and 3 to 6 (B) overlap",
        ),
    ],
)
def test_what_is_wrong_with_spans(spans: list[Span], problem: str) -> None:
    assert problem_of("in Rome", spans) == problem
