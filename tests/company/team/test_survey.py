"""Tests for whet.company.team.survey: what is shown, what is hidden, what is refused."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from whet.company.team.anonymity import TOO_FEW, WORKED_OUT
from whet.company.team.intervals import enps_interval, mean_interval
from whet.company.team.survey import Item, Survey, read_survey, results
from whet.core.errors import InputError

ITEMS = (Item("growth"), Item("recommend", 0, 10))


def survey_file(folder: Path, lines: list[str], header: str = "growth,recommend,team") -> Path:
    path = folder / "survey.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def test_a_file_gives_means_and_enps_over_all_and_by_group(tmp_path: Path) -> None:
    lines = [f"{1 + i % 5},{10 - i % 3},{'a' if i < 6 else 'b'}" for i in range(12)]
    survey = read_survey(survey_file(tmp_path, lines), items=ITEMS, groups=["team"])
    found = results(survey, recommend="recommend", asked=14, asked_by_group={("team", "a"): 7})
    growth = {item.group: item.mean for item in found.items if item.item == "growth"}
    assert growth[None] == mean_interval([1 + i % 5 for i in range(12)], scale=(1, 5), team=14)
    assert growth[("team", "a")] == mean_interval(
        [1 + i % 5 for i in range(6)], scale=(1, 5), team=7
    )
    assert found.enps[0].mean == enps_interval([10 - i % 3 for i in range(12)], team=14)
    assert found.hidden == ()
    assert found.answers == 12


def test_columns_are_items_scored_one_to_five_unless_declared(tmp_path: Path) -> None:
    path = survey_file(tmp_path, ["1,5"] * 5, header="growth,tools")
    assert [item.name for item in read_survey(path).items] == ["growth", "tools"]


def test_nothing_below_the_floor_leaves_the_module() -> None:
    scores = np.array([[1.0 + i % 5, 3.0] for i in range(16)])
    scores[4:, 1] = np.nan  # four people answered the second item
    groups = {"team": tuple("aaaaaaaaaaaabbbb")}
    survey = Survey((Item("growth"), Item("tools")), scores, groups)
    found = results(survey)
    assert [(item.item, item.group) for item in found.items] == [("growth", None)]
    assert {(h.item, h.group): h.reason for h in found.hidden} == {
        ("growth", ("team", "b")): TOO_FEW,
        ("growth", ("team", "a")): WORKED_OUT,
        ("tools", None): TOO_FEW,
    }
    # Whatever is printed as JSON holds no count or mean of a hidden group either.
    hidden = json.dumps([asdict(h) for h in found.hidden])
    assert "4" not in hidden.replace("fewer than 5", "")


def test_answers_that_are_all_alike_do_not_leave_the_module() -> None:
    teams = ("a",) * 6 + ("b",) * 8
    scores = np.array([[5.0, 5.0, 9.0]] * 6 + [[1.0, 5.0, 3.0], [4.0, 5.0, 10.0]] * 4)
    scores[:3, 2] = 10.0  # a differs in the score, but all of a would recommend
    items = (Item("growth"), Item("tools"), Item("recommend", 0, 10))
    found = results(Survey(items, scores, {"team": teams}), recommend="recommend")
    shown = {(one.item, one.group) for one in found.items}
    assert shown == {("growth", None), ("recommend", None)}
    assert [one.group for one in found.enps] == [None]
    assert {(h.item, h.group): h.reason for h in found.hidden} == {
        ("growth", ("team", "a")): WORKED_OUT,
        ("growth", ("team", "b")): WORKED_OUT,
        ("tools", None): WORKED_OUT,
        ("recommend", ("team", "a")): WORKED_OUT,
        ("recommend", ("team", "b")): WORKED_OUT,
    }


def test_empty_sheets_do_not_count_as_answers(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_survey(
            survey_file(tmp_path, ["3,9,a"] * 4 + [",,a"] * 3), items=ITEMS, groups=["team"]
        )
    assert str(error.value) == (
        "survey.csv must hold at least 5 answers, so that nobody can be recognised; found 4. "
        "Wait for more answers, or ask a larger team."
    )


@pytest.mark.parametrize("column", ["name", "E-Mail", "employee_id", "timestamp", "User ID"])
def test_a_file_that_tells_who_answered_is_refused(tmp_path: Path, column: str) -> None:
    path = survey_file(tmp_path, ["3,9,1"] * 6, header=f"growth,recommend,{column}")
    with pytest.raises(InputError) as error:
        read_survey(path, items=ITEMS)
    assert str(error.value) == (
        f"survey.csv must not tell who answered; found the column {column!r}. Take it out of the "
        "file."
    )
    with pytest.raises(InputError, match="must not tell who answered"):
        read_survey(path, items=ITEMS, groups=[column])


def test_a_column_that_nobody_declared_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        read_survey(survey_file(tmp_path, ["3,9,a"] * 6), items=ITEMS)
    assert str(error.value) == (
        "survey.csv must hold items and groups only; found the column 'team'. Declare it as an "
        "item or a group, or take it out of the file."
    )


def test_a_missing_column_and_a_wrong_score_are_named(tmp_path: Path) -> None:
    path = survey_file(tmp_path, ["3,9,a"] * 5 + ["7,9,a"])
    with pytest.raises(InputError) as error:
        read_survey(path, items=(Item("grwth"),), groups=["team"])
    assert str(error.value) == (
        "survey.csv must hold the column 'grwth'; it does not. Did you mean 'growth'?"
    )
    with pytest.raises(InputError) as error:
        read_survey(path, items=ITEMS, groups=["team"])
    assert str(error.value) == (
        "survey.csv, line 7: 'growth' must be a score from 1 to 5; found 7. Correct it, or declare "
        "the item's scale."
    )


def test_what_the_enps_and_the_count_need_is_said() -> None:
    survey = Survey(ITEMS, np.array([[3.0, 9.0]] * 6))
    for recommend, asked, sentence in (
        (
            "growth",
            None,
            "the eNPS needs an item scored from 0 to 10; 'growth' is scored from 1 to 5. Ask it on "
            "that scale, or leave the eNPS out.",
        ),
        (
            "recomend",
            None,
            "the eNPS needs an item of the survey; found 'recomend'. Did you mean 'recommend'?",
        ),
        (
            None,
            5,
            "the people asked must be at least as many as the answers; found 5 asked and 6 "
            "answers. Correct the number of people asked.",
        ),
    ):
        with pytest.raises(InputError) as error:
            results(survey, recommend=recommend, asked=asked)
        assert str(error.value) == sentence
