"""What does the ladder ask of a kind of target? All that it cannot know by itself.

The engine holds rows out, climbs rungs, resamples, compares, tests once, packages and reports. A
kind of target says which rungs there are, what their answers look like and how good they are, what
more the test rows tell, and how a package of it is written and replayed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from whet.compression.parity import Parity
from whet.data.audit.finding import Finding
from whet.evaluation.sums import Sums
from whet.ladder.candidates import Candidate, Climb
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Form, Rung
from whet.models.output import Ids

Facts = dict[str, Any]


class Answers(Protocol):
    """What rungs say about rows; `Output` for classes."""

    def take(self, rows: Ids) -> Any:
        """Return the answers at some positions."""


class Packing(Protocol):
    """A model on its way into a package."""

    def write(self, folder: Path) -> Form:
        """Write the files of the model and return their form."""

    def describe(self, folder: Path, form: Form, parity: Sequence[Parity]) -> None:
        """Write contents, model card and manifest over the files of a form."""

    def replay(self, folder: Path, name: str) -> Parity:
        """Return whether the package in `folder` answers as the model did; `name` is its form's."""


class PackingOf(Protocol):
    """Makes the packing once version, date and facts of the package are known."""

    def __call__(self, version: str, created: str, facts: Facts) -> Packing:
        """Return the packing of the winner."""


@dataclass(frozen=True)
class Examined:
    """What a kind of target makes of the winner and of its answers to the test rows."""

    sections: Facts
    """`per_class`, `confusion`, `slices`, `calibration`, `risk` and `mistakes` of the report;
    None where the kind has no such thing."""
    arrays: Mapping[str, NDArray[Any]]
    """Truth and answers, to be kept beside the run; see `whet.ladder.answers`."""
    packing: PackingOf


class Target(Protocol):
    """One kind of target, at work on the rows of one build.

    Rows are those of the build's corpus: development rows, then test rows.
    """

    context: Context
    judging_folds: Mapping[str, int]
    """Folds that judge a cross-validated rung too dear for all of them, and for a curve."""

    @property
    def trivial_name(self) -> str:
        """Return what an answer is called that looks at no text."""

    def unit(self, metric: str) -> float:
        """Return the size of a difference in a metric that counts as 1; 1 for shares."""

    def open_rung(self, name: str) -> Rung[Any]:
        """Return the rung of a candidate; raise InputError where the base does not support it."""

    def left_out(self, name: str) -> str:
        """Return why `candidates: auto` does not climb a rung on this data; empty when it does."""

    def strata(self) -> Ids:
        """Return the stratum of each development row; small subsets keep them in proportion."""

    def join(self, parts: list[tuple[Ids, Any]], n: int) -> Answers:
        """Return the answers to n rows from answers to disjoint rows."""

    def temperature(self, rows: Ids, output: Any) -> float:
        """Return the divisor that calibrates answers to development rows; 1 without any."""

    def sums(self, metric: str, rows: Ids, output: Any, temperature: float = 1.0) -> Sums:
        """Return a metric of the answers to some rows."""

    def trivial(self, metric: str) -> Sums:
        """Return a metric over the test rows of what is answered without a look at the texts."""

    def findings(self, first: Candidate) -> list[Finding]:
        """Return what the cheapest candidate's answers say about the truth."""

    def examine(self, ascent: Climb, fitted: Any, test: Any) -> Examined:
        """Return all but the metrics that the test rows tell of the winner's model `fitted`."""
