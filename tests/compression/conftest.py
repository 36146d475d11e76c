"""A small classifier on a tiny real encoder."""

from collections.abc import Callable

import numpy as np
import pytest
from tests.tiny_base import make_tiny_base

from whet.models.bases import find_base
from whet.models.classifier import Classifier
from whet.models.encoder import Encoder, load_encoder

MakeClassifier = Callable[[int], Classifier]


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """Return the tiny encoder; tests must not change it."""
    folder = make_tiny_base(tmp_path_factory.mktemp("bases") / "tiny")
    return load_encoder(find_base("tiny", folder.parent))


@pytest.fixture
def classifier(encoder: Encoder) -> Classifier:
    """Return a classifier of three labels with a random head."""
    random = np.random.default_rng(0)
    weight = random.normal(0, 3, (3 * encoder.dimension, 3)).astype(np.float32)
    bias = random.normal(0, 1, 3).astype(np.float32)
    return Classifier(encoder.module, weight, bias, dropout=0.0).eval()
