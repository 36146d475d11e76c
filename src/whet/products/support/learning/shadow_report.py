"""How do a challenger's silent answers to live messages compare with the champion's?"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy.sparse import csr_array

from whet.core.errors import InputError
from whet.evaluation.intervals import Interval, bootstrap_sums
from whet.store.columns import Json
from whet.store.examples import Example
from whet.store.store import Store


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
    """Return how a challenger's answers compare with those of the champion that it met last.

    Intervals resample whole conversations.

    Raises:
        InputError: it has seen no message.
    """
    seen = store.trials.shadows(model, challenger)
    if not seen:
        raise InputError(
            f"Challenger {challenger} must have seen live messages to be looked at; it has seen "
            "none. Serve the desk with it for a while: `whet support serve`."
        )
    champion = seen[-1].champion
    seen = [one for one in seen if one.champion == champion]
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
        champion=champion,
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
