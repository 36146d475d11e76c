"""The cards and answers that docs/targets.md shows are what Whet reads and writes."""

import json
import re
from pathlib import Path

import pytest
import yaml

from whet.cards.read import check_card
from whet.server.schemas import LabelsPrediction, PredictResponse, ValuePrediction

PAGE = Path(__file__).parents[1] / "docs" / "targets.md"


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("card", blocks("yaml"))
def test_the_cards_of_the_page_have_no_mistake(tmp_path: Path, card: str) -> None:
    (tmp_path / "card.yaml").write_text(card)
    (tmp_path / yaml.safe_load(card)["data"]["source"]["path"]).write_text("x")
    assert check_card(tmp_path / "card.yaml") == []


def test_the_answers_of_the_page_have_the_form_of_the_server() -> None:
    answers = [PredictResponse.model_validate(json.loads(block)) for block in blocks("json")]
    assert [type(answer.predictions[0]) for answer in answers] == [
        ValuePrediction,
        LabelsPrediction,
    ]
