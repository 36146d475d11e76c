"""What may a task card say? Every field, its default and its meaning.

A new kind of input, target, split or decision is a new class in the union of its field; code that
handles the kinds of today does not change.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from whet.cards.augment import Augment
from whet.cards.compute import Compute
from whet.cards.kinds import AUTO as AUTO
from whet.cards.kinds import KINDS, Kind
from whet.cards.kinds import METRICS as METRICS
from whet.cards.kinds import RUNGS as RUNGS
from whet.cards.targets import ClassesTarget, Target
from whet.cards.tuning import Tuning, blended, frozen_layers, method_of
from whet.core.yaml.part import Part

NEEDS_UNLABELLED: frozenset[str] = frozenset({"self_training"})
"""Rungs that learn from `data.unlabelled` and cannot be climbed without it."""

LOWER_IS_BETTER: frozenset[str] = frozenset({"ece", "log_loss", "mae", "rmse"})

UNBOUNDED: frozenset[str] = frozenset({"log_loss", "mae", "rmse"})
"""Metrics that may be larger than 1."""

GUARDS: dict[str, str] = {
    "exact_duplicates": "the same text more than once, in one part or across the split",
    "near_duplicates": "almost the same text more than once, in one part or across the split",
    "group_overlap": "a group with rows on both sides of the split",
    "conflicting_labels": "one text with two labels",
    "label_errors": "labels that the out-of-fold answers contradict",
    "giveaway": "one token or column that gives the answer away",
    "pii": "personal data in the texts",
    "class_counts": "classes with too few rows",
    "language_mix": "rows in a language that the base does not cover",
    "truncation": "texts longer than the base reads",
    "shuffled_labels": "shuffled labels do not fall to chance",
    "unusable_rows": "rows with an empty text or no label",
    "unseen_labels": "held-out labels that training never shows",
    "no_labels": "rows without any label, of several",
    "label_spelling": "labels that differ in case or white space alone",
    "repeated_labels": "a label that a row names twice",
    "joined_labels": "labels that always stand together",
    "outliers": "numbers far from all others",
    "mixed_units": "numbers in two groups, as if written in two units",
    "text_overlap": "a text of two with rows on both sides of the split",
    "identical_texts": "two equal texts that are said not to match",
    "one_side": "one text of a pair that tells the label without the other",
    "answer_position": "answers that almost always stand in the first sentence",
}
"""Name and meaning of every guard; a card waives one by its name."""


class Source(Part):
    """Where the rows come from."""

    path: str
    """File relative to the card (`.csv`, `.tsv`, `.jsonl`, `.parquet`), or `hf:owner/name`."""
    format: Literal["csv", "jsonl", "parquet", "conll", "squad"] | None = None
    """Format of the file; from its ending when left out. `conll`: a word and its tag a line;
    `squad`: the JSON of SQuAD, either version."""
    encoding: str = "utf-8"
    """Character encoding of a CSV or JSON Lines file, for example `gb18030`."""
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    """Delimiter of a CSV file; found by itself when left out."""
    subset: str | None = None
    """Configuration of an `hf:` data set that has several."""
    part: str = "train"
    """Split of an `hf:` data set that is read."""
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    """Expected SHA-256 of the file; the build stops when it differs."""
    rows: int | None = Field(default=None, gt=0)
    """Expected number of rows; the build stops when it differs."""
    licence: str | None = None
    """Licence of the data, printed in the model card."""


class Unlabelled(Part):
    """Messages without labels, from the same stream as the labelled ones."""

    path: str
    """File relative to the card with the input's text column, or the name of a split of the hub."""


class Time(Part):
    """When a row was decided, and when its truth became known."""

    decided: str
    """Column with the time at which the inputs stop (ISO 8601)."""
    known: str | None = None
    """Column with the time at which the truth arrives; None when at once."""


class Data(Part):
    """The rows and how they hang together."""

    source: Source
    """Where the rows come from."""
    unit: str = "row"
    """What one prediction is about, in a word; used in sentences only."""
    groups: list[str] = Field(default_factory=list)
    """Columns whose equal values must stay on one side of the split."""
    time: Time | None = None
    """Time columns, needed by a time split."""
    unlabelled: Unlabelled | None = None
    """Messages without labels that the rung `self_training` learns from."""


class TextInput(Part):
    """A text column."""

    name: str = "text"
    """Name of this input in requests. When left out, `first` and `second` for pairs, `question` and
    `passage` for answers."""
    kind: Literal["text"] = "text"
    """Kind of this input."""
    column: str
    """Column that holds the text."""


Input = TextInput
"""Union of all kinds of input; text is the first."""


