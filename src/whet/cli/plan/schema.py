"""`whet plan schema`: what may stand in company.yaml?"""

from whet.cli.console import print_json


def schema() -> None:
    """Print the JSON Schema of a plan, for editors that check while you type."""
    from whet.company.plan.read import plan_schema

    print_json(plan_schema())
