"""How does a schedule look as a Mermaid Gantt chart? Every bar with explicit days.

`excludes` is never written: it moves the ends of bars that have one (mermaid-js/mermaid#6794). An
end that is a day means the day before to Mermaid, so the day after the last one is written.
"""

import re
from collections.abc import Sequence
from datetime import timedelta

from whet.company.exchange.rows import Row
from whet.company.plan.schema import Plan

_WORDS = re.compile(
    r"(?:gantt|title|section|dateformat|axisformat|tickinterval|includes|excludes|todaymarker|"
    r"inclusiveenddates|topaxis|weekday|weekend|click|call|href|acctitle|accdescr)\b|[0-9%]",
    re.IGNORECASE,
)
"""What Mermaid takes for its own at the beginning of a line."""
_SIGNS = str.maketrans({sign: f"#{ord(sign)};" for sign in "#:;,%<>\"'`{}\\"})


def export_mermaid(plan: Plan, rows: Sequence[Row]) -> str:
    """Return the text of a Gantt chart: a section per project, bars by their day."""
    lines = [
        "gantt",
        f"    title {escaped(plan.company or 'Plan')}",
        "    dateFormat YYYY-MM-DD",
        "    axisFormat %Y-%m-%d",
    ]
    for project in plan.projects:
        own = [row for row in rows if row.project == project.id]
        if own:
            lines.append(f"    section {escaped(project.id)}")
            lines += [_line(row) for row in sorted(own, key=_order)]
    return "\n".join(lines) + "\n"


def escaped(title: str) -> str:
    """Return a title that Mermaid shows as it is: signs of its own grammar as entity codes.

    >>> escaped("Phase 2: A; B"), escaped("click here")
    ('Phase 2#58; A#59; B', '#99;lick here')
    """
    plain = " ".join(title.split()) or "–"
    found = plain.translate(_SIGNS)
    return f"#{ord(plain[0])};{found[1:]}" if _WORDS.match(found) else found


def _order(row: Row) -> tuple[object, ...]:
    """Return what bars are sorted by: first day, milestones after the tasks that they end."""
    return (row.first, row.is_milestone, row.last, row.id)


def _line(row: Row) -> str:
    """Return the line of one bar."""
    tags = ["crit"] * row.is_critical + ["done"] * row.is_done + ["milestone"] * row.is_milestone
    if row.is_milestone:
        days = [str(row.last), "0d"]
    else:
        days = [str(row.first), str(row.last + timedelta(days=1))]
    return f"    {escaped(row.title)} :{', '.join([*tags, *days])}"
