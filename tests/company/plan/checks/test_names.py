"""Tests for whet.company.plan.checks.names: ids that stand twice, references that lead nowhere."""

import pytest
from tests.company.plan.conftest import Complaints

REFERENCES = [
    ("products", "[{id: a}, {id: a}]",
     "products[1].id: 'a' is the id of another product (line 12). "
     "Choose another."),
    ("cash", "{balance: 1, rounds: [{id: r, amount: 1, expected: 2026-05-01, needs: lunch}]}",
     "cash.rounds[0].needs: there is no milestone 'lunch'. Did you mean 'launch'?"),
    ("quality", "[{id: q, value: 0.8, by: lunch}]",
     "quality[0].by: there is no milestone 'lunch'. Did you mean 'launch'?"),
    ("quality", "[{id: q, value: 0.8, product: p}]",
     "quality[0].product: there is no product 'p', for the file holds none. Add it, or delete "
     "this."),
    ("hires", "[{id: h, role: r, skills: {}, cost_per_month: 1, mentors: [adda]}]",
     "hires[0].mentors[0]: there is no person 'adda'. Did you mean 'ada'?"),
    ("risks", "[{id: r, title: t, probability: 0.1, owner: bob, impact: {cash: 1, hits: [bild]}}]",
     "risks[0].impact.hits[0]: there is no task, milestone, project or person 'bild'. "
     "Did you mean 'build'?"),
    ("risks", "[{id: r, title: t, probability: 0.1, owner: bob, impact: {cash: 1, hits: [bild]}}]",
     "risks[0].owner: there is no person 'bob'. Did you mean 'bo'?"),
    ("revenue", "[{id: r, kind: data, price: 1, units_per_month: 1, starts: luanch}]",
     "revenue[0].starts: there is no milestone 'luanch'. Did you mean 'launch'?"),
    ("strategy", "{budget: 1, limits: [{id: l, uses: {ads: 1}, most: 3}]}",
     "strategy.limits[0].uses.ads: there is no channel 'ads', for the file holds none. Add it, or "
     "delete this."),
    ("team", "{trainings: [{person: ido, skill: ml, level: 1, days: 2}]}",
     "team.trainings[0].person: there is no person 'ido'. Valid names: ada, bo."),
    ("team", "{trainings: [{person: bo, skill: mll, level: 1, days: 2}]}",
     "team.trainings[0].skill: no person has and no task needs 'mll'. Did you mean 'ml'?"),
    ("market", "{features: [fast], rivals: [{id: x, features: {fats: 1}}]}",
     "market.rivals[0].features.fats: there is no feature of the market 'fats'. "
     "Did you mean 'fast'?"),
    ("market", "{features: [fast], segments: [{id: x, customers: 1, wants: {price: 1, fats: 1}}]}",
     "market.segments[0].wants.fats: there is no feature of the market 'fats'. "
     "Did you mean 'fast'?"),
    ("survey", "{file: nobody.csv}",
     "survey.file: there is no file 'nobody.csv' beside the plan"),
]  # fmt: skip


@pytest.mark.parametrize(("section", "value", "complaint"), REFERENCES)
def test_a_name_that_stands_for_nothing(
    minimal: str, complaints: Complaints, section: str, value: str, complaint: str
) -> None:
    assert f"12: {complaint}" in complaints(f"{minimal}{section}: {value}\n")


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("milestone: launch", "milestone: lunch", "there is no milestone 'lunch'. "
         "Did you mean 'launch'?"),
        ("milestone: launch", "target: q", "there is no quality target 'q', for the file holds "
         "none. Add it, or delete this."),
        ("milestone: launch", "after: [biuld]", "there is no task or milestone 'biuld'. "
         "Did you mean 'build'?"),
        ("milestone: launch", "pin: {people: [addda]}", "there is no person 'addda'. "
         "Did you mean 'ada'?"),
        ("id: build", "id: launch", "'launch' is the id of another milestone (line 9). "
         "Choose another."),
    ],
)  # fmt: skip
def test_a_task_that_names_nothing(
    minimal: str, complaints: Complaints, old: str, new: str, complaint: str
) -> None:
    found = complaints(minimal.replace(old, new))
    assert complaint in [line.split(": ", 2)[2] for line in found if line.startswith("11: ")]


def test_a_person_with_a_mistake_is_still_there(minimal: str, complaints: Complaints) -> None:
    found = complaints(minimal.replace("role: engineer, skills: {ml: 1}", "skills: {ml: 1}"))
    assert found == ["4: people[0].role: must be given: what this person is here for, in a word or "
                     "two"]  # fmt: skip


def test_a_name_that_may_mean_two_things(minimal: str, complaints: Complaints) -> None:
    text = minimal.replace("id: one", "id: ada")
    risk = "{id: r, title: t, probability: 0.1, impact: {cash: 1, hits: [ada]}}"
    assert complaints(f"{text}risks: [{risk}]\n") == [
        "12: risks[0].impact.hits[0]: 'ada' is both a project and a person. Give one of them "
        "another id."
    ]


def test_a_day_or_the_name_of_a_milestone(minimal: str, complaints: Complaints) -> None:
    assert complaints(f"{minimal}quality: [{{id: q, value: 0.8, by: 3}}]\n") == [
        "12: quality[0].by: must be a date such as 2026-03-31 or a text; found 3. Put it in quotes."
    ]
