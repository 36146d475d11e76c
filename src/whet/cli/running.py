"""How do runs look on a terminal? One run with all that was kept of it, and two runs compared."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from whet.cards.differences import card_fields
from whet.cli.facts import interval
from whet.cli.tables import as_plain, new_table, runs_table

if TYPE_CHECKING:
    from whet.core.workspace import Workspace
    from whet.store.curves import CurvePoint
    from whet.store.measurements import Cost, Metric
    from whet.store.runs import RunDetails
    from whet.store.store import Store


@dataclass(frozen=True)
class RunRecord:
    """Everything that is kept of one run."""

    details: "RunDetails"
    costs: list["Cost"]
    metrics: list["Metric"]
    curve: list["CurvePoint"]
    events: Path
    """Folder of the TensorBoard files."""

    def as_json(self) -> dict[str, Any]:
        """Return the record as JSON can hold it."""
        return as_plain(self.details) | {
            "costs": [as_plain(cost) for cost in self.costs],
            "metrics": [as_plain(metric) for metric in self.metrics],
            "curve": [asdict(point) for point in self.curve],
            "events": str(self.events),
        }


def run_record(store: "Store", workspace: "Workspace", run: str) -> RunRecord:
    """Return what is kept of a run.

    Raises:
        InputError: there is no such run.
    """
    details = store.runs.show(run)
    return RunRecord(
        details,
        store.measurements.costs(run),
        store.measurements.metrics(run),
        store.curves.points(details.run.name, run=run),
        workspace.runs / run / "events",
    )


def print_run(console: Console, record: RunRecord) -> None:
    """Print how a run was made and what it measured on its way."""
    details = record.details
    console.print(runs_table([details.run]))
    for name, value in _origin(details).items():
        console.print(Text.assemble((f"{name}: ", "bold"), value), soft_wrap=True)
    console.print(_parameters(details.card))
    if record.costs:
        console.print(_costs(record.costs))
    if record.metrics or record.curve:
        console.print(_curves(record))
    console.print(f"Curves live: tensorboard --logdir {record.events}", soft_wrap=True)


def print_comparison(console: Console, facts: Mapping[str, Any]) -> None:
    """Print the verdict on two runs, both results, and the fields in which their cards differ."""
    right = ("seconds",)
    table = new_table("run", "name", "base", "winner", facts["metric"], *right, right=right)
    for side in (facts["first"], facts["second"]):
        seconds = "" if side["seconds"] is None else f"{side['seconds']:.1f}"
        cells = (side["run"], side["name"], str(side["base"]), str(side["winner"]))
        table.add_row(*cells, interval(side["value"]), seconds)
    console.print(table)
    console.print(f"On the same {facts['test_rows']:,} test rows, the second against the first:")
    console.print(Text.assemble((facts["verdict"], "bold"), f": {facts['sentence']}"))
    if facts["fields"]:
        fields = new_table("card field", "first", "second")
        for field in facts["fields"]:
            fields.add_row(field["name"], str(field["first"]), str(field["second"]))
        console.print(fields)
    else:
        console.print("The cards are the same.")


def _origin(details: "RunDetails") -> dict[str, str]:
    """Return where a run comes from: card, seeds, state of the code, machine, libraries."""
    environment, card, git = details.environment, details.card, details.git
    packages = environment.get("packages", {})
    state = "outside a repository"
    if git is not None:
        state = f"{git['commit']} {'clean' if git.get('is_clean') else 'with changes'}"
    ended = {"Ended": details.run.exit_reason} if details.run.exit_reason else {}
    return ended | {
        "Card": details.run.card_path,
        "Seeds": f"card {details.run.seed}, split {card.get('split', {}).get('seed', 0)}",
        "Code": state,
        "Machine": f"{details.run.host}, {environment.get('cpu', 'processor not known')}, "
        f"{environment.get('threads', '?')} threads",
        "Libraries": ", ".join(
            [f"python {environment.get('python', '?')}", *(f"{n} {v}" for n, v in packages.items())]
        ),
    }


def _parameters(card: Mapping[str, Any]) -> Table:
    """Return the fields of the card as a table."""
    table = new_table("parameter", "value")
    for name, value in card_fields(card):
        if value not in (None, [], ""):
            table.add_row(name, str(value))
    return table


def _costs(costs: Iterable["Cost"]) -> Table:
    """Return what each stage cost, beside what was predicted."""
    right = ("seconds", "predicted", "memory", "rows")
    table = new_table("stage", *right, "device", right=right)
    for cost in costs:
        predicted = "" if cost.predicted_seconds is None else f"{cost.predicted_seconds:.1f}"
        memory = "" if cost.peak_bytes is None else f"{cost.peak_bytes / 1e6:.0f} MB"
        rows = "" if cost.rows is None else f"{cost.rows:,}"
        table.add_row(cost.stage, f"{cost.seconds:.1f}", predicted, memory, rows, cost.device)
    return table


def _curves(record: RunRecord) -> Table:
    """Return every curve in one line each: its length, its first and its last value."""
    right = ("points", "first", "last")
    table = new_table("curve", *right, right=right)
    series: dict[str, list[float | None]] = {}
    for metric in record.metrics:
        series.setdefault(metric.name, []).append(metric.value)
    for point in record.curve:
        series.setdefault(f"learning curve/{point.metric}/{point.candidate}", []).append(
            point.value
        )
    for name, values in series.items():
        known = [value for value in values if value is not None]
        ends = [f"{known[0]:.4f}", f"{known[-1]:.4f}"] if known else ["–", "–"]
        table.add_row(name, str(len(values)), *ends)
    return table
