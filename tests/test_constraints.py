"""`constraints.txt` pins what the project asks for, so that two installations are alike."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def pins() -> dict[str, str]:
    """Return the pinned version of each distribution."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    asked = [
        *project["project"]["dependencies"],
        *(name for extra in ("train", "postgres", "dev") for name in extras[extra]),
        *project["build-system"]["requires"],
        "pip",
    ]
    names = [re.split(r"[\[<>=;]", name)[0] for name in asked]
    assert [name for name in names if name not in {*pins(), "whet"}] == []


def test_no_pin_names_a_local_build() -> None:
    assert [name for name, version in pins().items() if "+" in version] == []
