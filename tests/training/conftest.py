"""What the tests of training share: four kinds of short texts on a tiny base."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from tests.tiny_base import make_tiny_base

from whet.models.bases import find_base
from whet.models.classifier import Classifier
from whet.models.encoder import Encoder, load_encoder, token_ids
from whet.models.methods.contract import Adapted, plain
from whet.training.finetune import TrainingData

UNEVEN = [
    "refund my money back please",
    "reset",
    "password login help",
    "money",
    "my app crash help please the app",
]

Start = Callable[[], tuple[Adapted, TrainingData]]


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Encoder]:
    folder = make_tiny_base(tmp_path_factory.mktemp("base") / "tiny")
    return lambda: load_encoder(find_base("tiny", folder.parent))


@pytest.fixture
def start(tiny_encoder: Callable[[], Encoder]) -> Start:
    """Return a maker of the same training: 20 rows of unequal lengths, without dropout."""

    def make() -> tuple[Adapted, TrainingData]:
        encoder = tiny_encoder()
        for module in encoder.module.modules():
            if isinstance(module, torch.nn.Dropout):
                module.p = 0.0
        weight = np.zeros((3 * encoder.dimension, 2), dtype=np.float32)
        model = Classifier(encoder.module, weight, np.zeros(2, dtype=np.float32), dropout=0.0)
        ids = token_ids(encoder.tokenizer, UNEVEN * 4)
        labels = np.tile(np.array([0, 1, 1, 0, 1]), 4)
        return plain(model), TrainingData(ids, labels, ids[:5], labels[:5])

    return make
