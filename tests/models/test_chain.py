"""Tests for whet.models.chain against the enumeration of every tag sequence."""

import itertools

import numpy as np
import pytest
import torch

from whet.models.chain import LinearChain
from whet.serving.tagging.tag_set import TagSet

SET = TagSet(["A"])
K = len(SET)
LENGTHS = (4, 1, 3)


@pytest.fixture
def chain() -> LinearChain:
    """Return a chain with random scores between tags."""
    made = LinearChain(torch.from_numpy(SET.transitions))
    torch.manual_seed(0)
    torch.nn.init.normal_(made.learnt)
    return made


def legal_tags(length: int, seed: int) -> list[int]:
    """Return a tag sequence that stands for something."""
    random = np.random.default_rng(seed)
    allowed = SET.transitions == 0
    every = [
        tags
        for tags in itertools.product(range(K), repeat=length)
        if all(allowed[a, b] for a, b in itertools.pairwise((K, *tags, K)))
    ]
    return list(every[random.integers(len(every))])


def batch(seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    torch.manual_seed(seed)
    scores = torch.randn(len(LENGTHS), max(LENGTHS), K, requires_grad=True)
    tags = torch.full((len(LENGTHS), max(LENGTHS)), 3)  # what stands behind must not matter
    mask = torch.zeros_like(tags, dtype=torch.bool)
    for i, length in enumerate(LENGTHS):
        tags[i, :length] = torch.tensor(legal_tags(length, seed + i))
        mask[i, :length] = True
    return scores, tags, mask


def enumerated_loss(
    chain: LinearChain, scores: torch.Tensor, tags: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    between, loss = chain.scores().double(), torch.zeros((), dtype=torch.float64)
    for row, own, is_word in zip(scores.double(), tags, mask, strict=True):
        length = int(is_word.sum())

        def path(each: tuple[int, ...], row: torch.Tensor = row) -> torch.Tensor:
            steps = [between[a, b] for a, b in itertools.pairwise((K, *each, K))]
            return torch.stack([*steps, *(row[i, tag] for i, tag in enumerate(each))]).sum()

        every = torch.stack([path(e) for e in itertools.product(range(K), repeat=length)])
        loss = loss - path(tuple(own[:length].tolist())) + torch.logsumexp(every, 0)
    return loss / mask.sum()


@pytest.mark.parametrize("seed", range(3))
def test_the_loss_and_its_gradient_are_those_of_the_enumeration(
    chain: LinearChain, seed: int
) -> None:
    scores, tags, mask = batch(seed)
    loss = chain.loss(scores, tags, mask)
    expected = enumerated_loss(chain, scores, tags, mask)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-5)
    (gradient,) = torch.autograd.grad(loss, scores)
    (expected_gradient,) = torch.autograd.grad(expected, scores)
    assert torch.allclose(gradient, expected_gradient, atol=1e-6)


def test_what_stands_behind_the_last_word_changes_nothing(chain: LinearChain) -> None:
    scores, tags, mask = batch(0)
    loss = chain.loss(scores, tags, mask)
    with torch.no_grad():
        scores[~mask] = 99
    assert chain.loss(scores, tags * mask, mask).item() == loss.item()


def test_scores_of_thousands_neither_overflow_nor_vanish(chain: LinearChain) -> None:
    scores, tags, mask = batch(0)
    loss = chain.loss(scores * 1e3, tags, mask)
    loss.backward()  # type: ignore[no-untyped-call]
    assert torch.isfinite(loss)
    assert chain.learnt.grad is not None
    assert torch.isfinite(chain.learnt.grad).all()


def test_learning_cannot_allow_what_is_forbidden(chain: LinearChain) -> None:
    with torch.no_grad():
        chain.learnt.fill_(50)
    forbidden = torch.from_numpy(SET.transitions) < 0
    assert bool((chain.scores()[forbidden] < -1e3).all())
