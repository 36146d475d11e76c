"""How are encoders tuned on a cluster? Side by side, each rung opened where it runs.

Device, half precision and memory are then those of that machine. Checkpoints are in the workspace,
which all machines see: a training whose machine is lost goes on from the last one on another, and
the build takes up the finished one, as it would after a kill.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from whet.ladder.context import Context
from whet.ladder.pieces import ATTEMPTS, in_order
from whet.ladder.rungs.contract import Fitted, Rung
from whet.ladder.targets.registry import open_target
from whet.runtime.cluster import Cluster, on_cluster
from whet.runtime.lines import Lines
from whet.runtime.local import Task
from whet.runtime.measure import Cost, measured


@dataclass(frozen=True)
class Trained:
    """What comes back of one training."""

    fitted: Fitted[Any]
    output: Any
    """What the model says about the rows that the first fold holds out."""
    cost: Cost
    """On the machine where it ran, without the time that it waited for one."""


def trained_together(
    found: Cluster, context: Context, rungs: Mapping[str, Rung[Any]], *, deadline: float
) -> Iterator[Trained]:
    """Yield what comes of each training on the first fold, in order; they run side by side.

    Args:
        deadline: value of `time.monotonic()` here at which they should end.

    Raises:
        WhetError: a training was lost at every attempt.
    """
    fold = context.folds[0]
    context.progress.start(f"{', '.join(rungs)}: fine-tuning on the cluster")
    told = [_fresh_lines(context, name) for name in rungs]
    ends_at = time.time() + deadline - time.monotonic()
    tasks = [
        Task(f"{name}, training", _train, (context, name, ends_at, lines.path))
        for name, lines in zip(rungs, told, strict=True)
    ]

    def watch() -> None:
        context.progress.advance(0)  # whoever wants to stop the build is heard here
        for lines in told:
            for step, values in lines.fresh():
                context.progress.advance()
                context.on_training(step, values)

    # As many cores as the smallest machine has: it could take any of them up again.
    cores, gpus = found.cores()[0], int(_wants_gpu(found, context))
    ended = on_cluster(found, tasks, cores=cores, gpus=gpus, attempts=ATTEMPTS, watch=watch)
    for rung, (cost, trainings) in zip(rungs.values(), in_order(ended), strict=True):
        fitted = rung.fit(fold.train, deadline=deadline)
        context.trainings.update(trainings)
        yield Trained(fitted, fitted.predict(fold.held_out), cost)


def _fresh_lines(context: Context, name: str) -> Lines:
    """Return the empty file in which a training tells its steps."""
    path = context.work_folder / "told" / f"{name.replace(':', '-')}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    return Lines(path)


def _wants_gpu(found: Cluster, context: Context) -> bool:
    """Return whether a training takes a GPU."""
    return found.gpus() > 0 and context.card.compute.device in ("auto", "cuda")


def _train(
    context: Context, name: str, ends_at: float, path: Path
) -> tuple[Cost, dict[str, dict[str, Any]]]:
    """Train a rung to its last checkpoint on this machine; return the cost and how it was done."""
    lines = Lines(path)
    heard = replace(context, on_training=lambda step, values: lines.tell([step, values]))
    with measured() as cost:
        rung = open_target(heard).open_rung(name)
        # Two clocks: a monotonic one means nothing on another machine.
        rung.fit(context.folds[0].train, deadline=time.monotonic() + ends_at - time.time())
    return cost, heard.trainings
