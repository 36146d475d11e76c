"""What is to be done, in which order, by when? Projects, milestones, tasks, pins, sprints."""

from datetime import date
from typing import Any, ClassVar, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from whet.company.plan.estimate import Estimate
from whet.company.plan.people import Id, Level
from whet.core.yaml.part import Part

TaskKind = Literal["work", "label", "train", "wait"]
"""`work` is done by people; `label` and `train` take their effort from a quality target where
`effort` is left out; `wait` passes by itself, such as a delivery or an approval."""


class After(Part):
    """One rule of order: this starts only when another task or milestone is done."""

    words: ClassVar[str] = (
        "the id of a task or milestone, or a mapping such as {task: design, lag_days: 3}"
    )

    task: str
    """Task or milestone that must be done before, by id."""
    lag_days: float = Field(default=0, ge=0)
    """Working days that must pass between its end and this one's start."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        """Return the mapping that an id alone stands for."""
        return {"task": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the JSON Schema of both ways to write a rule of order."""
        mapping = handler.resolve_ref_schema(handler(schema))
        meaning = mapping.get("description", "")
        return {"anyOf": [{"type": "string"}, mapping], "description": meaning}

    def __str__(self) -> str:
        """Return the rule as people say it.

        >>> str(After(task="design")), str(After(task="design", lag_days=3))
        ('design', 'design + 3 days')
        """
        return f"{self.task} + {self.lag_days:g} days" if self.lag_days else self.task


class Pin(Part):
    """What the schedule may not change."""

    start: date | None = None
    """Day on which the task must start."""
    end: date | None = None
    """Day by whose evening the task must be done."""
    people: list[str] = Field(default_factory=list)
    """People who must do it, by id."""

    @model_validator(mode="after")
    def _check_order(self) -> "Pin":
        """Refuse a pin that ends before it starts."""
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"ends ({self.end}) before it starts ({self.start}). Swap the two.")
        return self


class Task(Part):
    """One piece of work; it belongs to the project in which it stands."""

    id: Id
    """Name by which other parts refer to this task; unique in the whole file."""
    title: str = ""
    """What is done, for people who read the plan; the id when left out."""
    kind: TaskKind = "work"
    """`work`, `label`, `train`, or `wait` for what passes by itself, such as a delivery."""
    effort: Estimate | None = None
    """Work in person-days of somebody fully productive, in all; not for `wait`."""
    days: Estimate | None = None
    """Working days that pass, whoever works; for `wait` only."""
    skills: dict[str, int] = Field(default_factory=dict)
    """Skills that it needs and how many people with each, who share the effort: `{ml: 1}`."""
    level: Level = 0.5
    """Least level of a skill with which somebody may do this."""
    after: list[After] = Field(default_factory=list)
    """Tasks or milestones that must be done before this starts."""
    milestone: str | None = None
    """Milestone that needs this task, by id."""
    target: str | None = None
    """Quality target that `label` and `train` tasks work for, by id."""
    not_before: date | None = None
    """First day on which it may start."""
    deadline: date | None = None
    """Day by whose evening it must be done, whatever it costs; milestones are softer."""
    only: list[str] = Field(default_factory=list)
    """People among whom the schedule chooses, by id; all when left out."""
    pin: Pin | None = None
    """Start, end or people that the schedule may not change."""
    priority: float = Field(default=1, gt=0)
    """Worth in comparison with others when not all of it fits into a sprint."""
    optional: bool = False
    """Whether the plan may leave it out: what-ifs price this."""
    spent: float = Field(default=0, ge=0)
    """Person-days spent on it so far."""
    remaining: Estimate | None = None
    """Person-days still to do, estimated again; `effort` minus `spent` when left out, which needs
    something to be left."""
    started: date | None = None
    """Day on which it was really started."""
    finished: date | None = None
    """Day on which it was really done; open when left out."""
    by: list[str] = Field(default_factory=list)
    """People who did it, by id; their past estimates correct the coming ones."""


class Milestone(Part):
    """A moment that counts: a launch, a pilot's end, a date of a rule."""

    id: Id
    """Name by which other parts refer to this milestone; unique among tasks too."""
    title: str = ""
    """What is reached, for people who read the plan; the id when left out."""
    deadline: date | None = None
    """Day by whose evening it is wanted; only watched when left out."""
    hard: bool = False
    """Whether a plan that misses the deadline is no plan at all."""
    weight: float = Field(default=1, ge=0)
    """Worth of a day of delay in comparison with other milestones."""
    penalty_per_week: float = Field(default=0, ge=0)
    """Money that a week of delay costs."""
    after: list[After] = Field(default_factory=list)
    """Tasks or milestones that it needs beside the tasks that name it."""


class Sprint(Part):
    """One sprint that is over."""

    first: date
    """First day."""
    planned: float = Field(ge=0)
    """Person-days of work that were planned for it."""
    done: float = Field(ge=0)
    """Person-days of planned work, as estimated before, that were done."""


class Sprints(Part):
    """How a project cuts its time into sprints."""

    start: date
    """First day of the first sprint to plan."""
    weeks: int = Field(default=2, ge=1, le=8)
    """Length of each sprint."""
    focus: float = Field(default=0.8, gt=0, le=1)
    """Share of people's time that is filled; the rest is for what nobody planned."""
    past: list[Sprint] = Field(default_factory=list)
    """Sprints that are over, oldest first."""


class Project(Part):
    """Work towards one goal."""

    id: Id
    """Name by which other parts refer to this project."""
    goal: str
    """What will be true when it is done, in a sentence."""
    product: str | None = None
    """Product that it works on, by id."""
    milestones: list[Milestone] = Field(default_factory=list)
    """Moments that count."""
    tasks: list[Task] = Field(default_factory=list)
    """Pieces of work."""
    sprints: Sprints | None = None
    """Sprints into which the schedule fills tasks; none when left out."""
