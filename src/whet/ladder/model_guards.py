"""What do the guards find that need a model? Out-of-fold answers of the cheapest rung tell.

A build asks them of the rung that it climbs first; an audit climbs the cheapest rung for them.
"""

import time

from whet.core.progress import Progress
from whet.data.audit.finding import Finding
from whet.ladder.audit import Audited
from whet.ladder.candidates import Candidate
from whet.ladder.climb import climb
from whet.ladder.context import Context
from whet.ladder.targets.registry import open_target


def model_findings(context: Context, first: Candidate) -> list[Finding]:
    """Return what a candidate's answers say about the labels."""
    context.progress.start("guards that need a model")
    return open_target(context).findings(first)


def audit_labels(audited: Audited, *, progress: Progress) -> list[Finding]:
    """Return what the cheapest rung says about the labels of an audited card."""
    found: list[Finding] = []
    context = context_of(audited, progress=progress, candidates=[audited.card.kind.rungs[0]])
    climb(
        context,
        started=time.monotonic(),
        on_step=lambda step: None,
        after_first=lambda first: found.extend(model_findings(context, first)),
    )
    return found


def context_of(
    audited: Audited, *, progress: Progress, candidates: list[str] | None = None
) -> Context:
    """Return what the rungs of an audited card share; other `candidates` replace the card's."""
    card = audited.card
    if candidates is not None:
        card = card.model_copy(update={"candidates": candidates})
    return Context(
        card=card,
        card_folder=audited.card_path.resolve().parent,
        dataset=audited.dataset,
        cache_folder=audited.workspace.cache,
        work_folder=audited.workspace.cache / "training" / card.name,
        progress=progress,
        seed=card.seed,
    )
