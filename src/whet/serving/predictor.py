"""What does a package answer? Labels with probabilities, evidence, and the right to abstain."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from whet.core.errors import InputError, IntegrityError
from whet.core.pairs import join_pair, split_pair
from whet.runtime.measure import cpu_threads
from whet.serving.blend import BlendModel
from whet.serving.confidence import SIGNALS, confidence, signals
from whet.serving.evidence import Neighbour, load_examples
from whet.serving.linear import LinearModel
from whet.serving.outputs import Floats, Model, Outputs
from whet.serving.package import Package
from whet.serving.pairs.bi_encoder import BiEncoderModel
from whet.serving.pairs.overlap import OverlapModel
from whet.serving.transformer import TransformerModel


class Check(Protocol):
    """Refuses texts that cannot be read; `first` is the number of the first one."""

    def __call__(self, texts: Sequence[str], /, *, first: int) -> None:
        """Raise InputError for such a text."""


BLOCK = 512
"""Texts held in memory at one time."""
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


@dataclass(frozen=True)
class Embedded:
    """The embedding of one text."""

    vector: Floats
    """(d,), of length 1."""
    tokens: int
    """Number of tokens that were read."""


class Predictor:
    """A loaded package; safe for several threads.

    Raises:
        IntegrityError: a file of the package cannot be loaded, or its parts disagree.
    """

    def __init__(self, package: Package) -> None:
        self.contents = package.contents
        self._model = _load_model(package)
        self._examples = load_examples(package.path, package.contents)
        self._signals = _signal_columns(package)
        scope = package.contents.abstain.scope
        self._mean, self._scale = (_for_labels(package, v) for v in (scope.mean, scope.scale))
        self._numpy = ThreadpoolController()
        example = join_pair("x", "x") if package.contents.reads_pairs else "x"
        _check_shapes(package, self._model.outputs([example]))  # also warms the model up

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return self.contents.name

    @property
    def has_embedding(self) -> bool:
        """Return whether the package has an embedding of a text."""
        return self.contents.has_embedding

    def predict(self, texts: Sequence[str]) -> list[Answer]:
        """Return the answer to each text, in the order given.

        Raises:
            InputError: a text is empty or cannot be read; the sentence says which.
        """
        return list(self.predict_stream(texts))

    def predict_stream(self, texts: Iterable[str]) -> Iterator[Answer]:
        """Yield the answer to each text; at most `BLOCK` texts are held at a time."""
        for outputs in self._stream(texts):
            yield from self._answers(outputs)

    def probabilities(self, texts: Iterable[str]) -> Floats:
        """Return the calibrated probabilities, (n, k)."""
        parts = [outputs.probabilities for outputs in self._stream(texts)]
        empty = np.zeros((0, len(self.contents.labels)), dtype=np.float32)
        return np.concatenate([empty, *parts])

    def embed(self, texts: Iterable[str]) -> Floats:
        """Return the embeddings, (n, d), each row of length 1; d = 0 in the linear form."""
        width = self.contents.dimension
        parts = [outputs.views[:, :width] for outputs in self._read(texts)]
        empty = np.zeros((0, width), dtype=np.float32)
        return np.concatenate([empty, *parts])

    def embedded(self, texts: Sequence[str]) -> list[Embedded]:
        """Return embedding and number of tokens of each text."""
        return [
            Embedded(vector, int(tokens))
            for outputs in self._read(texts)
            for vector, tokens in zip(
                outputs.views[:, : self.contents.dimension], outputs.tokens, strict=True
            )
        ]

    def _stream(self, texts: Iterable[str]) -> Iterator[Outputs]:
        """Yield what the model says, block by block."""
        check = check_pairs if self.contents.reads_pairs else check_texts
        return _outputs(self._model, texts, check)

    def _read(self, texts: Iterable[str]) -> Iterator[Outputs]:
        """Yield what the encoder makes of texts, block by block."""
        own = self._model
        return _outputs(own.encoder if isinstance(own, BiEncoderModel) else own, texts, check_texts)

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


def _outputs(model: Model, texts: Iterable[str], check: Check) -> Iterator[Outputs]:
    """Yield what a model says of texts that were checked, block by block."""
    iterator, done = iter(texts), 0
    while block := list(islice(iterator, BLOCK)):
        check(block, first=done + 1)
        yield model.outputs(block)
        done += len(block)


def check_pairs(pairs: Sequence[str], *, first: int = 1) -> None:
    """Refuse pairs of which no model can read both texts; see `check_texts`."""
    for number, pair in enumerate(pairs, start=first):
        for text in split_pair(pair):
            check_texts([text], first=number)


def check_texts(texts: Sequence[str], *, first: int = 1) -> None:
    """Refuse texts that no model can read; `first` is the number of the first one.

    Raises:
        InputError: a text is empty, holds a NUL character, or is not valid Unicode.
    """
    for number, text in enumerate(texts, start=first):
        if not text.strip():
            raise InputError(
                f"Text {number} must not be empty; found {len(text)} characters of white space. "
                "Leave it out."
            )
        if "\x00" in text:
            raise InputError(
                f"Text {number} must not hold a NUL character; found one at position "
                f"{text.index(chr(0)) + 1}. Remove it."
            )
        if not _is_unicode(text):
            raise InputError(
                f"Text {number} must be valid Unicode; found half of a surrogate pair. "
                "Decode the message again."
            )


def _is_unicode(text: str) -> bool:
    """Return whether a text can be encoded: half of a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


_OF_WORDS: dict[str, Callable[[Path], Model]] = {"linear": LinearModel, "overlap": OverlapModel}
"""Models that need nothing but their files, by the form of the package."""


def _load_model(package: Package) -> Model:
    """Return the model of a package, whatever its form."""
    form = package.contents.form
    if form in _OF_WORDS:
        return _OF_WORDS[form](package.path)
    if form == "bi_encoder":
        return BiEncoderModel(package.path, package.contents, threads=cpu_threads())
    encoder = TransformerModel(package.path, package.contents, threads=cpu_threads())
    blend = package.contents.blend
    return BlendModel(encoder, LinearModel(package.path), blend) if blend else encoder


def _signal_columns(package: Package) -> list[int]:
    """Return where the signals of the package's scope stand among those that can be computed."""
    possible = SIGNALS if package.contents.dimension else SIGNALS[:-1]
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


def _check_shapes(package: Package, outputs: Outputs) -> None:
    """Check that the model answers with as many classes and features as the contents say."""
    found = (outputs.probabilities.shape[1], outputs.views.shape[1])
    k, d = len(package.contents.labels), package.contents.dimension
    if found[0] != k or found[1] % d if d else found != (k, 0):
        raise IntegrityError(
            f"The model in {package.path} must give {k} probabilities and views of {d} columns "
            f"each; found {found[0]} and {found[1]} columns. Build the package again."
        )
