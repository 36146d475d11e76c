"""A day that was cut off goes on where it was; a journal of another day is refused."""

from pathlib import Path

import pytest

from whet.core.errors import InputError
from whet.products.support.simulation.journal import Journal, Look, Sending

SETTINGS = {"seed": 1, "hours": 8.0}


def test_what_was_written_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    with Journal.opened(path, SETTINGS) as journal:
        run = journal.run
        journal.sent(Sending(3, 12.5, 0.02))
        journal.sent(Sending(4, 14.5, 0.03, twice=True, refused="no"))
        journal.looked(Look(20.0, 0.4, 500.0))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"sending": {"pers')  # the process was killed here
    with Journal.opened(path, SETTINGS) as again:
        assert again.run == run
        assert (again.elapsed_s, again.real_s) == (20.0, 0.4)
        again.sent(Sending(3, 30.0, 0.01))
    with Journal.opened(path, SETTINGS) as third:
        assert third.by_person() == {
            3: [Sending(3, 12.5, 0.02), Sending(3, 30.0, 0.01)],
            4: [Sending(4, 14.5, 0.03, twice=True, refused="no")],
        }


def test_two_days_have_names_of_their_own() -> None:
    assert Journal().run != Journal().run


def test_another_day_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "day.jsonl"
    with Journal.opened(path, SETTINGS):
        pass
    with pytest.raises(InputError) as refused, Journal.opened(path, SETTINGS | {"seed": 2}):
        pass
    assert str(refused.value) == (
        f"{path} must be the journal of the same day to go on with it; there seed is 1, and 2 is "
        "asked. Name another file."
    )


@pytest.mark.parametrize("text", ["name: Lark\n", "[1]\n", '{"settings": {}}', '{"a": 1}\n{}\n'])
def test_another_file_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text(text, encoding="utf-8")
    refusal = "or not be there; it is another file"
    with pytest.raises(InputError, match=refusal), Journal.opened(path, SETTINGS):
        pass
    assert path.read_text(encoding="utf-8") == text
