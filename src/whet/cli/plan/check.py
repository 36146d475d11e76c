"""`whet plan check PLAN`: is the company's plan right?"""

import typer

from whet.cli.options import AsJson
from whet.cli.plan.options import PlanPath
from whet.cli.problems import print_problems


def check(plan: PlanPath = None, as_json: AsJson = False) -> None:
    """Report every mistake of a plan at once; exit 2 when there is one."""
    from whet.cli.plan.options import plan_file
    from whet.company.plan.read import check_plan

    path = plan_file(plan)
    problems = check_plan(path)
    print_problems("plan", path, problems, as_json=as_json)
    if problems:
        raise typer.Exit(2)