class SplitPart(Part):
    """What every way to split shares."""

    out_of_scope: str | None = None
    """File of messages that belong to no class; used to measure, never to train."""
    validation: str | None = None
    """File of validation rows; without it cross-validation on the training rows decides."""
    folds: int = Field(default=5, ge=2, le=20)
    """Number of cross-validation folds when there is no validation file."""
    seed: int = Field(default=0, ge=0)
    """Seed of the split."""


class OfficialSplit(SplitPart):
    """The split that the data's owner published."""

    kind: Literal["official"] = "official"
    """Kind of this split."""
    test: str
    """File of test rows, relative to the card, or the name of the split of an `hf:` data set."""


class StratifiedSplit(SplitPart):
    """Random rows, each class in proportion."""

    kind: Literal["stratified"] = "stratified"
    """Kind of this split."""
    test: float = Field(default=0.2, gt=0, lt=1)
    """Share of rows held out for the test."""


class GroupSplit(SplitPart):
    """Whole groups (`data.groups`) on one side, classes in proportion as far as that allows."""

    kind: Literal["group"] = "group"
    """Kind of this split."""
    test: float = Field(default=0.2, gt=0, lt=1)
    """Share of rows held out for the test."""


class TimeSplit(SplitPart):
    """The newest rows (`data.time.decided`) are the test; groups that reach across are dropped."""

    kind: Literal["time"] = "time"
    """Kind of this split."""
    test: float = Field(default=0.2, gt=0, lt=1)
    """Share of rows, the newest, held out for the test."""


Split = Annotated[
    OfficialSplit | StratifiedSplit | GroupSplit | TimeSplit, Field(discriminator="kind")
]


class Budget(Part):
    """What the climb may cost."""

    minutes: float = Field(default=10, gt=0)
    """Wall-clock minutes for the whole build on this machine."""
    memory: str | None = Field(default=None, pattern=r"^[0-9]+([.][0-9]+)? ?(MB|GB)$")
    """Most memory that training an encoder may take, such as `4GB`: of the process on a CPU, of
    the device on a GPU."""

    @property
    def memory_bytes(self) -> int | None:
        """Return the limit in bytes; None without one."""
        if self.memory is None:
            return None
        number, unit = self.memory[:-2], self.memory[-2:]
        return int(float(number) * {"MB": 1e6, "GB": 1e9}[unit])


class RiskDecision(Part):
    """Answer only when the risk holds; abstain otherwise."""

    kind: Literal["risk"] = "risk"
    """Kind of this decision."""
    wrong_answers: float = Field(default=0.05, gt=0, lt=1)
    """Largest share of wrong answers among those given that the user can bear."""
    confidence: float = Field(default=0.9, gt=0.5, lt=1)
    """Confidence with which the bound holds on messages like the calibration rows."""


Decision = RiskDecision
"""Union of all kinds of decision; risk is the first."""


class Metrics(Part):
    """What is measured, and for whom separately."""

    primary: str = "macro_f1"
    """Metric that decides between candidates; that of the kind of target when left out."""
    also: list[str] = Field(default_factory=lambda: ["accuracy", "micro_f1", "ece"])
    """Metrics reported beside the primary one; those of the kind of target when left out."""
    by: list[str] = Field(default_factory=list)
    """Columns whose values are reported as slices."""


class Interval(Part):
    """How uncertainty is measured."""

    unit: str | None = None
    """Column whose values are resampled whole; None resamples the first group column or rows."""
    method: Literal["bootstrap"] = "bootstrap"
    """Method of the interval."""
    n: int = Field(default=1000, ge=100, le=20000)
    """Number of resamples."""
    level: float = Field(default=0.95, gt=0.5, lt=1)
    """Confidence level of every interval."""
    margin: float = Field(default=0.03, gt=0, lt=1)
    """Difference in the primary metric too small to matter: an interval inside it is a tie. Of
    `mae` and `rmse` it is a share of the error of answering the training median."""


class Package(Part):
    """How the winner is packaged."""

    quantise: Literal["auto", "never"] = "auto"
    """`auto` keeps int8 weights where they pay and parity holds."""
    max_flips: float = Field(default=0.01, ge=0, le=1)
    """Largest share of test rows whose answer may change in a smaller form."""
    max_loss: float = Field(default=0.005, ge=0, le=1)
    """Largest loss of the primary metric in a smaller form."""
    evidence: bool = True
    """Whether training texts are packed, to be shown as evidence beside an answer."""


class Trust(Part):
    """What may be run to load the base. Either lets who made it run anything on this machine."""

    pickle: bool = False
    """Whether weights in pickle files (`pytorch_model.bin`) may be loaded."""
    code: bool = False
    """Whether Python code that comes with the base may be run."""


