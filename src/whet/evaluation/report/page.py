"""How does a build become one HTML file? The facts go in, the report comes out.

    html = render_report(facts)

The facts are the dict that a finished build keeps beside its report. A part that is None was not
measured, and its section says so.
"""

import shlex
from pathlib import Path
from typing import Any

import yaml

from whet.cards.schema import GUARDS, LOWER_IS_BETTER
from whet.core.page import render_page
from whet.core.text import is_chinese
from whet.evaluation.report import results, trust, values, wording

Facts = dict[str, Any]

_TEMPLATES = Path(__file__).parent / "templates"


def render_report(facts: Facts) -> str:
    """Return the report of a build as one self-contained HTML page; every text is escaped."""
    return render_page(
        _TEMPLATES,
        "report.html",
        script="report.js",
        facts=facts,
        words=wording,
        is_chinese=is_chinese,
        guards=GUARDS,
        lower_is_better=LOWER_IS_BETTER,
        card_yaml=yaml.safe_dump(facts["card"], sort_keys=False, allow_unicode=True),
        command=reproducing_command(facts),
        **_views(facts),
    )


def reproducing_command(facts: Facts) -> str:
    """Return the command that runs the same build again; seeds are part of the card.

    >>> reproducing_command({"card_path": "my cards/card.yaml", "data": {"from_version": "a1"}})
    "whet build 'my cards/card.yaml' --data a1"
    """
    version = facts["data"].get("from_version")
    return f"whet build {shlex.quote(facts['card_path'])}" + (
        f" --data {version}" if version else ""
    )


def _views(facts: Facts) -> Facts:
    """Return what each section shows."""
    return {
        "gate": results.gate(facts),
        "promise": results.promise(facts),
        "ladder": results.ladder(facts),
        "tested": results.tested(facts),
        "classes": results.classes(facts),
        "confusion": results.confusion(facts),
        "slices": results.slices(facts),
        "values": values.values(facts),
        "calibration": trust.calibration(facts),
        "risk": trust.risk(facts),
        "curve": trust.curve(facts),
        "findings": trust.findings(facts),
    }
