"""Earliest ends by chains, with calendars, and the chain behind a date."""

from tests.company.schedule.small import HORIZON, company, person, task

from whet.company.schedule.chains import Chains
from whet.company.schedule.problem import Link, LinkKind, Task


def test_a_chain_goes_round_the_only_absence_and_takes_the_fastest() -> None:
    away = person("away", "ml", capacity=(100,) * 3 + (0,) * 4 + (100,) * (HORIZON - 7))
    people = (away, person("slow", "code", capacity=(50,) * HORIZON), person("fast", "code"))
    tasks = (task("a", 2), task("b", 3, "ml"), task("c", 1))
    chains = Chains(company(tasks, people, (Link("a", "b"), Link("a", "c"))))
    assert chains.ends == {"a": 2, "b": 9, "c": 3}
    assert chains.before(["b", "c"]) == {"a", "b"}
    assert chains.end(["c"]) == 3


def test_a_pair_ends_with_the_second_fastest() -> None:
    people = (person("slow", "code", capacity=(50,) * HORIZON), person("fast", "code"))
    pair = Task("pair", work=8, skills={"code": 2}, release=1)
    assert Chains(company((pair,), people)).ends == {"pair": 9}


def test_a_finish_that_is_held_ends_later() -> None:
    people = (person("x", "code"), person("y", "code"))
    links = (Link("a", "b", LinkKind.FINISH_FINISH, 2),)
    chains = Chains(company((task("a", 5), task("b", 2)), people, links))
    assert (chains.starts["b"], chains.ends["b"], chains.before(["b"])) == (0, 7, {"a", "b"})
