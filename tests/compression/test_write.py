"""Tests for whet.compression.write: what is read back, and a disk that fills at any file."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tests.ladder.workshop import make_rows, write_card
from tokenizers import Tokenizer

from whet.compression.write import EvidenceRows, write_evidence, write_linear, write_tokenizer
from whet.models.encoder import Encoder, token_ids
from whet.models.linear import count_ngrams, fit_linear

TEXTS = ["refund my money", "reset my password", "我要退款 refund", "我忘记密码 password"] * 3


def test_the_linear_files_hold_the_chosen_features_alone(tmp_path: Path) -> None:
    counts = count_ngrams([*TEXTS, "never taught"])
    model = fit_linear(counts.counts[:12], np.arange(12) % 2, 2, seed=0, strength=1.0)
    write_linear(tmp_path, model, counts.features, t=0.25)
    arrays = load_file(tmp_path / "linear.safetensors")
    vocabulary = json.loads((tmp_path / "vocabulary.json").read_text(encoding="utf-8"))
    assert arrays["coefficients"].shape == (len(vocabulary), 2)
    assert arrays["idf"].shape == (len(vocabulary),)
    assert arrays["temperature"].tolist() == [0.25]
    assert {"wrefund", "w退", "p我 要"} <= set(vocabulary)
    assert "wtaught" not in vocabulary


def test_the_tokenizer_reads_as_before(tmp_path: Path, encoder: Encoder) -> None:
    write_tokenizer(tmp_path, encoder.tokenizer)
    again = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    texts = ["refund my money", "我要退款 😀", "password " * 100]
    assert token_ids(again, texts) == token_ids(encoder.tokenizer, texts)


def test_evidence_keeps_its_rows_in_order(tmp_path: Path) -> None:
    rows = EvidenceRows(
        texts=["line\nbreak", "我要退款"],
        labels=["a", "b"],
        rows=[7, 3],
        ids=np.array([0, 1]),
        views=np.eye(2, dtype=np.float32),
        log_probabilities=np.log(np.array([[0.9, 0.1], [0.2, 0.8]], dtype=np.float32)),
    )
    write_evidence(tmp_path, rows)
    lines = (tmp_path / "evidence.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"text": "line\nbreak", "label": "a", "row": 7},
        {"text": "我要退款", "label": "b", "row": 3},
    ]
    arrays = load_file(tmp_path / "evidence.safetensors")
    assert arrays["label"].tolist() == [0, 1]
    np.testing.assert_allclose(np.exp(arrays["log_probabilities"].astype(float))[0, 0], 0.9, 1e-3)


BUILD_ON_A_FULL_DISK = """
import resource, sys
from pathlib import Path
from whet.core.errors import WhetError
from whet.core.progress import Quiet
from whet.ladder import build, finish

allowed, written = int(sys.argv[2]), finish.write_package

def write_with_a_limit(winner, place):
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (allowed, unlimited[1]))
    try:
        return written(winner, place)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)

build.write_package = write_with_a_limit
try:
    build.build(Path(sys.argv[1]), progress=Quiet())
except WhetError as error:
    print(error)
"""
"""No file of the package may be larger than some bytes, as on a disk that is full from there on."""


@pytest.mark.parametrize(
    ("rung", "allowed"),
    [("linear", 0), ("linear", 2500), ("blend", 0), ("blend", 3000), ("blend", 100_000)],
)
def test_a_disk_that_fills_while_packaging_ends_in_one_sentence_and_leaves_nothing(
    tmp_path: Path, encoder: Encoder, rung: str, allowed: int
) -> None:
    rows = make_rows(36)
    card = write_card(tmp_path, encoder.base.folder, rows=rows, candidates=[rung])
    command = [sys.executable, "-c", BUILD_ON_A_FULL_DISK, str(card), str(allowed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Could not write ")
    assert done.stdout.endswith(
        ": File too large. Nothing was left half-written; free space or mend the permissions, "
        "then run the same command again.\n"
    )
    assert done.stdout.count("\n") == 1
    assert list((tmp_path / ".whet" / "packages" / "shop").iterdir()) == []
