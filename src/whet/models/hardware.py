"""On what do models run? The device that is there, and the half precision that it has in hardware.

Models that are measured, exported or cached always answer in float32; half precision is for the
steps of a training alone.
"""

from dataclasses import dataclass

import torch

from whet.core.errors import InputError

DEVICES = ("cuda", "mps", "cpu")
"""Kinds of device, the one that is taken first in front."""

_NAMES = {torch.bfloat16: "bf16", torch.float16: "fp16", None: "float32"}


@dataclass(frozen=True)
class Hardware:
    """One device and what it computes with."""

    device: torch.device
    name: str
    """What the device calls itself."""
    half: torch.dtype | None
    """Half precision that it has in hardware; None where it has none."""


def find_hardware(wanted: str = "auto") -> Hardware:
    """Return the device that is asked for, or the fastest kind that is there.

    Raises:
        InputError: a kind is asked for that is not there.
    """
    present = [kind for kind in DEVICES if _is_there(kind)]
    if wanted == "auto":
        return _described(present[0])
    if wanted not in present:
        raise InputError(
            f"compute.device must be a device that torch {torch.__version__} finds here: "
            f"{', '.join(reversed(present))}; found {wanted!r}. Write 'auto', or install the torch "
            "that was built for the device."
        )
    return _described(wanted)


def precision_name(half: torch.dtype | None) -> str:
    """Return the name of a precision that people know.

    >>> precision_name(torch.bfloat16), precision_name(None)
    ('bf16', 'float32')
    """
    return _NAMES[half]


def _is_there(kind: str) -> bool:
    """Return whether torch can compute on a kind of device."""
    if kind == "cuda":
        return torch.cuda.is_available()
    return kind == "cpu" or torch.backends.mps.is_available()


def _described(kind: str) -> Hardware:
    """Return the first device of a kind that is there."""
    if kind == "cuda":
        return Hardware(torch.device("cuda", 0), torch.cuda.get_device_name(0), _cuda_half())
    if kind == "mps":
        return Hardware(torch.device("mps"), "Apple GPU", torch.float16)
    capabilities = torch.cpu.get_capabilities()
    has_bf16 = any(capabilities.get(name) for name in ("amx_bf16", "avx512_bf16"))
    name = str(capabilities.get("cpu_name", "processor"))
    return Hardware(torch.device("cpu"), name, torch.bfloat16 if has_bf16 else None)


def _cuda_half() -> torch.dtype | None:
    """Return the half precision that the tensor cores of the first GPU multiply; None without."""
    if torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.bfloat16
    return torch.float16 if torch.cuda.get_device_capability(0) >= (7, 0) else None
