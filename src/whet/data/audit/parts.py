"""Which rows may know nothing of which others? The parts of the data, and the borders between."""

from dataclasses import dataclass

from whet.core.text import normalise
from whet.data.audit.finding import Severity
from whet.data.frame import Dataset, Frame

Key = tuple[str, str]
"""What makes a row the same as another: its normalised text and its label."""

PART_NAMES: dict[str, str] = {
    "train": "training",
    "validation": "validation",
    "test": "test",
    "out_of_scope": "out-of-scope",
    "unlabelled": "unlabelled",
}
"""Name of each part in sentences."""


@dataclass(frozen=True)
class Crossing:
    """A held-out part and the parts that are learnt from before it is looked at."""

    name: str
    held_out: Frame
    learnt: tuple[Frame, ...]
    """Frames of the parts that are learnt from."""

    @property
    def learnt_keys(self) -> list[Key]:
        """Keys of the learnt rows, one frame after the other."""
        return [key for frame in self.learnt for key in keys(frame)]

    def place(self, position: int) -> str:
        """Return where the learnt row at `position` of `learnt_keys` stands, in words."""
        places = [f"row {row} of {frame.source}" for frame in self.learnt for row in frame.rows]
        return places[position]


def keys(frame: Frame) -> list[Key]:
    """Return the key of each row."""
    return [(normalise(t), label) for t, label in zip(frame.texts, frame.labels, strict=True)]


def parts(dataset: Dataset) -> dict[str, Frame]:
    """Return the parts that are there, by the name that sentences use."""
    return {PART_NAMES[name]: frame for name, frame in dataset.parts().items()}


def crossings(dataset: Dataset) -> list[Crossing]:
    """Return test against all that is learnt from, then validation against training.

    Validation rows choose between candidates, so the test must not repeat them either.
    """
    if dataset.validation is None:
        return [Crossing("test", dataset.test, (dataset.train,))]
    return [
        Crossing("test", dataset.test, (dataset.train, dataset.validation)),
        Crossing("validation", dataset.validation, (dataset.train,)),
    ]


def leak_severity(count: int, total: int, *, limit: float) -> Severity:
    """Return `stop` when more than `limit` of the held-out rows leak, and more than one does."""
    return "stop" if count > max(1, limit * total) else "warn"
