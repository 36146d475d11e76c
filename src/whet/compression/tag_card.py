"""What does the README of a packaged tagger say? A model card in the format of the hub."""

from collections.abc import Sequence

from whet.compression.parity import Parity
from whet.compression.short_card import Told, short_card
from whet.serving.contents import Contents


def tag_card(contents: Contents, *, report: str, parity: Sequence[Parity]) -> str:
    """Return the README.md of a tagger's package; `report` is the classic one on test texts."""
    told = Told(
        pipeline="token-classification",
        headline=f"Finds spans of {', '.join(contents.labels)} in texts",
        how="Strict: beginning, end and label must all be right.",
        more=f"```text\n{report}```",
        flips="other spans in",
    )
    return short_card(contents, told, parity=parity)
