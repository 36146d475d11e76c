"""Two runs are compared on the test rows that both answered; what cannot be paired is refused."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.ladder.workshop import make_rows, write_card

from whet.cards.schema import Interval
from whet.core.errors import InputError, IntegrityError
from whet.core.progress import Quiet
from whet.core.seeds import derived_seed
from whet.core.workspace import MARKER, Workspace
from whet.evaluation.verdict import compare
from whet.ladder.answers import ANSWERS_FILE, hash_rows, read_answers
from whet.ladder.build import build
from whet.ladder.comparison import compare_runs
from whet.store.store import open_store


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("runs")
    (folder / MARKER).write_text("")
    return Workspace(folder)


@pytest.fixture(scope="module")
def runs(workspace: Workspace, base: Path) -> dict[str, str]:
    """Return the runs of four cards: two on the same rows, others on other rows or labels."""
    rows = make_rows(60)
    cards: dict[str, dict[str, Any]] = {
        "words": {"candidates": ["linear"], "seed": 1},
        "probe": {"name": "other", "candidates": ["probe"]},
        "split": {"split": {"kind": "stratified", "folds": 3, "seed": 5}},
    }
    found = {}
    for name, fields in cards.items():
        card = write_card(workspace.root / name, base, rows=rows, **fields)
        found[name] = build(card, progress=Quiet())["run"]
    return found


def refusal(workspace: Workspace, first: str, second: str) -> str:
    with open_store(workspace.database_url) as store, pytest.raises(InputError) as error:
        compare_runs(store, workspace, first, second)
    return str(error.value)


def test_the_verdict_is_the_paired_one_on_the_kept_answers(
    workspace: Workspace, runs: dict[str, str]
) -> None:
    with open_store(workspace.database_url) as store:
        facts = compare_runs(store, workspace, runs["words"], runs["probe"])
        kept = {name: store.runs.show(run).facts for name, run in runs.items()}
    old, new = (read_answers(workspace.runs / runs[name]) for name in ("words", "probe"))
    expected = compare(
        "macro_f1",
        old.truth,
        new.probabilities,
        old.probabilities,
        None,
        interval=Interval(n=100),
        seed=derived_seed(1, "runs"),
    )
    assert facts["verdict"] == expected.verdict
    assert facts["sentence"] == expected.sentence
    assert facts["difference"]["value"] == pytest.approx(
        facts["second"]["value"]["value"] - facts["first"]["value"]["value"]
    )
    first = kept["words"]
    assert first is not None
    assert facts["first"]["value"] == first["test"]["macro_f1"]
    assert (facts["first"]["winner"], facts["second"]["winner"]) == ("linear", "probe")
    assert {field["name"] for field in facts["fields"]} == {"name", "candidates", "seed"}
    (seeds,) = [field for field in facts["fields"] if field["name"] == "seed"]
    assert (seeds["first"], seeds["second"]) == (1, 0)
    json.dumps(facts, allow_nan=False)


def test_a_run_ties_with_itself(workspace: Workspace, runs: dict[str, str]) -> None:
    with open_store(workspace.database_url) as store:
        facts = compare_runs(store, workspace, runs["probe"], runs["probe"])
    assert facts["difference"]["value"] == 0
    assert facts["verdict"] in ("ties", "not enough data")
    assert facts["fields"] == []


def test_other_test_rows_are_refused(workspace: Workspace, runs: dict[str, str]) -> None:
    a, b = (read_answers(workspace.runs / runs[name]) for name in ("words", "split"))
    assert refusal(workspace, runs["words"], runs["split"]) == (
        f"Runs {runs['words']} and {runs['split']} must have answered the same test rows; theirs "
        f"hash to {a.rows_sha256[:12]} (12 rows) and {b.rows_sha256[:12]} (12 rows). Compare runs "
        "of cards with the same data and the same split."
    )


def test_a_run_without_answers_is_refused(workspace: Workspace, runs: dict[str, str]) -> None:
    place = workspace.runs / runs["words"] / ANSWERS_FILE
    moved = place.rename(place.with_suffix(".away"))
    try:
        assert refusal(workspace, runs["words"], runs["probe"]) == (
            f"Run {runs['words']} must have kept its test answers to be compared; there is no "
            f"{place}. Only runs that came to their end here have them: build again."
        )
        place.write_bytes(b"\x00" * 40)
        with pytest.raises(IntegrityError, match="cannot be read"):
            read_answers(place.parent)
    finally:
        moved.rename(place)


def test_an_unknown_run_is_refused(workspace: Workspace, runs: dict[str, str]) -> None:
    assert refusal(workspace, "run_0", runs["probe"]).startswith("There is no run 'run_0'. ")


def test_answers_are_those_of_the_test_rows(workspace: Workspace, runs: dict[str, str]) -> None:
    answers = read_answers(workspace.runs / runs["probe"])
    assert answers.labels == ("crash", "login", "refund")
    assert answers.probabilities.shape == (12, 3)
    np.testing.assert_allclose(answers.probabilities.sum(axis=1), 1, atol=1e-5)
    assert sorted(set(answers.units.tolist())) == list(range(12))


def test_the_hash_of_rows_knows_order_text_and_label() -> None:
    one = hash_rows(("a", "b"), ("x", "y"))
    others = [hash_rows(("b", "a"), ("y", "x")), hash_rows(("a", "b"), ("x", "x"))]
    others += [hash_rows(("a", "bx"), ("x", "y")), hash_rows(("a",), ("x",))]
    assert one not in others and len(set(others)) == len(others)
    assert one == hash_rows(("a", "b"), ("x", "y"))
