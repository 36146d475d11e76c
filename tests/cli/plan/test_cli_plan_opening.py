"""Tests for whet.cli.plan.opening: the store of a plan's workspace, or none."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Whet

from whet.cli.plan.opening import plan_store
from whet.core.errors import WhetError
from whet.core.workspace import Workspace
from whet.store.runs import NewRun
from whet.store.store import open_store

PLAN = """\
currency: EUR
start: 2027-01-04
people: [{id: ada, role: ml, skills: {ml: 1}, cost_per_month: 1000}]
quality: [{id: q, value: 0.9, card: faq}]
projects:
  - id: p
    goal: g
    tasks: [{id: t, kind: train, target: q, skills: {ml: 1}}]
cash: {balance: 45000}
"""


def test_where_nothing_was_built_there_is_none_and_none_is_made(tmp_path: Path) -> None:
    with plan_store(tmp_path) as store:
        assert store is None
    assert list(tmp_path.iterdir()) == []


def test_the_store_of_a_folder_whose_name_has_spaces_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "our plan 计划"
    folder.mkdir()
    with open_store(Workspace(folder).database_url) as store:
        run = store.runs.create(NewRun("faq", {}, "card.yaml", "d" * 64, 0, {}))
    with plan_store(folder) as found:
        assert found is not None and found.runs.show(run).run.name == "faq"


def test_a_store_that_cannot_be_read_is_not_taken_for_none(tmp_path: Path) -> None:
    home = tmp_path / ".whet"
    home.mkdir()
    (home / "whet.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(WhetError), plan_store(tmp_path) as _:
        pass


def test_a_card_never_built_is_answered_alike_by_every_command(whet: Whet, tmp_path: Path) -> None:
    path = tmp_path / "company.yaml"
    path.write_text(PLAN)
    told = []
    for command in (("cash", "--draws", "200"), ("risk", "--draws", "200"), ("schedule",)):
        ran = whet("plan", command[0], path, "--json", *command[1:])
        assert ran.code == 0
        told.append(json.loads(ran.out)["notes"][:2])
    assert told[0] == told[1] == told[2]
    assert told[0][0] == "t takes 1 person-day (1 to 2) by a rule of thumb for q."
    assert "'faq' was not built in this workspace." in told[0][1]
