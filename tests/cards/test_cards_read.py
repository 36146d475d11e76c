"""Tests for whet.cards.read: a whole card, every problem of a card at once, and what is no card."""

import os
from pathlib import Path

import pytest

from whet.cards.read import card_schema, check_card, read_card
from whet.cards.schema import Card, OfficialSplit
from whet.core.errors import InputError
from whet.core.yaml.document import Problem

REPOSITORY = Path(__file__).parents[2]


def test_a_minimal_card_gets_every_default(folder: Path, minimal: str) -> None:
    path = folder / "card.yaml"
    path.write_text(minimal)
    card = read_card(path)
    assert (card.name, card.text_column, card.label_column) == ("demo", "message", "intent")
    assert card.rungs == ("linear", "probe", "blend", "contrastive", "full", "blend:full")
    assert card.split.kind == "stratified"
    assert card.columns == ()


def test_candidates_are_climbed_from_the_cheapest_up(folder: Path, minimal: str) -> None:
    path = folder / "card.yaml"
    names = "full, blend:lora, lora, blend:freeze:4, freeze:2, freeze:4, blend, linear"
    path.write_text(minimal + f"candidates: [{names}]\n")
    cheap = ("linear", "blend", "freeze:4", "blend:freeze:4", "freeze:2")
    assert read_card(path).rungs == (*cheap, "lora", "blend:lora", "full")


def test_a_wrong_setting_of_tuning_is_named(folder: Path, minimal: str) -> None:
    path = folder / "card.yaml"
    path.write_text(minimal + "tuning: {rnk: 8, dropout: 1.5}\n")
    with pytest.raises(InputError) as refused:
        read_card(path)
    assert "tuning.rnk" in str(refused.value)
    assert "Did you mean 'rank'?" in str(refused.value)
    assert "tuning.dropout" in str(refused.value)


def test_a_card_with_a_byte_order_mark_windows_line_ends_and_chinese(
    folder: Path, minimal: str
) -> None:
    path = folder / "card.yaml"
    text = minimal + "use: 把客户的消息转给对的人\nsplit: {kind: official, test: test.csv}\n"
    path.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    card = read_card(path)
    assert card.use == "把客户的消息转给对的人"
    assert isinstance(card.split, OfficialSplit)


def test_the_card_of_the_example_is_right() -> None:
    card = read_card(REPOSITORY / "examples" / "support" / "card.yaml")
    assert card.unit_column == "conversation_id"
    assert card.columns == ("conversation_id", "channel", "language")


def test_every_problem_is_told_at_once_in_the_order_of_the_lines(folder: Path) -> None:
    path = folder / "card.yaml"
    path.write_text(
        "name: 2024\n"
        "data:\n"
        "  source: {path: mesages.csv}\n"
        "  groups: [intent]\n"
        "target: {column: intent}\n"
        "split: {kind: group, test: 1.5}\n"
        "candidates: [linear, prob]\n"
        "gate: {macro_f1: 75}\n"
        "seed: 1\n"
        "seed: 2\n"
        "colour: red\n"
    )
    with pytest.raises(InputError) as caught:
        read_card(path)
    assert str(caught.value) == "\n".join(
        f"{path}:{line}"
        for line in [
            "1: name: must be a text of at most 64 lower-case letters, digits, `.`, `_` and `-`, "
            "a letter or digit first; found 2024. Put it in quotes.",
            "1: inputs: must be given: what the prediction is made from",
            "3: data.source.path: there is no file 'mesages.csv' beside the card. "
            "Did you mean 'messages.csv'?",
            "4: data.groups[0]: must not be the label column 'intent': "
            "it would give the answer away",
            "6: split.test: must be a number above 0 and below 1; found 1.5",
            "7: candidates[1]: must be a rung of the ladder; found 'prob'. Did you mean 'probe'?",
            "8: gate.macro_f1: must be a number from 0 to 1; found 75",
            "10: seed: is given twice, first in line 9. Keep one.",
            "11: colour: is no field. Valid names: augment, base, budget, candidates, compute, "
            "data, decision, gate, inputs, interval, metrics, name, not_for, package, seed, split, "
            "stop, target, trust, tuning, use, waive.",
        ]
    )


def test_a_value_that_is_broken_is_told_once(folder: Path, minimal: str) -> None:
    path = folder / "card.yaml"
    path.write_text(minimal.replace("demo", "!!binary aGVsbG8="))
    assert check_card(path) == [
        Problem(
            1, "name", "must be written without the YAML tag !!binary: cards hold plain values only"
        )
    ]


def test_an_empty_mapping_lacks_every_field_that_must_be_given(folder: Path) -> None:
    path = folder / "card.yaml"
    path.write_text("{}")
    assert [problem.field for problem in check_card(path)] == ["name", "data", "inputs", "target"]


def error_of(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_card(path)
    return str(caught.value)


def test_what_is_no_card_is_told_in_one_sentence(folder: Path) -> None:
    path = folder / "card.yaml"
    assert error_of(path) == f"{path}: there is no such file. `whet new DIR` writes a card."
    assert error_of(folder) == f"{folder}: is a folder. Name the card in it, such as card.yaml."
    long = folder / ("x" * 300)
    assert error_of(long) == f"{long}: there is no such file. `whet new DIR` writes a card."
    path.write_text("")
    assert error_of(path) == f"{path}: the card is empty. `whet new DIR` writes one to start from."
    path.write_bytes("name: demo\nuse: caf\xe9\n".encode("latin-1"))
    assert error_of(path) == (
        f"{path}:2: must be written in UTF-8; found the byte 0xe9. Save the file as UTF-8."
    )
    path.write_bytes(b"#" * 1_000_001)
    assert error_of(path) == f"{path}: a card holds at most 1,000,000 bytes; found 1,000,001"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_card_without_permission_is_told_in_one_sentence(folder: Path, minimal: str) -> None:
    path = folder / "card.yaml"
    path.write_text(minimal)
    path.chmod(0)
    assert error_of(path) == f"{path}: could not be read: Permission denied"


def test_the_json_schema_describes_every_field() -> None:
    schema = card_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(schema["properties"]) == set(Card.model_fields)
    assert schema["required"] == ["name", "data", "inputs", "target"]
    parts = [schema, *schema["$defs"].values()]
    for part in parts:
        for name, field in part["properties"].items():
            described = field.get("description") or schema["$defs"].get(
                field.get("$ref", "").removeprefix("#/$defs/"), {}
            ).get("description")
            assert described, f"{part['title']}.{name} has no description"
