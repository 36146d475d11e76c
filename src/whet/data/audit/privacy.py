"""Do the texts hold personal data? What the model is trained on, it can show."""

from collections import Counter

from whet.cards.schema import Card
from whet.data.audit.finding import FIX, MAX_EXAMPLES, Example, Finding, shown
from whet.data.audit.parts import parts
from whet.data.audit.pii import Span, find_pii
from whet.data.frame import Dataset, Frame


def personal_data(card: Card, dataset: Dataset) -> list[Finding]:
    """Find texts of any part with an e-mail, a phone, a card or an identity number in them."""
    hits: list[tuple[str, Frame, int, list[Span]]] = []
    for name, frame in parts(dataset).items():
        found = [(i, find_pii(text)) for i, text in enumerate(frame.texts)]
        hits += [(name, frame, i, spans) for i, spans in found if spans]
    if not hits:
        return []
    kinds = Counter(span.kind for *_, spans in hits for span in spans)
    told = ", ".join(f"{count:,} {kind}" for kind, count in sorted(kinds.items()))
    packed = (
        "Training texts are packed with the model and shown as evidence. "
        if card.package.evidence
        else ""
    )
    sentence = (
        f"Texts with personal data: {len(hits):,} ({told}). {packed}{FIX} writes the kind in "
        "brackets in its place. Names and addresses are not looked for."
    )
    examples = tuple(
        Example(
            frame.rows[i],
            frame.source,
            _around(frame.texts[i], spans[0]),
            f"{name}: {', '.join(span.kind for span in spans)}",
        )
        for name, frame, i, spans in hits[:MAX_EXAMPLES]
    )
    return [Finding("pii", "warn", len(hits), sentence, examples, fixable=True)]


def _around(text: str, span: Span) -> str:
    """Return the text from shortly before its first personal data on, so that a cut shows it."""
    start = max(0, span.start - 60)
    return ("…" if start else "") + shown(text[start:])
