"""Tests for whet.ladder.distant: a card built on a cluster of two nodes ends as it does here."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.ladder.workshop import write_card
from tests.ray_cluster import two_nodes

from whet.core.progress import Quiet, StopRequested
from whet.core.settings import settings
from whet.ladder import pieces
from whet.ladder.build import build

pytestmark = [pytest.mark.ray, pytest.mark.slow]
CANDIDATES = ["linear", "probe", "full", "lora"]
TUNING = {"learning_rate": 1e-3, "epochs": 1}


@pytest.fixture
def nodes() -> Iterator[Any]:
    with two_nodes() as found:
        yield found


@pytest.fixture(autouse=True)
def every_fit_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "STARTUP_S", -1.0)


def without_cluster() -> None:
    """Forget the cluster. Not by monkeypatch: it would name the cluster again once that is gone."""
    del os.environ["WHET_RAY_ADDRESS"]
    settings.cache_clear()


def verdicts(facts: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(line["candidate"], line["verdict"], line["against"]) for line in facts["verdicts"]]


def values(facts: dict[str, Any]) -> list[float]:
    lines = [line["value"] for line in facts["verdicts"]]
    points = [point["value"] for point in facts["curve"]["points"]]
    return [*lines, *points, *(metric["value"] for metric in facts["test"].values())]


class Listening(Quiet):
    """Keeps the stages that are told, and the number of steps."""

    def __init__(self) -> None:
        self.stages: list[str] = []
        self.steps = 0

    def start(self, stage: str, total: int | None = None) -> None:
        self.stages.append(stage)

    def advance(self, steps: int = 1) -> None:
        self.steps += steps


def test_verdicts_on_two_nodes_are_those_of_this_machine(
    nodes: Any, tmp_path: Path, base: Path
) -> None:
    fields: dict[str, Any] = {"candidates": CANDIDATES, "tuning": TUNING, "stop": "best"}
    heard = Listening()
    there = build(write_card(tmp_path / "there", base, **fields), progress=heard)
    together = [stage for stage in heard.stages if "fine-tuning on the cluster" in stage]
    assert together == ["lora, full: fine-tuning on the cluster"], heard.stages
    without_cluster()
    here = build(write_card(tmp_path / "here", base, **fields), progress=Quiet())
    assert verdicts(there) == verdicts(here)
    assert there["winner"] == here["winner"]
    assert values(there) == pytest.approx(values(here), abs=1e-4)
    assert sorted(there["hardware"]["trainings"]) == ["full", "lora"]


def test_a_node_that_goes_away_takes_no_task_with_it(
    nodes: Any, tmp_path: Path, base: Path
) -> None:
    tuning = {"learning_rate": 1e-3, "epochs": 60, "rows_per_batch": 8, "patience": 2000}
    fields: dict[str, Any] = {"candidates": ["linear", "full", "lora"], "tuning": tuning}
    card = write_card(tmp_path, base, stop="best", **fields)
    told = tmp_path / ".whet" / "cache" / "training" / "shop" / "told"

    class Removing(Quiet):
        """Ends the second node once both trainings have taken a step."""

        is_done = False

        def advance(self, steps: int = 1) -> None:
            if not self.is_done and len(list(told.glob("*.jsonl"))) == 2:
                nodes.remove_node(nodes.list_all_nodes()[1], allow_graceful=False)
                self.is_done = True

    progress = Removing()
    facts = build(card, progress=progress)
    assert progress.is_done
    words = {line["candidate"]: line["verdict"] for line in facts["verdicts"]}
    assert set(words) == {"linear", "full", "lora"} and "skipped" not in words.values()


def test_whoever_stops_a_build_stops_its_trainings_on_the_cluster(
    nodes: Any, tmp_path: Path, base: Path
) -> None:
    tuning = {"learning_rate": 1e-3, "epochs": 1000, "rows_per_batch": 8, "patience": 9000}
    # Long enough never to end by itself, in a budget that bears it.
    fields: dict[str, Any] = {"tuning": tuning, "budget": {"minutes": 1000}, "stop": "best"}
    card = write_card(tmp_path, base, candidates=["linear", "full"], **fields)
    told = tmp_path / ".whet" / "cache" / "training" / "shop" / "told" / "full.jsonl"

    class Stopping(Quiet):
        def advance(self, steps: int = 1) -> None:
            if told.exists():
                raise StopRequested("Run r was stopped on request.")

    with pytest.raises(StopRequested):
        build(card, progress=Stopping())
    time.sleep(3)
    size = told.stat().st_size
    time.sleep(1)
    assert told.stat().st_size == size
