"""`whet plan score`: how right were the forecasts of learning curves?"""

from pathlib import Path
from typing import Annotated

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.opening import open_workspace
from whet.cli.options import HERE, AsJson, WorkspaceFolder
from whet.cli.plan.options import PlanPath, plan_file


def score(
    plan: PlanPath = None,
    curve: Annotated[
        Path | None,
        typer.Option("--curve", metavar="FILE.csv", help="Points that were measured since."),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="File whose forecasts --curve judges; its own name without it."),
    ] = None,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Judge every forecast by what later runs, a plan's new points, or a file measured.

    What forecasts missed stretches or narrows the intervals of the next ones.
    """
    from whet.cli.plan.told_scores import print_scores, scores_json
    from whet.company.labels.from_plan import plan_points
    from whet.company.labels.reading import read_scores
    from whet.company.labels.records import METHOD, calibration_of, score_all
    from whet.company.plan.read import read_plan

    path = plan_file(plan)
    files = plan_points(read_plan(path)) if plan is not None or path.is_file() else {}
    if curve is not None:
        files[name or curve.stem] = read_scores(curve)
    folder = path.parent if plan is not None and workspace == HERE else workspace
    with open_workspace(folder) as (_, store):
        score_all(store, files)
        made = store.forecasts.all()
        scores = store.forecasts.scores(method=METHOD)
        calibration = calibration_of(store)
    if as_json:
        print_json(scores_json(made, scores, calibration))
    else:
        print_scores(stdout_console(), made, scores, calibration)
