"""Who answers for a desk, who may answer next, and what speaks against it?"""

from whet.core.errors import InputError
from whet.products.support.answering.opening import CHAMPION
from whet.store.packages import AliasChange, Package
from whet.store.store import Store
from whet.store.trials import Trial

CHALLENGER = "challenger"


def champion_of(store: Store, model: str) -> Package:
    """Return the package that answers for a desk.

    Raises:
        InputError: there is none.
    """
    if CHAMPION not in store.packages.aliases(model):
        raise InputError(
            f"A model {model!r} must answer before it can be made better; none does yet. "
            "Run `whet build card.yaml` first."
        )
    return store.packages.resolve(model, CHAMPION)


def challenger_of(store: Store, model: str) -> str | None:
    """Return the version of the challenger; None where there is none, or it answers already."""
    aliases = store.packages.aliases(model)
    found = aliases.get(CHALLENGER)
    return None if found == aliases.get(CHAMPION) else found


def champions(changes: list[AliasChange]) -> list[str]:
    """Return the champions that a rollback would go through, oldest first, the present one last.

    Going back to the one before takes the last one away, so that a second rollback goes further
    back instead of forth.
    """
    line: list[str] = []
    for change in changes:
        if change.alias != CHAMPION:
            continue
        if len(line) > 1 and line[-2] == change.version:
            line.pop()
        else:
            line.append(change.version)
    return line


def with_reasons(trial: Trial) -> list[str]:
    """Return why a trial was not passed; none where it was."""
    gate = [] if trial.facts.get("gate_holds", True) else ["the gate of the card does not hold"]
    return [*trial.facts.get("reasons", []), *gate]
