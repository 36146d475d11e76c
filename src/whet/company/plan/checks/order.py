"""Can the work be done in the order that is asked for, by people who are able to?"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from whet.company.plan.checks.names import after
from whet.company.plan.entries import Entry, entries, first_day, ids
from whet.company.plan.work import Task
from whet.core.errors import did_you_mean
from whet.core.yaml.document import Document, Problem, Where

_MOST_NAMED = 8
"""Links of a cycle that are named; longer ones are cut in the middle."""


def check_cycles(document: Document) -> Iterator[Problem]:
    """No task waits for itself, and the first cycle of each knot is named."""
    links = _links(document)
    for cycle in _cycles(links):
        where = links[cycle[0]][cycle[1]]
        yield document.problem(
            where, f"waits for itself: {_walk(cycle)}. Take one of these links out."
        )


def _links(document: Document) -> dict[str, dict[str, Where]]:
    """Return what each task and milestone waits for, with the places that say so.

    A milestone waits for every task that names it.
    """
    links: dict[str, dict[str, Where]] = {name: {} for name in ids(document, "task", "milestone")}
    for kind in ("task", "milestone"):
        for entry in entries(document, kind):
            for where, name in after(document, entry):
                if entry.id is not None and name in links:
                    links[entry.id].setdefault(name, where)
            needed_by = document.text(*entry.where, "milestone") if kind == "task" else None
            if entry.id is not None and needed_by in links:
                links[needed_by].setdefault(entry.id, (*entry.where, "milestone"))
    return links


def _cycles(links: dict[str, dict[str, Where]]) -> Iterator[list[str]]:
    """Yield cycles by a walk into the depth, without recursion: files hold chains of thousands."""
    done: set[str] = set()
    for root in links:
        path: list[str] = []
        open_nodes: dict[str, int] = {}
        stack = [] if root in done else [(root, iter(links[root]))]
        while stack:
            node, rest = stack[-1]
            if node not in open_nodes:
                open_nodes[node] = len(path)
                path.append(node)
            following = next(rest, None)
            if following is None:
                stack.pop()
                path.pop()
                del open_nodes[node]
                done.add(node)
            elif following in open_nodes:
                yield [*path[open_nodes[following] :], following]
            elif following not in done:
                stack.append((following, iter(links[following])))


def _walk(cycle: list[str]) -> str:
    """Return a cycle as people read it, each after the one that it waits for."""
    names = cycle
    if len(cycle) > _MOST_NAMED:
        names = [*cycle[: _MOST_NAMED - 3], "…", *cycle[-2:]]
    return " after ".join(names)


def check_skills(document: Document) -> Iterator[Problem]:
    """Every skill that open work needs is had well enough by enough people, hired or not.

    Who left before the plan begins does none of it.
    """
    gone = {entry.id for entry in entries(document, "person") if _has_left(document, entry)}
    people = {name: skills for name, skills in _people(document) if name not in gone}
    others = list(_others(document))
    known = {skill for skills in people.values() for skill in skills}
    known |= {skill for skills, _ in others for skill in skills}
    everyone = (people, others)
    for entry in entries(document, "task"):
        if document.get(*entry.where, "finished") is not None:
            continue
        for where, skill, number in document.entries(*entry.where, "skills"):
            if skill not in known:
                yield document.problem(where, _nobody(skill, known))
            elif isinstance(number, int) and number < 1:
                yield document.problem(where, f"must be at least 1 person; found {number}")
            elif isinstance(number, int):
                needed = _Needed(skill, number, _level(document, entry), _bound(document, entry))
                if problem := _too_few(needed, everyone):
                    yield document.problem(where, problem)


def check_trained(document: Document) -> Iterator[Problem]:
    """What is trained is a skill that somebody has or some task needs."""
    known = {skill for _, skills in _people(document) for skill in skills}
    known |= {skill for skills, _ in _others(document) for skill in skills}
    for entry in entries(document, "task"):
        known |= {skill for _, skill, _ in document.entries(*entry.where, "skills")}
    for entry in entries(document, "training"):
        skill = document.text(*entry.where, "skill")
        if skill is not None and skill not in known:
            sentence = f"no person has and no task needs {skill!r}. {did_you_mean(skill, known)}"
            yield document.problem((*entry.where, "skill"), sentence)


class _Needed(NamedTuple):
    """How many people with a skill a task needs."""

    skill: str
    number: int
    level: float
    among: set[str]


_Everyone = tuple[dict[str, dict[str, float]], list[tuple[dict[str, float], int]]]
"""Skills of people by id, and those of others with their number."""


def _too_few(needed: _Needed, everyone: _Everyone) -> str:
    """Return the sentence for a skill that too few have; empty when enough do."""
    people, others = everyone
    skill, number, level, among = needed
    able = [p for p, skills in people.items() if skills.get(skill, 0) >= level]
    count = len(able) + sum(most for skills, most in others if skills.get(skill, 0) >= level)
    if among:
        count = len(among.intersection(able))
    if count >= number:
        return ""
    whom = f" among {', '.join(sorted(among))}" if among else ", hires included"
    return (
        f"needs {number} with {skill!r} at a level of {level:g} or more; found {count}{whom}. "
        "Lower `level`, free the task for others, or add somebody to `hires`."
    )


def _level(document: Document, entry: Entry) -> float:
    """Return the least level that a task asks for."""
    level = document.get(*entry.where, "level")
    return level if isinstance(level, int | float) else Task.model_fields["level"].default


def _bound(document: Document, entry: Entry) -> set[str]:
    """Return the people to whom a task is bound; nobody when it is free."""
    fields = (("only",), ("pin", "people"))
    named = [{name for _, name in document.texts(*entry.where, *field)} for field in fields]
    return named[0] or named[1]


def _nobody(skill: str, known: set[str]) -> str:
    """Return the sentence for a skill that no one has."""
    hint = did_you_mean(skill, known) if known else "Nobody has any skill yet."
    return f"nobody has the skill {skill!r}, and no one in `hires` or `team.contractors`. {hint}"


def _people(document: Document) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield id and skills of everyone who works here."""
    return ((e.id or "", _levels(document, e)) for e in entries(document, "person"))


def _has_left(document: Document, entry: Entry) -> bool:
    """Return whether somebody's last day lies before the plan's first."""
    end = document.get(*entry.where, "end")
    return type(end) is date and end < first_day(document)


def _others(document: Document) -> Iterator[tuple[dict[str, float], int]]:
    """Yield skills and number of those who could be had."""
    for entry in entries(document, "hire"):
        most = document.get(*entry.where, "most")
        yield _levels(document, entry), most if isinstance(most, int) else 1
    for entry in entries(document, "contractor"):
        yield _levels(document, entry), 1_000_000  # as many as the money buys


def _levels(document: Document, entry: Entry) -> dict[str, float]:
    """Return skills and their levels; one that cannot be read counts as full."""
    named = document.entries(*entry.where, "skills")
    return {skill: level if isinstance(level, int | float) else 1 for _, skill, level in named}
