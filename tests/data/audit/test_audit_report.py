"""The page of the audit: its sections, its numbers, and nothing unescaped."""

import re
from dataclasses import replace
from html.parser import HTMLParser

from tests.data.audit.builders import make_card, make_dataset, make_frame, numbered

from whet.data.audit.finding import Example, Finding
from whet.data.audit.report import audit_html

EVIL = "<script>alert('x')</script>"
TRAIN = make_frame([*numbered("refund", "refund", 12), *numbered("enter", "login", 6)])
DATA = make_dataset(TRAIN, make_frame([("a", "login"), ("b", "refund")], "test.csv"))
STOP = Finding("pii", "stop", 12, "Stop here.", (Example(7, "train.csv", EVIL, "detail"),))
KNOW = Finding("near_duplicates", "info", 1, "Good to know.", (Example(None, "", "x", "y"),))
WAIVED = Finding("truncation", "waived", 1, "Long.", waived="texts are short on purpose")


class Tags(HTMLParser):
    """Counts the tags of a page and fails on one that is closed out of order."""

    VOID = ("meta", "br", "img", "link")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def words_of(html: str) -> str:
    """Return the text of a page on one line."""
    body = html[html.index("<body>") :]
    return " ".join(re.sub(r"<[^>]*>", " ", body).split())


def test_the_page_is_whole_and_shows_the_gravest_first() -> None:
    page = audit_html(make_card(), DATA, [KNOW, WAIVED, STOP])
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert "script" not in tags.names
    text = words_of(page)
    assert text.index("Stop here.") < text.index("Long.") < text.index("Good to know.")
    assert "PII stops the build" in text
    assert "Waived in the card: texts are short on purpose" in text
    assert "1 stop the build 0 warnings 1 waived in the card 1 good to know" in text
    assert "row 7 of train.csv" in text


def test_texts_of_the_data_are_escaped_everywhere() -> None:
    train = make_frame([(EVIL, EVIL), (EVIL, EVIL)], EVIL)
    data = make_dataset(train, make_frame([("a", EVIL)], EVIL))
    example = Example(1, EVIL, EVIL, EVIL)
    page = audit_html(make_card(), data, [Finding("pii", "warn", 1, EVIL, (example,), waived=EVIL)])
    assert EVIL not in page
    assert page.count("&lt;script&gt;") >= 8


def test_the_verdict_says_whether_the_build_goes_on() -> None:
    def verdict(*findings: Finding) -> str:
        page = audit_html(make_card(), DATA, list(findings))
        found = re.search(r"</h1>\s*<p>(.*?)</p>", page)
        assert found
        return found.group(1)

    warn = replace(KNOW, severity="warn")
    assert verdict(STOP, warn) == (
        "The build stops. 1 finding must be mended, or waived in the card by name and with a "
        "reason."
    )
    assert verdict(STOP, STOP).startswith("The build stops. 2 findings must be mended")
    assert verdict(warn) == (
        "Nothing stops the build. Read the warnings before you believe the score."
    )
    assert verdict(KNOW) == "Nothing stops the build, and there is nothing to warn of."


def test_parts_and_classes_are_shown_with_their_numbers() -> None:
    out = make_frame([("x", "")], "out.csv")
    page = audit_html(make_card(), replace(DATA, out_of_scope=out, dropped=1234), [])
    text = words_of(page)
    assert "training train.csv 18 2" in text
    assert "out-of-scope out.csv 1 none" in text
    assert "reaches past the cut: 1,234." in text
    assert text.index("refund 12 1") < text.index("login 6 1")
    # 13 rows are the widest bar: 12 / 13 of it are training rows.
    assert '<i style="width: 92.31%"></i><i style="width: 7.69%"></i>' in page


def test_guards_that_found_nothing_are_listed() -> None:
    text = words_of(audit_html(make_card(), DATA, [STOP]))
    looked = text[text.index("Looked for and not found") : text.index("The data")]
    assert "( near_duplicates )" in looked
    assert "( pii )" not in looked
