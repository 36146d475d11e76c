"""What is wrong with a card's data? The guards that need no model, as `whet audit` runs them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whet.cards.read import read_card
from whet.cards.schema import Card, Trust
from whet.core.progress import Progress
from whet.core.workspace import Workspace, find_workspace
from whet.data.audit.finding import Finding
from whet.data.audit.languages import READ_NO_BASE
from whet.data.audit.run import CHECKS_OF, audit
from whet.data.frame import Dataset
from whet.data.load import load
from whet.models.bases import find_base
from whet.models.encoder import MAX_TOKENS, load_tokenizer, token_ids


@dataclass(frozen=True)
class Audited:
    """A card, its data, and what the guards found."""

    card: Card
    card_path: Path
    workspace: Workspace
    dataset: Dataset
    findings: list[Finding]
    version: str | None = None
    """Data version that was read instead of the card's own files."""


def audit_card(
    card_path: Path,
    *,
    progress: Progress,
    version: str | None = None,
    trust: Trust | None = None,
) -> Audited:
    """Return what the guards find in the data of a card, or in a data version made from it.

    `trust` adds to what the card itself trusts.
    """
    card = read_card(card_path).trusting(trust or Trust())
    workspace = find_workspace(card_path)
    progress.start("reading the data")
    place = workspace.versions / version if version else None
    dataset = load(card, card_path.resolve().parent, version=place)
    counter = _token_counter(card, card_path.resolve().parent)
    limit = MAX_TOKENS if counter else None
    findings = audit(card, dataset, max_tokens=counter, token_limit=limit, progress=progress)
    return Audited(card, card_path, workspace, dataset, findings, version)


def _token_counter(card: Card, folder: Path) -> Callable[[Sequence[str]], NDArray[np.int64]] | None:
    """Return what counts the tokens of texts; None for a card whose rungs read no tokens."""
    if "truncation" not in CHECKS_OF[card.target.kind] or set(card.rungs) <= READ_NO_BASE:
        return None
    tokenizer = load_tokenizer(find_base(card.base, folder, card.trust))

    def count(texts: Sequence[str]) -> NDArray[np.int64]:
        return np.array([len(row) for row in token_ids(tokenizer, texts)], dtype=np.int64)

    return count
