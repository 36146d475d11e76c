"""Which predictions should a person look at? The most instructive first."""

from starlette.responses import Response

from whet.core.errors import InputError
from whet.feedback.queue import Asked
from whet.products.support.answering.opening import intents_of
from whet.products.support.learning.collecting import model_of
from whet.products.support.learning.reviewing import review as keep
from whet.products.support.learning.reviewing import to_review
from whet.server.console.ask import Ask, go
from whet.server.console.rendering import page
from whet.store.feedback import OUT_OF_SCOPE

_LINES = 10


def review(ask: Ask) -> Response:
    """Show the queue; what was skipped in this round is left out of it."""
    return _show(ask)


def label(ask: Ask) -> Response:
    """Keep a label, say that it is out of scope, reject, or skip."""
    files = ask.desk.files
    if files is None:
        raise InputError("A review needs a desk with a desk.yaml; this one has none.")
    ident, what = ask.sent("id"), ask.sent("do")
    skipped = [one for one in ask.sent("skipped").split(" ") if one]
    if what == "skip":
        return go("/review", skipped=" ".join([*skipped, ident][-50:]))
    chosen = {"accept": ask.sent("guess"), "other": ask.sent("label"), "out": OUT_OF_SCOPE}
    if what not in chosen:
        raise InputError(f"A review is accept, other, out or skip; found {what!r}.")
    try:
        keep(ask.store, files, ident, label=chosen[what], by=f"{ask.me.role}:{ask.me.name}")
    except InputError as error:
        return _show(ask, str(error))
    ask.done("review", ident, label=chosen[what])
    return go("/review", "reviewed", skipped=" ".join(skipped))


def _show(ask: Ask, problem: str = "") -> Response:
    """Return the page of the queue."""
    files = ask.desk.files
    queue: list[Asked] = []
    intents: list[str] = []
    skipped = (ask.query("skipped") or ask.sent("skipped")).split(" ")
    if files is not None and files.model is not None:
        intents = intents_of(model_of(files), ask.store) or []
        found = to_review(ask.store, files, budget=_LINES + len(skipped))
        queue = [one for one in found if one.candidate.id not in skipped][:_LINES]
    return page(
        ask,
        "review.html",
        status=400 if problem else 200,
        active="review",
        queue=queue,
        intents=intents,
        skipped=" ".join(skipped).strip(),
        out_of_scope=OUT_OF_SCOPE,
        problem=problem,
    )
