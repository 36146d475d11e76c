"""`whet doctor`: can Whet work here, and if not, what to do?"""

from dataclasses import asdict

import typer
from rich.text import Text

from whet.cli.console import print_json, stdout_console
from whet.cli.options import HERE, AsJson, WorkspaceFolder

_STYLES = {"ok": "green", "warn": "yellow", "fail": "red"}


def doctor(workspace: WorkspaceFolder = HERE, as_json: AsJson = False) -> None:
    """Check this machine and the workspace; exit 1 when something fails."""
    from whet.cli.health import check_all

    checks = check_all(workspace)
    failed = any(check.status == "fail" for check in checks)
    if as_json:
        print_json({"ok": not failed, "checks": [asdict(check) for check in checks]})
    console = stdout_console()
    for check in checks if not as_json else []:
        mark = (f"{check.status:<5}", _STYLES[check.status])
        console.print(Text.assemble(mark, f"{check.name}: {check.found}"), soft_wrap=True)
        if check.advice:
            console.print(f"     {check.advice}", soft_wrap=True)
    if failed:
        raise typer.Exit(1)
