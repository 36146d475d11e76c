"""`pip install whet` alone, in an empty environment: it serves, and has nothing that trains."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tests.serving.tiny_package import make_linear_package, make_onnx_package

ROOT = Path(__file__).parents[1]
TRAINING = ["torch", "transformers", "sklearn", "onnx", "datasets", "cleanlab"]

pytestmark = [
    pytest.mark.install,
    pytest.mark.skipif(
        not os.environ.get("WHET_CI"),
        reason="installs from a package index; set WHET_CI=1 to run it",
    ),
]


def run(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program with nothing of this environment but the settings of pip."""
    kept = {k: v for k, v in os.environ.items() if k.startswith("PIP_") or k in ("PATH", "HOME")}
    command = [str(word) for word in words]
    return subprocess.run(command, cwd=cwd, env=kept, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the `bin` folder of an environment that holds the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("install")
    pins = ["--quiet", "--constraint", ROOT / "constraints.txt"]
    pip = [sys.executable, "-m", "pip"]
    wheel = run(*pip, "wheel", *pins, "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    assert wheel.returncode == 0, wheel.stderr
    assert run(sys.executable, "-m", "venv", folder / "env", cwd=folder).returncode == 0
    binaries = folder / "env" / "bin"
    (built,) = folder.glob("*.whl")
    done = run(binaries / "python", "-m", "pip", "install", *pins, built, cwd=folder)
    assert done.returncode == 0, done.stderr
    return binaries


def test_nothing_that_trains_comes_along(installed: Path, tmp_path: Path) -> None:
    program = "import sys, importlib.util as u; print([n for n in sys.argv[1:] if u.find_spec(n)])"
    ran = run(installed / "python", "-c", program, *TRAINING, cwd=tmp_path)
    assert ran.stdout == "[]\n"


def test_help_and_doctor_work(installed: Path, tmp_path: Path) -> None:
    assert "Usage: whet" in run(installed / "whet", "--help", cwd=tmp_path).stdout
    ran = run(installed / "whet", "doctor", "--json", cwd=tmp_path)
    checks = {check["name"]: check["status"] for check in json.loads(ran.stdout)["checks"]}
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (checks["serving"], checks["training"]) == ("ok", "warn")


def test_a_new_workspace_and_its_store_work(installed: Path, tmp_path: Path) -> None:
    assert run(installed / "whet", "new", "shop", cwd=tmp_path).returncode == 0
    ran = run(installed / "whet", "key", "new", "--workspace", "shop", cwd=tmp_path)
    assert ran.stdout.startswith("whet_")


def test_a_build_is_refused_in_one_sentence(installed: Path, tmp_path: Path) -> None:
    ran = run(installed / "whet", "build", "card.yaml", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        "whet: This command needs what trains, which is not installed. "
        "Run: pip install 'whet[train]'.\n"
    )


@pytest.mark.parametrize("make_package", [make_linear_package, make_onnx_package])
def test_packages_answer(installed: Path, tmp_path: Path, make_package: object) -> None:
    assert callable(make_package)
    make_package(tmp_path / "package")
    ran = run(installed / "whet", "predict", "./package", "my card", cwd=tmp_path)
    assert ran.stdout.startswith("card\t"), ran.stderr


def test_a_package_is_served(installed: Path, tmp_path: Path) -> None:
    make_linear_package(tmp_path / "package")
    with served(installed / "whet", tmp_path) as url:
        response = httpx.post(f"{url}/v1/predict/support", json={"text": "我要退款"})
    assert response.json()["predictions"][0]["label"] == "refund"


@contextmanager
def served(whet: Path, folder: Path) -> Iterator[str]:
    """Yield the URL of a server that has loaded the package."""
    command = [str(whet), "serve", "./package", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        lines = map(json.loads, process.stderr)
        try:
            url = next(line["url"] for line in lines if line["event"] == "serving")
            next(line for line in lines if line["event"] == "package live")
            yield url
        finally:
            process.terminate()
            process.communicate()
