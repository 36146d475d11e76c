"""What does the README of a package say that is not of classes? In the format of the hub."""

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from whet.compression.parity import Parity
from whet.serving.contents import Contents


@dataclass(frozen=True)
class Told:
    """What only the kind of target can say of its package."""

    pipeline: str
    """The hub's name of the task."""
    headline: str
    """What the model does, in a sentence."""
    how: str
    """How the results are to be read."""
    more: str
    """What follows on the results, in Markdown; may be empty."""
    flips: str
    """What a share of texts means whose answer changed, such as `other spans in`."""
    asked: str = "'a text'"
    """What the model is asked on the command line."""


def short_card(contents: Contents, told: Told, *, parity: Sequence[Parity]) -> str:
    """Return the README.md of a package; use and limits are those of its card."""
    header = {
        "library_name": "whet",
        "pipeline_tag": told.pipeline,
        "tags": ["whet", "onnx"],
    }
    level = f"{100 * contents.card.get('interval', {}).get('level', 0.95):.4g} %"
    measured = [
        f"- {name}: {value.value:.4f} ({level} interval {value.low:.4f} to {value.high:.4f})"
        for name, value in contents.metrics.items()
    ]
    forms = [
        f"- {entry.form}: {told.flips} {entry.flips:.2%} of {entry.rows:,} texts, "
        f"{entry.bytes / 1e6:.1f} MB, {entry.p50_ms:.1f} ms a text"
        f"{'' if entry.kept else f'; not kept: {entry.reason}'}"
        for entry in parity
    ]
    results = f"## Results\n\n{told.how}\n\n" + "\n".join(measured)
    sections = [
        f"# {contents.name}",
        f"{told.headline}; made from {contents.base or 'words alone'}.",
        f"## Use\n\n{contents.card['use']}",
        f"## Not for\n\n{contents.card['not_for']}",
        f"{results}\n\n{told.more}" if told.more else results,
        "## Forms\n\n" + "\n".join(forms),
        f"## How to load\n\n    whet predict ./{contents.name} {told.asked}",
    ]
    text = yaml.safe_dump(header, sort_keys=False)
    return f"---\n{text}---\n\n" + "\n\n".join(sections) + "\n"
