"""The data, the card and the requests that docs/pairs.md shows are what Whet reads."""

import json
import re
from pathlib import Path

from whet.cards.kinds import PAIR_METRICS
from whet.cards.read import check_card, read_card
from whet.data.pairs.rows import read_pairs
from whet.server.schemas import PredictRequest

PAGE = (Path(__file__).parents[1] / "docs" / "pairs.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_card_of_the_page_reads_its_data(tmp_path: Path) -> None:
    card, waiver = blocks("yaml")
    (tmp_path / "train.csv").write_text(blocks("text")[0])
    (tmp_path / "card.yaml").write_text(card + waiver)
    assert check_card(tmp_path / "card.yaml") == []
    table, rows = read_pairs(read_card(tmp_path / "card.yaml"), tmp_path / "train.csv", None)
    assert table["question1"].to_list()[1] == '["How do I pay?", "I lost my card"]'
    assert rows == (1, 2)


def test_the_request_of_the_page_is_one() -> None:
    (body,) = re.findall(r"--json '(.*?)'", PAGE)
    request = PredictRequest.model_validate(json.loads(body))
    assert request.all_texts(("first", "second")) == ['["How do I pay?", "I lost my card"]']


def test_every_metric_is_named() -> None:
    assert all(f"`{name}`" in PAGE for name in PAIR_METRICS)
