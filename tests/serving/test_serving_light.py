"""What serves needs nothing that trains: a fresh interpreter answers without those libraries."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.serving.passages.tiny_reader import make_reader_package

HEAVY = ("torch", "transformers", "sklearn", "scipy", "onnx")

PROGRAM = """
import sys
from pathlib import Path
from whet.serving.package import open_package
from whet.serving.predictor import Predictor

print(Predictor(open_package(Path(sys.argv[1]))).predict(["my card"])[0].label)
import whet.serving.sources, whet.server.run
print(*sorted(set(sys.argv[2].split()) & set(sys.modules)))
"""


@pytest.mark.parametrize("package", ["onnx_package", "linear_package"])
def test_serving_imports_nothing_that_trains(package: str, request: pytest.FixtureRequest) -> None:
    folder: Path = request.getfixturevalue(package)
    command = [sys.executable, "-c", PROGRAM, str(folder), " ".join(HEAVY)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "card\n\n"


ASK = """
import sys
from pathlib import Path
from whet.core.pairs import join_exact
from whet.serving.opening import load_predictor
from whet.serving.package import open_package

predictor = load_predictor(open_package(Path(sys.argv[1])))
print(predictor.predict([join_exact("where?", "in Rome")])[0].answer)
print(*sorted(set(sys.argv[2].split()) & set(sys.modules)))
"""


def test_a_reader_imports_nothing_that_trains(tmp_path: Path) -> None:
    folder = make_reader_package(tmp_path / "notes")
    command = [sys.executable, "-c", ASK, str(folder), " ".join(HEAVY)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "Rome\n\n"
