"""Instances of PSPLIB: what is read, and the line of what is wrong."""

import os
from pathlib import Path

import pytest

from whet.company.schedule.problem import Link
from whet.company.schedule.psplib import read_sm
from whet.core.errors import InputError

TEXT = """\
************************************************************************
jobs (incl. supersource/sink ):  4
RESOURCES
  - renewable                 :  2   R
  - nonrenewable              :  0   N
************************************************************************
PRECEDENCE RELATIONS:
jobnr.    #modes  #successors   successors
   1        1          2           2   3
   2        1          1           4
   3        1          1           4
   4        1          0
************************************************************************
REQUESTS/DURATIONS:
jobnr. mode duration  R 1  R 2
------------------------------------------------------------------------
  1      1     0       0    0
  2      1     5       2    0
  3      1     4       1    3
  4      1     0       0    0
************************************************************************
RESOURCEAVAILABILITIES:
  R 1  R 2
    2    3
************************************************************************
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "small.sm"


def test_jobs_successors_and_units_are_read(path: Path) -> None:
    path.write_text(TEXT)
    problem = read_sm(path)
    assert [task.duration for task in problem.tasks] == [0, 5, 4, 0]
    assert problem.tasks[2].uses == {"R1": 1, "R2": 3}
    assert problem.resources == {"R1": 2, "R2": 3}
    assert problem.links == (Link("1", "2"), Link("1", "3"), Link("2", "4"), Link("3", "4"))
    assert (problem.horizon, problem.is_classical) == (9, True)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            "  2      1     5       2    0",
            "  2      1     5       2",
            "{}:18: a job must have 5 numbers (job, mode, duration and one per resource); found 4.",
        ),
        (
            "  2      1     5       2",
            "  2      1     5       3",
            "{}:18: a job can use at most the 2 units of R1 that there are; job 2 asks for 3.",
        ),
        (
            "  2      1     5 ",
            "  2      1    -5 ",
            "{}:18: every value must be a whole number, 0 or more; found '-5'.",
        ),
        (
            "  2      1     5 ",
            "  2      1     99999999999999999999 ",
            "{}:18: every value must be at most 1,000,000; found 99999999999999999999.",
        ),
        (
            "   2        1          1           4",
            "   2        1          2           4",
            "{}:10: a job must have its number, its modes, the count of successors "
            "and as many successors; found 2 1 2 4.",
        ),
        (
            "   2        1          1           4",
            "   2        1          1           9",
            "{}:10: job 9 must be listed under 'REQUESTS/DURATIONS:'; it is not.",
        ),
        (
            "nonrenewable              :  0",
            "nonrenewable              :  1",
            "{}:5: every resource must be renewable; found 1 nonrenewable. "
            "Multi-mode instances (.mm) are not read.",
        ),
        (
            "RESOURCEAVAILABILITIES:",
            "NOTHING:",
            "{} must have a line 'RESOURCEAVAILABILITIES:'; it has none. Is it a .sm file?",
        ),
        (
            "  3      1     4",
            "  2      1     4",
            "{}:19: each job must have one mode; found job 2 mode 1 again.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(path: Path, old: str, new: str, sentence: str) -> None:
    assert old in TEXT
    path.write_text(TEXT.replace(old, new))
    with pytest.raises(InputError) as refused:
        read_sm(path)
    assert str(refused.value) == sentence.format(path)


def test_a_file_that_is_not_there_is_said(path: Path) -> None:
    with pytest.raises(InputError, match=r"Cannot read .*small\.sm: No such file or directory\."):
        read_sm(path)


@pytest.mark.data
def test_every_shared_instance_is_read() -> None:
    folder = os.environ.get("WHET_DATA")
    if not folder:
        pytest.skip("needs public data: set WHET_DATA to their folder")
    sizes = {"j30": 32, "j60": 62, "j120": 122}
    for name, size in sizes.items():
        paths = sorted((Path(folder) / "psplib" / name).glob("*.sm"))
        assert paths
        assert {len(read_sm(path).tasks) for path in paths} == {size}
