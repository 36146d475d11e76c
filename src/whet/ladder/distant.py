"""How are encoders tuned on a cluster? Side by side, each rung opened where it runs.

Device, half precision and memory are then those of that machine. Checkpoints are in the workspace,
which all machines see: a training whose machine is lost goes on from the last one on another. Rows
travel there; the trained model travels back, without them.
"""

import io
import pickle
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from whet.ladder.context import Context
from whet.ladder.pieces import ATTEMPTS, in_order
from whet.ladder.rungs.contract import Fitted
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
    trainings: dict[str, dict[str, Any]]
    """How it was computed; see `Context`."""


def trained_together(
    found: Cluster, context: Context, names: Sequence[str], *, deadline: float
) -> Iterator[Trained]:
    """Yield what comes of each training on the first fold, in order; they run side by side.

    Args:
        deadline: value of `time.monotonic()` here at which they should end.

    Raises:
        WhetError: a training was lost at every attempt.
    """
    context.progress.start(f"{', '.join(names)}: fine-tuning on the cluster")
    told = [_fresh_lines(context, name) for name in names]
    ends_at = time.time() + deadline - time.monotonic()
    tasks = [
        Task(f"{name}, training", _train, (context, name, ends_at, lines.path))
        for name, lines in zip(names, told, strict=True)
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
    for content in in_order(ended):
        trained = _unpacked(content, context)
        context.trainings.update(trained.trainings)
        yield trained


def _fresh_lines(context: Context, name: str) -> Lines:
    """Return the empty file in which a training tells its steps."""
    path = context.work_folder / "told" / f"{name.replace(':', '-')}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    return Lines(path)


def _wants_gpu(found: Cluster, context: Context) -> bool:
    """Return whether a training takes a GPU."""
    return found.gpus() > 0 and context.card.compute.device in ("auto", "cuda")


def _train(context: Context, name: str, ends_at: float, path: Path) -> bytes:
    """Open a rung on this machine, train it and answer the rows held out; return a `Trained`."""
    lines, fold = Lines(path), context.folds[0]
    heard = replace(context, on_training=lambda step, values: lines.tell([step, values]))
    with measured() as cost:
        rung = open_target(heard).open_rung(name)
        # Two clocks: a monotonic one means nothing on another machine.
        fitted = rung.fit(fold.train, deadline=time.monotonic() + ends_at - time.time())
        output = fitted.predict(fold.held_out)
    cast(Any, fitted).model.to("cpu")  # whoever asked may have no GPU
    return _packed(Trained(fitted, output, cost, heard.trainings))


def _packed(trained: Trained) -> bytes:
    """Return a training as bytes, without the build that it belongs to."""
    file = io.BytesIO()
    _Packer(file).dump(trained)
    return file.getvalue()


def _unpacked(content: bytes, context: Context) -> Trained:
    """Return a training as a part of a build here."""
    trained: Trained = _Unpacker(io.BytesIO(content), context).load()
    return trained


class _Packer(pickle.Pickler):
    """Leaves the build's context out."""

    def persistent_id(self, thing: Any) -> str | None:
        """Return a name in place of what is left out."""
        return "context" if isinstance(thing, Context) else None


class _Unpacker(pickle.Unpickler):
    """Puts a context in the place of the one left out."""

    def __init__(self, file: io.BytesIO, context: Context) -> None:
        super().__init__(file)
        self._context = context

    def persistent_load(self, name: str) -> Context:
        """Return what stands in a place that was left out."""
        return self._context
