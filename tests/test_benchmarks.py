"""Tests for benchmarks/: what the scripts import from the product is there."""

import ast
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
SCRIPTS = sorted(path.name for path in FOLDER.glob("*.py"))


def imported(script: str) -> Iterator[tuple[str, str]]:
    """Yield module and name of everything that a script takes from the product and its tests."""
    tree = ast.parse((FOLDER / script).read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("whet", "tests")):
            yield from ((str(node.module), name.name) for name in node.names)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_finds_what_it_imports(script: str) -> None:
    for module, name in imported(script):
        is_there = hasattr(import_module(module), name) or find_spec(f"{module}.{name}")
        assert is_there, f"{module} has no {name}"


def test_scripts_are_there() -> None:
    assert len(SCRIPTS) > 20
    assert ("whet.data.tagging.frame", "TaggedFrame") in set(imported("tagging.py"))
