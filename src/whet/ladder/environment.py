"""Where was this measured? Python, platform, processor, libraries, and the state of the code."""

import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from whet.runtime.measure import cpu_threads

_LIBRARIES = (
    "whet",
    "torch",
    "transformers",
    "tokenizers",
    "onnxruntime",
    "onnx",
    "scikit-learn",
    "numpy",
    "scipy",
    "polars",
    "cleanlab",
)
_CPU_FLAGS = ("avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8")


def environment() -> dict[str, Any]:
    """Return what a reader needs to judge whether another machine would measure the same."""
    return {
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "cpu": _processor(),
        "threads": cpu_threads(),
        "packages": {name: found for name in _LIBRARIES if (found := _version(name))},
    }


def git_state(folder: Path) -> dict[str, Any] | None:
    """Return the commit of a folder and whether it is clean; None outside a repository."""
    commit = _git(folder, "rev-parse", "HEAD")
    if commit is None:
        return None
    return {"commit": commit, "is_clean": _git(folder, "status", "--porcelain") == ""}


def _git(folder: Path, *arguments: str) -> str | None:
    """Return what git prints; None when there is no git or no repository."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    """Return the processor's name and the vector instructions that decide its speed."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    named = {key.strip(): value.strip() for key, value in fields.items()}
    flags = set(named.get("flags", "").split())
    present = [flag for flag in _CPU_FLAGS if flag in flags]
    return f"{named.get('model name', platform.machine())} ({', '.join(present)})"
