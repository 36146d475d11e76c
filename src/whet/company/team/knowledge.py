"""How many may leave until nobody knows most of the code? The truck factor, with forgetting.

Authorship of a file after Avelino et al.: who made it, how often they and how often others changed
it. The published measure never forgets, so that people who left years ago still count. Here a
change counts half after `half_life` days, somebody who has not touched a file for three half-lives
is no author of it any more, and people who left are none of any file.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log
from pathlib import PurePosixPath

from whet.company.team.git_history import Change, History
from whet.core.errors import InputError, did_you_mean

_BASE, _FIRST, _OWN, _OTHERS = 3.293, 1.098, 0.164, 0.321
_SHARE_OF_BEST = 0.75
_REMEMBERED = 1 / 8
"""Least weight of a person's latest change: three half-lives."""
_RISKY_FOLDERS = 10


@dataclass(frozen=True)
class FolderKnowledge:
    """Files of one folder, how many of them only one person knows, and who knows most."""

    folder: str
    files: int
    known_by_one: int
    known_by_nobody: int
    most: str
    share_of_most: float


@dataclass(frozen=True)
class Knowledge:
    """Who knows the code.

    `bus_factor` people (`leaving`, in order) may leave until more than half of the files have no
    author; 0: it is so today. `shares`: part of the files, in [0, 1], that each person is an author
    of. `unknown`: part that nobody is. `only_one`: part that a single person is.
    """

    on: date
    files: int
    bus_factor: int
    leaving: tuple[str, ...]
    shares: Mapping[str, float]
    unknown: float
    only_one: float
    folders: tuple[FolderKnowledge, ...]
    notes: tuple[str, ...]


def code_knowledge(
    history: History,
    *,
    on: date,
    half_life_days: float = 180.0,
    left: Collection[str] = (),
    aliases: Mapping[str, str] | None = None,
) -> Knowledge:
    """Return the truck factor of a repository and what it rests on.

    Args:
        history: as `git_history.read_history` returns it.
        on: the day that changes are aged to; later changes count in full.
        half_life_days: days after which a change counts half; above 0, infinite to never forget.
        left: names or mail addresses of people who left.
        aliases: a person's name for other names and mail addresses, beside `.mailmap`.

    Raises:
        InputError: no file of ours, a half-life that is not positive, or somebody who left and is
            no author.

    Source: Avelino, Passos, Hora, Valente, A Novel Approach for Estimating Truck Factors, ICPC
    2016; degree of authorship of Fritz et al., ACM TOSEM 23(2), 2014. Greedy as published: fewer
    people than it says might be enough.
    """
    _check_history(history, half_life_days)
    names = _names(history, aliases or {})
    gone = {_known_person(person, names) for person in left}
    by_file: dict[str, list[Change]] = defaultdict(list)
    for change in history.changes:
        by_file[change.path].append(change)
    authors = {
        path: _authors(by_file[path], names, on, half_life_days) - gone for path in history.files
    }
    return _knowledge(authors, on, history)


def _knowledge(authors: Mapping[str, set[str]], on: date, history: History) -> Knowledge:
    """Return what follows from the authors of each file."""
    leaving = _leaving(authors)
    return Knowledge(
        on=on,
        files=len(authors),
        bus_factor=len(leaving),
        leaving=leaving,
        shares=_shares(authors),
        unknown=_part(authors.values(), 0),
        only_one=_part(authors.values(), 1),
        folders=_folders(authors),
        notes=_notes(history),
    )


def _check_history(history: History, half_life_days: float) -> None:
    """Refuse a history from which nothing can be said.

    Raises:
        InputError: as `code_knowledge` says.
    """
    if not half_life_days > 0:
        raise InputError(f"the half-life must be above 0 days; found {half_life_days:g}.")
    if not history.files:
        raise InputError(
            "knowledge needs text files of our own under version control; found none. "
            f"{history.excluded} files were left out as vendored, generated, data or binary."
        )


