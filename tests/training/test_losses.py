"""Tests for whet.training.losses: by hand and against torch."""

import math

import numpy as np
import pytest
import torch

from whet.training.losses import Objective, balanced_weights, divergence

LOGITS = torch.tensor([[2.0, 0.0, 0.0], [0.0, 1.0, -1.0], [0.5, 0.5, 3.0]])
TRUTH = torch.tensor([0, 0, 2])


def test_without_changes_it_is_cross_entropy() -> None:
    expected = torch.nn.functional.cross_entropy(LOGITS, TRUTH)
    torch.testing.assert_close(Objective().loss(LOGITS, TRUTH), expected)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_weights_and_smoothing_are_those_of_torch(smoothing: float) -> None:
    weights = torch.tensor([0.5, 1.0, 2.0])
    mine = Objective(class_weights=weights).loss(LOGITS, TRUTH)
    torch.testing.assert_close(mine, torch.nn.functional.cross_entropy(LOGITS, TRUTH, weights))
    smooth = torch.nn.functional.cross_entropy(LOGITS, TRUTH, label_smoothing=smoothing)
    torch.testing.assert_close(Objective(label_smoothing=smoothing).loss(LOGITS, TRUTH), smooth)


def test_focal_loss_by_hand() -> None:
    # Two classes, logits log 3 and 0: p = 3/4 for class 0.
    logits = torch.tensor([[math.log(3), 0.0]])
    easy = Objective(focal=2.0).loss(logits, torch.tensor([0]))
    hard = Objective(focal=2.0).loss(logits, torch.tensor([1]))
    assert float(easy) == pytest.approx(0.25**2 * -math.log(0.75))
    assert float(hard) == pytest.approx(0.75**2 * -math.log(0.25))


def test_balanced_weights_by_hand_and_a_class_without_rows() -> None:
    weights = balanced_weights(np.array([0, 0, 0, 1]), 3)
    # Rows times weight is the same for both classes, 2; the mean over rows is 1.
    torch.testing.assert_close(weights, torch.tensor([2 / 3, 2.0, 1.0]))


def test_divergence_by_hand_and_of_equal_passes() -> None:
    one, other = torch.tensor([[math.log(3), 0.0]]), torch.tensor([[0.0, 0.0]])
    p, q = np.array([0.75, 0.25]), np.array([0.5, 0.5])
    expected = ((p * np.log(p / q)).sum() + (q * np.log(q / p)).sum()) / 2
    assert float(divergence(one, other)) == pytest.approx(expected)
    assert float(divergence(LOGITS, LOGITS)) == 0


def test_without_mixing_rows_the_loss_is_unmixed_and_draws_nothing() -> None:
    before = torch.get_rng_state()
    Objective(label_smoothing=0.1).loss(LOGITS, TRUTH)
    assert torch.equal(before, torch.get_rng_state())


def test_mixed_rows_have_the_loss_of_both_labels_in_their_shares() -> None:
    torch.manual_seed(3)
    found = Objective(mixup=0.4).loss(LOGITS, TRUTH)
    torch.manual_seed(3)
    share = torch.distributions.Beta(0.4, 0.4).sample()
    other = torch.randperm(3)
    assert 0 < float(share) < 1 and other.tolist() != [0, 1, 2]
    log_p = torch.log_softmax(share * LOGITS + (1 - share) * LOGITS[other], dim=1)
    rows = torch.arange(3)
    expected = share * -log_p[rows, TRUTH].mean() + (1 - share) * -log_p[rows, TRUTH[other]].mean()
    torch.testing.assert_close(found, expected)


def test_mixing_views_under_a_linear_head_is_mixing_its_logits() -> None:
    torch.manual_seed(0)
    head, views = torch.nn.Linear(5, 3), torch.randn(4, 5)
    other, share = torch.tensor([2, 0, 3, 1]), 0.3
    mixed = head(share * views + (1 - share) * views[other])
    torch.testing.assert_close(mixed, share * head(views) + (1 - share) * head(views)[other])
