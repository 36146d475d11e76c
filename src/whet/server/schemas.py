"""What do requests and responses look like? One model each, and one way to read a body."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, Self, TypeVar

from fastapi import Request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from whet.core.errors import InputError
from whet.core.pairs import join_pair
from whet.server.problems import ApiError

MAX_TEXTS = 256
MAX_EMBEDDING_TEXTS = 1024
"""Clients written for OpenAI send up to 1000 texts at a time."""


class RequestBody(BaseModel):
    """A body that we define: unknown fields are errors, because they are typing mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class PredictRequest(RequestBody):
    """A text, or several; for a model that reads two texts, both of them by their names."""

    text: str | None = None
    """One text; either this or `texts`."""
    texts: list[str] | None = Field(default=None, min_length=1, max_length=MAX_TEXTS)
    """Several texts; either this or `text`."""
    inputs: list[dict[str, str]] | None = Field(default=None, min_length=1, max_length=MAX_TEXTS)
    """Texts by the names of the model's inputs, such as `first` and `second`, one mapping for each
    answer; either this or `text` or `texts`."""

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        if sum(given is not None for given in (self.text, self.texts, self.inputs)) != 1:
            raise ValueError("exactly one of 'text', 'texts' and 'inputs' must be given")
        return self

    def all_texts(
        self, names: Sequence[str], join: Callable[[str, str], str] = join_pair
    ) -> list[str]:
        """Return what the model is to read, in order.

        `names` are those of its inputs, and `join` makes one text of two.

        Raises:
            InputError: the model has two inputs and one text is given, or other names.
        """
        if self.inputs is None:
            texts = [self.text] if self.text is not None else list(self.texts or [])
            if len(names) > 1:
                raise InputError(
                    f"This model reads two texts: send 'inputs' with {_listed(names)} for each "
                    "answer; found 'text' or 'texts'."
                )
            return texts
        for number, given in enumerate(self.inputs, start=1):
            if set(given) != set(names):
                raise InputError(
                    f"Entry {number} of 'inputs' must have {_listed(names)}; found "
                    f"{_listed(sorted(given)) or 'nothing'}."
                )
        values = [[given[name] for name in names] for given in self.inputs]
        return [join(*own) if len(names) > 1 else own[0] for own in values]


def _listed(names: Sequence[str]) -> str:
    """Return names in quotes."""
    return " and ".join(map(repr, names))


class Example(BaseModel):
    """A training example near the text."""

    text: str
    label: str
    similarity: float


class Prediction(BaseModel):
    """The answer to one text."""

    id: str
    """Name of this answer, for feedback."""
    label: str
    """Most probable label, also when the model abstained."""
    probability: float
    """Calibrated probability of `label`."""
    abstained: bool
    """Whether the model is too unsure to answer."""
    confidence: float
    """What the abstention threshold was compared with."""
    evidence: list[Example]
    """Nearest training examples."""
    truncated: bool
    """Whether the text went on after what was read."""


class FoundSpan(BaseModel):
    """A labelled part of a text."""

    start: int
    """Position of its first character in the text, from 0."""
    end: int
    """Position behind its last character."""
    label: str
    text: str
    """The characters themselves."""
    probability: float
    """How probable exactly this span with this label is, as the model sees it."""


class TagPrediction(BaseModel):
    """The answer of a tagger to one text."""

    id: str
    """Name of this answer."""
    spans: list[FoundSpan]
    """In the order of the text; they never overlap."""


class ValuePrediction(BaseModel):
    """The answer to one text where the model predicts a number."""

    id: str
    """Name of this answer."""
    value: float
    low: float | None
    """Lower end of the interval; null where no interval is promised."""
    high: float | None
    """Upper end of the interval."""
    evidence: list[Example]
    """Most similar training examples with their numbers; none in the linear form."""
    truncated: bool
    """Whether the text went on after what was read."""


class GivenLabel(BaseModel):
    """A label that a text probably has."""

    label: str
    probability: float
    shown: bool
    """Whether the promise on wrong labels holds for it; otherwise a person should look."""


