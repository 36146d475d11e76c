"""What happens for each kind of request? Everything between a route and the layers below."""

import asyncio
import base64
import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from whet.core.clock import Clock
from whet.core.errors import InputError, did_you_mean
from whet.core.ids import new_id
from whet.core.settings import settings
from whet.server import schemas
from whet.server.metrics import Metrics
from whet.server.middleware.facts import RequestFacts
from whet.server.problems import ApiError
from whet.server.recorder import Recorder
from whet.serving.batching import Meter
from whet.serving.embedded import Embedded
from whet.serving.label_lists import LabelsAnswer
from whet.serving.opening import AnyAnswer
from whet.serving.passages.predictor import PassageAnswer
from whet.serving.predictor import Answer
from whet.serving.tagging.predictor import TagAnswer
from whet.serving.values import ValueAnswer
from whet.serving.watch import Live, Refusal
from whet.store.feedback import OUT_OF_SCOPE
from whet.store.predictions import Prediction
from whet.store.store import Store
from whet.store.usage import Use

_DOES = {
    "tags": ("finds spans", "which span is wrong"),
    "real": ("predicts a number", "what the number is"),
    "labels": ("gives several labels", "which of them are wrong"),
    "span": ("answers from a passage", "where the answer stands"),
}
"""What models do that do not answer with one label, and what a label cannot say of it, by kind."""


@dataclass(frozen=True)
class Service:
    """What the routes need, made once by `create_app`."""

    store: Store
    live: Mapping[str, Live]
    """What answers now, by name; changes under us when a champion changes."""
    refused: Mapping[str, Refusal]
    """What should answer and cannot be opened, by name; changes likewise."""
    recorder: Recorder
    metrics: Metrics
    clock: Clock
    keep_texts: bool
    """Whether messages are kept with the predictions."""


async def predict(
    service: Service, name: str, body: schemas.PredictRequest, *, facts: RequestFacts
) -> schemas.PredictResponse:
    """Answer texts with the live package `name`, and record what was answered."""
    live, started, meter = find_live(service, name), time.perf_counter(), Meter()
    contents = live.predictor.contents
    texts = body.all_texts(contents.input_names, contents.join)
    _note(facts, texts)
    answers = await live.predict(texts, meter=meter)
    latency_ms = 1000 * (time.perf_counter() - started)
    use = _use(service, name, facts, tokens=sum(a.tokens for a in answers), meter=meter)
    records = [
        _record(service, live, use, text=text, answer=answer, latency_ms=latency_ms)
        for text, answer in zip(texts, answers, strict=True)
    ]
    service.recorder.add(records, use)
    service.metrics.texts.labels(name).inc(len(texts))
    service.metrics.abstentions.labels(name).inc(sum(record.abstained for record in records))
    return schemas.PredictResponse(
        model=name,
        version=live.version,
        predictions=[_shown(r, a) for r, a in zip(records, answers, strict=True)],
    )


async def embed(
    service: Service, body: schemas.EmbeddingsRequest, *, facts: RequestFacts
) -> dict[str, Any]:
    """Return the embeddings of texts in OpenAI's format."""
    live, meter = find_live(service, body.model), Meter()
    _check_embedding(live, body.dimensions)
    _note(facts, body.input)
    embedded = await live.embed(body.input, meter=meter)
    tokens = sum(one.tokens for one in embedded)
    service.recorder.add([], _use(service, body.model, facts, tokens=tokens, meter=meter))
    service.metrics.texts.labels(body.model).inc(len(body.input))
    data = [
        {"object": "embedding", "index": i, "embedding": _encoded(one, body.encoding_format)}
        for i, one in enumerate(embedded)
    ]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": body.model, "usage": usage}


async def give_feedback(
    service: Service, body: schemas.FeedbackRequest
) -> schemas.FeedbackResponse:
    """Record the right label of an earlier answer."""
    try:
        prediction = await service.recorder.find(body.prediction_id)
    except InputError as error:
        raise ApiError(str(error), status=404, code="prediction_not_found") from error
    contents = find_live(service, prediction.name).predictor.contents
    if contents.kind in _DOES:
        does, silent_on = _DOES[contents.kind]
        raise InputError(
            f"Model {prediction.name!r} {does}; feedback takes one label for a text and "
            f"cannot say {silent_on}. Keep corrected texts as training data."
        )
    labels = contents.labels
    if body.label not in (*labels, OUT_OF_SCOPE):
        raise InputError(
            f"The label must be one that {prediction.name!r} knows, or {OUT_OF_SCOPE!r}; "
            f"found {body.label!r}. {did_you_mean(body.label, [*labels, OUT_OF_SCOPE])}"
        )
    feedback_id = body.id or new_id("fb")
    is_new = await asyncio.to_thread(
        service.store.feedback.add,
        feedback_id,
        prediction.id,
        label=body.label,
        source=body.source,
    )
    return schemas.FeedbackResponse(id=feedback_id, recorded=is_new)


