"""What is a rung? One way to make a model, and what a model that has learnt can do.

A rung fits on rows and answers on rows; in which form it answers is up to the kind of target. Cheap
rungs are cross-validated over all folds and give a learning curve; a dear one is judged on the rows
of the first fold alone.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from whet.models.output import Ids, Output
from whet.models.passage_output import PassageOutput
from whet.models.tag_output import TagOutput
from whet.serving.contents import Blend, FormName
from whet.serving.passages.decode import Rule


@dataclass(frozen=True)
class Form:
    """Which files hold a model, and how its two models are mixed where there are two."""

    name: FormName
    blend: Blend | None = None
    dimension: int = 0
    """Width of the embedding of one text where answers have none of their own."""


A_co = TypeVar("A_co", covariant=True)
"""Answers to rows, such as `Output` for classes."""


class Fitted(Protocol[A_co]):
    """A model that has learnt."""

    @property
    def note(self) -> str:
        """What the verdict table says of its training; empty where there is nothing to say."""

    def predict(self, rows: Ids) -> A_co:
        """Return the answers for rows of the build's corpus."""


class Classifying(Fitted[Output], Protocol):
    """A model that has learnt scores: of classes, of labels, or of a number."""

    def write(self, folder: Path, temperature: float) -> Form:
        """Write the files of the model, calibrated by `temperature`, and return their form."""


class Rung(Protocol[A_co]):
    """One way to make a model."""

    cross_validated: bool
    """Whether the rung is cheap enough for every fold and for a learning curve."""

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return what `fits` fits on about `rows` rows would take, from a short measured trial."""

    def fit(self, rows: Ids, *, deadline: float = math.inf) -> Fitted[A_co]:
        """Learn from development rows; end by `deadline` (`time.monotonic()`) where possible."""


@runtime_checkable
class LearnsAgain(Protocol):
    """A rung that one fold judges, and that can learn once more from all rows."""

    def predicted_seconds(self, rows: int, fits: int) -> float:
        """Return what `fits` fits on about `rows` rows would take, from a short measured trial."""

    def learn_again(self, rows: Ids, *, deadline: float = math.inf) -> Fitted[Any] | None:
        """Learn from rows as `fit` did from fewer, with what `fit` found out; None where the
        deadline ended it."""


class Tagging(Fitted[TagOutput], Protocol):
    """A model that has learnt to find spans."""

    def write(self, folder: Path) -> Form:
        """Write the files of the model and return their form."""


class Reading(Fitted[PassageOutput], Protocol):
    """A model that has learnt to answer from passages."""

    @property
    def rule(self) -> Rule:
        """How its scores become answers."""

    def write(self, folder: Path) -> Form:
        """Write the files of the model and return their form."""
