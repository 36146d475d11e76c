"""`whet plan labels`: how many labels does a target need, what to buy, what is one more worth?"""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.options import HERE, AsJson, WorkspaceFolder


def labels(
    ctx: typer.Context,
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="[PLAN|CARD|RUN]",
            help="A plan (company.yaml here without it), a card, its name, or the id of a run.",
        ),
    ] = None,
    curve: Annotated[
        Path | None,
        typer.Option("--curve", metavar="FILE.csv", help="Points n,score,se instead of a run."),
    ] = None,
    target: Annotated[float | None, typer.Option(help="Score that must be reached.")] = None,
    candidate: Annotated[
        str | None, typer.Option(help="Rung whose curve is meant; the best one without it.")
    ] = None,
    metric: Annotated[str, typer.Option(help="What a file's scores are.")] = "score",
    unit: Annotated[str, typer.Option(help="What a file's n counts, such as steps.")] = "labels",
    lower_is_better: Annotated[
        bool, typer.Option("--lower-is-better", help="A file's scores are errors.")
    ] = False,
    at: Annotated[
        list[float] | None, typer.Option(help="A size to be forecast; may be given again.")
    ] = None,
    test_rows: Annotated[
        int | None, typer.Option(min=1, help="Rows on which the target will be judged.")
    ] = None,
    label_price: Annotated[float, typer.Option(min=0, help="Money for one label.")] = 0.0,
    gpu_price: Annotated[float, typer.Option(min=0, help="Money for one GPU-hour.")] = 0.0,
    gpu_hours: Annotated[
        float | None,
        typer.Option(min=0, help="Hours of one training at the largest size; as measured."),
    ] = None,
    miss: Annotated[
        float | None,
        typer.Option(min=0, help="Money lost if the target is not met; plans the purchase."),
    ] = None,
    week: Annotated[float, typer.Option(min=0, help="Money for every week that it takes.")] = 0.0,
    week_late: Annotated[
        float | None,
        typer.Option(min=0, help="Money for every week after --by; without it, --by is final."),
    ] = None,
    per_week: Annotated[
        float | None, typer.Option(min=0, help="Labels that can be made in a week.")
    ] = None,
    days_per_stage: Annotated[
        float, typer.Option(min=0, help="Days to order, train, measure and decide, each time.")
    ] = 0.0,
    stages: Annotated[int, typer.Option(min=1, help="Most stages of a purchase.")] = 5,
    wrong: Annotated[
        float | None, typer.Option(min=0, help="Share of the labels that are wrong, if known.")
    ] = None,
    clean_price: Annotated[
        float, typer.Option(min=0, help="Money for checking one label; needs --wrong.")
    ] = 0.0,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day; today without it.")
    ] = None,
    by: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day by which to meet it.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draws.")] = 0,
    keep: Annotated[
        bool, typer.Option("--keep", help="Make a store for the forecasts where there is none.")
    ] = False,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Forecast a learning curve, and say what more labels would bring and cost.

    Refuses, with the reason, curves that cannot be extrapolated. Every forecast is kept in the
    workspace's store, if there is one; `whet plan score` judges it when the truth is measured.
    """
    from whet.cli.plan import asking
    from whet.company.labels.answer import as_json as plain
    from whet.core.errors import InputError

    terms = asking.Terms(
        target=target,
        test_rows=test_rows,
        sizes=tuple(at or ()),
        label_price=label_price,
        gpu_price=gpu_price,
        gpu_hours=gpu_hours,
        miss=miss,
        week=week,
        week_late=week_late,
        per_week=per_week,
        days_per_stage=days_per_stage,
        stages=stages,
        wrong=wrong,
        clean_price=clean_price,
        start=start.date() if start else None,
        by=by.date() if by else None,
    )
    chosen = asking.Chosen(source, curve, candidate, metric, unit, lower_is_better)
    given = _given(ctx)
    place = asking.Place(workspace if "workspace" in given else None, keep)
    asked = asking.answers(chosen, terms, place, seed=seed, given=given)
    answers = asked.answers
    if as_json:
        print_json({"answers": [plain(answer) for answer in answers], "kept": asked.is_kept})
    else:
        from whet.cli.plan.told import print_answers

        print_answers(stdout_console(), answers)
        if not asked.is_kept:
            stdout_console().print(asking.NOT_KEPT)
    refused = [answer.refused for answer in answers if answer.refused]
    if len(refused) == len(answers):
        raise InputError(" ".join(refused))


def _given(ctx: typer.Context) -> frozenset[str]:
    """Return the parameters that stand on the command line, by name."""
    sources = {name: ctx.get_parameter_source(name) for name in ctx.params}
    # By name: Typer brings a copy of click, whose enumeration is another one.
    return frozenset(
        name for name, source in sources.items() if source and source.name == "COMMANDLINE"
    )
