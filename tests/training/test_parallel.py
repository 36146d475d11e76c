"""Tests for whet.training.parallel: two real processes learn what one learns, also when killed."""

import math
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.ray_cluster import two_nodes
from tests.tiny_base import make_tiny_base
from tests.training.conftest import UNEVEN

from whet.cards.tuning import Tuning
from whet.core.errors import InputError
from whet.models.bases import Base, find_base
from whet.models.classifier import Classifier
from whet.models.encoder import load_encoder, token_ids
from whet.models.methods.contract import Setup
from whet.models.output import Floats, Ids
from whet.runtime.cluster import joined, on_cluster
from whet.runtime.lines import Lines
from whet.runtime.local import Task
from whet.training.finetune import Recipe, TrainingData, Tuned, fine_tune
from whet.training.parallel import Job, train_together
from whet.training.steps import StepPlan

pytestmark = pytest.mark.slow
RECIPE = Recipe(
    epochs=2, rows_per_batch=5, encoder_rate=1e-3, head_rate=1e-2, dropout=0.0, checkpoint_every_s=0
)


def likelihood(logits: Floats, labels: Ids) -> float:
    log_p = torch.log_softmax(torch.from_numpy(logits), dim=1)
    return float(log_p[torch.arange(len(labels)), torch.from_numpy(labels)].mean())


def killed_once(logits: Floats, labels: Ids) -> float:
    """Score; the second process kills itself in the middle of its first life."""
    mark = Path(os.environ["WHET_TEST_MARK"])
    scored = mark.with_suffix(f".{os.environ['RANK']}")
    scored.write_text(scored.read_text() + "." if scored.exists() else ".")
    if os.environ["RANK"] == "1" and not mark.exists() and len(scored.read_text()) > 3:
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return likelihood(logits, labels)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """Return a tiny base without dropout, in which processes would draw different numbers."""
    folder = make_tiny_base(tmp_path_factory.mktemp("base") / "tiny")
    config = folder / "config.json"
    text = config.read_text()
    for name in ("hidden_dropout_prob", "attention_probs_dropout_prob"):
        text = text.replace(f'"{name}": 0.1', f'"{name}": 0.0')
    config.write_text(text)
    return find_base("tiny", folder.parent)


Make = Callable[..., Job]


@pytest.fixture
def make_job(base: Base, tmp_path: Path) -> Make:
    def make(**changes: object) -> Job:
        encoder = load_encoder(base)
        ids = token_ids(encoder.tokenizer, [*UNEVEN * 4, UNEVEN[1]])  # the last batch has one row
        labels = np.array([0, 1, 1, 0, 1] * 4 + [1])
        job = Job(
            base=base,
            weight=np.zeros((3 * encoder.dimension, 2), np.float32),
            bias=np.zeros(2, np.float32),
            candidate="full",
            setup=Setup(Tuning(), 10, tmp_path / "together"),
            data=TrainingData(ids, labels, ids[:5], labels[:5]),
            recipe=RECIPE,
            plan=StepPlan(),
            evaluate=likelihood,
            folder=tmp_path / "together",
            deadline=math.inf,
            device="cpu",
        )
        return replace(job, **changes)  # type: ignore[arg-type]

    return make


def trained_here(job: Job, folder: Path) -> Tuned[Classifier]:
    return fine_tune(
        job.start(torch.device("cpu")),
        job.data,
        job.recipe,
        evaluate=likelihood,
        folder=folder,
        plan=job.plan,
    )


def assert_same(one: Tuned[Classifier], other: Tuned[Classifier]) -> None:
    assert (one.steps, one.best_step, one.reason) == (other.steps, other.best_step, other.reason)
    assert other.best_score == pytest.approx(one.best_score, rel=1e-3)
    theirs = other.model.state_dict()
    for name, value in one.model.state_dict().items():
        torch.testing.assert_close(theirs[name], value, rtol=1e-3, atol=5e-4, msg=name)


@pytest.mark.parametrize(
    ("candidate", "sharded", "tokens_at_once"),
    [("full", False, None), ("full", True, 12), ("lora", True, None), ("rslora", True, None)],
)
def test_two_processes_learn_what_one_learns_also_after_one_was_killed(
    make_job: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    candidate: str,
    sharded: bool,
    tokens_at_once: int | None,
) -> None:
    monkeypatch.setenv("WHET_TEST_MARK", str(tmp_path / "mark"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    # Parts of few tokens: the two take different numbers of passes.
    plan = StepPlan(tokens_at_once=tokens_at_once)
    job = make_job(evaluate=killed_once, candidate=candidate, sharded=sharded, plan=plan)
    steps: list[int] = []
    train_together(job, processes=2, on_step=lambda step, values: steps.append(step))
    assert (tmp_path / "mark").exists()
    assert sorted(set(steps)) == list(range(1, 11))
    # Nothing is left to learn: this takes up what the two have finished.
    together = trained_here(job, job.folder)
    assert_same(trained_here(job, tmp_path / "alone"), together)


def killed_in_the_middle(mark: Path, logits: Floats, labels: Ids) -> float:
    """Score; at the third evaluation the process kills itself, once."""
    count = int(mark.read_text()) + 1 if mark.exists() else 1
    mark.write_text(str(count))
    if count == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return likelihood(logits, labels)


def train_alone(job: Job, told: Path) -> None:
    fine_tune(
        job.start(torch.device("cpu")),
        job.data,
        job.recipe,
        evaluate=job.evaluate,
        folder=job.folder,
        on_step=lambda step, values: Lines(told).tell(step),
    )


@pytest.mark.ray
def test_a_training_on_a_cluster_goes_on_from_its_checkpoint_after_its_worker_was_killed(
    make_job: Make, tmp_path: Path
) -> None:
    job = make_job(evaluate=partial(killed_in_the_middle, tmp_path / "mark"))
    told = tmp_path / "told"
    task = Task("full, training", train_alone, (job, told))
    with two_nodes(), joined(tmp_path) as found:
        assert found is not None
        assert list(on_cluster(found, [task], cores=1, attempts=2)) == [(0, None)]
    steps = list(Lines(told).fresh())
    # The second life began behind the last checkpoint, not at the first step.
    assert steps == list(range(1, 11))
    assert_same(trained_here(job, tmp_path / "alone"), trained_here(job, job.folder))


def test_processes_that_hold_different_data_are_stopped(make_job: Make) -> None:
    job = make_job(data=_Differing.of(make_job().data))
    with pytest.raises(InputError) as error:
        train_together(job, processes=2, on_step=lambda step, values: None)
    assert str(error.value) == (
        "All 2 processes of a training must hold the same data, weights and settings; process 1 "
        "holds others than process 0. Give every process the same files and the same version of "
        "Whet."
    )


def test_whoever_watches_may_stop_all(make_job: Make) -> None:
    class Stopped(BaseException):
        pass

    def stop(step: int, values: dict[str, float]) -> None:
        raise Stopped

    job = make_job(recipe=replace(RECIPE, epochs=2000))
    with pytest.raises(Stopped):
        train_together(job, processes=2, on_step=stop)
    assert (job.folder / "checkpoint.pt").is_file()


class _Differing(TrainingData):
    """Rows that are others in the second process: what a damaged copy of a file would bring."""

    @classmethod
    def of(cls, data: TrainingData) -> "_Differing":
        return cls(data.ids, data.labels, data.held_ids, data.held_labels)

    def __setstate__(self, state: dict[str, object]) -> None:
        vars(self).update(state)
        if os.environ.get("RANK") == "1":
            vars(self)["labels"] = 1 - self.labels
