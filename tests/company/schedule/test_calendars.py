"""What people get done: slot by slot, and the stretches that the solver sees."""

from random import Random

import pytest
from tests.company.schedule.small import company, person, task

from whet.company.schedule.calendars import (
    NEVER,
    Workforce,
    ends,
    pieces,
)
from whet.company.schedule.problem import Task


@pytest.mark.parametrize("seed", range(20))
def test_ends_are_those_of_counting_slot_by_slot(seed: int) -> None:
    random = Random(seed)
    percents = [random.choice((0, 0, 50, 75, 100)) for _ in range(40)]
    work = random.randint(0, 900)
    for start, end in enumerate(ends(percents, work)):
        done, slot = 0, start
        while done < work and slot < 40:
            done += percents[slot]
            slot += 1
        assert end == (slot if done >= work else NEVER)


@pytest.mark.parametrize("seed", range(20))
def test_pieces_say_the_same_as_the_table(seed: int) -> None:
    random = Random(seed)
    table = [int(end) for end in ends([random.choice((0, 60, 100)) for _ in range(50)], 400)]
    covered = []
    for piece in pieces(table):
        for start in range(piece.first, piece.last + 1):
            covered.append(start)
            if piece.is_flat:
                assert table[start] == piece.first + piece.most == piece.last + piece.least
            else:
                assert table[start] == (start + piece.least if piece.least < NEVER else NEVER)
    assert covered == list(range(51))


def test_the_least_length_is_that_of_the_slower_of_the_two_fastest() -> None:
    half = person("half", "code", capacity=(50,) * 60)
    tenth = person("tenth", "code", capacity=(10,) * 60)
    pair = Task("pair", work=8, skills={"code": 2})
    problem = company((pair, task("one", 8)), (person("full", "code"), half, tenth))
    workforce = Workforce(problem)
    assert [workforce.least_length(each) for each in problem.tasks] == [8, 8]
    assert workforce.ends("half", pair)[3] == 11


def test_work_ends_no_sooner_than_those_who_can_do_it_have_done_as_much() -> None:
    people = (
        person("anna", "code", capacity=(0,) * 4 + (100,) * 56),
        person("bo", "code", "design", capacity=(50,) * 60),
    )
    tasks = (task("a", 6), task("b", 4), task("c", 3, "design"))
    problem = company(tasks, people)
    workforce = Workforce(problem)
    # Ten slots of code: bo has done 2 when anna begins, and both do 1.5 a slot.
    assert workforce.least_end(tasks[:2]) == 10
    assert workforce.least_end(tasks[2:]) == 6
    assert workforce.least_end(tasks) == 12
    assert workforce.least_end([task("d", 500)]) == 60
