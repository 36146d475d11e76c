"""Every command of `whet plan` prints JSON, has a seed where it draws, a limit where it solves.

What draws and what solves is written down here once; a new command must be sorted in.
"""

from typing import Any

import typer

from whet.cli.plan import app

DRAWS = {
    *("allocate", "cash", "compare", "export", "hire", "labels", "market", "report", "risk"),
    *("schedule", "team"),
}
SOLVES = {
    *("allocate", "cash", "compare", "export", "hire", "operate", "report", "risk", "schedule"),
    "team",
}
PRINTS_JSON_ALWAYS = {"schema"}
NEITHER = {"check", "import", "schema", "score"}


def options() -> dict[str, set[str]]:
    group: Any = typer.main.get_command(app)
    return {
        name: {word for parameter in command.params for word in parameter.opts}
        for name, command in group.commands.items()
    }


def test_every_command_is_sorted_in() -> None:
    assert set(options()) == DRAWS | SOLVES | NEITHER
    assert NEITHER.isdisjoint(DRAWS | SOLVES)


def test_every_command_prints_json() -> None:
    assert {name for name, words in options().items() if "--json" not in words} == (
        PRINTS_JSON_ALWAYS
    )


def test_what_draws_takes_a_seed_and_what_solves_takes_seconds() -> None:
    found = options()
    assert {name for name, words in found.items() if "--seed" in words} == DRAWS
    assert {name for name, words in found.items() if "--seconds" in words} == SOLVES
