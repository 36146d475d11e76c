"""Tests for whet.data.corrections: what was corrected can be read as training data."""

from datetime import UTC, datetime
from pathlib import Path

from whet.data.corrections import export_corrections
from whet.data.read import read_table
from whet.store.feedback import Feedback
from whet.store.predictions import Prediction

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def pair(number: int, text: str | None, label: str) -> tuple[Prediction, Feedback]:
    """Return an answer `login` with feedback on it."""
    answer = Prediction(
        id=f"p{number}",
        name="support",
        version="1",
        at=NOON,
        input_sha256="0" * 64,
        label="login",
        probability=0.5,
        confidence=0.5,
        abstained=False,
        latency_ms=1.0,
        text=text,
    )
    return answer, Feedback(f"f{number}", answer.id, label, "agent", NOON)


def test_what_is_written_reads_as_a_source(tmp_path: Path) -> None:
    text = 'my "card",\nis lost 卡丢了'
    done = export_corrections([pair(1, text, "card"), pair(2, None, "card")], tmp_path / "new.csv")
    assert (done.rows, done.out_of_scope_file, done.without_text) == (1, None, 1)
    table = read_table(tmp_path / "new.csv")
    assert table.rows(named=True) == [
        {
            "text": text,
            "label": "card",
            "answered": "login",
            "source": "agent",
            "prediction": "p1",
            "at": "2026-11-22T12:00:00+00:00",
        }
    ]


def test_messages_of_no_class_never_become_a_class(tmp_path: Path) -> None:
    pairs = [pair(1, "my card", "card"), pair(2, "sing a song", "out_of_scope")]
    done = export_corrections(pairs, tmp_path / "new.csv")
    beside = tmp_path / "new_out_of_scope.csv"
    assert (done.rows, done.out_of_scope_rows, done.out_of_scope_file) == (1, 1, beside)
    assert "song" not in (tmp_path / "new.csv").read_text()
    table = read_table(beside)
    assert table["text"].to_list() == ["sing a song"]
