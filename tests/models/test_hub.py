"""Tests for whet.models.hub: the local cache first, and clear words without a network."""

import json
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.tiny_base import make_tiny_base

from whet.cards.schema import Trust
from whet.core.errors import InputError
from whet.models import hub
from whet.models.bases import find_base
from whet.models.encoder import encode, load_encoder

REVISION = "0123456789abcdef0123456789abcdef01234567"
UseHub = Callable[[str], None]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of an empty local cache of the hub."""
    folder = tmp_path / "cache"
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(folder))
    monkeypatch.setattr("huggingface_hub.file_download.HF_HUB_CACHE", str(folder), raising=False)
    return folder


@pytest.fixture
def use_hub(monkeypatch: pytest.MonkeyPatch) -> UseHub:
    """Return a function that sets the address of the hub."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)

    def point(url: str) -> None:
        files = f"{url}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", url)
        monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", files)

    return point


def put_into_cache(cache: Path, name: str) -> Path:
    """Put a tiny base into the cache as the hub's own library does."""
    home = cache / f"models--{name.replace('/', '--')}"
    folder = make_tiny_base(home / "snapshots" / REVISION)
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text(REVISION)
    return folder


def refusal(name: str, folder: Path, trust: Trust | None = None) -> tuple[str, float]:
    """Return how a base is refused, and after how many seconds."""
    started = time.monotonic()
    with pytest.raises(InputError) as error:
        find_base(name, folder, trust)
    return str(error.value), time.monotonic() - started


def test_a_model_in_the_cache_needs_no_network(
    cache: Path, tmp_path: Path, use_hub: UseHub
) -> None:
    folder = put_into_cache(cache, "maker/tiny")
    use_hub("http://127.0.0.1:9")
    base = find_base("maker/tiny", tmp_path)
    assert base.folder == folder
    assert encode(load_encoder(base), ["refund"]).shape == (1, 96)


def test_a_name_of_the_catalogue_is_found_in_the_cache(cache: Path, tmp_path: Path) -> None:
    folder = put_into_cache(cache, "BAAI/bge-small-en-v1.5")
    base = find_base("bge-small-en", tmp_path)
    assert (base.folder, base.licence, base.languages) == (folder, "MIT", ("en",))


def test_half_a_download_is_not_used(cache: Path, tmp_path: Path, use_hub: UseHub) -> None:
    (put_into_cache(cache, "maker/tiny") / "model.safetensors").unlink()
    use_hub("http://127.0.0.1:9")
    assert hub.cached_folder("maker/tiny") is None
    sentence, _ = refusal("maker/tiny", tmp_path)
    assert "could not give it" in sentence


def test_without_a_network_the_refusal_is_quick_and_clear(
    cache: Path, tmp_path: Path, use_hub: UseHub
) -> None:
    use_hub("http://127.0.0.1:9")  # nothing listens there
    sentence, seconds = refusal("BAAI/bge-small-en-v1.6", tmp_path)
    assert seconds < 10
    assert sentence == (
        "base 'BAAI/bge-small-en-v1.6' is no folder and not in the hub's local cache, and the hub "
        "could not give it (ConnectError). Check the name and the network, or download the model "
        "and give its folder. Did you mean 'BAAI/bge-small-en-v1.5'?"
    )


def test_a_network_that_swallows_everything_is_given_up_soon(
    cache: Path, tmp_path: Path, use_hub: UseHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "TIMEOUT_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use_hub(f"http://127.0.0.1:{silent.getsockname()[1]}")
        sentence, seconds = refusal("maker/tiny", tmp_path)
    assert seconds < 5
    assert "could not give it (ReadTimeout)" in sentence


def tree_of(folder: Path) -> list[dict[str, object]]:
    """Return the files of a folder as the hub lists them."""
    return [
        {"type": "file", "path": file.name, "size": file.stat().st_size, "oid": "0" * 40}
        for file in sorted(folder.iterdir())
    ]


@pytest.fixture
def small_hub(tmp_path: Path) -> Iterator[str]:
    """Serve a hub with two models, one of them only as a pickle; yield its address."""
    tiny = make_tiny_base(tmp_path / "remote")
    (tmp_path / "pickled").mkdir()
    for file in ("config.json", "tokenizer.json"):
        shutil.copy(tiny / file, tmp_path / "pickled" / file)
    (tmp_path / "pickled" / "pytorch_model.bin").write_bytes(b"")
    places = {"maker/tiny": tiny, "maker/pickled": tmp_path / "pickled"}

    class Hub(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(with_body=True)

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def _answer(self, *, with_body: bool) -> None:
            parts = self.path.split("?")[0].strip("/").split("/")
            if parts[:2] == ["api", "models"]:
                (self._tree if "tree" in parts else self._model)("/".join(parts[2:4]))
                return
            place = places["/".join(parts[:2])] / "/".join(parts[4:])
            content = place.read_bytes()
            self.send_response(200)
            self.send_header("ETag", f'"{len(content)}{place.name}"')
            self.send_header("X-Repo-Commit", REVISION)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content if with_body else b"")

        def _tree(self, name: str) -> None:
            body = json.dumps(tree_of(places[name])).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _model(self, name: str) -> None:
            known = name in places
            files = sorted(places[name].iterdir()) if known else []
            body = json.dumps(
                {
                    "id": name,
                    "sha": REVISION,
                    "siblings": [{"rfilename": file.name} for file in files],
                }
            ).encode()
            self.send_response(200 if known else 404)
            if not known:
                self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_model_is_fetched_once(
    cache: Path, tmp_path: Path, use_hub: UseHub, small_hub: str
) -> None:
    use_hub(small_hub)
    base = find_base("maker/tiny", tmp_path)
    assert base.folder.is_relative_to(cache)
    assert encode(load_encoder(base), ["refund"]).shape == (1, 96)
    use_hub("http://127.0.0.1:9")
    assert find_base("maker/tiny", tmp_path) == base


def test_a_model_that_is_only_a_pickle_is_not_fetched(
    cache: Path, tmp_path: Path, use_hub: UseHub, small_hub: str
) -> None:
    use_hub(small_hub)
    sentence, _ = refusal("maker/pickled", tmp_path)
    assert sentence == (
        "base 'maker/pickled' has no model.safetensors on the hub, only a pickle, which can run "
        "anything when it is loaded. Use another base, or, if you trust who made it, say "
        "--trust-pickle or `trust: {pickle: true}` in the card."
    )
    assert not list(cache.rglob("pytorch_model.bin"))
    assert find_base("maker/pickled", tmp_path, Trust(pickle=True)).is_pickled


def test_a_model_that_the_hub_does_not_have_is_refused(
    cache: Path, tmp_path: Path, use_hub: UseHub, small_hub: str
) -> None:
    use_hub(small_hub)
    sentence, seconds = refusal("maker/none", tmp_path)
    assert seconds < 5
    assert sentence == (
        "base 'maker/none' is no folder, and the hub has no such model. "
        "`whet base list` shows the catalogue."
    )
