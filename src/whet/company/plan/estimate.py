"""How is a number written that nobody knows for certain? Low, likely, high, or one number.

All of these are accepted in the file, in the unit of the field:

    effort: 4                                 # known for certain
    effort: [3, 5, 9]                         # low, likely, high
    effort: 3 to 9                            # low to high; likely is their geometric mean
    effort: {low: 3, likely: 5, high: 9}

Low is exceeded in nine of ten cases, likely in one of two, high in one of ten.
"""

import math
import re
from typing import Any, ClassVar

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from whet.core.yaml.part import Part

_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_RANGE = re.compile(rf"\s*{_NUMBER}\s*(?:to|–|-)\s*{_NUMBER}\s*(?:days?|months?|weeks?)?\s*")


class Estimate(Part):
    """An uncertain number of at least 0, from three numbers in the same unit."""

    words: ClassVar[str] = (
        "a number of at least 0, three of them as [low, likely, high], or a text such as '2 to 5'"
    )

    most: ClassVar[float] = math.inf
    """Largest number that is accepted."""

    low: float = Field(ge=0)
    """Lower estimate: exceeded in nine of ten cases."""
    likely: float = Field(ge=0)
    """Middle estimate: exceeded in one of two cases."""
    high: float = Field(ge=0)
    """Upper estimate: exceeded in one of ten cases."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        """Return the three numbers of any of the ways to write them; others as they are."""
        numbers = _numbers(value)
        if numbers and all(0 <= number <= cls.most for number in numbers):
            return dict(zip(("low", "likely", "high"), numbers, strict=True))
        return value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the JSON Schema of every way to write an estimate."""
        mapping = handler.resolve_ref_schema(handler(schema))
        number: dict[str, Any] = {"type": "number", "minimum": 0}
        if cls.most < math.inf:
            number["maximum"] = cls.most
        three = {"type": "array", "items": number, "minItems": 3, "maxItems": 3}
        text = {"type": "string", "pattern": f"^{_RANGE.pattern}$"}
        meaning = mapping.get("description", "")
        return {"anyOf": [number, three, text, mapping], "description": meaning}

    @model_validator(mode="after")
    def _check_order(self) -> "Estimate":
        """Refuse numbers that do not rise."""
        if not self.low <= self.likely <= self.high:
            found = f"{self.low:g}, {self.likely:g}, {self.high:g}"
            raise ValueError(f"must rise from low over likely to high; found {found}")
        return self

    @property
    def is_certain(self) -> bool:
        """Whether low and high are the same number."""
        return self.low == self.high

    def __str__(self) -> str:
        """Return the estimate as people say it.

        >>> str(Estimate(low=3, likely=5, high=9)), str(Estimate(low=4, likely=4, high=4))
        ('5 (3 to 9)', '4')
        """
        if self.is_certain:
            return f"{self.likely:,.10g}"
        return f"{self.likely:,.10g} ({self.low:,.10g} to {self.high:,.10g})"


class Share(Estimate):
    """An uncertain share from 0 to 1, such as a churn of 0.03 a month."""

    words: ClassVar[str] = (
        "a number from 0 to 1, three of them as [low, likely, high], or a text such as "
        "'0.02 to 0.05'"
    )

    most: ClassVar[float] = 1

    low: float = Field(ge=0, le=1)
    """Lower estimate: exceeded in nine of ten cases."""
    likely: float = Field(ge=0, le=1)
    """Middle estimate: exceeded in one of two cases."""
    high: float = Field(ge=0, le=1)
    """Upper estimate: exceeded in one of ten cases."""


def certain(value: float) -> Estimate:
    """Return an estimate that is known for certain."""
    return Estimate(low=value, likely=value, high=value)


def _middle(low: float, high: float) -> float:
    """Return the median that goes with a low and a high: the geometric mean, as of a lognormal."""
    return math.sqrt(low * high) if low > 0 else (low + high) / 2


def _numbers(value: Any) -> tuple[float, float, float] | None:
    """Return the three numbers of a number, a list of three, or a text; None for all else."""
    if _is_number(value):
        return value, value, value
    if isinstance(value, str) and (found := _RANGE.fullmatch(value)):
        low, high = map(float, found.groups())
        return low, _middle(low, high), high
    if isinstance(value, list) and len(value) == 3 and all(map(_is_number, value)):
        return value[0], value[1], value[2]
    return None


def _is_number(value: Any) -> bool:
    """Return whether a value is a number; truth values are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)
