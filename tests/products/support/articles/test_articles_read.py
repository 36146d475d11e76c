"""Articles are read from every kind of file, and what is wrong with one is a sentence."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.products.support.articles.files import make_bomb, make_docx, make_pdf

from whet.core.errors import InputError
from whet.products.support.articles import pdf
from whet.products.support.articles.article import Raw, Section
from whet.products.support.articles.docx import read_docx
from whet.products.support.articles.html import read_html
from whet.products.support.articles.markdown import read_markdown
from whet.products.support.articles.pdf import read_pdf
from whet.products.support.articles.read import read_article, read_articles

MARKDOWN = """---
title: Refunds
owner: Ana
reviewed: 2026-03-31
language: en
tags: [a, b]
---
# Ignored, for the head names the title

Money is **back** in
three days.

## Cards

- Visa <script>alert(1)</script>
- Amex

### Abroad

| Zone | Days |
|---|---|
| EU | 5 |

## Cash

At the till.
"""

HTML = """<!doctype html><html lang="zh-CN"><head><title>退款说明 - 商店</title>
<link rel="canonical" href="https://shop.example/refunds"><meta name="author" content="Ana">
<meta property="article:modified_time" content="2026-02-03T04:05:06+08:00">
<style>p{}</style></head>
<body><nav>Home</nav><main><h1>退款</h1><p>三天内&nbsp;到账。<img src=x onerror="alert(1)"></p>
<h2>银行卡</h2><ul><li>借记卡<li>信用卡</ul><script>alert('x')</script>
<p hidden>secret</p><p style="display: none">secret</p><!-- secret --><p>5 &lt; 6</p></main>
<footer>© Shop</footer></body></html>"""


def test_markdown_with_its_front_matter() -> None:
    raw = read_markdown(MARKDOWN.encode())
    assert raw == Raw(
        sections=(
            Section((), "Money is back in three days."),
            Section(("Cards",), "Visa\nAmex"),
            Section(("Cards", "Abroad"), "Zone Days\nEU 5"),
            Section(("Cash",), "At the till."),
        ),
        title="Refunds",
        language="en",
        owner="Ana",
        reviewed=datetime(2026, 3, 31, tzinfo=UTC),
    )


def test_html_as_a_reader_sees_it() -> None:
    raw = read_html(HTML.encode())
    assert raw.sections == (
        Section((), "三天内 到账。"),
        Section(("银行卡",), "借记卡\n信用卡\n5 < 6"),
    )
    assert (raw.title, raw.owner, raw.language) == ("退款", "Ana", "zh-CN")
    assert raw.url == "https://shop.example/refunds"
    assert raw.reviewed == datetime(2026, 2, 2, 20, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//evil.example></SCRIPT>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<style>@import 'alert'</style>",
        "<noscript>alert</noscript><template>alert</template>",
        "<div hidden><p>alert</div>",
        "<!--alert--><![CDATA[alert]]>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
    ],
)
def test_nothing_that_could_run_is_kept(attack: str) -> None:
    for read in (read_html, lambda text: read_markdown(text.encode())):
        raw = read(f"Before.\n\n{attack}\n\nAfter.")
        text = "\n".join(section.text for section in raw.sections)
        assert "<script" not in text and "import" not in text and "onload" not in text
        assert "alert" not in text or attack.startswith("<scr<")
        assert "Before." in text


def test_a_page_may_nest_ten_thousand_tags() -> None:
    assert read_html("<div>" * 10_000 + "deep").sections == (Section((), "deep"),)


def test_a_pdf_is_read_page_by_page() -> None:
    raw = read_pdf(make_pdf(["Money is back.", "", "Call us."], title="Refunds"))
    assert raw.sections == (Section(("p. 1",), "Money is back."), Section(("p. 3",), "Call us."))
    assert (raw.title, raw.owner) == ("Refunds", "Ana")


def test_a_word_file_with_headings_and_a_table() -> None:
    data = make_docx(
        ("Title", "Refunds"),
        ("Normal", "Three days."),
        ("Heading 1", "Cards"),
        ("Normal", "Visa."),
        ("Heading 2", "Abroad"),
        ("Normal", "Ten days."),
    )
    raw = read_docx(data)
    assert raw.title == "Refunds"
    assert raw.sections == (
        Section((), "Three days."),
        Section(("Cards",), "Visa."),
        Section(("Cards", "Abroad"), "Ten days."),
    )


@pytest.mark.parametrize(
    ("read", "data", "sentence"),
    [
        (
            read_pdf,
            make_pdf(["", ""]),
            "a PDF must hold text; none of the 2 pages of this one does, so it is a scan. "
            "Run text recognition (OCR) over it first, or save it from where it was written.",
        ),
        (
            read_pdf,
            make_pdf(["Secret."], password="xyz"),
            "a PDF must open without a password; this one is encrypted. "
            "Save it again without protection.",
        ),
        (
            read_docx,
            b"PK nothing",
            "a DOCX must be a file that Word writes today; this one is not. An old .doc, or one "
            "with a password, must be saved again as .docx.",
        ),
        (
            read_docx,
            make_bomb(20_000_000),
            "a part of a DOCX must unpack to at most 100 times its size; a part of this one would "
            "to 1,028 times, as a ZIP bomb does, and was not unpacked. Save it again in Word.",
        ),
        (
            read_docx,
            make_bomb(150_000_000),
            "a DOCX must unpack to at most 100.0 MB in 5,000 parts, 30.0 MB in one part of text; "
            "this one would unpack to 150.0 MB in 2, and was not unpacked. "
            "Take large pictures out, or split it.",
        ),
        (
            read_markdown,
            "a\nprix: 3 \u20ac".encode("cp1252"),
            "text must be UTF-8; line 2 holds a byte that is not (0x80). "
            "Save the file again as UTF-8.",
        ),
        (
            read_markdown,
            b"---\nowner: Ana\n",
            "front matter must end with a line of three dashes within the first 200 lines; "
            "found none. Add the line ---.",
        ),
        (
            read_markdown,
            b"---\nowner: a: b\n---\ntext",
            "line 2: front matter must be YAML such as `owner: Ana`; mapping values are not "
            "allowed here. Put quotes around the value.",
        ),
        (
            read_markdown,
            b"---\nownr: Ana\n---\ntext",
            "front matter must use the names it knows; found 'ownr'. Did you mean 'owner'?",
        ),
        (
            read_markdown,
            b"---\nreviewed: last week\n---\ntext",
            "reviewed must be a day such as 2026-03-31; found 'last week'.",
        ),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(getattr(value, "__name__", "s")),
)
def test_refusals(read: Callable[[bytes], Raw], data: bytes, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        read(data)
    assert str(error.value) == sentence


def test_a_long_pdf_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_PAGES", 2)
    with pytest.raises(InputError) as error:
        read_pdf(make_pdf(["a", "b", "c"]))
    assert str(error.value) == (
        "a PDF must have at most 2 pages; this one has 3. "
        "Save the chapters that customers ask about as files of their own."
    )


@pytest.mark.parametrize("read", [read_pdf, read_docx, read_html])
def test_damaged_files_are_a_sentence_or_text_never_a_crash(read: Callable[[bytes], Raw]) -> None:
    whole: dict[Callable[[bytes], Raw], bytes] = {
        read_pdf: make_pdf(["Text."]),
        read_docx: make_docx(("Normal", "x")),
    }
    data = whole.get(read, HTML.encode())
    for seed in range(30):
        # Bytes that hash to anything: the same in every run.
        noise = hashlib.sha256(str(seed).encode()).digest()
        place = int.from_bytes(noise[:4], "big") % len(data)
        broken = data[:place] + noise + data[place + 16 :] if seed % 2 else data[:place]
        try:
            read(broken)
        except InputError as error:
            assert "\n" not in str(error)


def test_a_folder_is_read_and_one_broken_file_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "cards").mkdir()
    (tmp_path / "cards" / "lost-card.md").write_text("Call us at once.", encoding="utf-8")
    (tmp_path / "scan.pdf").write_bytes(make_pdf([""]))
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / ".hidden.md").write_text("x")
    (tmp_path / "_draft.md").write_text("x")
    (tmp_path / "empty.md").write_text("# Only a title\n")
    (tmp_path / "twin.md").write_text("---\nid: cards/lost-card\n---\ntext")
    read = read_articles(tmp_path)
    (article,) = read.articles
    assert (article.id, article.title, article.source) == (
        "cards/lost-card",
        "lost card",
        "cards/lost-card.md",
    )
    assert article.language == "en"
    assert {problem.file: problem.sentence for problem in read.problems} == {
        "empty.md": "an article must hold 1 to 1,000,000 characters of text; this one holds 0.",
        "notes.txt": "must end in .md, .markdown, .html, .htm, .pdf, .docx; it was not read.",
        "scan.pdf": "a PDF must hold text; none of the 1 pages of this one does, so it is a scan. "
        "Run text recognition (OCR) over it first, or save it from where it was written.",
        "twin.md": "each article must have an id of its own; 'cards/lost-card' is that of "
        "cards/lost-card.md. Write another one after `id:` in its front matter.",
    }


def test_a_saved_site_is_read_by_its_sitemap(tmp_path: Path) -> None:
    site = tmp_path / "site"
    (site / "help" / "cards").mkdir(parents=True)
    (site / "shop.example").mkdir()
    (site / "help" / "refunds.html").write_text("<h1>Refunds</h1><p>Three days.</p>")
    (site / "help" / "cards" / "index.html").write_text("<h1>Cards</h1><p>Visa.</p>")
    (site / "shop.example" / "about.php").write_text("<h1>About</h1><p>We sell.</p>")
    (tmp_path / "secret.html").write_text("<p>Secret.</p>")
    (site / "sitemap.xml").write_text(
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        "<url><loc>https://shop.example/help/refunds</loc><lastmod>2026-01-02</lastmod></url>"
        "<url><loc>https://shop.example/help/cards/</loc></url>"
        "<url><loc>https://shop.example/about.php?a=1&amp;b=2</loc></url>"
        "<url><loc>https://shop.example/../secret.html</loc></url>"
        "<url><loc>https://shop.example/gone</loc></url></urlset>"
    )
    read = read_articles(tmp_path / "site")
    assert [(article.id, article.url) for article in read.articles] == [
        ("help/refunds", "https://shop.example/help/refunds"),
        ("help/cards/index", "https://shop.example/help/cards/"),
        ("shop.example/about", "https://shop.example/about.php?a=1&b=2"),
    ]
    assert read.articles[0].reviewed == datetime(2026, 1, 2, tzinfo=UTC)
    assert [problem.sentence for problem in read.problems] == [
        "https://shop.example/../secret.html was not saved in this folder.",
        "https://shop.example/gone was not saved in this folder.",
    ]


def test_a_sitemap_of_sitemaps_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sitemap.xml").write_text("<sitemapindex><sitemap/></sitemapindex>")
    (problem,) = read_articles(tmp_path).problems
    assert problem.sentence == (
        "a sitemap must name pages; this one names other sitemaps. Save each of them with its "
        "pages as a folder of its own."
    )


def test_no_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_articles(tmp_path / "articles")
    assert str(error.value) == (
        f"{tmp_path / 'articles'} must be a folder of articles (.md, .markdown, .html, .htm, "
        ".pdf, .docx); there is none. Make it, or name another desk with --workspace."
    )


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "large.md"
    file.write_text("x" * 5_000_001)
    with pytest.raises(InputError) as error:
        read_article(file, "large.md")
    assert str(error.value) == "a .md file must have at most 5.0 MB; this one has 5.0 MB. Split it."
