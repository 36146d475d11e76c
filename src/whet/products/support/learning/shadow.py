"""What would the challenger say to live messages? Computed beside the champion, never shown.

    with Shadow(store, files, knowledge=lambda: answers.current.knowledge) as shadow:
        engine = Engine(conversations, answerer, on_answer=shadow.see)

A desk that is opened has one (`open_desk`). `see` puts a message into a queue and returns at once.
One thread answers; where it is behind, messages are left out and counted. Nothing outside is asked:
a lookup is taken to have found what the template shows, and nothing is worded by an endpoint, so
that only the models differ.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from threading import BoundedSemaphore
from typing import Self

from whet.core.errors import WhetError
from whet.products.support.answering.answerer import Answerer
from whet.products.support.answering.intents import PackageIntents
from whet.products.support.answering.knowledge import Knowledge
from whet.products.support.answering.lookups import Found, Lookups
from whet.products.support.answering.opening import predictor_of
from whet.products.support.conversation.bot import Work
from whet.products.support.desk.read import DeskFiles
from whet.products.support.learning.standing import challenger_of, champion_of
from whet.products.support.turns import Reply
from whet.store.store import Store
from whet.store.trials import Shadow as Kept

_LOG = logging.getLogger(__name__)
_MOST_WAITING = 200


class TakenAsFound(Lookups):
    """Lookups that ask nobody, and show an ellipsis for each value."""

    def __init__(self) -> None:
        super().__init__({})

    def ask(self, name: str, slots: Mapping[str, str], fields: Sequence[str]) -> Found:
        """Return that every field was found."""
        return Found("found", dict.fromkeys(fields, "…"), "")


@dataclass(frozen=True)
class _Challenger:
    """Who is compared, and what answers for it."""

    model: str
    champion: str
    """Version."""
    version: str
    answerer: Answerer


class Shadow:
    """Answers live messages by the challenger, without being heard.

    Args:
        store: of the workspace.
        files: the desk; one without a model has no challenger.
        knowledge: returns the articles that the champion answers from.
        most_waiting: messages that may wait; more are left out.
    """

    def __init__(
        self,
        store: Store,
        files: DeskFiles,
        *,
        knowledge: Callable[[], Knowledge | None] = lambda: None,
        most_waiting: int = _MOST_WAITING,
    ) -> None:
        self._store, self._files, self._knowledge = store, files, knowledge
        self._room = BoundedSemaphore(most_waiting)
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="whet-shadow")
        self._made_of: tuple[str | None, str] | None = None
        self._current: _Challenger | None = None
        self.left_out = 0
        """Messages that were not looked at, because too many waited."""
        self.refresh()

    def refresh(self) -> None:
        """Follow the aliases: a new challenger is asked from now on, and a promoted one no more.

        A challenger whose package is damaged is left out: the desk answers as before.
        """
        model = self._files.model
        challenger = challenger_of(self._store, model) if model else None
        champion = champion_of(self._store, model).version if model and challenger else ""
        if (challenger, champion) == self._made_of:
            return
        self._made_of = (challenger, champion)
        self._current = None
        if model is None or challenger is None:
            return
        try:
            predictor = predictor_of(model, self._store, version=challenger)
        except WhetError as error:
            _LOG.warning("challenger %s answers no live message: %s", challenger, error)
            return
        answerer = Answerer(
            self._files,
            model=PackageIntents(predictor) if predictor else None,
            knowledge=self._knowledge(),
            lookups=TakenAsFound(),
        )
        self._current = _Challenger(model, champion, challenger, answerer)

    def see(self, work: Work, reply: Reply) -> None:
        """Let the challenger answer a message too; return at once, and never fail."""
        challenger = self._current
        if challenger is None:
            return
        if not self._room.acquire(blocking=False):
            self.left_out += 1
            return
        try:
            self._threads.submit(self._answer, challenger, work, reply)
        except RuntimeError:  # it was closed meanwhile
            self._room.release()

    def close(self) -> None:
        """Finish what waits, and end the thread."""
        self._threads.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self, challenger: _Challenger, work: Work, old: Reply) -> None:
        """Answer one message and keep how it compares."""
        try:
            new = challenger.answerer.answer(work.turn)
            kept = _kept(challenger, work, (old, new), self._store.database.clock())
            self._store.trials.add_shadows([kept])
        except Exception:  # whatever it is, the customer has been answered
            _LOG.exception("%s: the challenger could not answer", work.conversation)
        finally:
            self._room.release()


def _kept(challenger: _Challenger, work: Work, both: tuple[Reply, Reply], at: datetime) -> Kept:
    """Return what is kept of two answers; no text is."""
    old, new = both
    return Kept(
        model=challenger.model,
        challenger=challenger.version,
        conversation=work.conversation,
        message=work.in_reply_to,
        champion=challenger.champion,
        at=at,
        old_intent=_intent(old),
        new_intent=_intent(new),
        old_action=old.action,
        new_action=new.action,
        old_tier=_tier(old),
        new_tier=_tier(new),
        agrees=_essence(old) == _essence(new),
        seconds=new.seconds,
    )


def _intent(reply: Reply) -> str | None:
    """Return the likeliest intent of a reply."""
    return reply.reason.intents[0].intent if reply.reason.intents else None


def _tier(reply: Reply) -> str:
    """Return the tier; what an endpoint worded from articles counts as them."""
    return "article" if reply.reason.tier == "composed" else reply.reason.tier


def _essence(reply: Reply) -> tuple[object, ...]:
    """Return what two answers must share to be the same to a customer."""
    cited = {source.document for source in reply.reason.sources}
    return reply.action, _tier(reply), _intent(reply), frozenset(cited)
