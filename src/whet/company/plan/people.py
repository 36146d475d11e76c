"""Who works here, who may be hired, and when do they work? People, hires, calendars, training."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from whet.company.plan.estimate import Estimate, certain
from whet.core.yaml.part import Part

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
"""A short name, unique among its kind, by which other parts of the file refer to something."""

Level = Annotated[float, Field(ge=0, le=1)]
"""How well somebody can do something: 0 not at all, 0.5 with help, 1 as well as anyone."""

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


_WORK_WEEK: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri")


class Period(Part):
    """Days from the first to the last, both included."""

    first: date
    """First day."""
    last: date
    """Last day, included."""
    why: str = ""
    """Reason, for people who read the plan."""

    @model_validator(mode="after")
    def _check_order(self) -> "Period":
        """Refuse a period that ends before it starts."""
        if self.last < self.first:
            raise ValueError(f"ends ({self.last}) before it starts ({self.first}). Swap the two.")
        return self


class Calendar(Part):
    """The days on which people work."""

    id: Id
    """Name by which people refer to this calendar."""
    work_days: list[Day] = Field(default_factory=lambda: list(_WORK_WEEK), min_length=1)
    """Days of the week on which people work."""
    half_days: list[Day] = Field(default_factory=list)
    """Days among `work_days` of which people work the first half only."""
    holidays: list[date] = Field(default_factory=list)
    """Single days on which nobody works."""
    closed: list[Period] = Field(default_factory=list)
    """Longer times in which nobody works."""


class Person(Part):
    """Somebody who works here, or has agreed to."""

    id: Id
    """Name by which other parts refer to this person."""
    name: str = ""
    """Name for people who read the plan; the id when left out."""
    role: str
    """What this person is here for, in a word or two."""
    skills: dict[str, Level] = Field(default_factory=dict)
    """Skill and its level: 0 not at all, 0.5 with help, 1 as well as anyone."""
    share: float = Field(default=1, gt=0, le=1)
    """Share of each day of the calendar: 0.5 for mornings only; fewer days a week are a calendar
    of their own."""
    calendar: str | None = None
    """Calendar by its id; the first one of the file, or Monday to Friday, when left out."""
    cost_per_month: float = Field(ge=0)
    """What the company pays in a month, all included, for the time that is worked."""
    start: date | None = None
    """First day of work; already here when left out."""
    end: date | None = None
    """Last day of work; open when left out."""
    ramp_up: list[Level] = Field(default_factory=list)
    """Share of full output in each of the first months after `start`, such as `[0.3, 0.6, 0.9]`."""
    mentor: str | None = None
    """Person who helps this one through the ramp-up, by id."""
    mentor_share: float = Field(default=0.1, ge=0, le=1)
    """Share of the mentor's week that this takes in those months."""
    away: list[Period] = Field(default_factory=list)
    """Vacations and other absences of this person alone."""


class Hire(Part):
    """Somebody who could be hired; the plan says whether and when it pays."""

    id: Id
    """Name by which other parts refer to this opening."""
    role: str
    """What this person would be here for."""
    skills: dict[str, Level]
    """Skill and its level that somebody in this role brings."""
    share: float = Field(default=1, gt=0, le=1)
    """Share of each day of the calendar."""
    calendar: str | None = None
    """Calendar by its id; the first one of the file, or Monday to Friday, when left out."""
    cost_per_month: float = Field(ge=0)
    """What the company would pay in a full month, all included."""
    fee: float = Field(default=0, ge=0)
    """What hiring one costs once: search, equipment, signing bonus."""
    most: int = Field(default=1, ge=1)
    """How many of this role could be hired."""
    earliest: date | None = None
    """First day on which one could start; the plan's start and `months_to_find` when left out."""
    months_to_find: Estimate = certain(3)
    """Months from the decision to the first day of work."""
    ramp_up: list[Level] = Field(default_factory=lambda: [0.3, 0.6, 0.9])
    """Share of full output in each of the first months."""
    mentors: list[str] = Field(default_factory=list)
    """People who could help through the ramp-up, by id; anyone with the skill when left out."""
    mentor_share: float = Field(default=0.1, ge=0, le=1)
    """Share of the mentor's week that this takes in those months."""


class Training(Part):
    """A way for one person to become better at one skill."""

    person: str
    """Who learns, by id."""
    skill: str
    """What is learnt; a skill that a person, a hire or a task names."""
    level: Level
    """Level afterwards."""
    days: float = Field(gt=0)
    """Days of work that it takes."""
    cost: float = Field(default=0, ge=0)
    """Fee, once."""
    months: int = Field(default=1, ge=1)
    """Months over which it is spread; the new level holds afterwards."""


class Contractor(Part):
    """Work that can be bought by the day."""

    id: Id
    """Name by which other parts refer to this offer."""
    skills: dict[str, Level]
    """Skill and its level."""
    cost_per_day: float = Field(ge=0)
    """Price of a day."""
    days_per_month: float = Field(default=20, gt=0)
    """Most days of a month that can be bought."""
    earliest: date | None = None
    """First day on which somebody could start; the plan's start when left out."""
