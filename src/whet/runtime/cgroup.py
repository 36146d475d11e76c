"""How much of the machine may this container use? The limits of Linux control groups, 1 and 2.

A container sees the memory and the cores of its whole machine; the limits that end its processes
stand in the files of its control groups. A limit may be set on any group above a process.
"""

from collections.abc import Iterator
from pathlib import Path

MOUNT = Path("/sys/fs/cgroup")
MEMBERSHIP = Path("/proc/self/cgroup")


def memory_headroom_bytes(mount: Path = MOUNT, membership: Path = MEMBERSHIP) -> int | None:
    """Return the bytes that may still be used before a limit is met; None without a limit.

    Memory of cached files that the kernel would give back counts as free.
    """
    rooms = []
    for folder in _groups(mount, membership, controller=""):
        limit, used = _number(folder / "memory.max"), _number(folder / "memory.current")
        if limit is not None and used is not None:
            rooms.append(limit - used + _statistic(folder, "inactive_file"))
    for folder in _groups(mount, membership, controller="memory"):
        limit = _number(folder / "memory.limit_in_bytes")
        used = _number(folder / "memory.usage_in_bytes")
        # Version 1 writes "no limit" as the largest multiple of a page.
        if limit is not None and used is not None and limit < 1 << 62:
            rooms.append(limit - used + _statistic(folder, "total_inactive_file"))
    return max(0, min(rooms)) if rooms else None


def cpu_quota(mount: Path = MOUNT, membership: Path = MEMBERSHIP) -> float | None:
    """Return how many cores' worth of time may be used, such as 1.5; None without a limit."""
    quotas = []
    for folder in _groups(mount, membership, controller=""):
        quota, _, period = _text(folder / "cpu.max").partition(" ")
        if quota.isdigit() and period.isdigit():
            quotas.append(int(quota) / int(period))
    for folder in _groups(mount, membership, controller="cpu"):
        limit = _number(folder / "cpu.cfs_quota_us")  # -1: no limit
        period_us = _number(folder / "cpu.cfs_period_us")
        if limit is not None and period_us:
            quotas.append(limit / period_us)
    return min(quotas) if quotas else None


def _groups(mount: Path, membership: Path, *, controller: str) -> Iterator[Path]:
    """Yield the folder of this process's group and those above it.

    `controller` is "" for version 2. A container often sees only its own part of the tree, so
    that the path it is told does not exist there; the mount itself is then its group.
    """
    for line in _text(membership).splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            root = mount / controller
            group = root / path.lstrip("/")
            yield from (folder for folder in (group, *group.parents) if folder.is_relative_to(root))


def _statistic(folder: Path, name: str) -> int:
    """Return one number of `memory.stat`; 0 when it is not there."""
    lines = (line.split() for line in _text(folder / "memory.stat").splitlines())
    return next((int(words[1]) for words in lines if words[0] == name), 0)


def _number(file: Path) -> int | None:
    """Return the number in a file; None when there is none, such as "max" or -1."""
    content = _text(file)
    return int(content) if content.isdigit() else None


def _text(file: Path) -> str:
    """Return what is in a file; "" when it cannot be read."""
    try:
        return file.read_text().strip()
    except OSError:
        return ""
