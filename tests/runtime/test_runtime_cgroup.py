"""Tests for whet.runtime.cgroup: limits read from folders as the kernel writes them."""

from pathlib import Path

import pytest

from whet.runtime.cgroup import cpu_quota, memory_headroom_bytes

NO_LIMIT_V1 = "9223372036854771712"


@pytest.fixture
def membership(tmp_path: Path) -> Path:
    return tmp_path / "membership"


@pytest.fixture
def mount(tmp_path: Path) -> Path:
    return tmp_path / "mount"


def write(folder: Path, **files: str) -> None:
    """Write files of a control group; `__` in a name stands for a dot."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_text(content + "\n")


def test_version_2_the_tightest_group_above_counts(mount: Path, membership: Path) -> None:
    membership.write_text("0::/pods/mine\n")
    write(mount / "pods", memory__max="1000", memory__current="700", cpu__max="400000 100000")
    write(
        mount / "pods" / "mine",
        memory__max="max",
        memory__current="600",
        cpu__max="150000 100000",
    )
    assert memory_headroom_bytes(mount, membership) == 300
    assert cpu_quota(mount, membership) == 1.5


def test_version_2_cached_files_count_as_free(mount: Path, membership: Path) -> None:
    membership.write_text("0::/\n")
    write(
        mount,
        memory__max="1000",
        memory__current="900",
        memory__stat="anon 100\nfile 800\ninactive_file 500\nactive_file 300",
    )
    assert memory_headroom_bytes(mount, membership) == 600


def test_version_1_without_a_limit(mount: Path, membership: Path) -> None:
    membership.write_text("4:memory:/a\n2:cpu,cpuacct:/a\n0::/\n")
    write(mount / "memory" / "a", memory__limit_in_bytes=NO_LIMIT_V1, memory__usage_in_bytes="5")
    write(mount / "cpu" / "a", cpu__cfs_quota_us="-1", cpu__cfs_period_us="100000")
    assert memory_headroom_bytes(mount, membership) is None
    assert cpu_quota(mount, membership) is None


def test_version_1_with_limits(mount: Path, membership: Path) -> None:
    membership.write_text("4:memory:/a\n2:cpu,cpuacct:/a\n")
    write(
        mount / "memory" / "a",
        memory__limit_in_bytes="1000",
        memory__usage_in_bytes="990",
        memory__stat="inactive_file 1\ntotal_inactive_file 40",
    )
    write(mount / "cpu" / "a", cpu__cfs_quota_us="50000", cpu__cfs_period_us="100000")
    assert memory_headroom_bytes(mount, membership) == 50
    assert cpu_quota(mount, membership) == 0.5


def test_a_container_that_is_told_a_path_of_its_host_sees_its_limit_at_the_mount(
    mount: Path, membership: Path
) -> None:
    membership.write_text("4:memory:/docker/0123\n0::/docker/0123\n")
    write(mount / "memory", memory__limit_in_bytes="1000", memory__usage_in_bytes="400")
    write(mount, cpu__max="200000 100000")
    assert memory_headroom_bytes(mount, membership) == 600
    assert cpu_quota(mount, membership) == 2.0


def test_use_above_the_limit_leaves_nothing(mount: Path, membership: Path) -> None:
    membership.write_text("0::/\n")
    write(mount, memory__max="1000", memory__current="1100")
    assert memory_headroom_bytes(mount, membership) == 0


def test_a_machine_without_control_groups_has_no_limits(mount: Path, membership: Path) -> None:
    assert memory_headroom_bytes(mount, membership) is None
    assert cpu_quota(mount, membership) is None
