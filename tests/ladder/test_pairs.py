"""Pairs of texts from a card to a package: every rung, its parity, its guards, its answers."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.ladder.pair_workshop import make_pairs, write_pair_card, write_pairs
from tests.ladder.workshop import context_of
from tests.tiny_base import make_tiny_decoder

from whet.core.errors import InputError
from whet.core.pairs import join_pair
from whet.core.progress import Quiet
from whet.core.workspace import find_workspace
from whet.ladder.audit import audit_card
from whet.ladder.build import build
from whet.ladder.comparison import compare_runs
from whet.ladder.pair_guards import one_side
from whet.ladder.targets.pairs import open_pair_rung
from whet.ladder.targets.registry import open_target
from whet.models.encoder import encode, segment_separator, text_separator
from whet.serving.package import open_package
from whet.serving.predictor import Predictor
from whet.store.store import open_store

TUNING = {"learning_rate": 0.003, "epochs": 8, "layer_decay": 1.0}


@pytest.mark.parametrize("rung", ["overlap", "bi_encoder", "full", "lora"])
def test_every_rung_is_packaged_and_answers_as_it_was_measured(
    tmp_path: Path, base: Path, rung: str
) -> None:
    card = write_pair_card(tmp_path, base, candidates=[rung], tuning=TUNING)
    facts = build(card, progress=Quiet())
    (parity,) = facts["package"]["parity"]
    assert (parity["flips"], parity["kept"]) == (0.0, True)
    assert list(facts["test"]) == ["f1", "accuracy", "average_precision", "roc_auc"]
    assert facts["trivial"]["test"]["accuracy"]["value"] == pytest.approx(0.5, abs=0.2)
    package = open_package(Path(facts["package"]["path"]))
    assert package.contents.input_names == ("first", "second")
    readme = (package.path / "README.md").read_text(encoding="utf-8")
    assert "Says whether two texts match" in readme and 'join_pair("a message"' in readme
    predictor = Predictor(package)
    pairs = [join_pair("refund my money", "money back please"), join_pair("x", "the app crash")]
    for pair, answer in zip(pairs, predictor.predict(pairs), strict=True):
        assert answer.label in ("no", "yes") and answer.tokens > 0
        assert predictor.predict([pair])[0].probability == pytest.approx(answer.probability, 1e-4)
    assert predictor.has_embedding == (rung == "bi_encoder")


def test_a_dearer_rung_beats_words_that_match_nothing(tmp_path: Path, base: Path) -> None:
    card = write_pair_card(
        tmp_path, base, candidates="auto", tuning=TUNING, rows=make_pairs(240), stop="best"
    )
    facts = build(card, progress=Quiet())
    rows = {row["candidate"]: row for row in facts["verdicts"]}
    assert list(rows) == ["overlap", "bi_encoder", "full"]
    assert all(row["metric"] == "f1" and row["value"] is not None for row in rows.values())
    assert facts["test"]["f1"]["value"] > 0.9
    assert [row["label"] for row in facts["per_class"]] == ["no", "yes"]


def test_a_cross_encoder_tells_the_second_text_from_the_first(tmp_path: Path, base: Path) -> None:
    context = context_of(write_pair_card(tmp_path, base))
    ids = context.encoder.tokenizer.encode("refund", "money").ids
    separator = text_separator(context.encoder)
    assert separator == segment_separator(context.encoder) == ids[-1]
    views = context.views(context.test_rows[:1]).astype(np.float32)
    context.encoder.module.separator = None
    (pair,) = context.read_texts(context.test_rows[:1])
    assert np.abs(encode(context.encoder, [pair]) - views).max() > 1e-3


def test_a_base_without_a_token_between_two_texts_has_no_cross_encoder(tmp_path: Path) -> None:
    base = make_tiny_decoder(tmp_path / "decoder")
    context = context_of(write_pair_card(tmp_path, base))
    with pytest.raises(InputError, match="must have a tokenizer that puts a token between two"):
        open_pair_rung("full", context)
    rows = context.folds[0].train
    fitted = open_pair_rung("bi_encoder", context).fit(rows)
    assert fitted.predict(context.test_rows).logits.shape == (len(context.test_rows), 2)


def test_labels_of_held_out_rows_and_company_change_no_answer(tmp_path: Path, base: Path) -> None:
    for rung in ("overlap", "bi_encoder"):
        context = context_of(write_pair_card(tmp_path / rung, base))
        rows, held = context.folds[0].train, context.folds[0].held_out
        first = open_pair_rung(rung, context).fit(rows).predict(held)
        context.labels[held] = 1 - context.labels[held]
        fitted = open_pair_rung(rung, context).fit(rows)
        np.testing.assert_array_equal(fitted.predict(held).logits, first.logits)
        np.testing.assert_allclose(fitted.predict(held[2:3]).logits, first.logits[2:3], atol=1e-4)


def test_the_order_of_the_texts_changes_no_cheap_answer(tmp_path: Path, base: Path) -> None:
    for rung in ("overlap", "bi_encoder"):
        card = write_pair_card(tmp_path / rung, base, candidates=[rung])
        predictor = Predictor(open_package(Path(build(card, progress=Quiet())["package"]["path"])))
        sides = ("refund my money 5", "the app crash")
        one, other = predictor.predict([join_pair(*sides), join_pair(*reversed(sides))])
        assert one.probability == pytest.approx(other.probability, abs=1e-5)


def test_intervals_resample_what_hangs_together(tmp_path: Path, base: Path) -> None:
    rows = make_pairs(60)
    shared = [(rows[i - i % 6][0], second, same) for i, (_, second, same) in enumerate(rows)]
    card = write_pair_card(tmp_path / "a", base, rows=shared)
    context = context_of(card)
    units = context.development_units
    assert units is not None and len(np.unique(units)) * 6 == len(units)
    for fold in context.folds:
        assert not set(units[fold.train]) & set(units[fold.held_out])
    waived = {"text_overlap": "served texts are known beforehand"}
    context = context_of(write_pair_card(tmp_path / "b", base, rows=shared, waive=waived))
    assert context.development_units is None


def test_one_side_that_tells_the_label_stops_the_build(tmp_path: Path, base: Path) -> None:
    rows = [
        (first, f"{second} {'not ever' if same == 'no' else 'sure thing'}", same)
        for first, second, same in make_pairs(120)
    ]
    card = write_pair_card(tmp_path / "a", base, rows=rows, waive={"giveaway": "under test"})
    with pytest.raises(InputError, match="one_side: A linear model that reads 'question2' alone"):
        build(card, progress=Quiet())
    assert one_side(context_of(write_pair_card(tmp_path / "b", base))) == []


def test_two_runs_over_the_same_pairs_are_compared(tmp_path: Path, base: Path) -> None:
    runs = []
    for rung in ("overlap", "bi_encoder"):
        card = write_pair_card(tmp_path, base, candidates=[rung])
        runs.append(build(card, progress=Quiet())["run"])
    workspace = find_workspace(card)
    with open_store(workspace.database_url) as store:
        said = compare_runs(store, workspace, *runs)
    gain = said["second"]["value"]["value"] - said["first"]["value"]["value"]
    assert (said["metric"], said["difference"]["value"]) == ("f1", pytest.approx(gain))


def test_the_match_is_named_or_known_by_its_word(tmp_path: Path, base: Path) -> None:
    rows = [(a, b, {"yes": "same", "no": "other"}[label]) for a, b, label in make_pairs(60)]
    with pytest.raises(InputError, match=r"target\.match must say which label is a match: 'other'"):
        audit_card(write_pair_card(tmp_path, base, rows=rows), progress=Quiet())
    target = {"kind": "pair", "column": "same", "match": "sane"}
    with pytest.raises(InputError, match=r"found 'sane'\. Did you mean 'same'"):
        audit_card(write_pair_card(tmp_path, base, rows=rows, target=target), progress=Quiet())
    target["match"] = "same"
    context = context_of(write_pair_card(tmp_path, base, rows=rows, target=target))
    assert open_target(context).trivial("accuracy").value() > 0
    three = [*rows, ("a", "b", "third"), ("c", "d", "third")]
    with pytest.raises(InputError, match="pairs must have two labels, match and no match"):
        audit_card(write_pair_card(tmp_path, base, rows=three), progress=Quiet())


def test_json_lines_with_an_official_split_build_alike(tmp_path: Path, base: Path) -> None:
    names = ("question1", "question2", "same")
    parts = {"train": make_pairs(60), "test": make_pairs(20, start=60)}
    card = write_pair_card(
        tmp_path,
        base,
        data={"source": {"path": "train.jsonl"}},
        split={"kind": "official", "test": "test.jsonl", "folds": 3},
    )
    for part, rows in parts.items():
        lines = [json.dumps(dict(zip(names, row, strict=True))) for row in rows]
        (tmp_path / f"{part}.jsonl").write_text("\n".join(lines))
    facts = build(card, progress=Quiet())
    assert (facts["data"]["rows"]["train"], facts["data"]["rows"]["test"]) == (60, 20)


def test_a_missing_column_is_named(tmp_path: Path, base: Path) -> None:
    card = write_pair_card(tmp_path, base, inputs=[{"column": "question1"}, {"column": "quest2"}])
    write_pairs(tmp_path / "rows.csv", make_pairs(30))
    with pytest.raises(InputError, match=r"there is no column 'quest2' \(inputs\[1\].column\)"):
        audit_card(card, progress=Quiet())