class Card(Part):
    """A task card: the whole declaration of one model."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    """Name of the model and its packages: lower-case letters, digits, `.`, `_`, `-`."""
    use: str = "not stated"
    """What the model is for; printed with every result."""
    not_for: str = "not stated"
    """What the model must not be used for; printed with every result."""
    data: Data
    """The rows and how they hang together."""
    inputs: list[Input] = Field(min_length=1)
    """What the prediction is made from."""
    target: Target
    """What is predicted."""
    split: Split = Field(default_factory=StratifiedSplit)
    """How rows are held out."""
    candidates: Literal["auto"] | list[str] = "auto"
    """Rungs to climb, named below, in any order; `auto` takes `linear`, `probe`, `blend`, `full`,
    `blend:full`, and where the data are such that they may help, `contrastive` and `self_training`.
    """
    tuning: Tuning = Field(default_factory=Tuning)
    """How the rungs that tune the encoder do it."""
    augment: Augment = Field(default_factory=Augment)
    """Ways to augment what the best rung learns from."""
    compute: Compute = Field(default_factory=Compute)
    """What the encoder runs on and is trained with."""
    base: str = "minilm"
    """Pretrained model: a name of the catalogue, a hub id, or a local folder."""
    trust: Trust = Field(default_factory=Trust)
    """What may be run to load the base."""
    stop: Literal["good_enough", "best"] = "good_enough"
    """`good_enough` ends at the first rung that holds the gate, `best` when the budget is used."""
    budget: Budget = Field(default_factory=Budget)
    """What the climb may cost."""
    decision: Decision = Field(default_factory=RiskDecision)
    """When the model answers and when it abstains."""
    metrics: Metrics = Field(default_factory=Metrics)
    """What is measured."""
    interval: Interval = Field(default_factory=Interval)
    """How uncertainty is measured."""
    gate: dict[str, float] = Field(default_factory=dict)
    """Smallest acceptable value per metric (largest, for metrics that are better when lower)."""
    package: Package = Field(default_factory=Package)
    """How the winner is packaged."""
    waive: dict[str, str] = Field(default_factory=dict)
    """Guards that may not stop the build, each with the reason that the report prints."""
    seed: int = Field(default=0, ge=0)
    """Seed of everything random but the split."""

    @model_validator(mode="before")
    @classmethod
    def _fill_by_kind(cls, values: Any) -> Any:
        """Fill in the kind of target and the metrics of that kind where the card is silent."""
        target = values.get("target") if isinstance(values, dict) else None
        if not isinstance(target, dict):
            return values
        filled = values | {"target": {"kind": "classes", **target}}
        kind, metrics = KINDS.get(str(filled["target"]["kind"])), values.get("metrics", {})
        if kind is not None and isinstance(metrics, dict):
            silent = {"primary": kind.primary, "also": list(kind.also)}
            filled["metrics"] = silent | metrics
        if kind is not None and isinstance(inputs := values.get("inputs"), list):
            names = [*kind.inputs, *["text"] * len(inputs)]
            filled["inputs"] = [
                {"name": name, **one} if isinstance(one, dict) else one
                for name, one in zip(names, inputs, strict=False)
            ]
        return filled

    def trusting(self, more: Trust) -> "Card":
        """Return the card that trusts what it says and what `more` says."""
        both = Trust(pickle=self.trust.pickle or more.pickle, code=self.trust.code or more.code)
        return self.model_copy(update={"trust": both})

    @property
    def kind(self) -> Kind:
        """What the card may name, by its kind of target."""
        return KINDS[self.target.kind]

    @property
    def descriptions(self) -> dict[str, str]:
        """Labels that the card describes, each with its meaning."""
        return self.target.labels if isinstance(self.target, ClassesTarget) else {}

    @property
    def rungs(self) -> tuple[str, ...]:
        """Rungs to climb, cheapest first."""
        kind = self.kind
        if self.candidates == "auto":
            return tuple(r for r in kind.auto if self.data.unlabelled or r not in NEEDS_UNLABELLED)

        def cost(candidate: str) -> tuple[int, int, bool]:
            """Return a key from cheap to dear; more frozen layers cost less, a blend more."""
            tuned = blended(candidate) or candidate
            name = tuned if tuned in kind.rungs else method_of(tuned)
            place = kind.rungs.index(name or tuned)
            return place, -(frozen_layers(tuned) or 0), tuned != candidate

        return tuple(sorted(self.candidates, key=cost))

    @property
    def text_column(self) -> str:
        """Column of the text input."""
        return self.inputs[0].column

    @property
    def label_column(self) -> str:
        """Column of the label."""
        return self.target.column

    @property
    def unit_column(self) -> str | None:
        """Column that the bootstrap resamples whole; None resamples rows."""
        return self.interval.unit or (self.data.groups[0] if self.data.groups else None)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that the card names beside the text and the label, in order, each once."""
        time = self.data.time
        times = [c for c in (time.decided, time.known) if c] if time else []
        unit = [self.interval.unit] if self.interval.unit else []
        return tuple(dict.fromkeys([*self.data.groups, *times, *self.metrics.by, *unit]))
