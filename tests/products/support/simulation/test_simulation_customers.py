"""Customers say what the file says, in other words; a broken file is told line by line."""

import json
import random
from pathlib import Path

import pytest

from whet.core.errors import InputError
from whet.products.support.simulation.customers import paraphrased, read_scripts

TURN = {"author": "customer", "text": "Hi"}
GOOD = {"id": "a", "language": "en", "channel": "chat", "outcome": "answered", "turns": [TURN]}


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    said = {"author": "customer", "text": "Refund!", "expects": {"intents": ["refund"]}}
    person = {"author": "person", "text": "Done."}
    lines = [GOOD, GOOD | {"turns": [TURN, said, person]}]
    file.write_text("\n".join(map(json.dumps, lines)) + "\n\n", encoding="utf-8")
    _, second = read_scripts(file)
    assert [line.text for line in second.says] == ["Hi", "Refund!"]
    assert [line.expects.is_judged for line in second.says] == [False, True]
    assert second.people_say == ["Done."]


def test_every_broken_line_is_told(tmp_path: Path) -> None:
    file = tmp_path / "talks.jsonl"
    bot = GOOD | {"turns": [{"author": "bot", "text": "Hi"}]}
    lines = [json.dumps(GOOD), "{", json.dumps(GOOD | {"outcome": "won"}), json.dumps(bot)]
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_scripts(file)
    found = str(refused.value).splitlines()
    assert found[0].startswith(f"{file}:2: must be one JSON object; Expecting property name")
    assert found[1].startswith(f"{file}:3: outcome: Input should be 'answered'")
    assert found[2] == (
        f"{file}:4: a conversation must hold a turn of the author `customer`; found none"
    )


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Name another one with --conversations"):
        read_scripts(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("text", "language", "kept"),
    [
        ("Could you send me invoice LK-2026-0417 again?", "en", "LK-2026-0417"),
        ("my address is dora@windmill.example", "en", "dora@windmill.example"),
        ("6月3日扣的45元要退，买错了", "zh", "6月3日扣的45元"),
    ],
)
def test_values_are_left_alone(text: str, language: str, kept: str) -> None:
    drawn = random.Random(0)
    said = {paraphrased(text, language, drawn) for _ in range(300)}
    assert len(said) > 10
    assert all(kept in one for one in said)


def test_same_seed_same_words() -> None:
    def said(seed: int) -> list[str]:
        drawn = random.Random(seed)
        return [paraphrased("please help me with my password", "en", drawn) for _ in range(9)]

    assert said(1) == said(1) != said(2)
