"""How does the plan become one HTML file, and its pictures files of their own?

    html = render_report(found, ("en", "zh"))
    write_pictures(found, Path("pictures"), "en")

With two languages the file holds both, and a reader changes between them without any script.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from whet.company import pictures
from whet.company.pictures.wording import Language
from whet.company.report import evidence, money, timing
from whet.company.report.blocks import Block, Lines, Section
from whet.company.report.blocks import pictures as pictures_of
from whet.company.report.decisions import decisions
from whet.company.report.sections.whole import PlanReport
from whet.company.report.wording import Words
from whet.core.drawing import svg_file
from whet.core.files import write_atomic
from whet.core.page import render_page

_TEMPLATES = Path(__file__).parent / "templates"
_STYLE = Path(pictures.__file__).parent / "pictures.css"

View = Callable[[PlanReport, Words], list[Block] | None]

_VIEWS: tuple[tuple[str, tuple[str, str], str, View], ...] = (
    (
        "schedule",
        ("Schedule", "进度"),
        "whet plan schedule",
        lambda f, w: timing.schedule(f.schedule, f.today, w) if f.schedule else None,
    ),
    (
        "load",
        ("Load", "负荷"),
        "whet plan schedule",
        lambda f, w: timing.load(f.load, f.today, w) if f.load else None,
    ),
    (
        "dates",
        ("Dates", "日期"),
        "whet plan risk",
        lambda f, w: timing.dates(f.dates, f.today, w) if f.dates else None,
    ),
    (
        "cash",
        ("Cash", "现金"),
        "whet plan cash",
        lambda f, w: money.cash(f.cash, f.today, w) if f.cash else None,
    ),
    (
        "risks",
        ("Risks", "风险"),
        "whet plan risk",
        lambda f, w: evidence.risks(f.risks, w) if f.risks else None,
    ),
    (
        "strategy",
        ("Strategy", "战略"),
        "whet plan allocate",
        lambda f, w: money.strategy(f.strategy, w) if f.strategy else None,
    ),
    (
        "operations",
        ("Operations", "运营"),
        "whet plan operate",
        lambda f, w: money.operations(f.operations, w) if f.operations else None,
    ),
    (
        "labels",
        ("Labels", "标注"),
        "whet plan labels",
        lambda f, w: evidence.labels(f.labels, w) if f.labels else None,
    ),
    (
        "team",
        ("Team", "团队"),
        "whet plan team",
        lambda f, w: evidence.team(f.team, w) if f.team else None,
    ),
    (
        "market",
        ("Market", "市场"),
        "whet plan market",
        lambda f, w: evidence.market(f.market, w) if f.market else None,
    ),
    (
        "prices",
        ("The next unit", "下一单位"),
        "whet plan allocate",
        lambda f, w: money.prices(f.prices, w) if f.prices else None,
    ),
    (
        "assumptions",
        ("Assumptions", "假设"),
        "whet plan check",
        lambda f, w: evidence.assumptions(f.assumptions, f.refused, w),
    ),
)


def sections(found: PlanReport, language: Language) -> list[Section]:
    """Return every section but the one on top; an absent one says what command fills it."""
    w = Words(language, found.currency)
    return [
        Section(name, w(*title), tuple(view(found, w) or [_absent(name, command, found, w)]))
        for name, title, command, view in _VIEWS
    ]


def render_report(found: PlanReport, languages: Sequence[Language] = ("en", "zh")) -> str:
    """Return the report as one self-contained HTML page; every text is escaped.

    The first of the languages is shown first.
    """
    faces = [
        {
            "language": language,
            "words": Words(language, found.currency),
            "decisions": decisions(found, Words(language, found.currency)),
            "sections": sections(found, language),
        }
        for language in languages
    ]
    return render_page(
        _TEMPLATES,
        "plan.html",
        found=found,
        faces=faces,
        kinds=kind_of,
        pictures_css=_STYLE.read_text(encoding="utf-8"),
    )


def write_pictures(found: PlanReport, folder: Path, language: Language) -> list[Path]:
    """Write every picture as ``NAME.svg`` into a folder, and return the files."""
    style = _STYLE.read_text(encoding="utf-8")
    written = []
    for picture in pictures_of(sections(found, language)):
        path = folder / f"{picture.name}.svg"
        write_atomic(path, svg_file(picture.element, style))
        written.append(path)
    return written


def kind_of(block: Block) -> str:
    """Return the name of a block's class, by which the template chooses how it looks."""
    return type(block).__name__.lower()


def _absent(name: str, command: str, found: PlanReport, w: Words) -> Lines:
    """Return what an empty section says: why, where that is known, and what fills it."""
    why = next((r.why for r in found.refused if r.what == name), "")
    hint = w(
        f"Not computed. {command} tells what it needs.",
        f"未计算。运行 {command} 可查看所需内容。",
    )
    return Lines((hint, w.said(why)) if why else (hint,), "note")
