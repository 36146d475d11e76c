"""How do several processes of this machine train one model? Torch's elastic launcher starts them.

    train_together(job, processes=2, on_step=show)   # the training in job.folder is then finished
    fine_tune(adapted, data, recipe, folder=job.folder, …)   # takes up its result

What they share is the checkpoint in the folder of the training. When a process is killed, the
launcher ends the others and starts all again, and they go on from there; so does the next build.
"""

import logging
import os
import pickle
import signal
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import torch
import torch.distributed as dist
from torch._C._distributed_c10d import PrefixStore, TCPStore
from torch.distributed.elastic.multiprocessing.api import DefaultLogsSpecs
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
from torch.distributed.launcher.api import LaunchConfig, elastic_launch

from whet.core.errors import InputError, WhetError
from whet.models.bases import Base
from whet.models.classifier import Classifier
from whet.models.encoder import load_encoder
from whet.models.methods.contract import Adapted, Setup
from whet.models.methods.registry import adapt
from whet.models.output import Floats
from whet.runtime.lines import Lines
from whet.runtime.local import end_with_parent, thread_limits
from whet.runtime.measure import cpu_threads
from whet.training.finetune import ClassLesson, Evaluate, OnStep, Recipe, TrainingData
from whet.training.group import Together
from whet.training.loop import train
from whet.training.shards import Sharded, check_can_shard
from whet.training.steps import StepPlan

RESTARTS = 2
"""Times that all processes are started again after one was killed."""
_PATIENCE = timedelta(minutes=30)
"""How long one process waits for the others; an evaluation of many rows must fit."""
_POLL_S = 0.2


@dataclass(frozen=True)
class Job:
    """One training, as each of its processes is told it; everything fit for pickle."""

    base: Base
    weight: Floats
    """Head to start from, (3 d, k)."""
    bias: Floats
    """(k,)."""
    candidate: str
    setup: Setup
    data: TrainingData
    recipe: Recipe
    plan: StepPlan
    evaluate: Evaluate
    """A function of a module."""
    folder: Path
    """Folder of the training, where its checkpoint is."""
    deadline: float
    device: str
    """`cpu` or `cuda`."""
    sharded: bool = False
    """Whether each process keeps a part of every weight only."""
    separator: int | None = None
    """Token that ends the first of two texts; see `whet.models.encoder.PooledViews`."""

    def start(self, device: torch.device) -> Adapted:
        """Return the classifier to start from, in the form in which the method trains it."""
        views = load_encoder(self.base, device).module
        views.separator = self.separator
        model = Classifier(views, self.weight, self.bias, self.recipe.dropout)
        return adapt(model, self.candidate, self.setup, seed=self.recipe.seed)


def train_together(job: Job, *, processes: int, on_step: OnStep) -> None:
    """Train with several processes until the checkpoint in the job's folder says how it ended.

    Args:
        on_step: is told in this process what the training measures; it may stop it by raising.

    Raises:
        InputError: there are fewer devices than processes, the processes disagree on the data, or
            weights cannot lie in parts as the job asks.
        WhetError: a process was killed more often than the launcher starts them again.
    """
    if job.device == "cuda" and torch.cuda.device_count() < processes:
        raise InputError(
            f"--processes must be at most the number of GPUs, one for each process; found "
            f"{processes} for {torch.cuda.device_count()}."
        )
    if job.sharded:
        check_can_shard(job.candidate, job.recipe, job.plan)
    with tempfile.TemporaryDirectory(prefix="whet-processes-") as name:
        place = Path(name)
        (place / "job").write_bytes(pickle.dumps(job))
        launched = _Launch(place, processes)
        try:
            for step, values in launched.told():
                on_step(step, values)
        except BaseException:
            (place / "stop").touch()
            launched.thread.join()
            raise
        launched.check()


