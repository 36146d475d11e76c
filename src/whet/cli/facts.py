"""How does a build look on a terminal? Its facts as a few tables and sentences."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from whet.cards.schema import LOWER_IS_BETTER
from whet.cli.tables import new_table

Facts = Mapping[str, Any]

_STYLES = {"beats": "green", "first": "", "worse": "red"}


def summary(facts: Facts) -> dict[str, Any]:
    """Return what `whet build --json` prints: the outcome, without examples and figures."""
    verdict = ("candidate", "metric", "value", "low", "high", "against", "verdict")
    risk = ("coverage", "risk", "threshold", "auroc", "oos_recall_at_5pct")
    return {
        "name": facts["name"],
        "verdicts": [_pick(v, (*verdict, "seconds", "peak_bytes")) for v in facts["verdicts"]],
        "winner": facts["winner"],
        "test": facts["test"],
        "risk": facts["risk"] and _pick(facts["risk"], risk),
        "curve": facts["curve"],
        "package": _pick(facts["package"], ("path", "bytes", "parity")),
        "report": facts["report"],
    }


def print_facts(console: Console, facts: Facts) -> None:
    """Print the outcome of a build: verdicts, winner, test, gate, risk, curve, package, report."""
    print_verdicts(console, facts)
    console.print(_test_table(facts))
    for line in _gate_lines(facts):
        console.print(line)
    if facts["risk"] is not None:
        console.print(facts["risk"]["sentence"])
    console.print(curve_sentence(facts["curve"]))
    console.print(_parity_table(facts["package"]["parity"]))
    # Never broken: people copy the paths.
    console.print(f"Package: {facts['package']['path']}", soft_wrap=True)
    console.print(f"Report:  {facts['report']}", soft_wrap=True)


def print_verdicts(console: Console, facts: Facts) -> None:
    """Print the verdict table, and which candidate won and why."""
    console.print(_verdict_table(facts["verdicts"]))
    console.print(Text.assemble("Winner: ", (facts["winner"], "bold"), f". {facts['why']}"))


def curve_sentence(curve: Facts) -> str:
    """Return what more labels would bring, or why that cannot be said."""
    following = curve["next"]
    if following is None:
        return f"More labels: no forecast. {curve['refused']}"
    change, low, high = (following[name] for name in ("gain", "low", "high"))
    if curve["metric"] in LOWER_IS_BETTER:  # a gain is then a fall
        change, low, high = -change, -high, -low
    return (
        f"More labels: {following['labels']:,} more would change {curve['metric']} by "
        f"{change:+.3f} ({low:+.3f} to {high:+.3f})."
    )


def interval(result: Facts | None) -> str:
    """Return a value with its interval.

    >>> interval({"value": 0.8612, "low": 0.8349, "high": 0.8861})
    '0.861 [0.835, 0.886]'
    """
    if result is None or result["value"] is None:
        return "–"
    return f"{result['value']:.3f} [{result['low']:.3f}, {result['high']:.3f}]"


def _verdict_table(verdicts: Iterable[Facts]) -> Table:
    """Return one row per candidate; of one that was not climbed only why."""
    right = ("seconds", "memory")
    table = new_table("candidate", "metric", "value", "against", "verdict", *right, right=right)
    for row in verdicts:
        if row["verdict"] == "skipped":
            table.add_row(row["candidate"], "", "", "", Text(row["reason"], style="dim"), "", "")
            continue
        table.add_row(
            row["candidate"],
            row["metric"],
            interval(row),
            row["against"] or "",
            Text(row["verdict"], style=_STYLES.get(row["verdict"], "yellow")),
            f"{row['seconds']:.1f}",
            f"{row['peak_bytes'] / 1e6:.0f} MB",
        )
    return table


def _test_table(facts: Facts) -> Table:
    """Return the winner's test metrics beside those of the baseline and of the trivial answer."""
    # The cheapest rung is its own baseline when it wins.
    others = [other for other in (facts["baseline"], facts["trivial"]) if other is not None]
    table = new_table("on test rows", facts["winner"], *(other["name"] for other in others))
    for metric, result in facts["test"].items():
        beside = (interval(other["test"].get(metric)) for other in others)
        table.add_row(metric, interval(result), *beside)
    return table


def _gate_lines(facts: Facts) -> list[Text]:
    """Return one line per gated metric, and what a failed gate means."""
    lines = [
        Text(
            f"Gate: {row['metric']} must be at {_side(row['metric'])} {row['required']} with its "
            f"whole interval; it is {interval(row)}: {'holds' if row['holds'] else 'fails'}.",
            style="" if row["holds"] else "red",
        )
        for row in facts["gate"]
    ]
    if not facts["gate_holds"]:
        lines.append(Text("The package is kept to look at, and does not answer by itself."))
    return lines or [Text("Gate: the card sets none.")]


def _side(metric: str) -> str:
    """Return on which side of a bound a metric must lie."""
    return "most" if metric in LOWER_IS_BETTER else "least"


def _parity_table(parity: Iterable[Facts]) -> Table:
    """Return how each form of the package answers, beside the model that was measured."""
    right = ("label flips", "loss", "size", "p50", "texts/s")
    table = new_table("form", *right, "kept", right=right)
    for row in parity:
        table.add_row(
            row["form"],
            f"{row['flips']:.2%}",
            f"{row['metric_loss']:.4f}",
            f"{row['bytes'] / 1e6:.1f} MB",
            f"{row['p50_ms']:.1f} ms",
            f"{row['texts_per_s']:.0f}",
            "yes" if row["kept"] else f"no: {row['reason']}",
        )
    return table


def _pick(row: Facts, keys: Iterable[str]) -> dict[str, Any]:
    """Return some of the keys of a row."""
    return {key: row[key] for key in keys}
