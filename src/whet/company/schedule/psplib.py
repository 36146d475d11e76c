"""How is an instance of PSPLIB read? Single-mode `.sm` files, with the line of what is wrong.

Source: Kolisch and Sprecher (1997), PSPLIB, European Journal of Operational Research 96(1).
"""

from dataclasses import dataclass
from pathlib import Path

from whet.company.schedule.problem import Link, Problem, Task
from whet.core.errors import InputError

_MOST = 1_000_000
"""Largest number of an instance: sums of a thousand such stay whole in the solver."""
_PRECEDENCE, _REQUESTS, _AVAILABLE = (
    "PRECEDENCE RELATIONS:",
    "REQUESTS/DURATIONS:",
    "RESOURCEAVAILABILITIES:",
)


@dataclass(frozen=True)
class _Line:
    """One line of numbers, and where it stands."""

    path: Path
    number: int
    values: tuple[int, ...]

    def wrong(self, must: str) -> InputError:
        """Return the error that names this line."""
        return InputError(f"{self.path}:{self.number}: {must}")


def read_sm(path: Path) -> Problem:
    """Return the single-mode instance in a `.sm` file; jobs are named by their numbers.

    Raises:
        InputError: the file cannot be read, or a section, line or number is not what must be there.
    """
    lines = _text_lines(path)
    capacities = _capacities(path, lines)
    tasks = _tasks(path, lines, capacities)
    links = _links(path, lines, tasks)
    horizon = sum(task.duration for task in tasks.values())
    resources = {f"R{index}": capacity for index, capacity in enumerate(capacities, 1)}
    return Problem(tuple(tasks.values()), tuple(links), resources=resources, horizon=horizon)


def _text_lines(path: Path) -> list[str]:
    """Return the lines of the file."""
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"Cannot read {path}: {error.strerror}. Name a .sm file.") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not a text file. Name a .sm file of PSPLIB.") from error


def _section(path: Path, lines: list[str], title: str) -> list[_Line]:
    """Return the lines of numbers below a title, up to the next row of stars.

    The one or two lines of column names are left out: they hold no number at their beginning.
    """
    found = [index for index, line in enumerate(lines) if line.strip() == title]
    if not found:
        raise InputError(f"{path} must have a line {title!r}; it has none. Is it a .sm file?")
    section = []
    for number, line in enumerate(lines[found[0] + 1 :], found[0] + 2):
        if line.startswith("***"):
            break
        words = line.split()
        if not words or words[0].startswith("-") or words[0][0].isalpha():
            continue
        section.append(_Line(path, number, _numbers(path, number, words)))
    if not section:
        raise InputError(f"{path}: below {title!r} must be lines of numbers; there are none.")
    return section


def _numbers(path: Path, number: int, words: list[str]) -> tuple[int, ...]:
    """Return the whole numbers of a line, none of them negative or beyond all measure."""
    for word in words:
        if not (word.isascii() and word.isdigit()):
            raise InputError(
                f"{path}:{number}: every value must be a whole number, 0 or more; found {word!r}."
            )
        if len(word) > len(str(_MOST)) or int(word) > _MOST:
            raise InputError(
                f"{path}:{number}: every value must be at most {_MOST:,}; found {word}."
            )
    return tuple(map(int, words))


def _capacities(path: Path, lines: list[str]) -> tuple[int, ...]:
    """Return the units of each resource; all must be renewable."""
    for number, line in enumerate(lines, 1):
        kind, _, rest = line.strip(" -\t").partition(":")
        count = rest.split()
        is_other = kind.strip() in ("nonrenewable", "doubly constrained")
        if is_other and count and count[0] != "0":
            raise InputError(
                f"{path}:{number}: every resource must be renewable; found {count[0]} "
                f"{kind.strip()}. Multi-mode instances (.mm) are not read."
            )
    return _section(path, lines, _AVAILABLE)[0].values


def _tasks(path: Path, lines: list[str], capacities: tuple[int, ...]) -> dict[int, Task]:
    """Return the tasks by job number."""
    tasks = {}
    for line in _section(path, lines, _REQUESTS):
        if len(line.values) != 3 + len(capacities):
            raise line.wrong(
                f"a job must have {3 + len(capacities)} numbers (job, mode, duration and one per "
                f"resource); found {len(line.values)}."
            )
        job, mode, duration, *needs = line.values
        if mode != 1 or job in tasks:
            raise line.wrong(f"each job must have one mode; found job {job} mode {mode} again.")
        for index, (need, capacity) in enumerate(zip(needs, capacities, strict=True), 1):
            if need > capacity:
                raise line.wrong(
                    f"a job can use at most the {capacity} units of R{index} that there are; "
                    f"job {job} asks for {need}."
                )
        uses = {f"R{index}": need for index, need in enumerate(needs, 1) if need}
        tasks[job] = Task(str(job), duration=duration, uses=uses)
    return tasks


def _links(path: Path, lines: list[str], tasks: dict[int, Task]) -> list[Link]:
    """Return the rules of order; cycles are found where the problem is checked."""
    links = []
    for line in _section(path, lines, _PRECEDENCE):
        if len(line.values) < 3 or len(line.values) != 3 + line.values[2]:
            raise line.wrong(
                "a job must have its number, its modes, the count of successors and as many "
                f"successors; found {' '.join(map(str, line.values))}."
            )
        for job in (line.values[0], *line.values[3:]):
            if job not in tasks:
                raise line.wrong(f"job {job} must be listed under {_REQUESTS!r}; it is not.")
        links += [Link(str(line.values[0]), str(after)) for after in line.values[3:]]
    return links
