"""What people get done: shares, absences, ramp-up, and the stretches that the solver sees."""

from datetime import date
from random import Random

import pytest
from tests.company.schedule.small import company, person, task
from whet.company.schedule.calendars import (
    NEVER,
    Absence,
    Mentoring,
    WorkingTime,
    Workforce,
    capacity,
    ends,
    pieces,
)
from whet.company.schedule.dates import working_grid
from whet.company.schedule.problem import Task

GRID = working_grid(date(2026, 11, 2), 20)  # two weeks from a Monday


def test_share_absence_and_own_weekdays() -> None:
    time = WorkingTime(
        share=0.5,
        weekdays=frozenset({0, 1, 2, 3}),
        absences=(Absence(date(2026, 11, 3), date(2026, 11, 4)),),
    )
    week_one = [50, 50, 0, 0, 0, 0, 50, 50, 0, 0]
    week_two = [50] * 8 + [0, 0]
    assert list(capacity(GRID, time)) == week_one + week_two


def test_ramp_up_rises_evenly_from_the_first_day() -> None:
    time = WorkingTime(start=date(2026, 11, 4), ramp_up=4, ramp_from=0.2)
    assert list(capacity(GRID, time))[::2] == [0, 0, 20, 40, 60, 80, 100, 100, 100, 100]


def test_a_mentor_gives_time_and_a_contract_ends() -> None:
    time = WorkingTime(end=date(2026, 11, 11))
    given = [Mentoring(date(2026, 11, 3), days=2, share=0.25)]
    assert list(capacity(GRID, time, given))[::2] == [100, 75, 75, 100, 100, 100, 100, 100, 0, 0]


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
