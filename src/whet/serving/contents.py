"""What does `package.json` say? One model for the code that writes packages and that reads them.

Unknown fields are ignored, so that a package written by a newer Whet of the same format still
loads; a change that an old reader would get wrong raises `FORMAT`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import from_json

from whet.core.errors import IntegrityError
from whet.core.pairs import join_exact, join_pair

FORMAT = 1
"""Format of the packages that this version of Whet writes and reads."""

CONTENTS_FILE = "package.json"

BATCH_SIZE = 8
"""Texts in one pass; measured on two cores with MiniLM, 4 and 16 are slower."""


FormName = Literal[
    "onnx",
    "linear",
    "blend",
    "tagger",
    "words",
    "overlap",
    "bi_encoder",
    "reader",
    "word_reader",
]
"""Every form that a package may have."""


class Section(BaseModel):
    """A part of `package.json`."""

    model_config = ConfigDict(extra="ignore", frozen=True, use_attribute_docstrings=True)


class Measured(Section):
    """A number with its interval."""

    value: float
    """The estimate."""
    low: float
    """Lower end of the interval."""
    high: float
    """Upper end of the interval."""


class Calibration(Section):
    """How logits were made into probabilities."""

    temperature: float = Field(default=1.0, gt=0)
    """Divisor of the logits; the probabilities of `model.onnx` already contain it. In a blend it is
    that of the mixed probabilities, and each of the two models has its own in its files."""


class ScopeSignals(Section):
    """The signals whose sum is the confidence of an answer, and how each is put on one scale."""

    names: tuple[str, ...] = ()
    """Names of the signals that this form has."""
    mean: tuple[tuple[float, ...], ...] = ()
    """Mean of each signal, for each label, on the rows that set the threshold; one number where it
    is the same for all labels."""
    scale: tuple[tuple[float, ...], ...] = ()
    """Divisor of each signal after its mean is taken off, in the same form."""

    @model_validator(mode="after")
    def _check_lengths(self) -> Self:
        if not len(self.names) == len(self.mean) == len(self.scale):
            raise ValueError("names, mean and scale must have one entry for each signal")
        if any(0.0 in scales for scales in self.scale):
            raise ValueError("scale must not be 0")
        return self


class Abstain(Section):
    """When the model abstains."""

    threshold: float | None = None
    """Smallest confidence that is answered; None when the model never abstains."""
    target: float | None = None
    """Promised largest share of wrong answers among those given."""
    confidence: float | None = None
    """Confidence with which the promise holds."""
    scope: ScopeSignals = ScopeSignals()
    """How the confidence of an answer is computed."""


class Blend(Section):
    """How the answers of the two models in a package of form `blend` become one."""

    linear_weight: float = Field(ge=0, le=1)
    """Share of the linear model's probability; the rest is the encoder's."""
    temperature: float = Field(gt=0)
    """Divisor of the logarithm of the mixed probabilities, before they are scaled to sum to 1."""


class Band(Section):
    """The interval that is given beside a number."""

    coverage: float = Field(gt=0, lt=1)
    """Share of truths that it should hold."""
    factor: float = Field(ge=0)
    """Half its width, over the expected error of the text where `is_scaled`."""
    is_scaled: bool = False
    """Whether `spread.safetensors` tells the expected error of each text."""


class Reading(Section):
    """How scores of a passage become an answer, and its confidence."""

    longest: int = Field(ge=1)
    """Most tokens (words, for `word_reader`) of an answer."""
    threshold: float | None = None
    """Smallest score of an answer over that of none; None where every passage is to hold one."""
    slope: float = Field(default=1.0, ge=0)
    """Factor on the log odds of an answer that make its confidence."""
    bias: float = 0.0
    """What is added to them."""
    bias_without: float = 0.0
    """What is added to them where the answer is that there is none."""


class Contents(Section):
    """The whole of `package.json`."""

    format: Literal[1] = 1
    """Format of the package folder."""
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    """Name of the model."""
    version: str = Field(min_length=1)
    """Version of the package."""
    created: datetime
    """When the package was made, ISO 8601."""
    whet: str
    """Version of Whet that made it."""
    kind: Literal["classes", "tags", "real", "labels", "pair", "span"] = "classes"
    """Kind of the target."""
    form: FormName
    """Which files hold the model."""
    labels: tuple[str, ...] = Field(min_length=1)
    """Labels in the order of class ids; of spans, for `tagger` and `words`. Of a number or of
    answers, their name alone."""
    inputs: tuple[dict[str, Any], ...] = ()
    """Inputs as the card declares them."""
    max_length: int | None = Field(default=None, gt=2)
    """Longest input in tokens, special ones included; None when the whole text is read."""
    batch_size: int = Field(default=BATCH_SIZE, ge=1)
    """Largest number of texts in one pass."""
    base: str | None = None
    """Pretrained model underneath."""
    dimension: int = Field(ge=0)
    """Width of the embedding; 0 when there is none."""
    data_version: str
    """Content address of the data."""
    card: dict[str, Any] = Field(default_factory=dict)
    """The task card."""
    metrics: dict[str, Measured] = Field(default_factory=dict)
    """Test metrics with their intervals."""
    calibration: Calibration = Calibration()
    """How logits were made into probabilities."""
    blend: Blend | None = None
    """How two models are mixed; None in a form that has one model."""
    abstain: Abstain = Abstain()
    """When the model abstains."""
    thresholds: tuple[float | None, ...] = ()
    """Of several labels a text, the probability from which each is shown; None where nothing can
    be promised of it."""
    reading: Reading | None = None
    """How a passage is answered from; None for other kinds of target."""
    band: Band | None = None
    """How far the truth may be from a number; None without such a promise."""
    parity: tuple[dict[str, Any], ...] = ()
    """What the parity gate measured, one entry per form."""

    @model_validator(mode="before")
    @classmethod
    def _fill_kind(cls, values: Any) -> Any:
        """Fill in the kind where an older Whet wrote the package, which the form tells."""
        if isinstance(values, dict) and values.get("form") in ("tagger", "words"):
            return {"kind": "tags"} | values
        return values

    @property
    def reads_pairs(self) -> bool:
        """Return whether the model reads two texts; see `whet.core.pairs`."""
        return self.kind in ("pair", "span")

    @property
    def join(self) -> Callable[[str, str], str]:
        """Return what joins two texts; characters of a passage must stay where they are."""
        return join_exact if self.kind == "span" else join_pair

    @property
    def input_names(self) -> tuple[str, ...]:
        """Return the names of the inputs in requests."""
        return tuple(str(part.get("name", "text")) for part in self.inputs) or ("text",)

    @property
    def has_embedding(self) -> bool:
        """Return whether a text has an embedding; a cross-encoder's are of two texts at once."""
        return self.dimension > 0 and not (self.reads_pairs and self.form == "onnx")

    @model_validator(mode="after")
    def _check_labels(self) -> Self:
        if len(set(self.labels)) != len(self.labels):
            raise ValueError("labels must be unique")
        if (self.form == "blend") != (self.blend is not None):
            raise ValueError("the form blend, and no other, must say how it mixes")
        return self


def read_contents(folder: Path) -> Contents:
    """Return the contents of the package in `folder`.

    Raises:
        IntegrityError: `package.json` is missing, no JSON, of another format, or lacks a field.
    """
    path = folder / CONTENTS_FILE
    try:
        fields = from_json(path.read_bytes())
        _check_format(path, fields)
        return Contents.model_validate(fields)
    except OSError as error:
        raise IntegrityError(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise IntegrityError(f"{path} is not as Whet writes it: {_first(error)}") from error
    except ValueError as error:
        raise IntegrityError(f"{path} must be JSON: {error}.") from error


def _check_format(path: Path, fields: object) -> None:
    """Refuse another format by its number, before fields that may mean something else are read."""
    found = fields.get("format") if isinstance(fields, dict) else None
    if found != FORMAT:
        raise IntegrityError(
            f"{path} must be a package of format {FORMAT}; found format {found}. "
            "Install the version of Whet that wrote it, or build the package again."
        )


def _first(error: ValidationError) -> str:
    """Return the first problem of a validation as `field: problem.`."""
    problem = error.errors(include_url=False, include_input=False)[0]
    place: Sequence[int | str] = problem["loc"] or ("package",)
    return f"{'.'.join(map(str, place))}: {problem['msg']}."
