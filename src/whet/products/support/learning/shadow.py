"""What would the challenger say to live messages? Computed beside the champion, never shown.

    with Shadow(store, files) as shadow:
        engine = Engine(conversations, answerer, on_answer=shadow.see)

`see` puts a message into a queue and returns at once. One thread answers; where it is behind,
messages are left out and counted. Nothing outside is asked: a lookup is taken to have found what
the template shows, and nothing is worded by an endpoint, so that only the models differ.
"""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from threading import BoundedSemaphore
from typing import Self

import numpy as np
from scipy.sparse import csr_array

from whet.core.errors import InputError
from whet.evaluation.intervals import Interval, bootstrap_sums
from whet.products.support.answering.answerer import Answerer
from whet.products.support.answering.intents import PackageIntents
from whet.products.support.answering.knowledge import Knowledge
from whet.products.support.answering.lookups import Found, Lookups
from whet.products.support.answering.opening import predictor_of
from whet.products.support.conversation.bot import Work
from whet.products.support.desk.read import DeskFiles
from whet.products.support.learning.collecting import model_of
from whet.products.support.learning.promotion import CHALLENGER
from whet.products.support.learning.retraining import champion_of
from whet.products.support.turns import Reply
from whet.store.columns import Json
from whet.store.examples import Example
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


class Shadow:
    """Answers live messages by the challenger, without being heard.

    It follows the aliases as they were when it was made: make a new one after a promotion.
    """

    def __init__(
        self,
        store: Store,
        files: DeskFiles,
        *,
        knowledge: Knowledge | None = None,
        most_waiting: int = _MOST_WAITING,
    ) -> None:
        self._store, self._model = store, model_of(files)
        self._champion = champion_of(store, self._model).version
        self._challenger = store.packages.aliases(self._model).get(CHALLENGER)
        if self._challenger == self._champion:
            self._challenger = None
        predictor = None
        if self._challenger is not None:
            predictor = predictor_of(self._model, store, version=self._challenger)
        model = PackageIntents(predictor) if predictor else None
        self._answerer = Answerer(files, model=model, knowledge=knowledge, lookups=TakenAsFound())
        self._room = BoundedSemaphore(most_waiting)
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="whet-shadow")
        self.left_out = 0
        """Messages that were not looked at, because too many waited."""

    def see(self, work: Work, reply: Reply) -> None:
        """Let the challenger answer a message too; return at once, and never fail."""
        if self._challenger is None:
            return
        if not self._room.acquire(blocking=False):
            self.left_out += 1
            return
        try:
            self._threads.submit(self._answer, work, reply)
        except RuntimeError:  # it was closed meanwhile
            self._room.release()

    def close(self) -> None:
        """Finish what waits, and end the thread."""
        self._threads.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self, work: Work, old: Reply) -> None:
        """Answer one message and keep how it compares."""
        try:
            new = self._answerer.answer(work.turn)
            places = (work.conversation, work.in_reply_to)
            self._store.trials.add_shadows([self._kept(places, old, new)])
        except Exception:  # whatever it is, the customer has been answered
            _LOG.exception("%s: the challenger could not answer", work.conversation)
        finally:
            self._room.release()

    def _kept(self, place: tuple[str, int], old: Reply, new: Reply) -> Kept:
        """Return what is kept of two answers; no text is."""
        return Kept(
            model=self._model,
            challenger=str(self._challenger),
            conversation=place[0],
            message=place[1],
            champion=self._champion,
            at=self._store.database.clock(),
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


@dataclass(frozen=True)
class ShadowReport:
    """How a challenger's answers compare with the champion's."""

    model: str
    champion: str
    challenger: str
    messages: int
    agree: Interval
    """Share of messages to which both answer the same."""
    handed_over: tuple[Interval, Interval]
    """Share that the champion and the challenger hand over."""
    more_handed_over: Interval
    """The challenger's share minus the champion's, paired."""
    with_feedback: int
    """Messages whose right intent somebody said."""
    negative_flips: tuple[Json, ...]
    """Of them, those that only the champion has right."""
    gained: int
    """Of them, those that only the challenger has right."""

    def as_json(self) -> Json:
        """Return the report as JSON can hold it."""
        return asdict(self)


def shadow_report(store: Store, model: str, challenger: str) -> ShadowReport:
    """Return how a challenger's answers compare; intervals resample whole conversations.

    Raises:
        InputError: it has seen no message.
    """
    seen = store.trials.shadows(model, challenger)
    if not seen:
        raise InputError(
            f"Challenger {challenger} must have seen live messages to be looked at; it has seen "
            "none. Serve the desk with it for a while: `whet support serve`."
        )
    units = [one.conversation for one in seen]
    over = [
        [float(action == "hand_over") for action in (one.old_action, one.new_action)]
        for one in seen
    ]
    truths = _truths(store.examples.all(model))
    labelled = [(one, truths.get((one.conversation, one.message))) for one in seen]
    known = [(one, truth) for one, truth in labelled if truth is not None]
    lost = [(o, t) for o, t in known if o.old_intent == t and o.new_intent != t]
    return ShadowReport(
        model=model,
        champion=seen[-1].champion,
        challenger=challenger,
        messages=len(seen),
        agree=share([float(one.agrees) for one in seen], units),
        handed_over=(share([o[0] for o in over], units), share([o[1] for o in over], units)),
        more_handed_over=share([o[1] - o[0] for o in over], units, lower=-1.0),
        with_feedback=len(known),
        negative_flips=tuple(
            {"conversation": o.conversation, "message": o.message, "intent": t, "new": o.new_intent}
            for o, t in lost
        ),
        gained=sum(o.old_intent != t and o.new_intent == t for o, t in known),
    )


def share(
    values: Sequence[float], units: Sequence[str], *, lower: float = 0.0, seed: int = 0
) -> Interval:
    """Return the mean of values in [lower, 1], with its 95 % interval over whole units."""
    codes = np.unique(np.array(units), return_inverse=True)[1]
    sums = np.zeros((int(codes.max()) + 1, 2))
    np.add.at(sums, codes, np.column_stack([values, np.ones(len(values))]))
    return bootstrap_sums(
        lambda s: s[:, 0] / np.maximum(s[:, 1], 1e-12),
        csr_array(sums),
        lower=lower,
        n=1000,
        level=0.95,
        seed=seed,
    )


def _truths(examples: Sequence[Example]) -> dict[tuple[str, int], str]:
    """Return the right intent of each message that somebody labelled and nobody rejected."""
    found: dict[tuple[str, int], tuple[float, str]] = {}
    for e in examples:
        if e.label is None or e.state != "accepted" or e.conversation is None or e.message is None:
            continue
        key = (e.conversation, e.message)
        found[key] = max(found.get(key, (0.0, "")), (e.weight, e.label))
    return {key: label for key, (_, label) in found.items()}
