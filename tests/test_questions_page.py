"""The data, the card, the request and the answer of docs/questions.md are what Whet reads."""

import json
import re
from pathlib import Path

from whet.cards.kinds import SPAN_METRICS, SPAN_RUNGS
from whet.cards.read import check_card, read_card
from whet.core.pairs import join_exact, split_pair
from whet.data.passages.answers import answers_of
from whet.data.passages.rows import read_questions
from whet.server.schemas import PassagePrediction, PredictRequest, PredictResponse

PAGE = (Path(__file__).parents[1] / "docs" / "questions.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_card_of_the_page_reads_its_data(tmp_path: Path) -> None:
    (card,) = blocks("yaml")
    (tmp_path / "train.csv").write_text(blocks("text")[0], encoding="utf-8")
    (tmp_path / "card.yaml").write_text(card)
    assert check_card(tmp_path / "card.yaml") == []
    table, rows = read_questions(read_card(tmp_path / "card.yaml"), tmp_path / "train.csv", None)
    answers = [[answer.text for answer in answers_of(label)] for label in table["answer"]]
    assert (answers, rows) == ([["Ana Li"], [], ["王芳"]], (1, 2, 3))
    listed = card.replace("column: answer}", "column: answers}").replace(".csv", ".jsonl")
    (tmp_path / "train.jsonl").write_text(blocks("json")[0].replace("\n", ""))
    (tmp_path / "card.yaml").write_text(listed)
    table, _ = read_questions(read_card(tmp_path / "card.yaml"), tmp_path / "train.jsonl", None)
    assert [answer.text for answer in answers_of(table["answers"][0])] == ["Ana Li"]


def test_the_request_and_the_answer_of_the_page_belong_together() -> None:
    (body,) = re.findall(r"--json '(.*?)'", PAGE)
    request = PredictRequest.model_validate(json.loads(body))
    (text,) = request.all_texts(("question", "passage"), join_exact)
    (found,) = PredictResponse.model_validate(json.loads(blocks("json")[1])).predictions
    assert isinstance(found, PassagePrediction)
    assert split_pair(text)[1][found.start : found.end] == found.answer


def test_every_metric_and_rung_is_named() -> None:
    assert all(f"`{name}`" in PAGE for name in (*SPAN_METRICS, *SPAN_RUNGS))
