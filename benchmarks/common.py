"""What all benchmarks share: the data folder, the machine, reading a CSV file."""

import csv
import os
import sys
from pathlib import Path
from typing import Any

from whet.ladder.environment import environment


def data_folder() -> Path:
    """Return the folder of public data that `WHET_DATA` names."""
    name = os.environ.get("WHET_DATA")
    if not name or not Path(name).is_dir():
        sys.exit("Set WHET_DATA to the folder of public data.")
    return Path(name).resolve()


def machine() -> dict[str, Any]:
    """Return the machine and the versions of the libraries."""
    return environment()


def read_csv(path: Path, text: str, label: str) -> tuple[list[str], list[str]]:
    """Return texts and labels of a CSV file."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    return [row[text] for row in rows], [row[label] for row in rows]
