"""What did people teach the desk? Thumbs, agents' answers, reopened conversations, feedback.

    new = collect(store, files)      # examples, each once, however often this is called

A thumb up confirms the intent that was answered. A thumb down, and a conversation that was opened
again after the bot's answer, only say that the answer was wrong: they have no label, are never
learnt from, and come first in the review queue. An agent's answer says which intent it answered,
where it holds that intent's template.
Personal data is masked before a text is kept.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from whet.core.errors import InputError
from whet.data.audit.pii import mask_pii
from whet.products.support.desk.read import DeskFiles
from whet.products.support.learning.answered_intent import answered_intent
from whet.store.examples import Example
from whet.store.feedback import Feedback
from whet.store.predictions import Prediction
from whet.store.signals import Signal
from whet.store.store import Store

WEIGHTS: dict[str, float] = {"thumb": 0.5, "agent": 1.0, "reopened": 0.5, "feedback": 0.7}
"""How much each source counts where people disagree; a review counts 2."""

ANSWERING = ("template", "article", "composed")
"""Tiers that answer."""

EVER = datetime(1970, 1, 1, tzinfo=UTC)


def model_of(files: DeskFiles) -> str:
    """Return the name of a desk's model.

    Raises:
        InputError: it has none, so there is nothing to learn.
    """
    if files.model is None:
        raise InputError(
            f"The desk in {files.folder} must have a model to learn; it has no card.yaml and names "
            "none under `card`. Write a card, then run `whet build`."
        )
    return files.model


def collect(store: Store, files: DeskFiles, *, since: datetime = EVER) -> int:
    """Record what was said since a moment as examples; return how many are new."""
    model = model_of(files)
    found = [_of_signal(signal, model, files) for signal in store.signals.since(since)]
    said = store.feedback.corrections(model, since=since)
    found += [_of_feedback(answer, feedback) for answer, feedback in said]
    return store.examples.add([example for example in found if example is not None])


def answered_as(reply: Mapping[str, Any] | None) -> str | None:
    """Return the intent under which a reply answered; None where it did not answer."""
    reason = (reply or {}).get("reason") or {}
    intents = reason.get("intents") or []
    return str(intents[0]["intent"]) if intents and reason.get("tier") in ANSWERING else None


def _of_signal(signal: Signal, model: str, files: DeskFiles) -> Example | None:
    """Return what a signal teaches; None where it teaches nothing."""
    answered = answered_as(signal.reply)
    if signal.kind == "agent":
        label = answered_intent(signal.said, files.templates)
        return _example(signal, model, label=label) if label else None
    if answered is None:
        return None
    confirms = signal.kind == "thumb" and signal.said == "1"
    return _example(signal, model, label=answered if confirms else None)


def _example(signal: Signal, model: str, *, label: str | None) -> Example:
    """Return the example of a signal."""
    kind, place = signal.kind, f"{signal.conversation}:{signal.message}"
    return Example(
        id=f"{kind}:{place}:{signal.who}" if kind == "agent" else f"{kind}:{place}",
        model=model,
        text=mask_pii(signal.text),
        label=label,
        answered=answered_as(signal.reply),
        source=kind,
        who=_who(signal),
        at=signal.at,
        conversation=signal.conversation,
        message=signal.message,
        channel=signal.channel,
        language=str((signal.reply or {}).get("language") or signal.language),
        weight=WEIGHTS[kind],
        why="" if label else "the answer was wrong; nobody has said what is right",
    )


def _who(signal: Signal) -> str:
    """Return who says so; customers without a name are one person, since nobody can count them."""
    if signal.kind == "agent":
        return f"agent:{signal.who}"
    return f"customer:{signal.who}" if signal.who else f"customers without a name:{signal.channel}"


def _of_feedback(answer: Prediction, said: Feedback) -> Example | None:
    """Return what feedback over the API teaches; None where the message was not kept."""
    if answer.text is None:
        return None
    return Example(
        id=f"feedback:{said.id}",
        model=answer.name,
        text=mask_pii(answer.text),
        label=said.label,
        answered=None if answer.abstained else answer.label,
        source="feedback",
        who=f"key:{answer.key}" if answer.key else f"feedback:{said.source}",
        at=said.at,
        prediction=answer.id,
        weight=WEIGHTS["feedback"],
    )
