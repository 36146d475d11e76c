"""In which language is a sentence said? One text a language, or one for all of them."""

from typing import Any, ClassVar, Literal

from pydantic import model_validator

from whet.core.text import is_chinese
from whet.core.yaml.part import Part

Language = Literal["en", "zh"]

LANGUAGES: tuple[Language, ...] = ("en", "zh")


class Texts(Part):
    """What is said to a customer: `{en: …, zh: …}`, or one text for every customer."""

    words: ClassVar[str] = "a text, or one text a language as {en: …, zh: …}"

    en: str | None = None
    """In English."""
    zh: str | None = None
    """In Chinese."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        """Return a lone text under the language that it is written in."""
        if isinstance(value, str):
            return {"zh" if is_chinese(value) else "en": value}
        return value

    @model_validator(mode="after")
    def _check_something(self) -> "Texts":
        """Refuse texts that say nothing."""
        if not (self.en or "").strip() and not (self.zh or "").strip():
            raise ValueError("must hold a text that is not blank under `en` or `zh`; found none")
        return self

    def said(self, language: str) -> str:
        """Return the text in `language`, or the one there is."""
        first, second = (self.zh, self.en) if language == "zh" else (self.en, self.zh)
        return (first or second or "").strip()

    def by_language(self) -> dict[str, str]:
        """Return each text that is there under its language."""
        both = {"en": self.en, "zh": self.zh}
        return {language: text for language, text in both.items() if text}
