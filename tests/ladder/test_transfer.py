"""Bases are ranked for a card's data by cheap estimates, and the estimates are held to account."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tests.ladder.workshop import write_card
from tests.tiny_base import make_tiny_base, make_tiny_modernbert

from whet.cards.schema import Trust
from whet.core.errors import InputError
from whet.core.progress import Quiet
from whet.core.workspace import Workspace
from whet.ladder import transfer
from whet.ladder.build import build
from whet.ladder.context import Context
from whet.ladder.transfer import base_key, compare_bases, record
from whet.store.estimates import BaseEstimate, Measured
from whet.store.store import open_store

ENGLISH = {
    "crash": "the app crash",
    "login": "reset my password login",
    "refund": "refund the invoice money",
}


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A card in English beside two bases: one that reads, and one whose words are all alike."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(transfer, "shortlist", lambda *_, **__: [])  # minilm takes seconds
    make_tiny_base(tmp_path / "good")
    blind = make_tiny_base(tmp_path / "blind")
    weights = load_file(blind / "model.safetensors")
    words = weights["embeddings.word_embeddings.weight"]
    weights["embeddings.word_embeddings.weight"] = words[:1].expand_as(words).contiguous()
    save_file(weights, blind / "model.safetensors", metadata={"format": "pt"})
    rows = [
        (f"{ENGLISH[label]} {'abcdefghij'[i % 10]}{'klmnopqrst'[i // 10 % 10]} {i}", label)
        for i, label in enumerate(np.array(list(ENGLISH))[np.arange(90) % 3].tolist())
    ]
    waive = {"giveaway": "the words are the labels here"}
    return write_card(tmp_path, Path("good"), rows=rows, candidates=["probe"], waive=waive)


def compared(card: Path, *extra: str, trust: Trust | None = None) -> dict[str, Any]:
    workspace = Workspace(card.parent)
    with open_store(workspace.database_url) as store:
        return compare_bases(store, workspace, card, extra, progress=Quiet(), trust=trust)


def test_the_base_that_reads_is_ranked_first_and_nothing_is_claimed(card: Path) -> None:
    facts = compared(card, "blind")
    good, blind = facts["bases"]
    assert [good["base"], blind["base"]] == [str(card.parent / "good"), str(card.parent / "blind")]
    assert good["probe"] > blind["probe"] + 0.3
    # LogME does not rank; here it even prefers the base that reads nothing (docs/status.md).
    assert np.isfinite([good["logme"], blind["logme"]]).all()
    for one in facts["bases"]:
        assert one["probe_low"] <= one["probe"] <= one["probe_high"]
        assert one["logme_low"] < one["logme"] < one["logme_high"]
        assert [point["size"] for point in one["curve"]] == [12, 24, 48]
        assert one["curve"][-1]["value"] == pytest.approx(one["probe"])
    assert good["against_first"] is None
    assert blind["against_first"]["verdict"] == "worse"
    none = "no evidence yet: no two of these bases were both estimated and built with"
    assert facts["record"]["probe"] == {"pairs": 0, "right": 0, "tau": None, "sentence": none}
    json.dumps(facts, allow_nan=False)


def test_no_test_row_is_embedded(card: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    views = Context.views

    def watched(self: Context, rows: Any) -> Any:
        asked.extend(rows.tolist())
        return views(self, rows)

    monkeypatch.setattr(Context, "views", watched)
    facts = compared(card)
    assert facts["rows"]["of"] == 72
    assert asked and max(asked) < 72  # development rows come first


def test_one_seed_gives_the_same_estimates(card: Path) -> None:
    first, second = compared(card, "blind"), compared(card, "blind")
    for one, other in zip(first["bases"], second["bases"], strict=True):
        assert one | {"seconds": 0} == other | {"seconds": 0}


def test_later_builds_say_how_right_the_estimates_were(card: Path) -> None:
    compared(card, "blind")
    text = card.read_text()
    build(card, progress=Quiet())
    card.write_text(text.replace('"base": "good"', '"base": "blind"'))
    build(card, progress=Quiet())
    card.write_text(text)
    facts = compared(card, "blind")
    sentence = "put 1 of 1 pairs of bases in the order that builds measured later"
    said = {"pairs": 1, "right": 1, "tau": 1.0, "sentence": sentence}
    assert facts["record"]["probe"] == said
    assert facts["record"]["logme"]["pairs"] == 1


def test_bases_of_other_families_are_ranked_as_well(card: Path) -> None:
    make_tiny_modernbert(card.parent / "modern")
    facts = compared(card, "modern", "blind")
    assert len(facts["bases"]) == 3
    values = [one["probe"] for one in facts["bases"]]
    assert values == sorted(values, reverse=True)


def test_a_base_that_needs_trust_is_refused_by_name(card: Path) -> None:
    place = make_tiny_base(card.parent / "pickled")
    torch.save(load_file(place / "model.safetensors"), place / "pytorch_model.bin")
    (place / "model.safetensors").unlink()
    with pytest.raises(InputError, match="base 'pickled' has its weights in"):
        compared(card, "pickled")
    assert len(compared(card, "pickled", trust=Trust(pickle=True))["bases"]) == 2


def estimate(base: str, logme: float, probe: float, **fields: Any) -> BaseEstimate:
    values: dict[str, Any] = {
        "name": "shop",
        "data_version": "v",
        "identity": "i",
        "metric": "macro_f1",
    }
    bounds = {f"{kind}_{side}": 0.0 for kind in ("logme", "probe") for side in ("low", "high")}
    rest = {"curve": [], "rows": 10, "seconds": 1.0}
    return BaseEstimate(base=base, logme=logme, probe=probe, **values | bounds | rest | fields)


def measured(base: str, value: float, **fields: Any) -> Measured:
    values = {"name": "shop", "data_version": "v", "card_path": "/x/card.yaml"}
    return Measured(base=base, value=value, **values | {"metric": "macro_f1"} | fields)


def test_the_record_by_hand() -> None:
    estimates = [estimate("a", 1.0, 0.5), estimate("b", 2.0, 0.4), estimate("c", 3.0, 0.6)]
    # The best rung of a base counts; the best of `b` is above `a`.
    found = [measured("a", 0.7), measured("b", 0.6), measured("b", 0.8), measured("c", 0.9)]
    said = record(estimates, found)
    assert (said["logme"]["pairs"], said["logme"]["right"]) == (3, 3)
    assert (said["probe"]["pairs"], said["probe"]["right"]) == (3, 2)
    assert said["probe"]["tau"] == pytest.approx(1 / 3)


def test_other_data_and_other_cards_are_not_mixed() -> None:
    estimates = [estimate("a", 1.0, 0.5), estimate("b", 2.0, 0.4, data_version="w")]
    assert record(estimates, [measured("a", 1.0), measured("b", 2.0)])["logme"]["pairs"] == 0


def test_a_metric_that_is_better_when_lower_is_turned_round() -> None:
    estimates = [
        estimate("a", 2.0, 0.3, metric="log_loss"),
        estimate("b", 1.0, 0.9, metric="log_loss"),
    ]
    found = [measured("a", 0.2, metric="log_loss"), measured("b", 0.8, metric="log_loss")]
    said = record(estimates, found)
    assert [said[kind]["right"] for kind in ("logme", "probe")] == [1, 1]


def test_a_folder_is_remembered_by_its_whole_path(tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    assert base_key("tiny", tmp_path) == base_key(str(tmp_path / "tiny"), Path("/")) != "tiny"
    assert base_key("minilm", tmp_path) == "minilm"
