"""Answers from passages, from a card to a package: every rung, its parity, its guards, its answers.

The contract of rungs (shapes, any company, one seed, rows that are not learnt from) runs over every
rung of `RUNGS`.
"""

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.ladder.passage_workshop import (
    WORDS,
    Row,
    make_questions,
    write_passage_card,
    write_questions,
    write_squad,
)
from tests.ladder.workshop import context_of
from tests.tiny_base import make_tiny_base, make_tiny_decoder

from whet.cards.kinds import SPAN_METRICS, SPAN_RUNGS
from whet.core.errors import InputError, WhetError
from whet.core.pairs import join_exact, split_pair
from whet.core.progress import Quiet
from whet.core.workspace import find_workspace
from whet.evaluation.passages import METRICS
from whet.ladder.audit import audit_card
from whet.ladder.build import build
from whet.ladder.comparison import compare_runs
from whet.ladder.finish import Winner, write_package
from whet.ladder.targets.passages import RUNGS
from whet.ladder.targets.registry import open_target
from whet.models.passage_output import PassageOutput
from whet.serving.package import open_package
from whet.serving.passages.predictor import PassagePredictor
from whet.store.store import open_store

TUNING = {"learning_rate": 0.003, "epochs": 4, "layer_decay": 1.0}
LONG: Row = (
    "who has the card?",
    "Please pay the bill. " * 30 + "The card is with Zoe.\n" + "App help is in Rome. " * 20,
    "Zoe",
    647,
)

