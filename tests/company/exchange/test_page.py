"""The page about the exchange names the formats that there are."""

import re
from pathlib import Path

from whet.cli.plan.export import FORMATS
from whet.company.exchange.sources import FORMATS as READ

PAGE = Path(__file__).parents[3] / "docs" / "plan" / "exchange.md"


def test_every_format_is_in_the_table() -> None:
    rows = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    ]
    named = {name for row in rows for name in re.findall(r"`([a-z]+)`", row.split("|")[1])}
    assert named == {*FORMATS, *READ} - {"csv"}