class LabelsPrediction(BaseModel):
    """The answer to one text where the model gives any number of labels."""

    id: str
    """Name of this answer."""
    labels: list[GivenLabel]
    """Labels that are more probable than not, most probable first; may be empty."""
    abstained: bool
    """Whether the text probably has a label that is not shown."""
    evidence: list[Example]
    """Most similar training examples with their labels; none in the linear form."""
    truncated: bool
    """Whether the text went on after what was read."""


class PassagePrediction(BaseModel):
    """The answer to one question over a passage."""

    id: str
    """Name of this answer."""
    answer: str | None
    """The characters of the passage, also when the model abstained; null where it holds none."""
    start: int | None
    """Position of the first of them in the passage, from 0."""
    end: int | None
    """Position behind the last of them."""
    confidence: float
    """Calibrated probability that this is right; what the abstention threshold is compared with."""
    abstained: bool
    """Whether the model is too unsure to answer."""
    reason: Literal["no_answer", "unsure"] | None
    """Why no answer is given: the passage holds none, or the model is too unsure."""
    truncated: bool
    """Whether the question went on after what was read; passages are read whole."""


AnyPrediction = Prediction | TagPrediction | ValuePrediction | LabelsPrediction | PassagePrediction


class PredictResponse(BaseModel):
    """The answers, in the order of the texts."""

    model: str
    version: str
    predictions: list[AnyPrediction]


class FeedbackRequest(RequestBody):
    """The right label of an earlier answer."""

    prediction_id: str = Field(min_length=1, max_length=200)
    """Id that the answer carried."""
    label: str = Field(min_length=1, max_length=200)
    """The right label, or `out_of_scope`."""
    source: str = Field(default="user", min_length=1, max_length=64)
    """Who says so."""
    id: str | None = Field(default=None, min_length=1, max_length=200)
    """Id of this feedback: the same feedback sent twice under one id counts once."""


class FeedbackResponse(BaseModel):
    """What became of a feedback."""

    id: str
    recorded: bool
    """False when this feedback was known before."""


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class EmbeddingsRequest(BaseModel):
    """A request in OpenAI's format; fields of theirs that mean nothing here are ignored."""

    model: str
    """Name of the package."""
    input: Annotated[list[str], BeforeValidator(_as_list, json_schema_input_type=str | list[str])]
    """A text or a list of texts; lists of token ids are not taken."""
    encoding_format: Literal["float", "base64"] = "float"
    """How numbers are sent: as JSON, or as base64 of little-endian float32."""
    dimensions: int | None = None
    """Must be the width of the embedding when given."""

    @model_validator(mode="after")
    def _check_count(self) -> Self:
        if not 1 <= len(self.input) <= MAX_EMBEDDING_TEXTS:
            raise ValueError(f"'input' must hold 1 to {MAX_EMBEDDING_TEXTS} texts")
        return self


Body = TypeVar("Body", bound=BaseModel)


async def read_body(request: Request, kind: type[Body]) -> Body:
    """Return the body of a request.

    Only bodies that say they are JSON are read: a web page of a stranger can send other types
    without asking first.

    Raises:
        ApiError: the body is not JSON (415, 400), or not what `kind` describes (422).
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise ApiError(
            "The body must be JSON and say so. Send the header 'Content-Type: application/json'; "
            f"found {content_type or 'no content type'!r}.",
            status=415,
            code="not_json",
        )
    try:
        return kind.model_validate_json(await request.body())
    except ValidationError as error:
        raise _refusal(error) from None  # the error quotes the body, which may not be logged


def json_body(kind: type[BaseModel]) -> dict[str, Any]:
    """Return what the OpenAPI description says about a body that `read_body` reads."""
    schema = kind.model_json_schema()
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _refusal(error: ValidationError) -> ApiError:
    """Return the first problem of a body as one sentence."""
    problem = error.errors(include_url=False, include_input=False)[0]
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "json_invalid":
        text = f"The body must be JSON; {message.removeprefix('Invalid JSON: ')}."
        return ApiError(text, status=400, code="not_json")
    place = ".".join(str(part) for part in problem["loc"])
    text = f"The body is not accepted: {f'{place}: ' if place else ''}{message}."
    return ApiError(text, status=422, code="invalid_body")