each_rung = pytest.mark.parametrize("rung", list(RUNGS))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny base that knows the words of the notes."""
    return make_tiny_base(tmp_path_factory.mktemp("bases") / "tiny", WORDS)


def card_of(folder: Path, base: Path, rung: str, **fields: Any) -> Path:
    rows = fields.pop("rows", [*make_questions(30), LONG])
    return write_passage_card(folder, base, candidates=[rung], tuning=TUNING, rows=rows, **fields)


def raw(output: PassageOutput) -> bytes:
    return output.spans.tobytes() + output.sure.tobytes()


def test_the_cards_and_the_ladder_name_the_same_rungs_and_metrics() -> None:
    assert (tuple(RUNGS), METRICS) == (SPAN_RUNGS, SPAN_METRICS)


@each_rung
def test_every_rung_is_packaged_and_answers_as_it_was_measured(
    tmp_path: Path, base: Path, rung: str
) -> None:
    assert LONG[1][LONG[3] :].startswith("Zoe")
    facts = build(card_of(tmp_path, base, rung), progress=Quiet())
    (parity,) = facts["package"]["parity"]
    assert (parity["flips"], parity["metric_loss"], parity["kept"]) == (0.0, 0.0, True)
    assert parity["max_difference"] < 1e-4
    assert list(facts["test"]) == ["f1", "exact_match", "answerable_accuracy"]
    package = open_package(Path(facts["package"]["path"]))
    assert package.contents.metrics["f1"].value == facts["test"]["f1"]["value"]
    assert package.contents.input_names == ("question", "passage")
    readme = (package.path / "README.md").read_text(encoding="utf-8")
    assert "question-answering" in readme and '"a question" "a passage"' in readme
    predictor = PassagePredictor(package)
    texts = [
        join_exact("who has the card?", LONG[1]),
        join_exact("谁拿着卡？", " 卡在\n王芳手里。"),
    ]
    for text, answer in zip(texts, predictor.predict(texts), strict=True):
        if answer.answer is not None:
            assert split_pair(text)[1][answer.start : answer.end] == answer.answer
        assert 0 < answer.confidence < 1
        assert predictor.predict([text])[0].confidence == pytest.approx(answer.confidence, 1e-4)
    with open_store(find_workspace(tmp_path / "card.yaml").database_url) as store:
        (registered,) = store.packages.all("notes")
        assert registered.metrics["f1"] == facts["test"]["f1"]


@each_rung
def test_a_row_is_answered_the_same_in_any_company(tmp_path: Path, base: Path, rung: str) -> None:
    context = context_of(card_of(tmp_path, base, rung))
    fitted = open_target(context).open_rung(rung).fit(context.folds[0].train)
    rows = np.arange(len(context.texts))
    together = fitted.predict(rows)
    assert together.spans.shape == (len(rows), 2) and together.sure.shape == (len(rows),)
    for row in (0, 5, len(rows) - 1):
        alone = fitted.predict(rows[row : row + 1])
        np.testing.assert_array_equal(alone.spans, together.spans[row : row + 1])
        np.testing.assert_allclose(alone.sure, together.sure[row : row + 1], atol=1e-3)


@each_rung
def test_one_seed_gives_the_same_bytes_and_held_out_answers_change_nothing(
    tmp_path: Path, base: Path, rung: str
) -> None:
    answers = []
    for folder, is_changed in (("a", False), ("b", True)):
        context = context_of(card_of(tmp_path / folder, base, rung))
        rows, held = context.folds[0].train, context.folds[0].held_out
        if is_changed:
            labels = list(context.development.labels)
            for row in held:
                labels[row] = "[]"
            object.__setattr__(context.development, "labels", tuple(labels))
        opened = open_target(context).open_rung(rung)
        if is_changed:
            assert opened.predicted_seconds(len(rows), 4) > 0
        answers.append(opened.fit(rows).predict(held))
    assert raw(answers[0]) == raw(answers[1])


@each_rung
def test_a_rung_of_folds_can_be_sent_to_a_worker(tmp_path: Path, base: Path, rung: str) -> None:
    context = context_of(card_of(tmp_path, base, rung))
    opened = open_target(context).open_rung(rung)
    if opened.cross_validated:
        rows, held = context.folds[0].train, context.folds[0].held_out
        sent = pickle.loads(pickle.dumps(opened))
        assert raw(sent.fit(rows).predict(held)) == raw(opened.fit(rows).predict(held))


def test_words_find_answers_in_both_languages_and_promise_what_holds(
    tmp_path: Path, base: Path
) -> None:
    rows = make_questions(90)
    facts = build(card_of(tmp_path, base, "words", rows=rows, gate={"f1": 0.8}), progress=Quiet())
    assert facts["gate_holds"] and facts["test"]["f1"]["value"] > 0.95
    assert facts["trivial"]["name"] == "no answer"
    assert facts["trivial"]["test"]["f1"]["value"] < 0.3
    assert facts["risk"]["threshold"] is not None and facts["risk"]["coverage"] > 0.8
    assert facts["calibration"]["ece_after"] < 0.1
    predictor = PassagePredictor(open_package(Path(facts["package"]["path"])))
    texts = [
        join_exact("who has the card?", "App help is in Kiel. The card is with Gina."),
        join_exact("谁拿着卡？", "公司在成都。卡在小明手里。"),
        join_exact("who is in the mail?", "App help is in Kiel. The card is with Gina."),
    ]
    assert [a.answer for a in predictor.predict(texts)] == ["Gina", "小明", None]
    page = Path(facts["report"]).read_text(encoding="utf-8")
    assert "exact match" in page and "answerable accuracy" in page


def test_without_unanswerable_rows_every_passage_is_answered(tmp_path: Path, base: Path) -> None:
    rows = make_questions(24, unanswerable=False)
    facts = build(card_of(tmp_path, base, "words", rows=rows), progress=Quiet())
    assert facts["test"]["answerable_accuracy"]["value"] == 1
    assert facts["trivial"]["name"] == "first sentence"
    package = open_package(Path(facts["package"]["path"]))
    assert package.contents.reading is not None and package.contents.reading.threshold is None
    (answer,) = PassagePredictor(package).predict([join_exact("what?", "Nothing of it.")])
    assert answer.answer


def test_a_smaller_form_is_tried_and_kept_where_it_answers_the_same(
    tmp_path: Path, base: Path
) -> None:
    card = card_of(tmp_path, base, "reader", package={"max_flips": 1, "max_loss": 1})
    parity = build(card, progress=Quiet())["package"]["parity"]
    assert [entry["form"] for entry in parity] == ["reader", "reader-int8"]
    assert parity[1]["bytes"] < parity[0]["bytes"] or not parity[1]["kept"]


def test_a_form_that_answers_otherwise_is_not_packaged(tmp_path: Path, base: Path) -> None:
    context = context_of(card_of(tmp_path, base, "words"))
    target = open_target(context)
    rung = target.open_rung("words")
    fitted = rung.fit(context.development_rows)
    test = fitted.predict(context.test_rows)
    nothing = PassageOutput(np.zeros_like(test.spans), test.sure)
    rows = context.folds[0].held_out
    winner = type("Winner", (), {"rows": rows, "output": fitted.predict(rows)})
    ascent: Any = type("Climb", (), {"winner": winner})
    packing = target.examine(ascent, fitted, nothing).packing(
        "1", "2026-01-02T03:04:05+00:00", {"test": {}}
    )
    with pytest.raises(WhetError, match=r"of the answers flip; the card bears 1\.00%"):
        write_package(Winner(context, packing), tmp_path / "wrong")
    assert not (tmp_path / "wrong").exists()


def test_passages_stay_on_one_side_and_are_resampled_whole(tmp_path: Path, base: Path) -> None:
    context = context_of(card_of(tmp_path, base, "words"))
    passages = [split_pair(text)[1] for text in context.development.texts]
    units = context.development_units
    assert units is not None and len(set(units.tolist())) == len(set(passages))
    held = {split_pair(text)[1] for text in context.dataset.test.texts}
    assert held and not held & set(passages)
    for fold in context.folds:
        assert not set(units[fold.train]) & set(units[fold.held_out])


def test_two_runs_over_the_same_questions_are_compared(tmp_path: Path, base: Path) -> None:
    runs = [build(card_of(tmp_path, base, rung), progress=Quiet())["run"] for rung in RUNGS]
    workspace = find_workspace(tmp_path / "card.yaml")
    with open_store(workspace.database_url) as store:
        said = compare_runs(store, workspace, *runs)
    gain = said["second"]["value"]["value"] - said["first"]["value"]["value"]
    assert (said["metric"], said["difference"]["value"]) == ("f1", pytest.approx(gain))


def test_squad_with_an_official_split_builds_alike(tmp_path: Path, base: Path) -> None:
    parts = {
        "train": make_questions(20),
        "valid": make_questions(8, start=20),
        "test": make_questions(8, start=28),
    }
    for name, rows in parts.items():
        write_squad(tmp_path / f"{name}.json", rows)
    card = write_passage_card(
        tmp_path,
        base,
        data={"source": {"path": "train.json", "format": "squad"}},
        split={"kind": "official", "test": "test.json", "validation": "valid.json"},
    )
    facts = build(card, progress=Quiet())
    counts = {name: facts["data"]["rows"][name] for name in ("train", "validation", "test")}
    assert counts == {
        "train": len(parts["train"]),
        "validation": len(parts["valid"]),
        "test": len(parts["test"]),
    }


def test_a_base_without_a_token_between_two_texts_has_no_reader(tmp_path: Path) -> None:
    base = make_tiny_decoder(tmp_path / "decoder")
    context = context_of(card_of(tmp_path / "card", base, "words"))
    with pytest.raises(InputError, match="must have a tokenizer that puts a token between two"):
        open_target(context).open_rung("reader")


def test_a_leak_stops_the_build_with_its_reason(tmp_path: Path, base: Path) -> None:
    rows = make_questions(24)
    write_questions(tmp_path / "train.csv", rows)
    write_questions(tmp_path / "test.csv", rows[1::4])
    card = write_passage_card(
        tmp_path,
        base,
        data={"source": {"path": "train.csv"}},
        split={"kind": "official", "test": "test.csv", "folds": 3},
    )
    with pytest.raises(InputError, match="text_overlap: Rows of the test part whose passage is"):
        build(card, progress=Quiet())


def test_rows_without_any_answer_are_refused(tmp_path: Path, base: Path) -> None:
    rows = [(f"who {i}?", f"note {i}", "", -1) for i in range(20)]
    card = write_passage_card(tmp_path, base, rows=rows)
    with pytest.raises(InputError, match="some question must have an answer, to be learnt or"):
        audit_card(card, progress=Quiet())
    (tmp_path / "rows.csv").write_text("question,context,answer,answer_start\nwho?,a note,b,1\n")
    with pytest.raises(InputError, match="row 1, column 'answer_start': 'b' must begin at"):
        audit_card(card, progress=Quiet())


def test_personal_data_in_mistakes_is_masked(tmp_path: Path, base: Path) -> None:
    rows = make_questions(24)
    rows += [(f"mail of 312-555-01{i}?", f"note {i} of it", "note", 0) for i in range(40, 60)]
    facts = build(card_of(tmp_path, base, "words", rows=rows), progress=Quiet())
    assert "312-555" not in json.dumps(facts["mistakes"])
