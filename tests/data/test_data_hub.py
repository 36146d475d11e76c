"""Tests for whet.data.hub: a local copy in the hub's format, and what cannot be loaded."""

import socket
import sys
import time
from pathlib import Path

import datasets
import huggingface_hub.constants
import polars as pl
import pytest

from whet.cards.schema import Source
from whet.core.errors import InputError, NotInstalledError
from whet.data.hub import TIMEOUT_S, read_hub

README = """\
---
dataset_info:
  features:
  - name: text
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
          '0': refund
          '1': 登录
  - name: score
    dtype: float64
  - name: tokens
    list: string
  splits:
  - name: train
    num_bytes: 100
    num_examples: 3
  - name: test
    num_bytes: 100
    num_examples: 1
configs:
- config_name: default
  data_files:
  - split: train
    path: data/train-*
  - split: test
    path: data/test-*
---
"""


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the library off the network and out of the user's cache."""
    cache = tmp_path_factory.mktemp("hub")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", cache)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder that holds a copy of the hub's data set ``owner/desk``."""
    data = tmp_path / "owner" / "desk" / "data"
    data.mkdir(parents=True)
    (data.parent / "README.md").write_text(README, encoding="utf-8")
    rows = {
        "text": ["money back", None, "密码忘了"],
        "label": [0, -1, 1],
        "score": [0.5, None, 1.0],
        "tokens": [["a"], [], ["b"]],
    }
    pl.DataFrame(rows).write_parquet(data / "train-00000-of-00001.parquet")
    pl.DataFrame(rows).head(1).write_parquet(data / "test-00000-of-00001.parquet")
    return tmp_path


@pytest.mark.parametrize("path", ["hf:owner/desk", "hf:./owner/desk"])
def test_a_local_copy_is_read_with_the_names_of_its_labels(
    copy: Path, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    table = read_hub(Source(path=path), "train", folder=copy)
    assert table.columns == ["text", "label", "score"]
    assert table.rows() == [
        ("money back", "refund", "0.5"),
        ("", "", ""),
        ("密码忘了", "登录", "1.0"),
    ]
    assert len(read_hub(Source(path=path), "test", folder=copy)) == 1
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


def test_the_library_keeps_its_setting_for_progress_bars(copy: Path) -> None:
    assert not datasets.are_progress_bars_disabled()
    read_hub(Source(path="hf:owner/desk"), "train", folder=copy)
    assert not datasets.are_progress_bars_disabled()


def error_of(source: Source, part: str, folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_hub(source, part, folder=folder)
    return str(caught.value)


REMEDY = "Check the name, data.source.subset, data.source.part and the network."


def test_what_cannot_be_loaded_is_told(copy: Path) -> None:
    assert error_of(Source(path="hf:owner/desk"), "trian", copy) == (
        'hf:owner/desk (trian) could not be loaded: Unknown split "trian". '
        f"Should be one of ['train', 'test']. {REMEDY}"
    )
    assert error_of(Source(path="hf:owner/desk", subset="tiny"), "train", copy) == (
        "hf:owner/desk (train) could not be loaded: BuilderConfig 'tiny' not found. "
        f"Available: ['default']. {REMEDY}"
    )
    assert error_of(Source(path="hf:owner/nowhere"), "train", copy) == (
        "hf:owner/nowhere (train) is not in the hub's local cache, and the hub cannot be reached "
        "(OfflineModeIsEnabled). Check the network, or copy the data set to "
        f"{copy / 'owner' / 'nowhere'}."
    )
    assert error_of(Source(path="hf:./nowhere"), "train", copy) == (
        f"hf:./nowhere must be a folder beside the card; there is no {copy / 'nowhere'}."
    )


def test_a_hub_that_cannot_be_reached_is_told_in_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = f"http://127.0.0.1:{server.getsockname()[1]}"
    for settings in (huggingface_hub.constants, datasets.config):
        monkeypatch.setattr(settings, "HF_HUB_OFFLINE", False)
    for where, name in ((huggingface_hub.constants, "ENDPOINT"), (datasets.config, "HF_ENDPOINT")):
        monkeypatch.setattr(where, name, closed)
    began = time.monotonic()
    said = error_of(Source(path="hf:owner/nowhere"), "train", tmp_path)
    assert time.monotonic() - began < 2 * TIMEOUT_S
    assert said == (
        "hf:owner/nowhere (train) is not in the hub's local cache, and the hub cannot be reached "
        "(ConnectError). Check the network, or copy the data set to "
        f"{tmp_path / 'owner' / 'nowhere'}."
    )
    assert not datasets.config.HF_HUB_OFFLINE  # left as it was found
    assert not huggingface_hub.constants.HF_HUB_OFFLINE


def test_without_the_library_the_remedy_is_told(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)  # what Python does for a missing module
    with pytest.raises(NotInstalledError) as caught:
        read_hub(Source(path="hf:owner/desk"), "train", folder=copy)
    assert str(caught.value) == (
        "Data sets of the hub (hf:owner/name) need the `datasets` library. "
        "Install it with: pip install 'whet[train]'"
    )
