"""A tiny real encoder, made once."""

from pathlib import Path

import pytest
from tests.tiny_base import make_tiny_base


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the tiny base."""
    return make_tiny_base(tmp_path_factory.mktemp("bases") / "tiny")
