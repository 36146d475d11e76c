"""Tests for whet.company.team.knowledge: the truck factor by hand, by a slow reference, in time."""

import math
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.company.team.conftest import commit

from whet.company.team.git_history import Change, History, read_history
from whet.company.team.knowledge import code_knowledge
from whet.core.errors import InputError

ANA, BO, CY = "Ana <ana@x.org>", "Bo <bo@x.org>", "Cy <cy@x.org>"
DAY = date(2026, 1, 1)


def test_a_small_repository_by_hand(repository: Path) -> None:
    # ana makes six files and bo three; bo then changes one of ana's eight times:
    # DOA of ana: 3.293 + 1.098 - .321 ln 9 = 3.686; of bo: 3.293 + 1.312 = 4.605; 3.686 / 4.605 =
    # 0.80 is above 0.75, so both are authors of it.
    commit(repository, {f"a{i}.py": "1\n" for i in range(6)}, ANA)
    commit(repository, {f"b{i}.py": "1\n" for i in range(3)}, BO)
    for i in range(8):
        commit(repository, {"a0.py": f"{i + 2}\n"}, BO)
    found = code_knowledge(read_history(repository), on=DAY)
    assert found.shares == {"Ana": pytest.approx(6 / 9), "Bo": pytest.approx(4 / 9)}
    # Without ana five of nine files have no author: more than half.
    assert (found.bus_factor, found.leaving) == (1, ("Ana",))
    assert found.only_one == pytest.approx(8 / 9) and found.unknown == 0


def test_nine_changes_by_another_take_a_file_over(repository: Path) -> None:
    # 3.293 + 1.098 - .321 ln 16 = 3.501 against 3.293 + .164 * 15 = 5.753: a share of 0.61.
    commit(repository, {"a.py": "1\n"}, ANA)
    for i in range(15):
        commit(repository, {"a.py": f"{i + 2}\n"}, BO)
    assert code_knowledge(read_history(repository), on=DAY).shares == {"Bo": 1.0}


def published(changes: list[Change], files: tuple[str, ...]) -> list[str]:
    """Return who leaves, by the algorithm of the paper written as it is told there."""
    authors: dict[str, set[str]] = {}
    for path in files:
        mine = [c for c in changes if c.path == path]
        doa = {}
        for dev in {c.author for c in mine}:
            fa = any(c.author == dev and c.is_creation for c in mine)
            dl = sum(c.author == dev and not c.is_creation for c in mine)
            ac = sum(c.author != dev and not c.is_creation for c in mine)
            doa[dev] = 3.293 + 1.098 * fa + 0.164 * dl - 0.321 * math.log(1 + ac)
        top = max(doa.values())
        authors[path] = {d for d, v in doa.items() if v / top > 0.75 and v >= 3.293}
    gone: list[str] = []
    while True:
        orphans = [p for p, devs in authors.items() if not devs - set(gone)]
        if len(orphans) > 0.5 * len(authors):
            return gone
        counts = Counter(d for devs in authors.values() for d in devs if d not in gone)
        gone.append(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[0][0])


@pytest.mark.parametrize("seed", range(6))
def test_without_forgetting_it_is_the_published_algorithm(seed: int) -> None:
    rng = np.random.default_rng(seed)
    files = tuple(f"f{i}" for i in range(25))
    changes = []
    for path in files:
        for k in range(int(rng.integers(1, 25))):
            author = str(rng.choice(["a", "b", "c", "d", "e"], p=[0.4, 0.2, 0.2, 0.1, 0.1]))
            changes.append(Change(path, author, datetime(2020, 1, 1, tzinfo=UTC), k == 0))
    history = History(tuple(changes), files, {n: (f"{n}@x",) for n in "abcde"}, 0, False)
    found = code_knowledge(history, on=DAY, half_life_days=math.inf)
    assert list(found.leaving) == published(changes, files)


def test_people_forget() -> None:
    old = datetime(2024, 1, 1, tzinfo=UTC)
    history = History(
        (Change("a.py", "Ana", old, True), Change("b.py", "Bo", old + timedelta(700), True)),
        ("a.py", "b.py"),
        {"Ana": ("ana@x",), "Bo": ("bo@x",)},
        0,
        False,
    )
    assert code_knowledge(history, on=DAY, half_life_days=math.inf).unknown == 0
    found = code_knowledge(history, on=DAY, half_life_days=180)
    assert found.shares == {"Bo": 0.5} and found.unknown == 0.5
    # 540 days is three half-lives exactly and still known; a day more is not.
    on = old.date() + timedelta(540)
    assert code_knowledge(history, on=on, half_life_days=180).shares["Ana"] == 0.5
    assert "Ana" not in code_knowledge(history, on=on + timedelta(1), half_life_days=180).shares


def test_recent_work_weighs_more_than_old(repository: Path) -> None:
    # ana made and changed the file two years ago; bo changed it four times this month.
    commit(repository, {"a.py": "0\n"}, ANA, "2024-01-01")
    for i in range(8):
        commit(repository, {"a.py": f"{i + 1}\n"}, ANA, "2025-06-01")
    for i in range(8):
        commit(repository, {"a.py": f"b{i}\n"}, BO, "2025-12-20")
    history = read_history(repository)
    assert set(code_knowledge(history, on=DAY, half_life_days=math.inf).shares) == {"Ana", "Bo"}
    assert set(code_knowledge(history, on=DAY, half_life_days=60).shares) == {"Bo"}


def test_who_left_knows_nothing_any_more(repository: Path) -> None:
    commit(repository, {"a.py": "1\n", "b.py": "1\n", "c.py": "1\n"}, ANA)
    commit(repository, {"d.py": "1\n"}, BO)
    history = read_history(repository)
    found = code_knowledge(history, on=DAY, left=["ANA@x.org"])
    assert found.bus_factor == 0 and found.unknown == pytest.approx(0.75)
    assert found.shares == {"Bo": 0.25}
    with pytest.raises(InputError) as error:
        code_knowledge(history, on=DAY, left=["Anna"])
    assert str(error.value) == (
        "people who left must be authors of the repository; found 'Anna'. Did you mean 'Ana'?"
    )


def test_names_of_the_plan_join_authors(repository: Path) -> None:
    commit(repository, {"a.py": "1\n"}, ANA)
    commit(repository, {"b.py": "1\n"}, CY)
    aliases = {"ana@x.org": "Ana Li", "Cy": "Ana Li"}
    found = code_knowledge(read_history(repository), on=DAY, aliases=aliases)
    assert found.shares == {"Ana Li": 1.0}


def test_folders_show_where_one_person_knows_all(repository: Path) -> None:
    commit(repository, {"core/a.py": "1\n", "core/b.py": "1\n", "web/c.py": "1\n"}, ANA)
    folder = code_knowledge(read_history(repository), on=DAY).folders[0]
    assert (folder.folder, folder.files, folder.known_by_one, folder.most) == ("core", 2, 2, "Ana")


def test_refusals() -> None:
    empty = History((), (), {}, 7, False)
    with pytest.raises(InputError) as error:
        code_knowledge(empty, on=DAY)
    assert str(error.value) == (
        "knowledge needs text files of our own under version control; found none. 7 files were "
        "left out as vendored, generated, data or binary."
    )
    with pytest.raises(InputError) as error:
        code_knowledge(empty, on=DAY, half_life_days=0)
    assert str(error.value) == "the half-life must be above 0 days; found 0."
