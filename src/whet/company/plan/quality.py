"""Which products are there, and how good must their models become? Products and targets."""

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from whet.company.plan.people import Id
from whet.core.yaml.part import Part

LOWER_IS_BETTER = frozenset({"ece", "log_loss", "mae", "rmse"})
"""Metrics that are errors already; a test holds that cards name the same ones."""

Stage = Literal["idea", "prototype", "pilot", "launched", "retired"]


class Product(Part):
    """Something that the company sells, or means to."""

    id: Id
    """Name by which other parts refer to this product."""
    name: str = ""
    """Name for people who read the plan; the id when left out."""
    stage: Stage = "idea"
    """How far it is today."""
    features: list[str] = Field(default_factory=list)
    """What it can do, in the words of `market.features`."""


class Measured(Part):
    """One measured point of a learning curve."""

    size: float = Field(gt=0)
    """Labels that were learnt from; GPU-hours where the target counts in them."""
    score: float
    """Score of the metric on the same test rows as the other points."""
    seed: int = Field(default=0, ge=0)
    """Which of several runs of this size it is."""
    se: float | None = Field(default=None, gt=0)
    """Standard error of the score; from the test rows or the seeds when left out."""


class Target(Part):
    """How good a model must become, by when, and what it costs to get there."""

    id: Id
    """Name by which other parts refer to this target."""
    product: str | None = None
    """Product that needs it, by id."""
    metric: str = "macro_f1"
    """Metric that is measured, as a card names it."""
    value: float
    """Value that the metric must reach."""
    lower_is_better: bool = False
    """Whether the metric falls when the model becomes better, such as an error."""
    by: date | str | None = None
    """Day, or milestone by id, by which it must be reached; no hurry when left out."""
    card: str | None = None
    """Card of this workspace whose runs measured the learning curve, by the card's name."""
    run: str | None = None
    """Single run of this workspace that measured it, by the run's id."""
    measured: list[Measured] = Field(default_factory=list)
    """Points of the curve where no run of this workspace holds them."""
    unit: Literal["labels", "gpu_hours"] = "labels"
    """What quality grows with, which `size` counts. With `gpu_hours` a card's runs are compared."""
    test_rows: int | None = Field(default=None, gt=0)
    """Rows on which the scores were measured; tells how far they may be off."""
    labels_today: float | None = Field(default=None, ge=0)
    """Labels at hand; the largest measured size when left out."""
    label_price: float | None = Field(default=None, ge=0)
    """Money for one label; `prices.label` when left out."""
    labels_per_day: float = Field(default=500, gt=0)
    """Labels that one person-day of a `label` task makes or checks."""
    most_labels: float | None = Field(default=None, gt=0)
    """Labels that can be had at all."""
    wrong_labels: float | None = Field(default=None, ge=0, lt=0.5)
    """Share of today's labels that are wrong, where an audit found out; prices cleaning."""
    check_price: float = Field(default=0, ge=0)
    """Money for checking one label that is there; used with `wrong_labels`."""
    gpu_hours_per_run: float = Field(default=0, ge=0)
    """GPU-hours of one training at today's size; it grows with the labels."""
    train_days: float = Field(default=1, ge=0)
    """Person-days of one round of training, checking and packaging."""
    stages: int = Field(default=3, ge=1, le=10)
    """Most rounds of buying labels, measuring and deciding again."""
    penalty_per_week: float = Field(default=0, ge=0)
    """Money that a week of delay costs."""
    penalty: float = Field(default=0, ge=0)
    """Money that is lost when it is never reached."""

    @property
    def is_error(self) -> bool:
        """Whether less of the metric is better, as the file or the metric's name says."""
        return self.lower_is_better or self.metric in LOWER_IS_BETTER

    @model_validator(mode="after")
    def _check_source(self) -> "Target":
        """Refuse two sources of one curve."""
        named = [name for name in ("card", "run", "measured") if getattr(self, name)]
        if len(named) > 1:
            found = " and ".join(named)
            raise ValueError(f"must take its curve from one of card, run, measured; found {found}")
        return self
