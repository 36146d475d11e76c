"""Is the schedule as short as the solver's own, and how far from the best known? PSPLIB, in turn.

    python benchmarks/schedule.py [--sets j30 j60 j120] [--seconds 10] [--workers 2] [--seed 0]

Every shared instance is solved by `whet.company.schedule` and by PyJobShop (the same CP-SAT) under
the same limit and workers, one after the other on the same machine; who begins alternates. Both
schedules are checked by `checker.py`. The gap is to the best known makespan of `bounds.csv`.
Reading the file is not in the seconds of either side; building the model is in both.
"""

import argparse
import csv
import statistics
import sys
import time
from pathlib import Path

import common

from whet.company.schedule.checker import violations
from whet.company.schedule.limits import Limits
from whet.company.schedule.problem import Placed, Problem, Schedule
from whet.company.schedule.psplib import read_sm
from whet.company.schedule.solve import solve

SETS = ("j30", "j60", "j120")


def ours(problem: Problem, limits: Limits) -> common.Json:
    """Return what Whet finds."""
    started = time.perf_counter()
    found = solve(problem, limits=limits)
    level = found.level("makespan")
    return {
        "makespan": found.schedule.makespan,
        "bound": round(level.bound),
        "proved": level.is_proved,
        "seconds": time.perf_counter() - started,
        "kept": not violations(problem, found.schedule),
    }


def peer(problem: Problem, limits: Limits) -> common.Json:
    """Return what PyJobShop finds."""
    from pyjobshop import Model

    started = time.perf_counter()
    model = Model()
    resources = {name: model.add_renewable(units) for name, units in problem.resources.items()}
    tasks = {task.id: model.add_task(name=task.id) for task in problem.tasks}
    for task in problem.tasks:
        used = [resources[name] for name in task.uses]
        model.add_mode(tasks[task.id], used, task.duration, list(task.uses.values()))
    for link in problem.links:
        model.add_end_before_start(tasks[link.before], tasks[link.after])
    found = model.solve(
        time_limit=limits.seconds,
        num_workers=limits.workers,
        display=False,
        random_seed=limits.seed,
    )
    seconds = time.perf_counter() - started
    if not found.best.tasks:
        return {"makespan": None, "bound": found.lower_bound, "proved": False, "seconds": seconds}
    placed = {
        task.id: Placed(at.start, at.end)
        for task, at in zip(problem.tasks, found.best.tasks, strict=True)
    }
    return {
        "makespan": round(found.objective),
        "bound": round(found.lower_bound),
        "proved": found.status.value == "Optimal",
        "seconds": seconds,
        "kept": not violations(problem, Schedule(placed)),
    }


def verdict(mine: common.Json, other: common.Json) -> str:
    """Return `shorter`, `equal` or `longer`; of equal ones, which alone is proved."""
    if other["makespan"] is None or mine["makespan"] < other["makespan"]:
        return "shorter"
    if mine["makespan"] > other["makespan"]:
        return "longer"
    if mine["proved"] != other["proved"]:
        return "equal, proved" if mine["proved"] else "equal, peer proved"
    return "equal"


def run_set(name: str, limits: Limits) -> list[common.Json]:
    """Return both answers to every instance of a set."""
    folder = common.data_folder() / "psplib" / name
    with (folder / "bounds.csv").open(newline="", encoding="utf-8") as file:
        known = list(csv.DictReader(file))
    rows = []
    for index, row in enumerate(known):
        problem = read_sm(Path(folder / row["instance"]))
        sides = [("whet", ours), ("pyjobshop", peer)]
        answers = {
            side: answer(problem, limits) for side, answer in (sides if index % 2 else sides[::-1])
        }
        best = int(row["upper_bound"])
        for answer in answers.values():
            makespan = answer["makespan"]
            answer["gap"] = None if makespan is None else makespan / best - 1
        found = verdict(answers["whet"], answers["pyjobshop"])
        rows.append({"instance": row["instance"], "best_known": best, "verdict": found} | answers)
        print(rows[-1], file=sys.stderr, flush=True)
    return rows


def summary(name: str, rows: list[common.Json], side: str) -> list[object]:
    """Return the line of one side of a set."""
    answers = [row[side] for row in rows]
    gaps = [answer["gap"] for answer in answers if answer["gap"] is not None]
    verdicts = [row["verdict"] for row in rows]
    counts = (
        "–"
        if side == "pyjobshop"
        else f"{verdicts.count('shorter')} shorter, {verdicts.count('longer')} longer"
    )
    return [
        name,
        side,
        len(rows),
        sum(answer["proved"] for answer in answers),
        f"{statistics.mean(gaps):.2%}",
        f"{max(gaps):.2%}",
        f"{sum(answer['seconds'] for answer in answers):.1f}",
        sum(answer["bound"] for answer in answers),
        counts,
    ]


def main() -> None:
    """Run the sets and print one JSON object and a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    limits = Limits(options.seconds, options.workers, options.seed)
    found = {name: run_set(name, limits) for name in options.sets}
    header = ["set", "side", "n", "proved", "mean gap", "most", "seconds", "Σ bound", "makespan"]
    lines = [
        summary(name, rows, side) for name, rows in found.items() for side in ("whet", "pyjobshop")
    ]
    settings = {"seconds": options.seconds, "workers": options.workers, "seed": options.seed}
    common.finish({"settings": settings, "sets": found}, header, lines)


if __name__ == "__main__":
    main()
