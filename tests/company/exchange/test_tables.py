"""Whet's tables and those of trackers: round trips, columns, cells that are refused."""

from datetime import date

import pytest

from whet.company.exchange.cells import csv_text, read_lines
from whet.company.exchange.draft import Draft, merged, plan_of
from whet.company.exchange.items import Mapped
from whet.company.exchange.rows import Row
from whet.company.exchange.tables import TABLES, export_table, import_table
from whet.company.exchange.trackers import TOOLS, export_tracker, import_tracker
from whet.company.exchange.yaml_out import plan_values
from whet.company.plan.schema import Plan
from whet.core.errors import InputError

DAY = date(2028, 1, 1)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_comes_back_as_it_went(name: str, example: Plan) -> None:
    back = import_table(export_table(example, name).encode(), name)
    assert plan_of(merged([Draft(plan_values(example)), back]), name, today=DAY) == example


def test_dates_of_the_schedule_are_shown_and_not_read(short: Plan, rows: list[Row]) -> None:
    text = export_table(short, "tasks", rows)
    assert text.splitlines()[1] == (
        "build,one,click here: 50%,,2 / 3 / 5,,ml:1,,,launch,,,,,,,,,,,,,,,"
        "2028-02-28,2028-03-01,ada,yes"
    )
    found = plan_of(import_table(text.encode(), "t.csv"), "t.csv", today=DAY)
    assert found.tasks[1] == short.tasks[1]


def test_a_cell_is_no_formula_in_a_spreadsheet() -> None:
    text = csv_text(["id", "n"], [["=1+1", "-2.5"], ["@x", "+a"]])
    assert text == "id,n\n'=1+1,-2.5\n'@x,'+a\n"
    assert [line.text("id") for line in read_lines(text.encode(), "a.csv")[1]] == ["=1+1", "@x"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "id;effort;deadline\na;3;2028-02-29\nb;3;2027-02-29\n",
            "a.csv: row 3, column 'deadline': must be a day such as 2028-02-29; found "
            "'2027-02-29'.",
        ),
        (
            'id,effort,title\na,3,"two\nlines"\nb,3 / 5,x\n',
            "a.csv: row 4, column 'effort': must be a number, or three as 3 / 5 / 9; found "
            "'3 / 5'.",
        ),
        (
            "id,effort,deadlin\n",
            "a.csv: row 1: 'deadlin' is no column of this table. Did you mean 'deadline'?",
        ),
        (
            "id,effort\na,1,2\n",
            "a.csv: row 2: must have at most 2 cells, one for each column; found 3. Put quotes "
            "around a cell with a comma in it.",
        ),
        (
            "id,effort\n,1\n",
            "a.csv: row 2, column 'id': must be a short name that no other row has; found ''.",
        ),
        (
            "x,y\n1,2\n",
            "a.csv: row 1: must have the columns of one of our tables (tasks: id, effort; people: "
            "id, role, cost_per_month; risks: id, title, probability; budget: id, kind, "
            "per_month), or name another tool by --format; found x, y.",
        ),
        (
            "id,effort\na,1e400\n",
            "a.csv: row 2, column 'effort': must be a number, or three as 3 / 5 / 9; found "
            "'1e400'.",
        ),
        ("", "a.csv: a table must have a row with the names of its columns; found none."),
    ],
)
def test_cells_that_are_refused(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        import_table(text.encode(), "a.csv")
    assert str(caught.value) == said


def test_a_table_of_another_encoding_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        import_table("id,effort\nä,1\n".encode("latin-1"), "a.csv")
    assert str(caught.value) == "a.csv: row 2: must be UTF-8. Save the file as UTF-8."


@pytest.mark.parametrize("tool", TOOLS)
def test_trackers_give_back_titles_work_order_and_people(tool: str, example: Plan) -> None:
    mapped = Mapped({skill: skill for task in example.tasks for skill in task.skills}, 1.0)
    draft = import_tracker(export_tracker(example, tool).encode(), "a.csv", tool, mapped)
    found = plan_of(draft, "a.csv", today=DAY)
    old = {task.id: task for task in example.tasks}
    assert [task.title for task in found.tasks] == [task.title for task in old.values()]
    for task in found.tasks:
        before = old[task.id]
        likely = before.effort.likely if before.effort else None
        assert (task.effort.likely if task.effort else None) == likely
        assert task.finished == before.finished
        if tool != "plane":  # whose export has no links
            names = [after.task for after in before.after if after.task in old]
            assert [after.task for after in task.after] == names


JIRA = """\
Summary,Issue key,Status,Resolution,Assignee,Due date,Resolved,Labels,Labels,Original estimate,\
Time Spent,Fix versions,Inward issue link (Blocks)
Fix login,AB-1,Done,Done,Ann Lee,,29/Feb/28 5:30 PM,bug,web,28800,14400,v2,
Add search,AB-2,To Do,,Bo,2028-04-01,,ml,,2d 4h,,v2,AB-1
Drop it,AB-3,Closed,Won't do,,,,,,,,,
Ask,AB-4,To Do,,,,,,,,,,AB-9
"""


def test_a_jira_export_becomes_a_plan() -> None:
    draft = import_tracker(JIRA.encode(), "j.csv", "jira", Mapped({"bug": "backend", "ml": "ml"}))
    plan = plan_of(draft, "j.csv", today=DAY)
    assert plan_values(plan.projects[0])["tasks"] == [
        {
            "id": "ab-1", "title": "Fix login", "effort": 1, "skills": {"backend": 1},
            "milestone": "v2", "spent": 0.5, "finished": date(2028, 2, 29), "by": ["ann-lee"],
        },
        {
            "id": "ab-2", "title": "Add search", "effort": 2.5, "skills": {"ml": 1},
            "after": ["ab-1"], "milestone": "v2", "deadline": date(2028, 4, 1), "only": ["bo"],
        },
        {"id": "ab-4", "title": "Ask"},
    ]  # fmt: skip
    assert (plan.start, plan.currency) == (date(2028, 2, 29), "XXX")
    assert draft.notes == (
        "j.csv: no estimate of ab-4. Give --effort, or write them in.",
        "j.csv: people have no costs, the role `team` and the skills of what was assigned to them "
        "at level 0.5. Write in what is right.",
        "j.csv: issues that others wait for are not in the file: AB-9.",
        "j.csv: 1 rows left out: they are not to be done.",
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2d 4h", "soon", "j.csv: row 3, column 'original estimate': must be a time of work such "
         "as 2d 4h, or a number; found 'soon'."),
        ("29/Feb/28 5:30 PM", "29/Feb/27", "j.csv: row 2, column 'resolved': must be a day such as "
         "2028-02-29 or 29/Feb/28; found '29/Feb/27'."),
        ("AB-2", "AB-1", "j.csv: row 2, column 'issue key': must be a key that no other row has; "
         "found 'AB-1'."),
        ("Issue key", "Key", "j.csv: row 1: an export of Jira has the columns summary, issue key; "
         "issue key is missing."),
    ],
)  # fmt: skip
def test_jira_cells_that_are_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        import_tracker(JIRA.replace(old, new, 1).encode(), "j.csv", "jira", Mapped())
    assert str(caught.value) == said
