"""Tests for whet.training.adversarial: the shift by hand, and what cannot be shifted."""

import pytest
import torch

from whet.core.errors import InputError
from whet.training.adversarial import shifted_loss

IDS = torch.tensor([[0, 1], [2, 2]])


def _words() -> torch.nn.Embedding:
    words = torch.nn.Embedding(3, 2)
    with torch.no_grad():
        words.weight.copy_(torch.tensor([[1.0, 0.0], [0.0, 2.0], [3.0, 4.0]]))
    return words


def test_the_shift_goes_where_the_loss_grows_at_the_length_of_each_text() -> None:
    words, direction = _words(), torch.tensor([3.0, 4.0])

    def loss() -> torch.Tensor:
        values: torch.Tensor = (words(IDS) @ direction).sum()
        return values

    plain = float(loss().detach())
    # Of a linear loss the gradient is `direction` at each of two words: 5 * sqrt(2) long a text.
    lengths = torch.tensor([5.0, 50.0]).sqrt()
    grown = float((0.1 * lengths * 5 * 2**0.5).sum())
    found = shifted_loss(loss, words, 0.1)
    assert float(found.detach()) == pytest.approx(plain + grown / 2, rel=1e-5)


def test_it_learns_and_leaves_no_hook() -> None:
    words = _words()
    words.weight.requires_grad_(False)
    head = torch.nn.Linear(2, 1)

    def loss() -> torch.Tensor:
        values: torch.Tensor = head(words(IDS)).pow(2).mean()
        return values

    shifted_loss(loss, words, 0.5).backward()  # type: ignore[no-untyped-call]
    with_shift = head.weight.grad
    assert with_shift is not None
    head.weight.grad = None
    loss().backward()  # type: ignore[no-untyped-call]
    assert words.weight.grad is None and not words._forward_hooks
    assert head.weight.grad is not None
    assert not torch.allclose(with_shift, head.weight.grad)


def test_two_passes_of_one_loss_have_a_shift_each() -> None:
    words = _words()

    def loss() -> torch.Tensor:
        values: torch.Tensor = words(IDS).sum() + words(IDS[:1]).sum()
        return values

    once = float(loss().detach())
    grown = 0.1 * (2 * 5**0.5 + 2 * 50**0.5 + 2 * 5**0.5)
    assert float(shifted_loss(loss, words, 0.1).detach()) == pytest.approx(once + grown / 2)


def test_a_loss_that_does_not_read_the_words_is_refused() -> None:
    weight = torch.ones(1, requires_grad=True)
    with pytest.raises(InputError, match="'fgm' needs a method that reads the words' embeddings"):
        shifted_loss(lambda: weight.sum(), _words(), 0.1)
