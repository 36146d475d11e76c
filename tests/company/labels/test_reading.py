"""Tests for whet.company.labels.reading: CSV files and the runs of a store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from whet.company.labels.curve import Score
from whet.company.labels.origin import Origin
from whet.company.labels.reading import file_curve, read_scores, stored_curves
from whet.core.errors import InputError
from whet.store.curves import CurvePoint
from whet.store.measurements import Cost
from whet.store.runs import NewRun
from whet.store.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path / 'whet.db'}") as opened:
        yield opened


def measured(store: Store, values: dict[str, float], **rows: int) -> str:
    """Return a finished run with a curve of two sizes for each rung."""
    new = NewRun("support", {"name": "support"}, "card.yaml", "d" * 64, 0, {})
    run = store.runs.create(new)
    store.curves.add(
        CurvePoint(run, rung, "macro_f1", size, 0, value - 0.1 * (size < 800))
        for rung, value in values.items()
        for size in (400, 800)
    )
    store.measurements.add_cost(run, Cost("rung:probe", seconds=1800, device="cuda"))
    facts = {"data": {"rows": rows}}
    store.runs.finish(run, "built", reason="done", seconds=1, facts=facts)
    return run


def test_a_file_with_seeds_and_errors(tmp_path: Path) -> None:
    path = tmp_path / "curve.csv"
    path.write_text("\ufeffn,score,se,seed\n100,0.5,0.01,0\n200,0.6,,1\n", encoding="utf-8")
    assert read_scores(path) == [Score(100, 0.5, 0, 0.01), Score(200, 0.6, 1, None)]
    path.write_text("score,n\n0.5,100\n0.6,200\n")
    curve, origin = file_curve(path, "accuracy")
    assert (curve.name, curve.metric, curve.sizes) == ("curve", "accuracy", (100, 200))
    assert origin == Origin("curve")
    loss, _ = file_curve(path, "score", is_error=True)
    assert loss.errors == (0.5, 0.6)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "size,score\n1,2\n",
            "The curve {} must have the columns n and score; it has size, score. Name its columns "
            "in the first line, for example n,score,se.",
        ),
        (
            "n,score,sse\n1,2,3\n",
            "The curve {} has a column 'sse' that means nothing here. Did you mean 'se'?",
        ),
        ("n,score\n100,x\n", "{}, line 2: score must be a number; found 'x'. Correct it."),
        ("n,score\n,0.5\n", "{}, line 2: n must be a number; found ''. Correct it."),
    ],
)
def test_files_that_are_no_curve(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "curve.csv"
    path.write_text(text)
    with pytest.raises(InputError) as error:
        read_scores(path)
    assert str(error.value) == sentence.format(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    with pytest.raises(InputError) as error:
        read_scores(path)
    assert str(error.value) == (
        f"The curve {path} must be a file that can be read: No such file or directory. Give a CSV "
        "file with the columns n,score,se."
    )
    path.write_bytes(b"n,score\n\xff\xfe,1\n")
    with pytest.raises(InputError, match="must be a CSV file in UTF-8"):
        read_scores(path)


def test_the_newest_run_and_its_rungs(store: Store) -> None:
    measured(store, {"probe": 0.99})
    newest = measured(store, {"linear": 0.7, "probe": 0.8}, train=1000, validation=0, test=300)
    found = stored_curves(store, "support")
    assert [origin.candidate for _, origin in found] == ["linear", "probe"]
    curve, origin = found[1]
    assert origin == Origin("support", "probe", newest, 300, hours=0.5, device="cuda")
    assert curve.name == "support/probe"
    assert curve.errors == pytest.approx((0.3, 0.2))
    assert curve.test_rows == 200  # of 1,000 training rows, 800 were learnt from
    ((linear, _),) = stored_curves(store, "support", candidate="linear")
    assert linear.errors[-1] == pytest.approx(0.3)


def test_one_run_and_its_validation_rows(store: Store) -> None:
    first = measured(store, {"probe": 0.6}, train=800, validation=150, test=300)
    measured(store, {"probe": 0.8})
    ((curve, origin),) = stored_curves(store, "support", run=first)
    assert (origin.run, curve.test_rows) == (first, 150)
    assert curve.errors[-1] == pytest.approx(0.4)


def test_what_was_not_measured_is_refused(store: Store) -> None:
    with pytest.raises(InputError) as error:
        stored_curves(store, "support")
    assert str(error.value) == (
        "The card 'support' must have a measured learning curve in this workspace; there is none. "
        "Run `whet build CARD` with a budget that leaves time for the curve, or give --curve "
        "FILE.csv."
    )
    run = measured(store, {"probe": 0.8})
    with pytest.raises(InputError) as error:
        stored_curves(store, "support", candidate="prob")
    assert str(error.value) == f"Run {run} has no learning curve of 'prob'. Did you mean 'probe'?"
