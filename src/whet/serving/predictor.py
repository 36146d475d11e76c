"""What does a package answer? Labels with probabilities, evidence, and the right to abstain."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from whet.core.errors import IntegrityError
from whet.serving.answering import Answering
from whet.serving.confidence import SIGNALS, confidence, signals
from whet.serving.evidence import Neighbour, load_examples
from whet.serving.outputs import Floats, Outputs
from whet.serving.package import Package

TOP = 5
"""Most probable labels named in an answer."""


@dataclass(frozen=True)
class Answer:
    """What a package says about one text."""

    label: str
    """Most probable label, also when the model abstains."""
    probability: float
    """Calibrated probability of `label`."""
    abstained: bool
    """Whether the model is too unsure to answer: the message should go to a person."""
    confidence: float
    """What the threshold is compared with; see `whet.serving.confidence`."""
    evidence: tuple[Neighbour, ...]
    """Nearest training examples, nearest first."""
    top: tuple[tuple[str, float], ...]
    """Most probable labels with their probabilities, best first."""
    tokens: int
    """Number of tokens that were read."""
    truncated: bool
    """Whether the text went on after what was read."""


class Predictor(Answering[Answer]):
    """A loaded package; safe for several threads.

    Raises:
        IntegrityError: a file of the package cannot be loaded, or its parts disagree.
    """

    def __init__(self, package: Package) -> None:
        super().__init__(package)
        self._examples = load_examples(package.path, package.contents)
        self._signals = _signal_columns(package)
        scope = package.contents.abstain.scope
        self._mean, self._scale = (_for_labels(package, v) for v in (scope.mean, scope.scale))
        self._numpy = ThreadpoolController()

    def probabilities(self, texts: Iterable[str]) -> Floats:
        """Return the calibrated probabilities, (n, k)."""
        return self._scorer.scores(texts)

    def read(self, texts: Iterable[str]) -> Iterator[tuple[Answer, Floats]]:
        """Yield the answer to each text with its embedding (d,), which is made in the same pass."""
        width = self.contents.dimension
        for outputs in self._scorer.stream(texts):
            # Copied: a row of a block would keep all of it in memory.
            vectors = map(np.copy, outputs.views[:, :width])
            yield from zip(self._answers(outputs), vectors, strict=True)

    def embed(self, texts: Iterable[str]) -> Floats:
        """Return the embeddings, (n, d), each row of length 1; d = 0 in the linear form."""
        return self._scorer.embed(texts)

    def _answers(self, outputs: Outputs) -> Iterator[Answer]:
        """Yield an answer for each row of a block."""
        labels, threshold = self.contents.labels, self.contents.abstain.threshold
        # Measured with MiniLM and 10,000 examples on two cores: 3.2 ms a text, and 8 ms when more
        # threads of numpy get in the way of those of onnxruntime, which wait busily.
        with self._numpy.limit(limits=1, user_api="blas"):
            sure = self._confidence(outputs)
            evidence = self._examples.nearest(outputs)
        order = np.argsort(-outputs.probabilities, axis=1, kind="stable")[:, :TOP]
        for i, best in enumerate(order):
            top = tuple((labels[c], float(outputs.probabilities[i, c])) for c in best)
            yield Answer(
                label=top[0][0],
                probability=top[0][1],
                abstained=threshold is not None and bool(sure[i] < threshold),
                confidence=float(sure[i]),
                evidence=evidence[i],
                top=top,
                tokens=int(outputs.tokens[i]),
                truncated=bool(outputs.truncated[i]),
            )

    def _confidence(self, outputs: Outputs) -> NDArray[np.float64]:
        """Return the confidence of each row, (n,); the probability when no scope was fitted."""
        if not self._signals:
            return np.asarray(outputs.probabilities.max(axis=1), dtype=np.float64)
        values = signals(outputs.probabilities, outputs.read, outputs.views, self._examples.rows)
        best = outputs.probabilities.argmax(axis=1)
        return confidence(values[:, self._signals], best, self._mean, self._scale)


def _signal_columns(package: Package) -> list[int]:
    """Return where the signals of the package's scope stand among those that can be computed."""
    possible = SIGNALS if package.contents.dimension else SIGNALS[:2]
    names = package.contents.abstain.scope.names
    if unknown := [name for name in names if name not in possible]:
        raise IntegrityError(
            f"{package.path} must be scored by the signals {', '.join(possible)}; "
            f"found {unknown[0]!r}. Build the package again."
        )
    return [possible.index(name) for name in names]


def _for_labels(package: Package, values: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """Return numbers of each signal as (s, k): one for each label."""
    k = len(package.contents.labels)
    if wrong := [len(row) for row in values if len(row) not in (1, k)]:
        raise IntegrityError(
            f"{package.path} must scale each signal by one number or by one for each of its {k} "
            f"labels; found {wrong[0]}. Build the package again."
        )
    return np.array([np.broadcast_to(row, k) for row in values], dtype=np.float64)