def _names(history: History, aliases: Mapping[str, str]) -> dict[str, str]:
    """Return the person's name for every name and mail address that is known, in lower case."""
    wanted = {alias.casefold(): person for alias, person in aliases.items()}
    names = {}
    for author, mails in history.mails.items():
        keys = [author.casefold(), *(mail.casefold() for mail in mails)]
        person = next((wanted[key] for key in keys if key in wanted), author)
        names.update(dict.fromkeys([*keys, person.casefold()], person))
    return names


def _known_person(person: str, names: Mapping[str, str]) -> str:
    """Return the name of a person who left."""
    if person.casefold() not in names:
        raise InputError(
            f"people who left must be authors of the repository; found {person!r}. "
            f"{did_you_mean(person, set(names.values()))}"
        )
    return names[person.casefold()]


def _authors(
    changes: Sequence[Change], names: Mapping[str, str], on: date, half_life_days: float
) -> set[str]:
    """Return who is an author of a file today."""
    own: dict[str, float] = defaultdict(float)
    first: dict[str, float] = defaultdict(float)
    latest: dict[str, float] = defaultdict(float)
    for change in changes:
        person = names[change.author.casefold()]
        age = max(0, (on - change.at.date()).days)
        weight = 0.5 ** (age / half_life_days)
        latest[person] = max(latest[person], weight)
        if change.is_creation:
            first[person] += weight
        else:
            own[person] += weight
    everything = sum(own.values())
    degree = {
        person: _BASE
        + _FIRST * first[person]
        + _OWN * own[person]
        - _OTHERS * log(1 + max(0.0, everything - own[person]))
        for person in latest
    }
    best = max(degree.values(), default=0.0)
    return {
        person
        for person, value in degree.items()
        if value >= _BASE and value > _SHARE_OF_BEST * best and latest[person] >= _REMEMBERED
    }


def _leaving(authors: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Return who leaves, each time the author of most files, until over half have no author."""
    left = {path: set(names) for path, names in authors.items()}
    gone: list[str] = []
    while 2 * sum(not names for names in left.values()) <= len(left):
        counts: dict[str, int] = defaultdict(int)
        for names in left.values():
            for name in names:
                counts[name] += 1
        top = min(counts, key=lambda name: (-counts[name], name))
        gone.append(top)
        for names in left.values():
            names.discard(top)
    return tuple(gone)


def _shares(authors: Mapping[str, set[str]]) -> dict[str, float]:
    """Return the part of the files that each person is an author of, the largest first."""
    counts: dict[str, int] = defaultdict(int)
    for names in authors.values():
        for name in names:
            counts[name] += 1
    ordered = sorted(counts, key=lambda name: (-counts[name], name))
    return {name: counts[name] / len(authors) for name in ordered}


def _part(sets: Iterable[set[str]], size: int) -> float:
    """Return the part of the files that have so many authors."""
    sizes = [len(names) for names in sets]
    return sizes.count(size) / len(sizes)


def _folders(authors: Mapping[str, set[str]]) -> tuple[FolderKnowledge, ...]:
    """Return the folders with most files that one person or nobody knows."""
    inside: dict[str, list[set[str]]] = defaultdict(list)
    for path, names in authors.items():
        inside[str(PurePosixPath(path).parent)].append(names)
    found = []
    for folder, sets in inside.items():
        shares = _shares({str(index): names for index, names in enumerate(sets)})
        most = next(iter(shares), "")
        sizes = [len(names) for names in sets]
        found.append(
            FolderKnowledge(
                folder, len(sets), sizes.count(1), sizes.count(0), most, shares.get(most, 0.0)
            )
        )
    found.sort(key=lambda f: (-(f.known_by_one + f.known_by_nobody), f.folder))
    return tuple(found[:_RISKY_FOLDERS])


def _notes(history: History) -> tuple[str, ...]:
    """Return what the reader must know about the history."""
    notes = [f"{history.excluded} vendored, generated, data or binary files are left out."]
    if history.is_cut:
        notes.append(
            "The clone is shallow: older changes and their authors are missing. "
            "Run `git fetch --unshallow` first."
        )
    return tuple(notes)
