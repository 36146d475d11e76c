"""`whet audit CARD`: what is wrong with the data, and what can be mended?"""

from pathlib import Path
from typing import Annotated

import typer

from whet.cli.console import chatter_to_stderr, print_json, stdout_console
from whet.cli.opening import check_can_train, read_card_first
from whet.cli.options import AsJson, CardPath, TrustCode, TrustPickle
from whet.cli.progress import shown_progress

STOPPED = 1


def audit(
    card: CardPath,
    fix: Annotated[
        bool, typer.Option("--fix", help="Write a new data version without what can be mended.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="Where the page goes instead of the workspace.")
    ] = None,
    trust_pickle: TrustPickle = False,
    trust_code: TrustCode = False,
    as_json: AsJson = False,
) -> None:
    """Look for leaks, duplicates, wrong labels and personal data before any model sees the data.

    Exit 1 when something stops the build and --fix is not given. Labels are never changed.
    """
    check_can_train()
    read_card_first(card)
    with shown_progress() as progress, chatter_to_stderr():
        progress.start("loading libraries")
        from whet.cards.schema import Trust
        from whet.cli.auditing import mended, print_audit, report_of
        from whet.ladder.audit import audit_card
        from whet.ladder.model_guards import audit_labels

        trust = Trust(pickle=trust_pickle, code=trust_code)
        audited = audit_card(card, trust=trust, progress=progress)
        audited.findings.extend(audit_labels(audited, progress=progress))
    report = report_of(audited, html)
    fixed = mended(audited) if fix else None
    if as_json:
        print_json(report | {"fixed": fixed})
    else:
        print_audit(stdout_console(), audited.findings)
        _say_next(card, report["proposals"], fixed, asked=fix)
        typer.echo(f"Page: {report['html']}")
    if not fix and any(finding.severity == "stop" for finding in audited.findings):
        raise typer.Exit(STOPPED)


def _say_next(
    card: Path, proposals: list[str], fixed: dict[str, object] | None, *, asked: bool
) -> None:
    """Say what was mended, or what `--fix` would do."""
    if fixed:
        typer.echo(f"Wrote data version {fixed['version']}:")
    elif asked:
        typer.echo("Nothing can be mended without a person; no data version was written.")
    elif proposals:
        typer.echo(f"`whet audit {card} --fix` would write a new data version:")
    lines = fixed["changes"] if fixed else proposals
    for line in lines if isinstance(lines, list) else []:
        typer.echo(f"  {line}")
    if fixed:
        typer.echo(f"Next: whet build {card} --data {fixed['version']}")
