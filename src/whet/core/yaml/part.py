"""What do all parts of a file's schema share? How they refuse what they do not know."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of a file: unknown fields are errors, values are never changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)
