"""A real server on a free loopback port, over a real store and tiny real packages."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

sys.path.insert(0, str(Path(__file__).parents[2]))  # so that `tests.serving` can be imported
from tests.serving.tiny_package import make_linear_package, make_onnx_package

from whet.core.files import sha256_file
from whet.server.app import create_app
from whet.server.options import Options
from whet.server.run import listening_socket, make_server
from whet.serving import sources
from whet.serving.contents import read_contents
from whet.store.packages import Package
from whet.store.store import Store, open_store

QUICK = Options(poll_s=0.01)
"""A server that notices a new champion at once."""


@dataclass(frozen=True)
class Running:
    """A server that runs."""

    url: str
    store: Store
    client: httpx.Client

    def post(self, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """Post JSON."""
        return self.client.post(path, json=body, **more)

    def predict(self, *texts: str, name: str = "support") -> list[dict[str, Any]]:
        """Return the predictions for texts."""
        response = self.post(f"/v1/predict/{name}", {"texts": list(texts)})
        assert response.status_code == 200, response.text
        predictions: list[dict[str, Any]] = response.json()["predictions"]
        return predictions

    def wait_for(self, name: str, version: str | None) -> None:
        """Wait until `version` answers under `name`."""
        for _ in range(1000):
            if self.client.get("/readyz").json()["models"].get(name) == version:
                return
            time.sleep(0.01)
        raise TimeoutError(f"{name} {version} never went live")


Serve = Callable[..., AbstractContextManager[Running]]


@pytest.fixture(scope="session", autouse=True)
def quiet() -> None:
    """Keep the log of the servers out of the output of the tests."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/whet.db") as opened:
        yield opened


@pytest.fixture
def packages(tmp_path: Path, store: Store) -> Path:
    """Folder with `support` (onnx, versions 1 and 2) and `opinion` (linear), version 1 live."""
    return make_packages(tmp_path / "packages", store)


@pytest.fixture
def serve(store: Store) -> Serve:
    """Return a context manager that runs a server over the champions of the store."""
    return partial(running, store)


@pytest.fixture
def server(serve: Serve, packages: Path) -> Iterator[Running]:
    """A server and a store that nobody else has used."""
    with serve() as one:
        yield one


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server for all tests of a module that leave nothing behind that another would see."""
    folder = tmp_path_factory.mktemp("shared")
    with open_store(f"sqlite:///{folder}/whet.db") as store:
        make_packages(folder / "packages", store)
        with running(store) as one:
            yield one


def make_packages(folder: Path, store: Store) -> Path:
    """Write and register the packages of the tests."""
    for version in ("1", "2"):
        register(store, make_onnx_package(folder / "support" / version, version=version))
    register(store, make_linear_package(folder / "opinion" / "1", name="opinion"))
    store.packages.set_alias("support", "champion", "1")
    store.packages.set_alias("opinion", "champion", "1")
    return folder


def register(store: Store, folder: Path) -> None:
    """Register a package folder in the store."""
    contents = read_contents(folder)
    store.packages.add(
        Package(
            name=contents.name,
            version=contents.version,
            path=str(folder),
            form=contents.form,
            bytes=sum(file.stat().st_size for file in folder.iterdir()),
            manifest_sha256=sha256_file(folder / "manifest.json"),
            metrics={},
            data_version=contents.data_version,
            created=contents.created,
        )
    )


@contextmanager
def running(store: Store, options: Options = QUICK, *, wait: bool = True) -> Iterator[Running]:
    """Run a server over the champions of a store, in a thread."""
    app = create_app(store, sources.champions(store), options=options)
    server = make_server(app)
    with listening_socket("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            with httpx.Client(base_url=url, trust_env=False) as client:
                one = Running(url, store, client)
                if wait:
                    one.wait_for("support", "1")
                yield one
        finally:
            server.should_exit = True
            thread.join()
