"""Which task comes before which? A topological order, or the cycle that forbids one."""

from collections.abc import Mapping, Sequence

from whet.core.errors import InputError


def topological(names: Sequence[str], before: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the names so that each comes after all in `before[name]`; ties as in `names`.

    Raises:
        InputError: the order has a cycle; the sentence names its tasks.

    >>> topological(["c", "a", "b"], {"c": ["b"], "b": ["a"]})
    ['a', 'b', 'c']
    """
    waiting = {name: len(before.get(name, ())) for name in names}
    after: dict[str, list[str]] = {name: [] for name in names}
    for name, earlier in before.items():
        for other in earlier:
            after[other].append(name)
    ready = [name for name in names if not waiting[name]]
    for name in ready:  # grows while it is read
        for later in after[name]:
            waiting[later] -= 1
            if not waiting[later]:
                ready.append(later)
    if len(ready) < len(names):
        cycle = _cycle({name for name in names if waiting[name]}, before)
        raise InputError(
            f"The order of tasks must have no cycle; found {' → '.join(cycle)}. "
            "Take one of these links out."
        )
    return ready


def _cycle(left: set[str], before: Mapping[str, Sequence[str]]) -> list[str]:
    """Return one cycle among the tasks that could not be ordered, first name repeated at the end.

    Every task that is left waits for another that is left, so walking back must come round.
    """
    walk = [min(left)]
    while True:
        earlier = next(other for other in before[walk[-1]] if other in left)
        if earlier in walk:
            return [*walk[walk.index(earlier) :], earlier][::-1]
        walk.append(earlier)
