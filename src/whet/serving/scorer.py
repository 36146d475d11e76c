"""What does a packaged model of scores say about texts, block by block? All kinds but spans."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

import numpy as np

from whet.core.errors import InputError, IntegrityError
from whet.core.pairs import join_pair, split_pair
from whet.runtime.measure import cpu_threads
from whet.serving.blend import BlendModel
from whet.serving.contents import Contents
from whet.serving.embedded import Embedded
from whet.serving.linear import LinearModel
from whet.serving.links import LINKS
from whet.serving.outputs import Floats, Model, Outputs
from whet.serving.package import Package
from whet.serving.pairs.bi_encoder import BiEncoderModel
from whet.serving.pairs.overlap import OverlapModel
from whet.serving.transformer import TransformerModel

BLOCK = 512
"""Texts held in memory at one time."""


class Check(Protocol):
    """Refuses texts that cannot be read; `first` is the number of the first one."""

    def __call__(self, texts: Sequence[str], /, *, first: int = 1) -> None:
        """Raise InputError for such a text."""


class Scorer:
    """The loaded model of a package; safe for several threads.

    Raises:
        IntegrityError: a file of the package cannot be loaded, or its parts disagree.
    """

    def __init__(self, package: Package) -> None:
        self.contents = package.contents
        self._model = _load_model(package)
        example = join_pair("x", "x") if package.contents.reads_pairs else "x"
        _check_shapes(package, self._model.outputs([example]))  # also warms the model up

    def stream(self, texts: Iterable[str]) -> Iterator[Outputs]:
        """Yield what the model says, block by block; at most `BLOCK` texts are held at a time.

        Raises:
            InputError: a text is empty or cannot be read; the sentence says which.
        """
        return _outputs(self._model, texts, check_of(self.contents))

    def scores(self, texts: Iterable[str]) -> Floats:
        """Return the answers (n, k): calibrated probabilities, or numbers."""
        parts = [outputs.probabilities for outputs in self.stream(texts)]
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
        width = self.contents.dimension
        return [
            Embedded(vector, int(tokens))
            for outputs in self._read(texts)
            for vector, tokens in zip(outputs.views[:, :width], outputs.tokens, strict=True)
        ]

    def _read(self, texts: Iterable[str]) -> Iterator[Outputs]:
        """Yield what the encoder makes of single texts, block by block."""
        own = self._model
        return _outputs(own.encoder if isinstance(own, BiEncoderModel) else own, texts, check_texts)


def _outputs(model: Model, texts: Iterable[str], check: Check) -> Iterator[Outputs]:
    """Yield what a model says of texts that were checked, block by block."""
    iterator, done = iter(texts), 0
    while block := list(islice(iterator, BLOCK)):
        check(block, first=done + 1)
        yield model.outputs(block)
        done += len(block)


def check_of(contents: Contents) -> Check:
    """Return what checks the texts that a package is asked about."""
    return check_pairs if contents.reads_pairs else check_texts


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


def _load_model(package: Package) -> Model:
    """Return the model of a package, whatever its form."""
    contents, path = package.contents, package.path
    if contents.form == "linear":
        return LinearModel(path, LINKS[contents.kind])
    if contents.form == "overlap":
        return OverlapModel(path)
    if contents.form == "bi_encoder":
        return BiEncoderModel(path, contents, threads=cpu_threads())
    encoder = TransformerModel(path, contents, threads=cpu_threads())
    blend = contents.blend
    return BlendModel(encoder, LinearModel(path), blend) if blend else encoder


def _check_shapes(package: Package, outputs: Outputs) -> None:
    """Check that the model answers with as many classes and features as the contents say."""
    found = (outputs.probabilities.shape[1], outputs.views.shape[1])
    k, d = len(package.contents.labels), package.contents.dimension
    if found[0] != k or found[1] % d if d else found != (k, 0):
        raise IntegrityError(
            f"The model in {package.path} must give {k} probabilities and views of {d} columns "
            f"each; found {found[0]} and {found[1]} columns. Build the package again."
        )
