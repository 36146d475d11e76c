"""What may a card ask to be predicted? A class, spans, a number, labels, a match, an answer."""

from typing import Annotated, Literal

from pydantic import Field

from whet.core.yaml.part import Part


class ClassesTarget(Part):
    """One label out of a fixed set."""

    kind: Literal["classes"] = "classes"
    """Kind of this target."""
    column: str
    """Column that holds the label."""
    labels: dict[str, str] = Field(default_factory=dict)
    """Label and its meaning in a sentence: one more example, or the only one of a label so far."""


class TagsTarget(Part):
    """Labelled spans of the text, such as names."""

    kind: Literal["tags"] = "tags"
    """Kind of this target."""
    column: str = "spans"
    """Name in JSON Lines of the spans `{"start", "end", "label"}` of a text; CoNLL has no names."""
    repair: bool = False
    """Whether a tag that breaks its scheme begins a new span; otherwise such files are refused."""


class RealTarget(Part):
    """A number, such as a price or a rating."""

    kind: Literal["real"] = "real"
    """Kind of this target."""
    column: str
    """Column that holds the number."""
    coverage: float = Field(default=0.9, gt=0.5, lt=1)
    """Share of truths that the interval beside an answer should hold."""


class LabelsTarget(Part):
    """Any number of labels, such as topics; a text may have none."""

    kind: Literal["labels"] = "labels"
    """Kind of this target."""
    column: str
    """Column that holds the labels of a text; an empty cell stands for none."""
    separator: str = Field(default="|", min_length=1)
    """What stands between two labels in a cell. JSON Lines and Parquet may hold lists instead."""


class PairTarget(Part):
    """Whether two texts match; the card has two inputs."""

    kind: Literal["pair"] = "pair"
    """Kind of this target."""
    column: str
    """Column that holds the label, one of two words."""
    match: str | None = None
    """The label of a match; when left out, the one that is `1`, `true`, `yes` or `match`."""


class SpanTarget(Part):
    """The part of a passage that answers a question; the card has two inputs, both of them."""

    kind: Literal["span"] = "span"
    """Kind of this target."""
    column: str = "answers"
    """Column of the answer's text, empty where the passage has none; or, in JSON Lines without the
    column `start`, of a list `[{"text", "answer_start"}]`. SQuAD's JSON has names of its own."""
    start: str = "answer_start"
    """Column of the character of the passage at which the answer begins, counted from 0."""
    repair: bool = False
    """Whether an answer that is not where it should be is looked for near by; otherwise refused."""


Target = Annotated[
    ClassesTarget | TagsTarget | RealTarget | LabelsTarget | PairTarget | SpanTarget,
    Field(discriminator="kind"),
]
"""Union of all kinds of target; classes is the first."""
