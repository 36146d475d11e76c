"""What do the rungs of tags learn from? The texts of the build with their spans."""

from functools import cached_property

from whet.core.spans import Span
from whet.data.tagging.rows import spans_of
from whet.ladder.context import Context
from whet.models.output import Ids
from whet.serving.tagging.tag_set import TagSet


class TagRows:
    """The development and test rows of one build."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.tag_set = TagSet(context.dataset.labels)

    @cached_property
    def _spans(self) -> tuple[tuple[Span, ...], ...]:
        """Return the spans of every row, development rows first."""
        context = self.context
        labels = (*context.development.labels, *context.dataset.test.labels)
        return tuple(spans_of(label) for label in labels)

    def texts(self, rows: Ids) -> list[str]:
        """Return the texts of some rows."""
        return [self.context.texts[row] for row in rows]

    def spans(self, rows: Ids) -> list[tuple[Span, ...]]:
        """Return the true spans of some rows."""
        return [self._spans[row] for row in rows]
