"""How do people here feel? Where the answers of a survey stand, and on which scales."""

from pydantic import Field, model_validator

from whet.company.plan.people import Id
from whet.core.yaml.part import Part


class Item(Part):
    """One question that is answered on a scale."""

    id: Id
    """Name of the question; the column of a file."""
    text: str = ""
    """The question as it was asked."""
    low: float = 1
    """Worst answer."""
    high: float = 5
    """Best answer."""

    @model_validator(mode="after")
    def _check_order(self) -> "Item":
        """Refuse a scale without room."""
        if self.high <= self.low:
            raise ValueError(f"must have high above low; found {self.low:g} and {self.high:g}")
        return self


class Survey(Part):
    """Anonymous answers; nothing is shown of fewer than five people."""

    file: str | None = None
    """CSV or JSON Lines file beside the plan: a row a person, a column an item or a group."""
    items: list[Item] = Field(default_factory=list)
    """Questions that are answered on a scale; 1 to 5 each when left out."""
    answers: list[dict[str, float | str | None]] = Field(default_factory=list)
    """Answers where there is no file: a mapping a person, of items and groups."""
    groups: list[str] = Field(default_factory=list)
    """Columns that tell groups apart, such as `role`; they hold no names of people."""
    outcomes: list[str] = Field(default_factory=list)
    """Items that the others may drive, such as `satisfaction` and `innovation`."""
    recommend: str | None = None
    """Item from 0 to 10: would you recommend working here?"""
    asked: int | None = Field(default=None, ge=1)
    """People who were asked; everyone who works here when left out."""
