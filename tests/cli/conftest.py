"""The command line as a user meets it: words in, exit code and both outputs out."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.serving.tiny_package import make_linear_package

from whet.cards.template import write_workspace
from whet.cli.main import main
from whet.core.files import sha256_file
from whet.core.workspace import Workspace
from whet.serving.package import open_package
from whet.store.packages import Package
from whet.store.store import open_store


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


Whet = Callable[..., Ran]


@pytest.fixture
def whet(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Whet:
    """Run a command in this process, through `main`."""

    monkeypatch.delenv("COLUMNS", raising=False)  # the width that a pipe has by itself

    def run(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["whet", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        assert isinstance(end.value.code, int)
        captured = capsys.readouterr()
        return Ran(end.value.code, captured.out, captured.err)

    return run


def run_whet(*words: object, stdin: str | bytes = b"") -> Ran:
    """Run a command in a process of its own."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    command = [sys.executable, "-m", "whet.cli", *map(str, words)]
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def linear_package(tmp_path: Path) -> Path:
    """A tiny real package."""
    return make_linear_package(tmp_path / "support")


def register_champion(workspace: Path, package: Path) -> None:
    """Make the package in a folder the champion of its name in a workspace."""
    contents = open_package(package).contents
    with open_store(Workspace(workspace).database_url) as store:
        store.packages.add(
            Package(
                name=contents.name,
                version=contents.version,
                path=str(package),
                form=contents.form,
                bytes=1,
                manifest_sha256=sha256_file(package / "manifest.json"),
                metrics={},
                data_version=contents.data_version,
                created=store.database.clock(),
            )
        )
        store.packages.set_alias(contents.name, "champion", contents.version)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the card of a small real workspace whose ladder has one rung, built once."""
    folder = tmp_path_factory.mktemp("shop")
    card = small_card(folder, gate=0.05)
    ran = run_whet("build", card, "--json")
    assert ran.code == 0, ran.err
    (folder / "build.json").write_text(ran.out)
    return card


def small_card(folder: Path, *, gate: float) -> Path:
    """Write the starter workspace, made quick, into `folder`; return its card."""
    write_workspace(folder, "shop")
    card = folder / "card.yaml"
    text = card.read_text(encoding="utf-8")
    text = text.replace("macro_f1: 0.6 ", f"macro_f1: {gate} ")
    card.write_text(f"{text}\ncandidates: [linear]\ninterval: {{n: 100}}\n", encoding="utf-8")
    return card
