"""`whet support quality`: how good is the desk, per day, channel and intent?"""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.options import AsJson
from whet.cli.support.options import DeskPath, desk_path, store_beside
from whet.core.errors import InputError

if TYPE_CHECKING:  # heavy: imported by the command only when it runs
    from rich.table import Table

    from whet.evaluation.intervals import Interval
    from whet.products.support.quality.numbers import Numbers

_NUMBERS = ("conv.", "no person", "handed over", "found wrong", "first answer", "cost")


def quality(
    desk: DeskPath = None,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Days to look back, UTC.")] = 30,
    as_json: AsJson = False,
) -> None:
    """Show what the desk answers alone, what was found wrong, and what it costs, with intervals."""
    from whet.products.support.desk.read import read_desk
    from whet.products.support.quality.numbers import quality as measured

    path = desk_path(desk)
    files = read_desk(path)
    with store_beside(path) as store:
        if store is None:
            raise InputError(f"{path} must be a desk that was built. Run `whet build card.yaml`.")
        until = store.database.clock() + timedelta(microseconds=1)
        found = measured(store, files.desk, since=until - timedelta(days=days), until=until)
    if as_json:
        print_json(found.as_json())
        return
    if not found.whole.conversations:
        typer.echo(f"No customer has written in the last {days:,} days.")
        return
    console = stdout_console()
    console.print(_table("all", [found.whole], found.currency))
    for name, values in found.by.items():
        console.print(_table(name, values, found.currency))
    typer.echo("In brackets: intervals of 95 %, over whole conversations.")


def _table(name: str, values: "list[Numbers] | tuple[Numbers, ...]", currency: str) -> "Table":
    """Return the numbers of each value."""
    from whet.cli.tables import new_table

    table = new_table(name, *_NUMBERS, right=_NUMBERS)
    for one in values:
        table.add_row(
            one.value or ("" if name == "all" else "(none)"),
            f"{one.conversations:,}",
            _share(one.without_person),
            _share(one.handed_over),
            _share(one.wrong_found),
            _bounds(one.first_answer_s, "{:.1f}", " s"),
            _bounds(one.cost, "{:.2f}", f" {currency}"),
        )
    return table


def _share(interval: "Interval | None") -> str:
    """Return a share in per cent with its bounds."""
    if interval is None:
        return "–"
    low, high = 100 * interval.low, 100 * interval.high
    return f"{100 * interval.value:.0f} % ({low:.0f}–{high:.0f})"


def _bounds(interval: "Interval | None", form: str, unit: str) -> str:
    """Return a number with its bounds."""
    if interval is None:
        return "–"
    value, low, high = (form.format(n) for n in (interval.value, interval.low, interval.high))
    return f"{value}{unit} ({low}–{high})"