def readiness(service: Service) -> dict[str, Any]:
    """Return which models answer, and which should and cannot, each with its version."""
    models = {name: live.version for name, live in sorted(service.live.items())}
    refused = {name: r.target.version for name, r in sorted(service.refused.items())}
    words = {
        (False, False): "loading",
        (True, False): "ready",
        (True, True): "degraded",
        (False, True): "broken",
    }
    status = words[bool(models), bool(refused)]
    return {"status": status, "models": models, "refused": refused}


def models(service: Service) -> dict[str, Any]:
    """Return the live packages as OpenAI lists models."""
    return {"object": "list", "data": [model(service, name) for name in sorted(service.live)]}


def model(service: Service, name: str) -> dict[str, Any]:
    """Return one live package as OpenAI describes a model."""
    created = int(find_live(service, name).predictor.contents.created.timestamp())
    return {"id": name, "object": "model", "created": created, "owned_by": "whet"}


def find_live(service: Service, name: str) -> Live:
    """Return what answers under `name`.

    Raises:
        ApiError: nothing does (404), its package is damaged, or nothing is loaded yet (503).
    """
    if name in service.live:
        return service.live[name]
    if name in service.refused:
        raise ApiError(
            f"Model {name!r} cannot answer: its package was refused, and the server's log says "
            "why. Ask whoever runs the server.",
            status=503,
            code="model_refused",
        )
    if not service.live:
        raise ApiError(
            "No model is loaded yet. Try again in a moment; /readyz says when.",
            status=503,
            code="not_ready",
            headers={"retry-after": "1"},
        )
    raise ApiError(
        f"There is no model {name!r}. {did_you_mean(name, service.live)}",
        status=404,
        code="model_not_found",
    )


def _note(facts: RequestFacts, texts: Sequence[str]) -> None:
    """Write into the facts what the log may say about the texts."""
    facts.texts = len(texts)
    if settings().log_texts:
        facts.messages = list(texts)


def _use(service: Service, name: str, facts: RequestFacts, *, tokens: int, meter: Meter) -> Use:
    """Return what one request used."""
    key, ms = facts.key or "", 1000 * meter.seconds
    return Use(key, name, service.clock(), 1, facts.texts, tokens, ms)


def _record(
    service: Service,
    live: Live,
    use: Use,
    *,
    text: str,
    answer: AnyAnswer,
    latency_ms: float,
) -> Prediction:
    """Return what the store remembers of one answer; of what is no label only that it was asked."""
    given = answer if isinstance(answer, Answer) else None
    return Prediction(
        id=new_id("pred"),
        name=use.model,
        version=live.version,
        at=use.at,
        input_sha256=hashlib.sha256(text.encode()).hexdigest(),
        label=given.label if given else None,
        probability=given.probability if given else None,
        confidence=given.confidence if given else None,
        abstained=isinstance(answer, Answer | LabelsAnswer | PassageAnswer) and answer.abstained,
        latency_ms=latency_ms,
        key=use.key or None,
        text=text if service.keep_texts else None,
    )


def _shown(record: Prediction, answer: AnyAnswer) -> schemas.AnyPrediction:
    """Return one answer as the caller sees it."""
    if isinstance(answer, PassageAnswer):
        return schemas.PassagePrediction(id=record.id, **asdict(answer))
    if isinstance(answer, LabelsAnswer):
        return schemas.LabelsPrediction(id=record.id, **asdict(answer))
    if isinstance(answer, ValueAnswer):
        return schemas.ValuePrediction(id=record.id, **asdict(answer))
    if isinstance(answer, TagAnswer):
        spans = [schemas.FoundSpan(**asdict(span)) for span in answer.spans]
        return schemas.TagPrediction(id=record.id, spans=spans)
    return schemas.Prediction(
        id=record.id,
        label=answer.label,
        probability=answer.probability,
        abstained=answer.abstained,
        confidence=answer.confidence,
        evidence=[schemas.Example(**asdict(neighbour)) for neighbour in answer.evidence],
        truncated=answer.truncated,
    )


def _check_embedding(live: Live, dimensions: int | None) -> None:
    """Refuse what the package cannot give."""
    contents = live.predictor.contents
    if not live.predictor.has_embedding:
        kind = "finds spans" if contents.kind == "tags" else "is linear"
        kind = "reads two texts at once" if contents.reads_pairs else kind
        raise InputError(
            f"Model {contents.name!r} {kind} and has no embedding. "
            "Ask a model whose package has the form 'onnx'."
        )
    if dimensions not in (None, contents.dimension):
        raise InputError(
            f"The embedding of {contents.name!r} has {contents.dimension} dimensions and cannot "
            f"be cut to {dimensions}. Leave 'dimensions' out."
        )


def _encoded(embedded: Embedded, encoding: str) -> list[float] | str:
    """Return a vector as numbers, or as base64 of little-endian float32."""
    if encoding == "float":
        return [float(value) for value in embedded.vector]
    return base64.b64encode(embedded.vector.astype(np.dtype("<f4")).tobytes()).decode()
