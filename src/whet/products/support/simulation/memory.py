"""How much memory does a process take? As Linux tells it."""

from pathlib import Path


def resident_mb(process: int | str = "self") -> float:
    """Return the resident memory of a process in megabytes; 0 where the system does not say."""
    try:
        text = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    line = next((line for line in text.splitlines() if line.startswith("VmRSS:")), "VmRSS: 0 kB")
    return int(line.split()[1]) / 1000
