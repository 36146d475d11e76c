"""Topological order, and cycles by their names."""

import pytest

from whet.company.schedule.order import topological
from whet.core.errors import InputError


def test_ties_keep_the_order_of_the_file() -> None:
    assert topological(["b", "a", "c"], {"a": ["c"]}) == ["b", "c", "a"]


def test_a_cycle_is_named_in_its_direction() -> None:
    with pytest.raises(InputError) as refused:
        topological(["x", "a", "b", "c"], {"b": ["a"], "c": ["b"], "a": ["c", "x"]})
    assert str(refused.value) == (
        "The order of tasks must have no cycle; found a → b → c → a. Take one of these links out."
    )


def test_a_task_that_waits_for_itself_is_a_cycle() -> None:
    with pytest.raises(InputError, match="found a → a"):
        topological(["a"], {"a": ["a"]})
