"""How do bases look on a terminal? The catalogue, one base, and a ranking for a card."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from whet.cli.tables import new_table

if TYPE_CHECKING:
    from whet.models.shortlist import Choice

_HOW = (
    "Seconds are an estimate: a small stack of layers was run here, and its seconds per parameter "
    "and token are scaled to this base (without its embedding table) and to 1,000 texts of 32 "
    "tokens. Memory is an estimate: 4 bytes a parameter to use the base, 16 to tune all of it; "
    "what lies between the layers comes on top."
)


def bases_table(choices: Sequence["Choice"]) -> Table:
    """Return bases as a table, those that can be loaded here first."""
    right = ("parameters", "memory", "s/1,000 texts")
    table = new_table("base", "here", "kind", "languages", "licence", *right, right=right)
    for choice in sorted(choices, key=lambda choice: choice.where is None):
        seconds = choice.seconds_per_1000_texts
        table.add_row(
            choice.name,
            choice.where or "",
            choice.kind,
            ", ".join(choice.languages) or "not stated",
            choice.licence,
            f"{choice.parameters / 1e6:.1f} M",
            f"{choice.memory_to_use_bytes / 1e6:,.0f} MB",
            "" if seconds is None else f"~{seconds:.1f}",
        )
    return table


def print_base(console: Console, choice: "Choice") -> None:
    """Print everything about one base."""
    seconds = choice.seconds_per_1000_texts
    lines = {
        "Hub id": choice.hub or "a local folder",
        "Can be loaded": f"yes, {choice.where}: {choice.folder}" if choice.where else "not here",
        "Needs": ", ".join(_NEEDS.get(need, need) for need in choice.needs),
        "Architecture": f"{choice.family}, {choice.kind}",
        "Parameters": f"{choice.parameters:,}",
        "Longest input": f"{choice.max_tokens:,} tokens",
        "Languages": ", ".join(choice.languages) or "not stated",
        "Licence": choice.licence,
        "Memory": f"about {choice.memory_to_use_bytes / 1e6:,.0f} MB to use, "
        f"{choice.memory_to_tune_bytes / 1e6:,.0f} MB to tune",
        "Seconds": "" if seconds is None else f"about {seconds:.1f} per 1,000 texts of 32 tokens",
    }
    console.print(Text(choice.name, style="bold"))
    for label, value in lines.items():
        if value:
            console.print(f"  {label}: {value}", soft_wrap=True)
    console.print(_HOW)


_NEEDS = {
    "pickle": "trust in a pickle (--trust-pickle)",
    "tokenizer": "a tokenizer.json that is made once",
}


def print_ranking(console: Console, facts: Mapping[str, Any]) -> None:
    """Print the ranking of bases for a card, and how right such rankings were so far."""
    rows = facts["rows"]
    right = ("LogME", "seconds")
    table = new_table("base", facts["metric"], "against the first", "curve", *right, right=right)
    for base in facts["bases"]:
        against = base["against_first"]
        table.add_row(
            base["base"],
            f"{base['probe']:.3f} [{base['probe_low']:.3f}, {base['probe_high']:.3f}]",
            "" if against is None else _difference(against),
            ", ".join(f"{point['size']}: {point['value']:.3f}" for point in base["curve"]),
            f"{base['logme']:.3f} [{base['logme_low']:.3f}, {base['logme_high']:.3f}]",
            f"{base['seconds']:.1f}",
        )
    console.print(table)
    console.print(
        f"Estimates from a frozen probe on {rows['learn']} rows, judged on {rows['judge']} of the "
        f"{rows['of']} development rows; no test row was looked at."
    )
    for kind, title in (("probe", "The probe"), ("logme", "LogME")):
        console.print(f"{title} so far: {facts['record'][kind]['sentence']}.")


def _difference(against: Mapping[str, Any]) -> str:
    """Return a verdict with its difference."""
    difference = against["difference"]
    return (
        f"{against['verdict']} ({difference['value']:+.3f}, "
        f"{difference['low']:+.3f} to {difference['high']:+.3f})"
    )
