"""Tests for whet.data.tagging.rows: spans as labels, their strata, and files under a card."""

from pathlib import Path

import pytest
from tests.ladder.tag_workshop import make_tagged, write_jsonl, write_tag_card

from whet.cards.read import read_card
from whet.core.clock import utc_now
from whet.core.errors import InputError
from whet.core.spans import Span
from whet.core.workspace import find_workspace
from whet.data.load import load
from whet.data.rarest import WITHOUT
from whet.data.split import folds
from whet.data.tagging.rows import span_labels, spans_of, strata, written
from whet.data.versions import read_version, write_version


def test_spans_come_back_from_their_label() -> None:
    spans = (Span(0, 3, "PER"), Span(4, 6, "地点"))
    assert spans_of(written(spans)) == spans
    assert written(()) == "[]"
    assert span_labels([written(spans), "[]"]) == ("PER", "地点")


def test_labels_of_classes_are_no_spans() -> None:
    with pytest.raises(InputError, match="must hold spans; found the label 'refund'"):
        spans_of("refund")


def test_a_text_belongs_to_its_rarest_label_that_is_not_too_rare() -> None:
    common, rare = Span(0, 1, "A"), Span(2, 3, "B")
    rows = [written([common])] * 20 + [written([common, rare])] * 10 + ["[]"] * 3
    rows += [written([Span(4, 5, "C")])]
    assert strata(rows) == ["A"] * 20 + ["B"] * 10 + [WITHOUT] * 4


def test_names_of_the_card_are_the_names_in_the_file(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "rows.jsonl", make_tagged(40))
    text = (tmp_path / "rows.jsonl").read_text(encoding="utf-8")
    renamed = text.replace('"text"', '"body"').replace('"spans"', '"marks"')
    (tmp_path / "rows.jsonl").write_text(renamed, encoding="utf-8")
    card = write_tag_card(
        tmp_path,
        tmp_path,
        data={"source": {"path": "rows.jsonl"}, "groups": ["channel"]},
        inputs=[{"column": "body"}],
        target={"kind": "tags", "column": "marks"},
    )
    frame = load(read_card(card), tmp_path).train
    assert set(frame.columns["channel"]) == {"mail", "chat"}
    assert any(spans_of(label) for label in frame.labels)


def test_rows_of_columns_count_lines(tmp_path: Path) -> None:
    blocks = "".join(f"Ana B-PER\n\nin{i} O\nRome{i} B-LOC\n\n" for i in range(10))
    (tmp_path / "rows.txt").write_text(blocks)
    card = write_tag_card(
        tmp_path, tmp_path, data={"source": {"path": "rows.txt", "format": "conll"}}
    )
    dataset = load(read_card(card), tmp_path)
    assert sorted((*dataset.train.rows, *dataset.test.rows))[:4] == [1, 3, 6, 8]


def test_a_version_keeps_spans(tmp_path: Path) -> None:
    path = write_tag_card(tmp_path, tmp_path)
    card = read_card(path)
    dataset = load(card, tmp_path)
    place = write_version(find_workspace(path), dataset, parent=None, changes=[], created=utc_now())
    again = read_version(place, card)
    assert (again.labels, again.test.labels) == (dataset.labels, dataset.test.labels)


def test_texts_without_any_span_are_refused(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "rows.jsonl", [(text, ()) for text, _ in make_tagged(20)])
    card = write_tag_card(tmp_path, tmp_path, data={"source": {"path": "rows.jsonl"}})
    with pytest.raises(InputError) as caught:
        load(read_card(card), tmp_path)
    assert str(caught.value) == (
        "rows.jsonl: some text must have a span, to be learnt or measured; none of 16 has one. "
        "Check target.column ('spans')."
    )


def test_texts_without_spans_may_all_be_held_out_together(tmp_path: Path) -> None:
    rows = [*make_tagged(60), *[("nobody called today", ())] * 4]  # one text stays in one fold
    tagged = [row for row in rows if row[1] or row[0].startswith("nobody")]
    write_jsonl(tmp_path / "rows.jsonl", tagged)
    card = read_card(write_tag_card(tmp_path, tmp_path, data={"source": {"path": "rows.jsonl"}}))
    dataset = load(card, tmp_path)
    kept = strata(dataset.train.labels)
    alone = [fold for fold in folds(card, dataset) if WITHOUT not in {kept[i] for i in fold.train}]
    assert len(alone) == 1
