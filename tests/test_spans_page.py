"""The data, the card and the answer that docs/spans.md shows are what Whet reads and writes."""

import json
import re
from pathlib import Path

import yaml

from whet.cards.read import check_card
from whet.data.tagging.columns import read_columns
from whet.data.tagging.spans import read_spans

PAGE = Path(__file__).parents[1] / "docs" / "spans.md"


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_data_of_the_page_is_read(tmp_path: Path) -> None:
    columns, lines = tmp_path / "a.txt", tmp_path / "a.jsonl"
    columns.write_text(blocks("text")[0])
    lines.write_text(blocks("json")[0])
    assert read_columns(columns).labels == ("MISC", "ORG")
    (text,), ((span,),) = read_spans(lines).texts, read_spans(lines).spans
    assert text[span.start : span.end] == "Rome"


def test_the_card_of_the_page_has_no_mistake(tmp_path: Path) -> None:
    (card,) = blocks("yaml")
    (tmp_path / "card.yaml").write_text(card)
    split, source = yaml.safe_load(card)["split"], yaml.safe_load(card)["data"]["source"]
    for name in (source["path"], split["validation"], split["test"]):
        (tmp_path / name).write_text(blocks("text")[0])
    assert check_card(tmp_path / "card.yaml") == []


def test_the_answer_of_the_page_has_the_form_of_the_server() -> None:
    from whet.server.schemas import PredictResponse

    answer = PredictResponse.model_validate(json.loads(blocks("json")[1]))
    assert [span.text for span in answer.predictions[0].spans] == ["Ana Li", "Rome"]  # type: ignore[union-attr]
