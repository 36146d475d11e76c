"""A real Ray cluster of two nodes on this machine, for tests. Skips where ray is not installed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from whet.core.settings import settings

_STORE_BYTES = 80 * 2**20


@contextmanager
def two_nodes(*, head_cores: int = 1) -> Iterator[Any]:
    """Yield a cluster of a head and a second node of one core; `WHET_RAY_ADDRESS` names it."""
    pytest.importorskip("ray", reason="needs ray: pip install 'whet[ray]'")
    from ray.cluster_utils import Cluster

    wanted = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_niceness": "0"}
    before = {name: os.environ.get(name) for name in (*wanted, "WHET_RAY_ADDRESS")}
    os.environ.update(wanted)
    head = {"num_cpus": head_cores, "include_dashboard": False}
    found = Cluster(
        initialize_head=True, head_node_args=head | {"object_store_memory": _STORE_BYTES}
    )
    try:
        found.add_node(num_cpus=1, object_store_memory=_STORE_BYTES)
        os.environ["WHET_RAY_ADDRESS"] = found.address
        settings.cache_clear()
        yield found
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        settings.cache_clear()
        found.shutdown()
