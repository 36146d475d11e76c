"""Desks and servers for the tests of answering."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[4]))  # so that `tests.products` can be imported
from tests.products.support.answering.tiny_server import TinyServer


@pytest.fixture
def server() -> Iterator[TinyServer]:
    with TinyServer() as running:
        yield running
