"""What comes of an audit? Its two files, a mended data version, and how both look on a terminal."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from whet.cli.tables import new_table
from whet.core.clock import utc_now
from whet.core.files import disk_explained, write_atomic
from whet.data.audit.finding import Finding
from whet.data.audit.report import audit_html
from whet.data.audit.run import in_order
from whet.data.fix import apply_fixes, propose_fixes
from whet.data.frame import Dataset
from whet.data.versions import write_version
from whet.ladder.audit import Audited
from whet.store.store import open_store
from whet.store.versions import DataVersion

SHOWN = 3
"""Examples of a finding on a terminal; the HTML page has more."""

_STYLES = {"stop": "bold red", "warn": "yellow", "waived": "dim", "info": "dim"}


def report_of(audited: Audited, html: Path | None) -> dict[str, Any]:
    """Write `audit.html` and `audit.json`; return what the latter says.

    `html` is where the page goes instead of the workspace.
    """
    folder = audited.workspace.home / "audits" / audited.card.name
    page = html or folder / "audit.html"
    report = {
        "name": audited.card.name,
        "data_version": audited.dataset.version,
        "rows": _rows(audited.dataset),
        "findings": [asdict(finding) for finding in in_order(audited.findings)],
        "proposals": propose_fixes(audited.card, audited.dataset, audited.findings),
        "html": str(page),
    }
    write_atomic(page, audit_html(audited.card, audited.dataset, audited.findings))
    write_atomic(folder / "audit.json", json.dumps(report, ensure_ascii=False, indent=1))
    return report


def mended(audited: Audited) -> dict[str, Any] | None:
    """Write the mended data as a new version; return its id and what changed, or None."""
    dataset, changes = apply_fixes(audited.card, audited.dataset)
    if not changes:
        return None
    old, source, now = audited.dataset, audited.card.data.source.path, utc_now()
    rows = _rows(dataset)
    with disk_explained(audited.workspace.home):
        write_version(audited.workspace, old, parent=None, changes=[], created=now)
        write_version(audited.workspace, dataset, parent=old.version, changes=changes, created=now)
    with open_store(audited.workspace.database_url) as store:
        store.versions.add(DataVersion(old.version, source, _rows(old), {}, now))
        store.versions.add(
            DataVersion(dataset.version, source, rows, {"done": changes}, now, old.version)
        )
    return {"version": dataset.version, "rows": rows, "changes": changes}


def print_audit(console: Console, findings: Iterable[Finding]) -> None:
    """Print the findings, what stops the build first, each with a few rows to look at."""
    table = new_table("severity", "guard", "count", "finding", right=["count"])
    for finding in in_order(list(findings)):
        _add_finding(table, finding)
    console.print(table if table.row_count else "The audit found nothing.")


def _add_finding(table: Table, finding: Finding) -> None:
    """Add the line of a finding and those of its examples."""
    severity = Text(finding.severity, style=_STYLES[finding.severity])
    waived = f" Waived: {finding.waived}" if finding.waived else ""
    table.add_row(severity, finding.guard, f"{finding.count:,}", finding.sentence + waived)
    for example in finding.examples[:SHOWN]:
        place = example.source if example.row is None else f"{example.source} row {example.row}"
        words = [place, example.text, f"({example.detail})" if example.detail else ""]
        table.add_row("", "", "", Text("  ".join(filter(None, words)), style="dim"))


def _rows(dataset: Dataset) -> dict[str, int]:
    """Return the number of rows of each part."""
    return {name: len(frame) for name, frame in dataset.parts().items()}
