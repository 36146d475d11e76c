"""Fixtures for data tests: cards and frames in a line, files with a few rows."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from whet.cards.schema import Card
from whet.data.frame import Frame

MakeCard = Callable[..., Card]
MakeFrame = Callable[..., Frame]


@pytest.fixture
def make_card() -> MakeCard:
    """Return a function that makes a card; keywords replace whole fields of the card."""

    def make(**fields: Any) -> Card:
        card = {
            "name": "demo",
            "data": {"source": {"path": "messages.csv"}},
            "inputs": [{"column": "message"}],
            "target": {"column": "intent"},
        }
        return Card.model_validate(card | fields)

    return make


@pytest.fixture
def make_frame() -> MakeFrame:
    """Return a function that makes a frame; texts are all different unless they are given."""

    def make(
        labels: Sequence[str], texts: Sequence[str] | None = None, **columns: Sequence[str]
    ) -> Frame:
        return Frame(
            source="messages.csv",
            rows=tuple(range(1, len(labels) + 1)),
            texts=tuple(texts or (f"text {i}" for i in range(len(labels)))),
            labels=tuple(labels),
            columns={name: tuple(values) for name, values in columns.items()},
        )

    return make


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Return a function that writes a file into the test's folder and returns its path."""

    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file
