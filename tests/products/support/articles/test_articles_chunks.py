"""Articles are cut by heading, whole, without overlap, and never in a sentence that fits."""

from hypothesis import given
from hypothesis import strategies as st

from whet.core.text import words
from whet.products.support.articles.article import Article, Section
from whet.products.support.articles.chunks import (
    LONGEST_WORDS,
    SHORTEST_WORDS,
    as_document,
    passages_of,
)
from whet.products.support.articles.sentences import split_sentences
from whet.store.passages import Passage


def article(*sections: Section) -> Article:
    return Article("a", "Title", sections, "en", owner="Ana", url="u", source="a.md")


def test_each_heading_is_a_passage_of_its_own() -> None:
    document = as_document(
        article(Section((), "Intro."), Section(("Cards", "Abroad"), "Ten days.\nTwenty."))
    )
    assert document.passages == (
        Passage("", "Intro."),
        Passage("Cards › Abroad", "Ten days.\nTwenty."),
    )
    assert (document.id, document.owner, document.url, document.source) == ("a", "Ana", "u", "a.md")


def test_a_long_section_is_cut_between_paragraphs() -> None:
    paragraph = "word " * 70 + "end."
    found = list(passages_of(article(Section(("H",), "\n".join([paragraph] * 5)))))
    assert [len(words(passage.text)) for passage in found] == [142, 142, 71]
    assert {passage.heading for passage in found} == {"H"}


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    sentences = [f"Sentence {n} {'word ' * 30}ends." for n in range(12)]
    found = list(passages_of(article(Section((), " ".join(sentences)))))
    kept = [line for passage in found for line in passage.text.split("\n")]
    assert kept == sentences


def test_a_short_end_joins_what_is_before_it() -> None:
    text = "\n".join(["word " * 100 + "end.", "word " * 48 + "end.", "Bye."])
    assert len(list(passages_of(article(Section((), text))))) == 1
    assert SHORTEST_WORDS < LONGEST_WORDS


def test_chinese_without_a_full_stop_is_cut_by_characters() -> None:
    found = list(passages_of(article(Section((), "退" * 400))))
    assert [len(passage.text) for passage in found] == [150, 150, 100]


@given(st.lists(st.text(alphabet="ab 退款.。\n", max_size=900), min_size=1, max_size=3))
def test_nothing_is_lost_and_nothing_is_doubled(texts: list[str]) -> None:
    sections = [Section((str(n),), text) for n, text in enumerate(texts)]
    found = list(passages_of(article(*sections)))
    for n, text in enumerate(texts):
        own = "".join(passage.text for passage in found if passage.heading == str(n))
        assert "".join(own.split()) == "".join(text.split())
    assert all(
        len(words(passage.text)) <= LONGEST_WORDS + SHORTEST_WORDS and passage.text.strip()
        for passage in found
    )


def test_sentences_end_where_a_reader_ends_them() -> None:
    text = "Dr. Li is in. Fees are 2.5 % p.a. from Rs. 500. 1. Open the app. 好的。再见！\nEnd"
    assert split_sentences(text) == [
        "Dr. Li is in.",
        "Fees are 2.5 % p.a. from Rs. 500.",
        "1. Open the app.",
        "好的。",
        "再见！",
        "End",
    ]
    assert split_sentences("  ") == []
