"""What can the environment set? Every variable that Whet reads, in one place."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings read from variables that start with ``WHET_``."""

    model_config = SettingsConfigDict(env_prefix="WHET_", extra="ignore")

    database_url: str | None = Field(
        default=None,
        description="SQLAlchemy URL of the store, for example postgresql+psycopg://user@host/db. "
        "Without it each workspace has a SQLite file of its own.",
    )
    data: Path | None = Field(
        default=None, description="Folder of public data for the benchmarks and the data tests."
    )
    threads: int | None = Field(
        default=None, ge=1, description="Threads for numeric work; all cores without it."
    )
    ray_address: str | None = Field(
        default=None,
        description="HOST:PORT of the head of a Ray cluster that builds spread their work over, or "
        "auto for the cluster that this machine is part of. Without it work stays on this machine.",
    )
    translate_url: str | None = Field(
        default=None,
        description="Address of a translation endpoint for `back_translation`: LibreTranslate's, "
        "or with `WHET_TRANSLATE_MODEL` an OpenAI-compatible one up to and with `/v1`.",
    )
    translate_model: str | None = Field(
        default=None, description="Model that an OpenAI-compatible endpoint translates with."
    )
    translate_key: str | None = Field(
        default=None, description="Key of the translation endpoint, where it wants one."
    )
    support_key: str | None = Field(
        default=None,
        repr=False,
        description="Key under which originals of masked texts of a support desk's history are "
        "kept: 32 bytes in url-safe base64. `whet support import --key-file` makes one.",
    )
    log_texts: bool = Field(
        default=False, description="Whether the server may write message texts to its log."
    )
    log_level: str = Field(default="info", description="debug, info, warning or error.")


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process, read once."""
    return Settings()
