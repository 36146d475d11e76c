"""Can Whet work on this machine? One check per thing that commonly fails, each with what to do."""

import importlib.util
import os
import platform
import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import psutil

from whet import __version__
from whet.core.errors import WhetError
from whet.core.page import format_bytes
from whet.core.workspace import find_workspace
from whet.models.bases import find_base
from whet.models.catalogue import CATALOGUE
from whet.runtime.cluster import joined
from whet.store.migrate import revisions
from whet.store.store import open_store

Status = Literal["ok", "warn", "fail"]

PORT = 8000
"""Port of `whet serve` unless it is told another one."""
LEAST_MEMORY_BYTES = 2_000_000_000
LEAST_DISK_BYTES = 2_000_000_000
SERVING = ("numpy", "onnxruntime", "polars", "pydantic", "sqlalchemy", "tokenizers")
TRAINING = ("torch", "transformers", "scikit-learn", "onnx")
_MODULES = {"scikit-learn": "sklearn"}


@dataclass(frozen=True)
class Check:
    """What was found about one thing, and what to do unless it is fine."""

    name: str
    status: Status
    found: str
    advice: str = ""


def check_all(folder: Path, *, port: int = PORT) -> list[Check]:
    """Return every check of this machine and of the workspace that holds `folder`."""
    checks: tuple[Callable[[], Check], ...] = (
        _python,
        _cores,
        _memory,
        lambda: _disk(folder),
        _serving,
        _training,
        _device,
        lambda: _base(folder),
        lambda: _store(folder),
        lambda: _cluster(folder),
        lambda: _port(port),
    )
    return [check() for check in checks]


def _python() -> Check:
    """Say which Python, Whet and system these are."""
    found = f"Python {platform.python_version()}, whet {__version__}, {platform.platform()}"
    return Check("python", "ok", found)


def _cores() -> Check:
    """Say how many cores this process may use."""
    # A container or `taskset` may allow fewer than the machine has; only Linux tells.
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    return Check("cores", "ok", str(cores))


def _memory() -> Check:
    """Check the memory that is free now."""
    memory = psutil.virtual_memory()
    found = f"{format_bytes(memory.available)} of {format_bytes(memory.total)} free"
    if memory.available < LEAST_MEMORY_BYTES:
        return Check("memory", "warn", found, "A build needs about 2 GB; close other programs.")
    return Check("memory", "ok", found)


def _disk(folder: Path) -> Check:
    """Check the room where the workspace is."""
    root = find_workspace(folder).root
    free = shutil.disk_usage(root).free
    found = f"{format_bytes(free)} free in {root}"
    if free < LEAST_DISK_BYTES:
        return Check("disk", "warn", found, "A build writes up to 1 GB; free some space.")
    return Check("disk", "ok", found)


def _serving() -> Check:
    """Check that what serves is installed."""
    missing = [name for name in SERVING if not _is_installed(name)]
    found = ", ".join(f"{name} {_version(name)}" for name in SERVING)
    if missing:
        return Check("serving", "fail", found, "Install Whet again: pip install whet.")
    return Check("serving", "ok", found)


def _training() -> Check:
    """Check whether what trains is installed; serving does without."""
    found = ", ".join(f"{name} {_version(name)}" for name in TRAINING)
    if all(_is_installed(name) for name in TRAINING):
        return Check("training", "ok", found)
    advice = "To build models: pip install 'whet[train]'. Serving works without."
    return Check("training", "warn", found, advice)


def _device() -> Check:
    """Say on which device encoders run, and its half precision."""
    if not _is_installed("torch"):
        return Check("device", "ok", "cpu: serving needs no other")
    from whet.models.hardware import find_hardware, precision_name  # torch takes seconds to load

    hardware = find_hardware()
    half = precision_name(hardware.half) if hardware.half else "no half precision in hardware"
    return Check("device", "ok", f"{hardware.device.type} ({hardware.name}), {half}")


def _base(folder: Path) -> Check:
    """Check that the weights of the first base of the catalogue are the right ones."""
    name = next(iter(CATALOGUE))
    try:
        base = find_base(name, folder)
    except WhetError as error:
        is_needed = _is_installed("torch")
        return Check("base", "fail" if is_needed else "warn", f"{name} is not usable", str(error))
    return Check("base", "ok", f"{name}, weights {base.weights_sha256[:12]} as they should be")


def _store(folder: Path) -> Check:
    """Check that the store can be opened. A workspace without one gets one by its first build."""
    url = find_workspace(folder).database_url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return Check("store", "ok", "none yet; the first build makes it")
    try:
        with open_store(url) as store:
            return Check("store", "ok", f"{store.database.place}, revision {revisions()[-1]}")
    except WhetError as error:
        return Check("store", "fail", "cannot be used", str(error))


def _cluster(folder: Path) -> Check:
    """Check that each machine of the Ray cluster can do this one's work, where one is named."""
    try:
        with joined(find_workspace(folder).root) as found:
            if found is None:
                return Check("cluster", "ok", "none: WHET_RAY_ADDRESS is not set")
            cores, gpus = found.cores(), found.gpus()
            said = f"machines: {len(cores)}, cores: {sum(cores)}, GPUs: {gpus}"
            return Check("cluster", "ok", said)
    except WhetError as error:
        return Check("cluster", "fail", "cannot be used", str(error))


def _port(port: int) -> Check:
    """Check that the server's port is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            advice = "Stop what listens there, or serve on another one: whet serve --port 8001."
            return Check("port", "warn", f"{port}: {error.strerror}", advice)
    return Check("port", "ok", f"{port} is free")


def _is_installed(name: str) -> bool:
    """Return whether a distribution can be imported; it is not imported."""
    return importlib.util.find_spec(_MODULES.get(name, name)) is not None


def _version(name: str) -> str:
    """Return the version of an installed distribution."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"
