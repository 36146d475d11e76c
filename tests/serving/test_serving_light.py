"""What serves needs nothing that trains: a fresh interpreter answers without those libraries."""

import subprocess
import sys
from pathlib import Path

import pytest

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
