"""A label that the review queue asks for teaches more than one of a random message.

    WHET_DATA=... python benchmarks/review_queue.py [--seeds 3] [--rounds 8] [--budget 100]

Banking77, official parts. A seed draws 4,000 training messages as traffic without labels and 200 as
the first labels. In each round a way chooses 100 messages of the traffic, their labels are
revealed, and the linear rung learns from all labels so far (strength 1). Ways:

- random: any messages
- margin: the smallest margins between the two likeliest labels (what most tools offer)
- whet: `whet.feedback.queue.review_queue` as the console calls it, likeness by words

Accuracy is measured on the 3,080 official test messages. Every way starts from the same labels. The
last column is the mean difference to random over all rounds, with the smallest and largest seed.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import common
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.special import softmax

from whet.core.seeds import derived_seed, generator
from whet.feedback.queue import Candidate, review_queue
from whet.models.linear import LinearFit, count_ngrams, fit_linear

FIRST, POOL = 200, 4_000
SHARPNESS = 4.0
"""Decision values are margins, not logits; a softmax of them is sharpened by this, the same for
every way."""


@dataclass(frozen=True)
class World:
    """Texts, labels and counts of training and test messages."""

    texts: Sequence[str]
    labels: NDArray[np.int64]
    counts: csr_matrix
    test: NDArray[np.int64]
    """Positions of test messages."""


Way = Callable[
    [World, NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], int, int], list[int]
]
"""Maps the world, labelled rows, free rows, their probabilities, a budget and a seed to rows."""


def read_world() -> World:
    """Return both parts of Banking77."""
    train, test = common.banking77("train"), common.banking77("test")
    texts = [*train[0], *test[0]]
    labels = np.unique([*train[1], *test[1]], return_inverse=True)[1]
    at = np.arange(len(train[0]), len(texts))
    return World(texts, labels.astype(np.int64), count_ngrams(texts).counts, at)


def at_random(
    _w: World, _l: object, free: NDArray[np.int64], _p: object, b: int, s: int
) -> list[int]:
    """Return random rows."""
    return generator(s, "random").permutation(free)[:b].tolist()


def by_margin(
    _w: World, _l: object, free: NDArray[np.int64], p: NDArray[np.float64], b: int, _s: int
) -> list[int]:
    """Return the rows with the smallest margins."""
    top = np.sort(p, axis=1)
    return free[np.argsort(top[:, -1] - top[:, -2], kind="stable")[:b]].tolist()


def by_queue(
    w: World,
    labelled: NDArray[np.int64],
    free: NDArray[np.int64],
    p: NDArray[np.float64],
    b: int,
    _s: int,
) -> list[int]:
    """Return what the review queue asks for."""
    order = np.argsort(-p, axis=1)[:, :2]
    candidates = [
        Candidate(str(row), w.texts[row], str(order[i, 0]), tuple(p[i, order[i]].tolist()))
        for i, row in enumerate(free)
    ]
    known = [w.texts[row] for row in labelled]
    return [int(asked.candidate.id) for asked in review_queue(candidates, known, budget=b)]


WAYS: dict[str, Way] = {"random": at_random, "margin": by_margin, "whet": by_queue}


def fitted(world: World, rows: NDArray[np.int64], seed: int) -> LinearFit:
    """Return the linear rung's model of some rows."""
    classes = int(world.labels.max()) + 1
    return fit_linear(world.counts[rows], world.labels[rows], classes, seed=seed, strength=1.0)


def curve(world: World, way: Way, seed: int, rounds: int, budget: int) -> list[float]:
    """Return test accuracy after each round, the start first."""
    drawn = generator(seed, "pool").permutation(len(world.texts) - len(world.test))
    labelled, free = np.sort(drawn[:FIRST]), np.sort(drawn[FIRST : FIRST + POOL])
    found: list[float] = []
    for turn in range(rounds + 1):
        model = fitted(world, labelled, seed)
        guessed = model.predict(world.counts[world.test]).logits.argmax(axis=1)
        found.append(float((guessed == world.labels[world.test]).mean()))
        logits = np.asarray(model.predict(world.counts[free]).logits, dtype=np.float64)
        p = softmax(SHARPNESS * np.maximum(logits, -10), axis=1)
        chosen = way(world, labelled, free, p, budget, derived_seed(seed, turn))
        labelled = np.sort(np.concatenate([labelled, np.array(chosen, dtype=np.int64)]))
        free = np.setdiff1d(free, labelled)
    return found


def main() -> None:
    """Print the curves."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--budget", type=int, default=100)
    asked = parser.parse_args()
    world = read_world()
    curves = {
        name: np.array(
            [curve(world, way, seed, asked.rounds, asked.budget) for seed in range(asked.seeds)]
        )
        for name, way in WAYS.items()
    }
    labels = [FIRST + asked.budget * turn for turn in range(asked.rounds + 1)]
    print("| way | " + " | ".join(f"{n:,}" for n in labels) + " | against random |")
    print("|---" * (len(labels) + 2) + "|")
    for name, values in curves.items():
        gain = (values - curves["random"])[:, 1:].mean(axis=1)
        cells = " | ".join(f"{100 * v:.1f}" for v in values.mean(axis=0))
        told = f"{100 * gain.mean():+.2f} ({100 * gain.min():+.2f} to {100 * gain.max():+.2f})"
        print(f"| {name} | {cells} | {told} |")


if __name__ == "__main__":
    main()
