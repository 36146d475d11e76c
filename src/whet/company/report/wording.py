"""How does the report speak? Both texts of a sentence stand side by side; one is chosen.

>>> Words("zh", "EUR")("Cash", "现金"), Words("en", "EUR").money(1_250_000)
('现金', 'EUR 1.25M')
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from whet.company.pictures import wording
from whet.company.pictures.swings import Swing
from whet.company.pictures.wording import Language
from whet.company.report.sections.ranges import Range
from whet.company.report.terms import term
from whet.company.report.translation import in_chinese


@dataclass(frozen=True)
class Words:
    """Words, numbers and dates in one language and one currency."""

    language: Language
    """English or Chinese."""
    currency: str
    """The code that money is written with."""

    def __call__(self, english: str, chinese: str) -> str:
        """Return the text of this language."""
        return english if self.language == "en" else chinese

    @property
    def unknown(self) -> str:
        """What stands where a number is missing."""
        return wording.phrase("unknown", self.language)

    def number(self, value: float | None) -> str:
        """Return a number in three digits or so."""
        return self.unknown if value is None else wording.compact(value, self.language)

    def money(self, value: float | None) -> str:
        """Return an amount with its currency."""
        if value is None or not math.isfinite(value):
            return self.unknown
        amount = wording.compact(value, self.language)
        return self(f"{self.currency} {amount}", f"{amount} {self.currency}")

    def share(self, value: float | None, digits: int = 0) -> str:
        """Return a share as per cent."""
        return self.unknown if value is None else wording.percent(value, self.language, digits)

    def chance(self, value: float | None) -> str:
        """Return a probability; what is nearly sure is not said to be sure."""
        return self.unknown if value is None else wording.chance(value, self.language)

    def day(self, when: date | None) -> str:
        """Return a date."""
        return self.unknown if when is None else wording.day(when, self.language)

    def month(self, when: date) -> str:
        """Return a month with its year."""
        return wording.full_month(when, self.language)

    def signed(self, value: float | None) -> str:
        """Return a change with its sign."""
        return self.unknown if value is None else wording.signed(value, self.language)

    def span(self, found: Range | None, *, is_share: bool = False) -> str:
        """Return a value with its interval, where there is one.

        >>> Words("en", "").span(Range(0.5, 0.25, 0.75), is_share=True)
        '50 % [25, 75]'
        """
        if found is None:
            return self.unknown
        say = self.share if is_share else self.number
        if found.low is None or found.high is None:
            return say(found.value)
        ends = (say(v).removesuffix(" %").removesuffix("%") for v in (found.low, found.high))
        return f"{say(found.value)} [{', '.join(ends)}]"

    def months(self, value: float | None, horizon: float) -> str:
        """Return a number of months; an infinite one is longer than the plan looks ahead."""
        if value is None or math.isnan(value):
            return self.unknown
        if math.isinf(value):
            return self(f"more than {horizon:.0f} months", f"超过 {horizon:.0f} 个月")
        return self(f"{value:.1f} months", f"{value:.1f} 个月")

    def days(self, value: float | None) -> str:
        """Return a number of days."""
        if value is None or not math.isfinite(value):
            return self.unknown
        size = f"{abs(value):.1f}".removesuffix(".0")
        return self("1 day" if size == "1" else f"{size} days", f"{size} 天")

    def term(self, name: str) -> str:
        """Return what a line of the accounts or an input of the simulation is called."""
        return term(name, self.language)

    def said(self, text: str) -> str:
        """Return what another part says, in this language where it is known; else as it is."""
        return text if self.language == "en" else in_chinese(text)

    def swings(self, swings: Sequence[Swing]) -> list[Swing]:
        """Return swings whose inputs are called as in this language."""
        return [replace(swing, name=self.term(swing.name)) for swing in swings]

    def joined(self, names: list[str]) -> str:
        """Return names as a list in a sentence."""
        return wording.joined(names, self.language)
