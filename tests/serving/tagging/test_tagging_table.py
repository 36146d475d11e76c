"""Tests for whet.serving.tagging.table: scores add up, files come back, damage is named."""

from pathlib import Path

import numpy as np
import pytest
from tests.serving.tiny_package import contents

from whet.core.errors import IntegrityError
from whet.core.spans import Span
from whet.models.tag_baselines import fit_linear_tagger, fit_lookup
from whet.serving.opening import load_predictor
from whet.serving.package import FEATURES_FILE, WORDS_FILE, open_package, write_manifest
from whet.serving.tagging.predictor import TagPredictor
from whet.serving.tagging.table import WordTable, read_table
from whet.serving.tagging.tag_set import TagSet

SET = TagSet(["LOC"])
TEXTS = ["in Rome", "to Oslo", "by sea", "Rome in May"]
SPANS = [(Span(3, 7, "LOC"),), (Span(3, 7, "LOC"),), (), (Span(0, 4, "LOC"),)]


def test_scores_are_the_sum_of_the_rows_of_known_features() -> None:
    weights = np.array([[0, 1, 0, 0, 0], [0, 0, 2, 0, 0]], dtype=np.float32)
    table = WordTable("own", ("in", "Rome"), weights, np.ones(5, dtype=np.float32))
    scores = table.scores("in Rome now", [(0, 2), (3, 7), (8, 11)])
    assert scores.tolist() == [[1, 2, 1, 1, 1], [1, 1, 3, 1, 1], [1, 1, 1, 1, 1]]
    assert table.scores("", []).shape == (0, 5)


@pytest.mark.parametrize("kind", ["lookup", "linear"])
def test_a_package_finds_what_the_model_found(tmp_path: Path, kind: str) -> None:
    model = (
        fit_lookup(TEXTS, SPANS, SET)
        if kind == "lookup"
        else fit_linear_tagger(TEXTS, SPANS, SET, seed=0)
    )
    model.table.write(tmp_path)
    about = contents(name="places", form="words", labels=SET.labels, dimension=0)
    (tmp_path / "package.json").write_text(about.model_dump_json())
    (tmp_path / "README.md").write_text("# places\n")
    write_manifest(tmp_path)
    predictor = load_predictor(open_package(tmp_path))
    assert isinstance(predictor, TagPredictor)
    answers = predictor.predict(TEXTS)
    found = [tuple(Span(s.start, s.end, s.label) for s in a.spans) for a in answers]
    assert found == model.find(TEXTS) == SPANS


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    fit_lookup(TEXTS, SPANS, SET).table.write(tmp_path)
    (tmp_path / FEATURES_FILE).write_text('["one"]')
    with pytest.raises(IntegrityError, match="must hold a row for each of 1 features"):
        read_table(tmp_path)
    (tmp_path / WORDS_FILE).write_bytes(b"x")
    with pytest.raises(IntegrityError, match="cannot be read"):
        read_table(tmp_path)
