"""What does a packaged model of scores say about texts, block by block? All kinds but spans."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from whet.core.errors import InputError, IntegrityError
from whet.runtime.measure import cpu_threads
from whet.serving.blend import BlendModel
from whet.serving.embedded import Embedded
from whet.serving.linear import LinearModel
from whet.serving.links import LINKS
from whet.serving.outputs import Floats, Model, Outputs
from whet.serving.package import Package
from whet.serving.transformer import TransformerModel

BLOCK = 512
"""Texts held in memory at one time."""


class Scorer:
    """The loaded model of a package; safe for several threads.

    Raises:
        IntegrityError: a file of the package cannot be loaded, or its parts disagree.
    """

    def __init__(self, package: Package) -> None:
        self.contents = package.contents
        self._model = _load_model(package)
        _check_shapes(package, self._model.outputs(["x"]))  # also warms the model up

    def stream(self, texts: Iterable[str]) -> Iterator[Outputs]:
        """Yield what the model says, block by block; at most `BLOCK` texts are held at a time.

        Raises:
            InputError: a text is empty or cannot be read; the sentence says which.
        """
        iterator, done = iter(texts), 0
        while block := list(islice(iterator, BLOCK)):
            check_texts(block, first=done + 1)
            yield self._model.outputs(block)
            done += len(block)

    def scores(self, texts: Iterable[str]) -> Floats:
        """Return the answers (n, k): calibrated probabilities, or numbers."""
        parts = [outputs.probabilities for outputs in self.stream(texts)]
        empty = np.zeros((0, len(self.contents.labels)), dtype=np.float32)
        return np.concatenate([empty, *parts])

    def embed(self, texts: Iterable[str]) -> Floats:
        """Return the embeddings, (n, d), each row of length 1; d = 0 in the linear form."""
        width = self.contents.dimension
        parts = [outputs.views[:, :width] for outputs in self.stream(texts)]
        empty = np.zeros((0, width), dtype=np.float32)
        return np.concatenate([empty, *parts])

    def embedded(self, texts: Sequence[str]) -> list[Embedded]:
        """Return embedding and number of tokens of each text."""
        width = self.contents.dimension
        return [
            Embedded(vector, int(tokens))
            for outputs in self.stream(texts)
            for vector, tokens in zip(outputs.views[:, :width], outputs.tokens, strict=True)
        ]


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


def _load_model(package: Package) -> Model:
    """Return the model of a package, whatever its form."""
    link = LINKS[package.contents.kind]
    if package.contents.form == "linear":
        return LinearModel(package.path, link)
    encoder = TransformerModel(package.path, package.contents, threads=cpu_threads())
    blend = package.contents.blend
    return BlendModel(encoder, LinearModel(package.path), blend) if blend else encoder


def _check_shapes(package: Package, outputs: Outputs) -> None:
    """Check that the model answers with as many classes and features as the contents say."""
    found = (outputs.probabilities.shape[1], outputs.views.shape[1])
    k, d = len(package.contents.labels), package.contents.dimension
    if found[0] != k or found[1] % d if d else found != (k, 0):
        raise IntegrityError(
            f"The model in {package.path} must give {k} probabilities and views of {d} columns "
            f"each; found {found[0]} and {found[1]} columns. Build the package again."
        )
