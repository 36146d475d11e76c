"""What do customers want, what is taken for what, and which intents are really one, or two?"""

from collections.abc import Callable

from starlette.responses import Response

from whet.core.errors import InputError
from whet.server.console import mined
from whet.server.console.ask import Ask, go
from whet.server.console.rendering import page

_PAIRS = 20


def intents(ask: Ask) -> Response:
    """List the intents, and the pairs that are confused most."""
    pairs = mined.confused(ask.desk) or []
    shown = mined.intents_of(ask.desk)
    return page(ask, "intents.html", active="intents", intents=shown, pairs=pairs[:_PAIRS])


def intent(ask: Ask) -> Response:
    """Show one intent."""
    return _show(ask)


def decide(ask: Ask) -> Response:
    """Rename, accept, leave out, merge, split, or change the answer."""
    acts: dict[str, Callable[[Ask, str], None]] = {
        "rename": lambda a, one: mined.rename(a.desk, one, a.sent("name").strip()),
        "accept": lambda a, one: mined.accept(a.desk, one, accepted=True),
        "leave": lambda a, one: mined.accept(a.desk, one, accepted=False),
        "merge": lambda a, one: mined.merge(a.desk, one, a.sent("other")),
        "split": lambda a, one: mined.split(a.desk, one, a.number("parts", 2) or 2),
        "answer": _answer,
    }
    one, what = ask.part("intent"), ask.sent("do")
    if what not in acts:
        raise InputError(f"An intent can be decided about by {', '.join(acts)}; found {what!r}.")
    try:
        acts[what](ask, one)
    except InputError as error:
        return _show(ask, str(error))
    ask.done(f"intent.{what}", one, name=ask.sent("name") or None, other=ask.sent("other") or None)
    return go(f"/intents/show/{one}", "answer" if what == "answer" else "intent")


def _answer(ask: Ask, one: str) -> None:
    """Keep the answer to an intent, in each language of the desk."""
    texts = {spoken: ask.sent(f"answer-{spoken}") for spoken in _languages(ask)}
    mined.set_answer(ask.desk, mined.intent_of(ask.desk, one).name, texts)


def _languages(ask: Ask) -> list[str]:
    """Return the languages that the desk speaks."""
    return list(ask.desk.files.desk.languages) if ask.desk.files else []


def _show(ask: Ask, problem: str = "") -> Response:
    """Return the page of one intent."""
    one = mined.intent_of(ask.desk, ask.part("intent"))
    others = [other for other in mined.intents_of(ask.desk) if other.is_mined]
    known = mined.confused(ask.desk)
    pairs = [pair for pair in known or [] if one.name in (pair.truth, pair.taken_for)]
    return page(
        ask,
        "intent.html",
        status=400 if problem else 200,
        active="intents",
        one=one,
        others=[other for other in others if other.id != one.id],
        pairs=pairs[:_PAIRS],
        is_known=known is not None,
        # What was typed stays where it was refused.
        typed={s: ask.sent(f"answer-{s}") or one.template.get(s, "") for s in _languages(ask)},
        problem=problem,
    )
