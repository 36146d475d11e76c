"""Which articles want care? Those that nobody owns, reviewed too long ago, or never used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from whet.store.articles import ArticleUse
from whet.store.passages import Kept

REVIEW_DAYS = 180
"""How long a review holds, unless a desk says otherwise."""


@dataclass(frozen=True)
class ArticleHealth:
    """What is known of one article."""

    id: str
    title: str
    owner: str
    language: str
    passages: int
    source: str
    changed: datetime
    """When it last changed in the index."""
    reviewed: datetime | None
    days: int | None
    """Whole days since it was reviewed; None where nobody said when that was."""
    is_stale: bool
    """Whether the review is too old, or unknown."""
    uses: int
    """Answers that cited it."""
    is_searched_by_meaning: bool


def health_of(
    articles: Sequence[Kept],
    uses: Sequence[ArticleUse],
    *,
    now: datetime,
    review_days: int = REVIEW_DAYS,
) -> list[ArticleHealth]:
    """Return what is known of each article, in the order given.

    Args:
        articles: as an index lists them.
        uses: of those articles, in any order.
        now: the present moment.
        review_days: how long a review holds.
    """
    counted = {use.document: use.uses for use in uses}
    return [_health(kept, counted.get(kept.document.id, 0), now, review_days) for kept in articles]


def _health(kept: Kept, uses: int, now: datetime, review_days: int) -> ArticleHealth:
    """Return what is known of one article."""
    document = kept.document
    # A review of tomorrow, by a clock that is ahead, is one of today.
    age = None if document.reviewed is None else max(now - document.reviewed, timedelta())
    return ArticleHealth(
        id=document.id,
        title=document.title,
        owner=document.owner,
        language=document.language,
        passages=len(document.passages),
        source=document.source,
        changed=kept.changed,
        reviewed=document.reviewed,
        days=None if age is None else age.days,
        is_stale=age is None or age.days > review_days,
        uses=uses,
        is_searched_by_meaning=bool(kept.embedder),
    )
