"""Which checks must hold before a milestone counts as reached? A CI file that runs them.

The gates are whet's own commands: the plan is right, the schedule reaches the milestone by its
deadline, every quality target that names a card is built and measured again, one that names a
run is read from the store. The file fails where one does not hold.
"""

import json
import shlex
from collections.abc import Mapping
from pathlib import PurePosixPath

import yaml

from whet.company.exchange.milestone import milestone_of, targets_of
from whet.company.exchange.names import slug
from whet.company.plan.quality import Target
from whet.company.plan.schema import Plan
from whet.core.errors import InputError, did_you_mean

TOOLS = ("github", "gitlab")
_PYTHON = "3.12"
_INSTALL = "pip install whet"


def export_ci(
    plan: Plan,
    milestone: str,
    *,
    path: str,
    tool: str = "github",
    cards: Mapping[str, str] | None = None,
    install: str = _INSTALL,
) -> str:
    """Return a CI file for GitHub Actions or GitLab CI that checks a milestone's gates.

    `path` is the plan's file in the repository, `cards` the file of each card by its name,
    `install` the command that installs Whet.

    Raises:
        InputError: there is no such milestone or tool, or no file of a card that a target names.
    """
    if tool not in TOOLS:
        raise InputError(f"There is no CI file for {tool!r}. {did_you_mean(tool, TOOLS)}")
    project, mark = milestone_of(plan, milestone)
    steps = _steps(plan, milestone, path, cards or {})
    name = f"milestone {mark.id}"
    says = f"# {mark.title or mark.id}: {project.goal}".replace("\n", " ")
    head = (
        f"# whet plan export {shlex.quote(path)} ci --milestone {mark.id} --tool {tool}\n{says}\n"
    )
    bare = [
        target.id for target in targets_of(plan, milestone) if not target.card and not target.run
    ]
    if bare:
        head += (
            f"# Not checked here: {', '.join(bare)}. The plan holds measured points only; name a "
            "card or a run there.\n"
        )
    content = (
        _github(name, steps, install) if tool == "github" else _gitlab(mark.id, steps, install)
    )
    return head + _dump(content)


def _steps(
    plan: Plan, milestone: str, path: str, cards: Mapping[str, str]
) -> list[tuple[str, list[str]]]:
    """Return what is run: a title with commands each."""
    _, mark = milestone_of(plan, milestone)
    file = shlex.quote(path)
    steps = [("The plan is right", [f"whet plan check {file}"])]
    if mark.deadline:
        test = _python(
            "import json",
            'marks = {m["id"]: m for m in json.load(open("schedule.json"))["milestones"]}',
            f'day = marks.get("{mark.id}", {{}}).get("reached", "")',
            f'print("{mark.id}:", day or "done")',
            f'assert day <= "{mark.deadline}", "too late"',
        )
        command = f"whet plan schedule {file} --workers 1 --json > schedule.json"
        steps.append((f"{mark.id} is reached by {mark.deadline}", [command, test]))
    for target in targets_of(plan, milestone):
        if commands := _gate(target, cards):
            sign = "at most" if target.lower_is_better else "at least"
            steps.append((f"{target.id}: {target.metric} is {sign} {target.value:g}", commands))
    return steps


def _gate(target: Target, cards: Mapping[str, str]) -> list[str]:
    """Return the commands that measure a target; none where the plan names no card and no run."""
    out = f"{slug(target.id)}.json"
    if target.card:
        if target.card not in cards:
            raise InputError(
                f"Target {target.id!r} names the card {target.card!r}; no file of that card was "
                f"found beside the plan. Give it: --card {target.card}=PATH."
            )
        card = shlex.quote(str(PurePosixPath(cards[target.card])))
        return [f"whet build {card} --json > {out}", _measured(target, out, 'found["test"]')]
    if target.run:
        command = f"whet runs show {shlex.quote(target.run)} --json > {out}"
        return [command, _measured(target, out, 'found["facts"]["test"]')]
    return []


def _measured(target: Target, out: str, test: str) -> str:
    """Return the command that compares the measured value with the target."""
    sign = "<=" if target.lower_is_better else ">="
    return _python(
        "import json",
        f'found = json.load(open("{out}"))',
        f'value = {test}[{json.dumps(target.metric)}]["value"]',
        f'print("{target.id}:", value)',
        f'assert value {sign} {target.value!r}, "not good enough"',
    )


def _python(*lines: str) -> str:
    """Return a command that runs some lines of Python."""
    return f"python -c {shlex.quote('; '.join(lines))}"


def _github(name: str, steps: list[tuple[str, list[str]]], install: str) -> object:
    """Return a workflow of GitHub Actions."""
    run = [
        {"uses": "actions/checkout@v4"},
        {"uses": "actions/setup-python@v5", "with": {"python-version": _PYTHON}},
        {"name": "Install Whet", "run": install},
        *({"name": title, "run": "\n".join(commands)} for title, commands in steps),
    ]
    return {
        "name": name,
        "on": {"push": {"branches": ["main"]}, "pull_request": {}, "workflow_dispatch": {}},
        "permissions": {"contents": "read"},
        "jobs": {"gates": {"runs-on": "ubuntu-latest", "timeout-minutes": 120, "steps": run}},
    }


def _gitlab(name: str, steps: list[tuple[str, list[str]]], install: str) -> object:
    """Return a job of GitLab CI; each gate is told by its title first."""
    script = [install]
    for title, commands in steps:
        script += [f"echo {shlex.quote(title)}", *commands]
    return {f"milestone-{slug(name)}": {"image": f"python:{_PYTHON}", "script": script}}


class _Dumper(yaml.SafeDumper):
    """Writes commands of several lines as blocks."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    """Represent a text; several lines as a block."""
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def _dump(content: object) -> str:
    """Return a CI file's YAML; `on` stands in quotes, for YAML 1.1 takes it for true."""
    found = yaml.dump(content, Dumper=_Dumper, sort_keys=False, width=10_000, allow_unicode=True)
    return str(found)