class _Launch:
    """The launcher at work, in a thread: in the main thread it would take over its signals."""

    def __init__(self, place: Path, processes: int) -> None:
        self.place, self.processes = place, processes
        self.said: dict[int, str | None] = {}
        self.failure: Exception | None = None
        self.thread = threading.Thread(target=self._run, name="whet-launch", daemon=True)
        self.thread.start()

    def told(self) -> Iterator[tuple[int, dict[str, float]]]:
        """Yield the steps that the first process tells until all have ended."""
        steps, is_alive = Lines(self.place / "steps"), True
        while is_alive:
            self.thread.join(_POLL_S)
            is_alive = self.thread.is_alive()
            yield from steps.fresh()

    def check(self) -> None:
        """Raise what ended the training before its end."""
        refused = next((text for text in self.said.values() if text), None)
        if refused:
            raise InputError(refused)
        if isinstance(self.failure, ChildFailedError):
            rank, failure = self.failure.get_first_failure()
            raise WhetError(
                f"{self.processes} processes must train together to the end, but process {rank} "
                f"ended with exit code {failure.exitcode} after {RESTARTS} restarts. Most often "
                "the memory was full: use fewer processes; the same command goes on from the "
                "last checkpoint."
            ) from self.failure
        if self.failure is not None:
            raise self.failure

    def _run(self) -> None:
        """Start the processes and wait for their end."""
        config = LaunchConfig(
            min_nodes=1,
            max_nodes=1,
            nproc_per_node=self.processes,
            run_id=uuid4().hex,
            rdzv_backend="c10d",
            rdzv_endpoint="127.0.0.1:0",
            local_addr="127.0.0.1",
            max_restarts=RESTARTS,
            start_method="spawn",
            logs_specs=DefaultLogsSpecs(log_dir=str(self.place / "logs")),
        )
        logging.getLogger("torch.distributed.elastic").setLevel(logging.CRITICAL)
        try:
            with thread_limits(max(1, cpu_threads() // self.processes)):
                self.said = elastic_launch(config, _take_part)(str(self.place))
        except Exception as error:
            self.failure = error


def _take_part(place: str) -> str | None:
    """Be one process of a training; return what it refuses, None when all went well."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which stops us
    threading.Thread(target=end_with_parent, name="whet-parent", daemon=True).start()
    job: Job = pickle.loads((Path(place) / "job").read_bytes())
    device = torch.device(job.device)
    if job.device == "cuda":
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)
    _meet("nccl" if job.device == "cuda" else "gloo")
    try:
        kind = Sharded if job.sharded else Together
        _train(job, kind(device, (Path(place) / "stop").exists), Lines(Path(place) / "steps"))
    except InputError as error:
        return str(error)
    finally:
        dist.destroy_process_group()
    return None


def _meet(backend: str) -> None:
    """Join the process group of this start.

    The launcher keeps one store for all starts. Without a part of it for each start, a process may
    read there at which port another one listened before it was killed, and wait for it for ever.
    """
    place = os.environ
    host, port = place["MASTER_ADDR"], int(place["MASTER_PORT"])
    store = TCPStore(host, port, is_master=False, timeout=_PATIENCE)
    dist.init_process_group(
        backend,
        store=PrefixStore(f"start-{place['TORCHELASTIC_RESTART_COUNT']}", store),
        rank=int(place["RANK"]),
        world_size=int(place["WORLD_SIZE"]),
        timeout=_PATIENCE,
    )


def _train(job: Job, group: Together, steps: Lines) -> None:
    """Train with the others; the first process writes what is measured to a file."""

    def tell(step: int, values: dict[str, Any]) -> None:
        if group.rank == 0:
            steps.tell([step, values])

    lesson = ClassLesson(job.start(group.device), job.data, job.recipe, job.evaluate, group)
    train(
        lesson,
        job.recipe,
        folder=job.folder,
        deadline=job.deadline,
        on_step=tell,
        plan=replace(job.plan, group=group),
    )
