"""Tests for whet.company.report: one file, two faces, no request, everything can be heard."""

import re
from dataclasses import replace
from datetime import date
from html import escape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from tests.company.report import invented

from whet.company.pictures.fan import Fan
from whet.company.pictures.finish import Finish
from whet.company.pictures.response import Response
from whet.company.pictures.swings import Swing
from whet.company.pictures.wording import LANGUAGES, Language
from whet.company.report.blocks import Picture, Table, pictures
from whet.company.report.numbers import finish_table, response_table, swing_table
from whet.company.report.page import render_report, sections, write_pictures
from whet.company.report.sections.evidence import LabelsSection, LabelTarget, RiskRow, RisksSection
from whet.company.report.sections.whole import PlanReport, Refusal
from whet.company.report.wording import Words

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


class _Tags(HTMLParser):
    """Collects tags with their attributes, and the texts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def _read(html: str) -> _Tags:
    parser = _Tags()
    parser.feed(html)
    return parser


@pytest.fixture(scope="module")
def page() -> str:
    return render_report(invented.full())


def test_the_page_asks_the_network_for_nothing(page: str) -> None:
    read = _read(page)
    links = [v or "" for _, a in read.tags for k, v in a.items() if k in ("href", "src", "srcset")]
    assert links
    assert all(link.startswith("#") for link in links)
    assert not {"script", "img", "link", "iframe", "object"} & {tag for tag, _ in read.tags}
    assert "url(" not in page
    assert "@import" not in page
    assert "http:" not in page
    assert "https:" not in page
    (policy,) = [a["content"] or "" for tag, a in read.tags if a.get("http-equiv")]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert policy.endswith("script-src 'none'")


def test_both_faces_hold_the_same_sections_and_pictures(page: str) -> None:
    read = _read(page)
    ids = [a["id"] for _, a in read.tags if "id" in a]
    assert len(ids) == len(set(ids))
    for name in ("decide", "schedule", "cash", "labels", "prices", "assumptions"):
        assert {f"en-{name}", f"zh-{name}"} <= set(ids)
    targets = {(a.get("href") or "")[1:] for tag, a in read.tags if tag == "a"}
    assert targets <= {*ids, "main"}
    radios = [a for tag, a in read.tags if tag == "input"]
    assert [(a["id"], "checked" in a) for a in radios] == [("face-en", True), ("face-zh", False)]
    assert page.count("<svg") == 2 * 14


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_language_alone_needs_no_choice(language: Language) -> None:
    read = _read(render_report(invented.full(), (language,)))
    assert not [tag for tag, _ in read.tags if tag in ("input", "fieldset")]
    assert dict(read.tags)["html"]["lang"] == language


def test_figures_and_tables_can_be_heard(page: str) -> None:
    read = _read(page)
    for tag, attributes in read.tags:
        if tag == "svg":
            assert attributes["role"] == "img"
            assert attributes["aria-label"]
        if tag == "th":
            assert attributes["scope"] in ("col", "row")
    count = [tag for tag, _ in read.tags].count
    assert count("table") == count("caption")
    levels = [int(tag[1]) for tag, _ in read.tags if tag in ("h1", "h2", "h3")]
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_tornados_dates_and_responses_have_their_numbers_in_a_folded_table() -> None:
    shown = {p.name: p for p in pictures(sections(invented.full(), "en"))}
    names = [n for n in shown if n.startswith(("tornado", "finish-", "response-"))]
    assert {re.sub(r"-?\d+$", "", name) for name in names} == {
        *("tornado", "tornado-dates", "finish", "response")
    }
    for name in names:
        numbers = shown[name].table
        assert numbers is not None and numbers.is_folded and numbers.rows, name
    page = render_report(invented.full(), ["en"])
    for name in names:
        numbers = shown[name].table
        assert numbers is not None
        opened = f"<summary>{escape(numbers.caption)} ({len(numbers.rows)})</summary>"
        assert opened in page, name


def test_the_numbers_of_a_picture_by_hand() -> None:
    w = Words("en", "EUR")
    swings = [Swing("price", 90, 120), Swing("churn", 140, 60)]
    found = swing_table(swings, 100, "value", w.number, w)
    assert found.caption == "value: 100 as planned"
    assert found.rows == (("churn", "140", "60"), ("price", "90", "120"))
    days = tuple(date(2027, 1, day) for day in (4, 5, 6))
    dates = finish_table(Finish("done", days, (0.3, 0.8, 1.0), deadline=days[0]), w)
    assert dates.rows[0] == ("5 %", "4 Jan 2027")
    assert dates.rows[3] == ("50 %", "5 Jan 2027")
    assert dates.rows[-1] == ("30 %", "4 Jan 2027 (deadline)")
    spend = tuple(float(k) for k in range(33))
    curve = Response("ads", spend, tuple(k**0.5 for k in spend), (4, 2), 0.25, (9, 3))
    told = response_table(curve, ("spend", "value"), w)
    assert told.caption == "ads: the next unit brings 0.25"
    assert ("4", "2", "chosen") in told.rows and ("9", "3", "today") in told.rows
    amounts = [float(row[0]) for row in told.rows]
    assert amounts == sorted(amounts) and (amounts[0], amounts[-1]) == (0, 32)
    assert len(told.rows) <= 11


def test_the_chinese_face_has_no_english_of_ours() -> None:
    found = replace(invented.full(), refused=(), assumptions=())
    ours = ("Schedule", "deadline", "milestone", "worth", "today", "probability", "median")
    for section in sections(found, "zh"):
        text = str(section).replace("milestone missed", "")
        titles = [*re.findall(r"(?:caption|name)='([^']*)'", text), section.title]
        for title in titles:
            assert not [word for word in ours if word in title], title


def _poisoned() -> PlanReport:
    found = invented.full(tasks=3)
    h = HOSTILE
    assert found.schedule
    bars = tuple(replace(b, name=h, project=h, people=(h,)) for b in found.schedule.bars)
    return replace(
        found,
        company=h,
        command=h,
        schedule=replace(found.schedule, bars=bars, conflicts=(h,)),
        risks=RisksSection((RiskRow("R1", h, 0.5, 3, owner=h, action=h),), result=(h, h)),
        assumptions=((h, h),),
        refused=(Refusal(h, h),),
    )


def test_no_text_becomes_markup() -> None:
    html = render_report(_poisoned())
    read = _read(html)
    assert not {"script", "img"} & {tag for tag, _ in read.tags}
    body = "".join(read.texts)
    assert body.count("{{ 7*7 }}") == body.count(HOSTILE) > 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_plan_names_the_command_for_every_section(language: Language) -> None:
    html = render_report(invented.empty(), (language,))
    text = "".join(_read(html).texts)
    for command in ("schedule", "risk", "cash", "allocate", "operate", "labels", "team", "market"):
        assert f"whet plan {command}" in text
    assert not re.search(r"\b(None|nan|inf)\b", text)
    assert "<svg" not in html


def test_a_section_that_was_refused_says_why() -> None:
    found = replace(invented.empty(), refused=(Refusal("labels", "The curve has 3 points."),))
    (labels,) = [s for s in sections(found, "en") if s.id == "labels"]
    assert "The curve has 3 points." in str(labels.blocks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_blank_stands_for_a_missing_value(language: Language) -> None:
    text = "".join(_read(render_report(invented.full(), (language,))).texts)
    assert not re.search(r"\b(None|nan|inf)\b", text)
    assert ("not known" if language == "en" else "未知") in text


def test_the_report_is_the_same_every_time_and_not_too_large(page: str) -> None:
    assert render_report(invented.full()) == page
    assert len(page.encode()) < 500_000


def test_every_picture_is_a_file_of_its_own(tmp_path: Path) -> None:
    files = write_pictures(invented.full(), tmp_path, "zh")
    names = [f.stem for f in files]
    assert len(names) == len(set(names)) == 14
    assert {"gantt", "load", "cash", "quality-1", "tornado", "finish-2", "market-1"} <= set(names)
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
        assert "var(" not in text
        assert "url(" not in text


def test_a_loss_is_told_as_a_number_and_not_in_per_cent() -> None:
    fan = Fan((100.0, 200.0), {0.5: (1.4, 1.2)})
    loss = LabelTarget("chat", "log_loss", 1.1, None, fan, ((50.0, 1.6),), is_share=False)
    (section,) = [
        s
        for s in sections(replace(invented.empty(), labels=LabelsSection((loss,))), "en")
        if s.id == "labels"
    ]
    (targets,) = [b for b in section.blocks if isinstance(b, Table)]
    assert targets.rows[0][:3] == ("chat", "log_loss", "1.1")
    (picture,) = [b for b in section.blocks if isinstance(b, Picture)]
    assert picture.table is not None
    assert picture.table.rows == (("50", "1.6", ""), ("100", "", "1.4"), ("200", "", "1.2"))
    assert "%" not in "".join(picture.element.itertext())
