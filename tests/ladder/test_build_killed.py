"""A build that is killed in any stage: the same command then succeeds, and nothing half-made stays.

The build runs in a process of its own that prints each stage and stops there until it is killed, so
no test waits for a moment to pass.
"""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.ladder.workshop import make_rows, write_card

from whet.core.progress import Quiet
from whet.core.workspace import Workspace
from whet.ladder.build import build
from whet.serving.package import open_package
from whet.serving.predictor import Predictor
from whet.store.store import open_store

BUILD_UNTIL = """
import signal, sys
from pathlib import Path
from whet.core.progress import Quiet
from whet.ladder.build import build
from whet.training.finetune import Recipe

class Stopping(Quiet):
    stage, steps = "", 0

    def start(self, stage, total=None):
        self.stage, self.steps = stage, 0
        if stage.startswith(sys.argv[2]) and int(sys.argv[3]) == 0:
            self.stop()

    def advance(self, steps=1):
        self.steps += steps
        if self.stage.startswith(sys.argv[2]) and self.steps >= int(sys.argv[3]) > 0:
            self.stop()

    def stop(self):
        print("at the stage", flush=True)
        signal.pause()

# A checkpoint after every step: training is resumed where it was, not a minute before.
Recipe.__dataclass_fields__["checkpoint_every_s"].default = 0.0
Recipe.__init__.__defaults__ = tuple(
    0.0 if value == 60.0 else value for value in Recipe.__init__.__defaults__
)
build(Path(sys.argv[1]), progress=Stopping())
"""


def kill_at(card: Path, stage: str, *, steps: int = 0) -> None:
    """Build until a stage begins, or until so many of its steps are done; then kill the process."""
    command = [sys.executable, "-c", BUILD_UNTIL, str(card), stage, str(steps)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "at the stage\n", f"the build never came to {stage!r}"
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL


class Steps(Quiet):
    """A progress that counts the steps of each stage."""

    def __init__(self) -> None:
        self.stage = ""
        self.steps: dict[str, int] = {}

    def start(self, stage: str, total: int | None = None) -> None:
        self.stage = stage

    def advance(self, steps: int = 1) -> None:
        self.steps[self.stage] = self.steps.get(self.stage, 0) + steps


def check_only_one_package(card: Path, path: str) -> None:
    """Check that the package at `path` is the only registered one, is whole, and works."""
    folder = Path(path)
    assert list(folder.parent.iterdir()) == [folder]
    with open_store(Workspace(card.parent).database_url) as store:
        (package,) = store.packages.all()
        assert package.path == path
        assert store.packages.resolve("shop", "champion").path == path
        assert [run.status for run in store.runs.recent("shop")] == ["built"]
    (answer,) = Predictor(open_package(folder)).predict(["我要退款 refund"])
    assert answer.label in ("crash", "login", "refund")


@pytest.mark.slow
@pytest.mark.parametrize(
    "stage",
    [
        *("reading the data", "linear: trial", "linear: fold 2 of 3", "guards that need a model"),
        *("embedding texts", "probe: fold 3 of 3", "probe: learning curve"),
        *("final fit and test", "exporting", "parity of onnx", "quantising"),
        "writing the report",
    ],
)
def test_killed_in_any_stage_the_same_command_succeeds(
    tmp_path: Path, base: Path, stage: str
) -> None:
    # Without the linear rung the probe is sure to win, and every stage of packaging is passed.
    rungs = ["linear"] if stage.startswith(("linear", "reading")) else ["probe"]
    limits = {"max_flips": 1.0, "max_loss": 1.0}
    rows = make_rows(36)
    card = write_card(tmp_path, base, rows=rows, candidates=rungs, package=limits)
    kill_at(card, stage)
    facts = build(card, progress=Quiet())
    check_only_one_package(card, facts["package"]["path"])


@pytest.mark.slow
def test_a_killed_fine_tuning_goes_on_where_it_was(tmp_path: Path, base: Path) -> None:
    rows = make_rows(90)
    uncut = write_card(tmp_path / "uncut", base, rows=rows, candidates=["full"])
    whole = Steps()
    expected = build(uncut, progress=whole)
    card = write_card(tmp_path / "cut", base, rows=rows, candidates=["full"])
    total = whole.steps["full: fine-tuning"]
    kill_at(card, "full: fine-tuning", steps=total - 2)
    rest = Steps()
    facts = build(card, progress=rest)
    assert 0 < rest.steps["full: fine-tuning"] < total  # it did not begin again
    assert facts["test"] == expected["test"]
    assert facts["risk"] == expected["risk"]
    check_only_one_package(card, facts["package"]["path"])


@pytest.mark.slow
def test_folds_that_were_tuned_before_a_kill_are_not_tuned_again(
    tmp_path: Path, base: Path
) -> None:
    uncut = write_card(tmp_path / "uncut", base, candidates=["contrastive"])
    whole = Steps()
    expected = build(uncut, progress=whole)
    card = write_card(tmp_path / "cut", base, candidates=["contrastive"])
    kill_at(card, "contrastive: fold 2 of 3")
    rest = Steps()
    facts = build(card, progress=rest)
    # Three folds and the final fit: the first two folds were done.
    assert 0 < rest.steps["contrastive tuning"] <= 0.6 * whole.steps["contrastive tuning"]
    assert facts["test"] == expected["test"]
    assert facts["risk"] == expected["risk"]
    check_only_one_package(card, facts["package"]["path"])
