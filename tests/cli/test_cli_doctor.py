"""`whet doctor`: what works here, and what to do about what does not."""

import json
import socket
from pathlib import Path

import pytest
from tests.cli.conftest import Whet
from tests.ray_cluster import two_nodes

from whet.cli import health
from whet.cli.health import check_all
from whet.core.settings import settings

CHECKS = [
    *("python", "cores", "memory", "disk", "serving", "training", "device", "base", "store"),
    *("cluster", "port"),
]


def test_doctor_prints_a_line_per_check(whet: Whet, tmp_path: Path) -> None:
    ran = whet("doctor", "--workspace", tmp_path)
    names = [line.split()[1] for line in ran.out.splitlines() if not line.startswith("     ")]
    assert (ran.code, ran.err) == (0, "")
    assert names == [f"{name}:" for name in CHECKS]


def test_doctor_as_json_is_one_object(whet: Whet, tmp_path: Path) -> None:
    said = json.loads(whet("doctor", "--workspace", tmp_path, "--json").out)
    assert said["ok"] is True
    assert [check["name"] for check in said["checks"]] == CHECKS
    assert list(tmp_path.iterdir()) == []  # a check makes no store


def test_a_taken_port_is_a_warning(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        check = check_all(tmp_path, port=port)[-1]
    assert (check.status, check.found) == ("warn", f"{port}: Address already in use")


def test_a_damaged_store_fails_and_says_why(whet: Whet, tmp_path: Path) -> None:
    (tmp_path / ".whet").mkdir()
    (tmp_path / ".whet" / "whet.db").write_bytes(b"not a database" * 100)
    ran = whet("doctor", "--workspace", tmp_path, "--json")
    store = next(c for c in json.loads(ran.out)["checks"] if c["name"] == "store")
    assert ran.code == 1
    assert store["status"] == "fail"
    assert str(tmp_path) in store["advice"]


def test_a_store_says_its_revision(whet: Whet, tmp_path: Path) -> None:
    whet("key", "new", "--workspace", tmp_path)
    store = next(check for check in check_all(tmp_path) if check.name == "store")
    assert store.status == "ok"
    assert ", revision 0" in store.found


def test_the_device_is_named_with_its_half_precision(tmp_path: Path) -> None:
    device = next(check for check in check_all(tmp_path) if check.name == "device")
    assert device.status == "ok"
    assert device.found.startswith(("cpu (", "cuda (", "mps ("))
    assert device.found.endswith(("bf16", "fp16", "no half precision in hardware"))


def test_without_what_trains_a_build_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(health, "TRAINING", ("a-library-that-nobody-has",))
    training = next(check for check in check_all(tmp_path) if check.name == "training")
    assert training.status == "warn"
    assert training.advice == "To build models: pip install 'whet[train]'. Serving works without."


@pytest.mark.ray
@pytest.mark.slow
def test_a_cluster_is_counted_and_one_that_is_not_there_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with two_nodes(head_cores=0):
        check = next(check for check in check_all(tmp_path) if check.name == "cluster")
    assert (check.status, check.found) == ("ok", "machines: 1, cores: 1, GPUs: 0")
    monkeypatch.setenv("WHET_RAY_ADDRESS", "127.0.0.1:1")
    settings.cache_clear()
    try:
        check = next(check for check in check_all(tmp_path) if check.name == "cluster")
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert check.status == "fail"
    assert "'127.0.0.1:1' cannot be joined" in check.advice
