"""Which messages should a person label next, and what becomes of the label?

for asked in to_review(store, files, since=…, budget=20): …
review(store, files, asked.candidate.id, label="refund", by="editor:ann")
"""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from whet.core.errors import InputError, did_you_mean
from whet.core.text import normalise
from whet.data.audit.pii import mask_pii
from whet.feedback.likeness import Embed
from whet.feedback.queue import Asked, Candidate, review_queue
from whet.products.support.answering.opening import intents_of
from whet.products.support.desk.read import DeskFiles
from whet.products.support.learning.collecting import EVER, answered_as, model_of
from whet.store.examples import REVIEW_WEIGHT, Example
from whet.store.feedback import OUT_OF_SCOPE
from whet.store.predictions import Prediction
from whet.store.signals import Signal
from whet.store.store import Store

_MOST = 2_000


def to_review(
    store: Store,
    files: DeskFiles,
    *,
    budget: int,
    since: datetime = EVER,
    embed: Embed | None = None,
    known: Sequence[str] = (),
) -> list[Asked]:
    """Return the messages and predictions whose label would teach most, best first.

    Ids are of examples that wait (`thumb:…`, `reopened:…`), of messages (`message:ID:NUMBER`) and
    of predictions (`prediction:ID`).

    Args:
        store: of the workspace.
        files: the desk.
        budget: how many.
        since: older messages are left out.
        embed: an encoder's embedding; without one, words decide what is alike.
        known: training texts; what is like them teaches less.
    """
    model = model_of(files)
    examples = store.examples.all(model)
    held = [e for e in examples if _needs_person(e)]
    done = [e.text for e in examples if e.label is not None or e.state == "rejected"]
    waiting = {(e.conversation, e.message) for e in examples}
    found = [_of_example(e) for e in held]
    for signal in store.signals.answered(since, limit=_MOST):
        if (signal.conversation, signal.message) not in waiting:
            found += _of_message(signal)
    answered = store.predictions.recent(model, since=since, limit=_MOST)
    found += [_of_prediction(p) for p in answered if p.text]
    seen = {normalise(text) for text in done}
    open_ = {e.id for e in held}
    fresh = [c for c in found if c.id in open_ or normalise(c.text) not in seen]
    return review_queue(fresh, [*known, *done], budget=budget, embed=embed)


def review(store: Store, files: DeskFiles, ident: str, *, label: str | None, by: str) -> Example:
    """Keep what a person says about one place of the queue; None rejects an example.

    Raises:
        InputError: there is no such place, or the label is none of the model's.
    """
    model = model_of(files)
    intents = [*(intents_of(model, store) or ()), OUT_OF_SCOPE]
    if label is not None and label not in intents:
        raise InputError(
            f"The label must be an intent of {model!r} or {OUT_OF_SCOPE!r}; found {label!r}. "
            f"{did_you_mean(label, intents)}"
        )
    kind, _, rest = ident.partition(":")
    if kind in ("message", "prediction"):
        made = _made(store, model, kind, rest)
        store.examples.add([made])
        ident = made.id
    return store.examples.review(ident, by=by, label=label)


def _made(store: Store, model: str, kind: str, rest: str) -> Example:
    """Return the example that a message or a prediction becomes, before it has a label."""
    if kind == "prediction":
        answer = store.predictions.get(rest)
        if not answer.text:
            raise InputError(
                f"The text of prediction {rest!r} was not kept, so nobody can label it."
            )
        return Example(
            id=f"review:prediction:{rest}",
            model=model,
            text=mask_pii(answer.text),
            label=None,
            answered=None if answer.abstained else answer.label,
            source="review",
            who="",
            at=answer.at,
            prediction=rest,
        )
    conversation, _, number = rest.rpartition(":")
    signal = _signal(store, conversation, number)
    return Example(
        id=f"review:{rest}",
        model=model,
        text=mask_pii(signal.text),
        label=None,
        answered=answered_as(signal.reply),
        source="review",
        who="",
        at=signal.at,
        conversation=signal.conversation,
        message=signal.message,
        channel=signal.channel,
        language=str((signal.reply or {}).get("language") or signal.language),
        weight=REVIEW_WEIGHT,
    )


def _signal(store: Store, conversation: str, number: str) -> Signal:
    """Return the message that an id names.

    Raises:
        InputError: the bot answered no such message.
    """
    found = store.signals.answer_to(conversation, int(number)) if number.isdigit() else None
    if found is None:
        raise InputError(
            f"There is no message {number!r} of conversation {conversation!r} that the bot "
            "answered. Copy the id as `whet support review` lists it."
        )
    return found


def _needs_person(example: Example) -> bool:
    """Return whether only a person can decide; a labelled one is for the guard to decide first."""
    is_unlabelled = example.state == "proposed" and example.label is None
    return is_unlabelled or example.state == "quarantined"


def _of_example(example: Example) -> Candidate:
    """Return an example that waits: its answer was wrong, or the guard holds it."""
    label = example.label or example.answered or OUT_OF_SCOPE
    why = "said to be wrong" if example.label is None else f"held: {example.why}"
    return Candidate(example.id, example.text, label, (0.5, 0.5), found_wrong=True, why=why)


def _of_message(signal: Signal) -> list[Candidate]:
    """Return a message of which the bot guessed the intent; none where it did not."""
    reason: dict[str, Any] = (signal.reply or {}).get("reason") or {}
    intents = reason.get("intents") or []
    if not intents or reason.get("tier") == "small_talk":
        return []
    probabilities = tuple(float(i["probability"]) for i in intents)
    ident = f"message:{signal.conversation}:{signal.message}"
    return [Candidate(ident, mask_pii(signal.text), str(intents[0]["intent"]), probabilities)]


def _of_prediction(prediction: Prediction) -> Candidate:
    """Return a stored answer of the server; of its second label nothing is kept."""
    best = prediction.probability or 0.0
    best = 0.0 if math.isnan(best) else best
    label, text = prediction.label or OUT_OF_SCOPE, mask_pii(str(prediction.text))
    return Candidate(f"prediction:{prediction.id}", text, label, (best, min(best, 1 - best)))
