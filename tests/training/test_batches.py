"""Tests for whet.training.batches: every row once, no padding, another order each epoch."""

import numpy as np

from whet.training.batches import epoch_batches, padding_share

LENGTHS = np.random.default_rng(0).integers(3, 40, size=500).tolist()


def test_every_row_comes_once_in_each_epoch() -> None:
    for epoch in range(3):
        batches = epoch_batches(LENGTHS, rows=32, seed=0, epoch=epoch)
        assert sorted(np.concatenate(batches).tolist()) == list(range(500))


def test_padding_is_next_to_nothing_where_random_batches_waste_a_third() -> None:
    batches = epoch_batches(LENGTHS, rows=32, seed=0, epoch=0)
    shuffled = np.array_split(np.random.default_rng(0).permutation(500), 16)
    assert padding_share(LENGTHS, batches) < 0.06
    assert padding_share(LENGTHS, shuffled) > 0.3


def test_epochs_differ_and_seeds_repeat() -> None:
    def order(seed: int, epoch: int) -> list[int]:
        batches = epoch_batches(LENGTHS, rows=32, seed=seed, epoch=epoch)
        return [int(row) for batch in batches for row in batch]

    assert order(0, 0) == order(0, 0)
    assert order(0, 0) != order(0, 1)
    assert order(0, 0) != order(1, 0)


def test_padding_share_by_hand() -> None:
    # Batch of lengths 2 and 4: 8 tokens processed, 6 real ones.
    assert padding_share([2, 4], [np.array([0, 1])]) == 0.25
