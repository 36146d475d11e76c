"""`whet plan labels`: how many labels does a target need, what to buy, what is one more worth?"""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from whet.cli.console import print_json, stdout_console
from whet.cli.options import HERE, AsJson, WorkspaceFolder

if TYPE_CHECKING:
    from whet.cli.plan.asking import Asked


Source = Annotated[
    str | None,
    typer.Argument(
        metavar="[PLAN|CARD|RUN]",
        help="A plan (company.yaml here without it), a card, its name, or the id of a run.",
    ),
]
CurveFile = Annotated[
    Path | None,
    typer.Option("--curve", metavar="FILE.csv", help="Points n,score,se instead of a run."),
]
Target = Annotated[float | None, typer.Option(help="Score that must be reached.")]
Candidate = Annotated[
    str | None, typer.Option(help="Rung whose curve is meant; the best one without it.")
]
Compute = Annotated[
    bool, typer.Option("--compute", help="A card's runs by their hours, not by labels.")
]
Metric = Annotated[str, typer.Option(help="What a file's scores are.")]
Unit = Annotated[str, typer.Option(help="What a file's n counts, such as steps.")]
LowerIsBetter = Annotated[
    bool, typer.Option("--lower-is-better", help="A file's scores are errors.")
]
At = Annotated[list[float] | None, typer.Option(help="A size to be forecast; may be given again.")]
TestRows = Annotated[
    int | None, typer.Option(min=1, help="Rows on which the target will be judged.")
]
LabelPrice = Annotated[float, typer.Option(min=0, help="Money for one label.")]
GpuPrice = Annotated[float, typer.Option(min=0, help="Money for one GPU-hour.")]
GpuHours = Annotated[
    float | None,
    typer.Option(min=0, help="Hours of one training at the largest size; as measured."),
]
Miss = Annotated[
    float | None,
    typer.Option(min=0, help="Money lost if the target is not met; plans the purchase."),
]
Week = Annotated[float, typer.Option(min=0, help="Money for every week that it takes.")]
WeekLate = Annotated[
    float | None,
    typer.Option(min=0, help="Money for every week after --by; without it, --by is final."),
]
PerWeek = Annotated[float | None, typer.Option(min=0, help="Labels that can be made in a week.")]
DaysPerStage = Annotated[
    float, typer.Option(min=0, help="Days to order, train, measure and decide, each time.")
]
Stages = Annotated[int, typer.Option(min=1, help="Most stages of a purchase.")]
Wrong = Annotated[
    float | None, typer.Option(min=0, help="Share of the labels that are wrong, if known.")
]
CleanPrice = Annotated[
    float, typer.Option(min=0, help="Money for checking one label; needs --wrong.")
]
Start = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day; today without it.")
]
By = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day by which to meet it.")]
Seed = Annotated[int, typer.Option(help="Seed of the draws.")]
Keep = Annotated[
    bool, typer.Option("--keep", help="Make a store for the forecasts where there is none.")
]


def labels(
    ctx: typer.Context,
    source: Source = None,
    curve: CurveFile = None,
    target: Target = None,
    candidate: Candidate = None,
    compute: Compute = False,
    metric: Metric = "score",
    unit: Unit = "labels",
    lower_is_better: LowerIsBetter = False,
    at: At = None,
    test_rows: TestRows = None,
    label_price: LabelPrice = 0.0,
    gpu_price: GpuPrice = 0.0,
    gpu_hours: GpuHours = None,
    miss: Miss = None,
    week: Week = 0.0,
    week_late: WeekLate = None,
    per_week: PerWeek = None,
    days_per_stage: DaysPerStage = 0.0,
    stages: Stages = 5,
    wrong: Wrong = None,
    clean_price: CleanPrice = 0.0,
    start: Start = None,
    by: By = None,
    seed: Seed = 0,
    keep: Keep = False,
    workspace: WorkspaceFolder = HERE,
    as_json: AsJson = False,
) -> None:
    """Forecast a learning curve, and say what more labels would bring and cost.

    Refuses, with the reason, curves that cannot be extrapolated. Every forecast is kept in the
    workspace's store, if there is one; `whet plan score` judges it when the truth is measured.
    """
    from whet.cli.plan import asking

    # More than 40 lines: one for each option, and one for what it is called in the question.
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
    chosen = asking.Chosen(source, curve, candidate, metric, unit, lower_is_better, compute)
    given = _given(ctx)
    place = asking.Place(workspace if "workspace" in given else None, keep)
    asked = asking.answers(chosen, terms, place, seed=seed, given=given)
    _tell(asked, as_json=as_json)


def _tell(asked: "Asked", *, as_json: bool) -> None:
    """Print the answers.

    Raises:
        InputError: all of them are refusals.
    """
    from whet.cli.plan.asking import NOT_KEPT
    from whet.cli.plan.told import print_answers
    from whet.company.labels.answer import as_json as plain
    from whet.core.errors import InputError

    answers = asked.answers
    if as_json:
        print_json({"answers": [plain(answer) for answer in answers], "kept": asked.is_kept})
    else:
        print_answers(stdout_console(), answers)
        if not asked.is_kept and any(answer.forecast for answer in answers):
            stdout_console().print(NOT_KEPT)
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
