"""Tests for whet.training.trials: what a row will take is told from a few steps."""

import time

import numpy as np
import pytest
import torch

from whet.models.output import Ids
from whet.training.trials import seconds_per_row


def test_a_row_takes_what_it_reads_and_neither_padding_nor_the_first_pass_count() -> None:
    lengths = [10, 10, 10, 10, 10, 30, 10, 30]  # in batches of four 10 tokens are filled up to 30
    weight = torch.zeros(1, requires_grad=True)
    asked: list[Ids] = []

    def loss(batch: Ids) -> torch.Tensor:
        asked.append(batch)
        tokens = max(lengths[i] for i in batch) * len(batch)
        time.sleep(tokens / 1000 + (2.0 if len(asked) == 1 else 0.0))
        return weight.sum()

    found = seconds_per_row(loss, lengths, 4)
    assert found == pytest.approx(np.mean(lengths) / 1000, rel=0.3)
    assert sorted(np.concatenate(asked[1:])) == list(range(8))
    assert weight.grad is not None
