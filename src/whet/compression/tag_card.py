"""What does the README of a packaged tagger say? A model card in the format of the hub."""

from collections.abc import Sequence

import yaml

from whet.compression.parity import Parity
from whet.serving.contents import Contents


def tag_card(
    contents: Contents, *, report: str, use: str, not_for: str, parity: Sequence[Parity]
) -> str:
    """Return the README.md of a tagger's package; `report` is the classic one on test texts."""
    header = {
        "library_name": "whet",
        "pipeline_tag": "token-classification",
        "tags": ["whet", "onnx"],
    }
    level = f"{100 * contents.card.get('interval', {}).get('level', 0.95):.4g} %"
    measured = [
        f"- {name}: {value.value:.4f} ({level} interval {value.low:.4f} to {value.high:.4f})"
        for name, value in contents.metrics.items()
    ]
    forms = [
        f"- {entry.form}: other spans in {entry.flips:.2%} of {entry.rows:,} texts, "
        f"{entry.bytes / 1e6:.1f} MB, {entry.p50_ms:.1f} ms a text"
        f"{'' if entry.kept else f'; not kept: {entry.reason}'}"
        for entry in parity
    ]
    sections = [
        f"# {contents.name}",
        f"Finds spans of {', '.join(contents.labels)} in texts; "
        f"made from {contents.base or 'words alone'}.",
        f"## Use\n\n{use}",
        f"## Not for\n\n{not_for}",
        "## Results\n\nStrict: beginning, end and label must all be right.\n\n"
        + "\n".join(measured)
        + f"\n\n```text\n{report}```",
        "## Forms\n\n" + "\n".join(forms),
        f"## How to load\n\n    whet predict ./{contents.name} 'a text'",
    ]
    text = yaml.safe_dump(header, sort_keys=False)
    return f"---\n{text}---\n\n" + "\n\n".join(sections) + "\n"
