"""Tests for whet.runtime.lines: each value once, and never a half of one."""

from pathlib import Path

from whet.runtime.lines import Lines


def test_each_value_is_told_once_and_a_half_written_line_waits(tmp_path: Path) -> None:
    writer, reader = Lines(tmp_path / "told"), Lines(tmp_path / "told")
    assert list(reader.fresh()) == []
    writer.tell([1, {"名": 0.5}])
    writer.tell([2, {}])
    assert list(reader.fresh()) == [[1, {"名": 0.5}], [2, {}]]
    with writer.path.open("a") as file:
        file.write("[3,")
    assert list(reader.fresh()) == []
    with writer.path.open("a") as file:
        file.write(" {}]\n")
    assert list(reader.fresh()) == [[3, {}]]
