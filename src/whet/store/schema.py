"""What does the store remember? Every table, in one place.

The tables are made by the migrations in ``migrations/versions``; a test holds that both agree.
Card, environment and facts are JSON as they came; what is searched or joined is a column.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
)

from whet.store.columns import JSON_TEXT, Real, UtcTime, Words

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

RUNS = Table(
    "runs",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("card", JSON_TEXT, nullable=False),
    Column("card_hash", Words, nullable=False),
    Column("card_path", Words, nullable=False),
    Column("data_version", Words, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("environment", JSON_TEXT, nullable=False),
    Column("git", JSON_TEXT),
    Column("facts", JSON_TEXT),
    Column("started", UtcTime, nullable=False),
    Column("heartbeat", UtcTime, nullable=False),
    Column("finished", UtcTime),
    Column("seconds", Real),
    Column("host", Words, nullable=False),
    Column("machine", Words, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("process_started", Words, nullable=False),
    Column("stop_requested", UtcTime),
    Column("exit_reason", Words),
    Index(None, "name", "started"),
)

METRICS = Table(
    "run_metrics",
    METADATA,
    Column("run", Words, ForeignKey("runs.id"), primary_key=True),
    Column("name", Words, primary_key=True),
    Column("step", BigInteger, primary_key=True, autoincrement=False),
    Column("value", Real),
    Column("at", UtcTime, nullable=False),
)

COSTS = Table(
    "run_costs",
    METADATA,
    Column("run", Words, ForeignKey("runs.id"), primary_key=True),
    Column("stage", Words, primary_key=True),
    Column("seconds", Real, nullable=False),
    Column("predicted_seconds", Real),
    Column("peak_bytes", BigInteger),
    Column("rows", BigInteger),
    Column("device", Words, nullable=False),
    Column("at", UtcTime, nullable=False),
)

VERDICTS = Table(
    "run_verdicts",
    METADATA,
    Column("run", Words, ForeignKey("runs.id"), primary_key=True),
    Column("candidate", Words, primary_key=True),
    Column("metric", Words, nullable=False),
    Column("value", Real),
    Column("low", Real),
    Column("high", Real),
    Column("against", Words),
    Column("difference", JSON_TEXT),
    Column("verdict", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("seconds", Real),
    Column("predicted_seconds", Real),
    Column("peak_bytes", BigInteger),
    Column("at", UtcTime, nullable=False),
)

CURVES = Table(
    "curve_points",
    METADATA,
    Column("run", Words, ForeignKey("runs.id"), primary_key=True),
    Column("candidate", Words, primary_key=True),
    Column("metric", Words, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("seed", BigInteger, primary_key=True, autoincrement=False),
    Column("value", Real, nullable=False),
)

# No foreign key to runs: a base is estimated before anything is built with it.
BASE_ESTIMATES = Table(
    "base_estimates",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("data_version", Words, primary_key=True),
    Column("base", Words, primary_key=True),
    Column("identity", Words, nullable=False),
    Column("metric", Words, nullable=False),
    Column("logme", Real, nullable=False),
    Column("logme_low", Real, nullable=False),
    Column("logme_high", Real, nullable=False),
    Column("probe", Real, nullable=False),
    Column("probe_low", Real, nullable=False),
    Column("probe_high", Real, nullable=False),
    Column("curve", JSON_TEXT, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("seconds", Real, nullable=False),
    Column("at", UtcTime, nullable=False),
)

# No foreign key to runs: a curve may come from a file.
FORECASTS = Table(
    "forecasts",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("candidate", Words, nullable=False),
    Column("metric", Words, nullable=False),
    Column("unit", Words, nullable=False),
    Column("run", Words),
    Column("largest", Real, nullable=False),
    Column("sizes", JSON_TEXT, nullable=False),
    Column("levels", JSON_TEXT, nullable=False),
    Column("quantiles", JSON_TEXT, nullable=False),
    Column("factor", Real, nullable=False),
    Column("method", Words, nullable=False),
    Column("version", Words, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "name", "candidate"),
)

FORECAST_SCORES = Table(
    "forecast_scores",
    METADATA,
    Column("forecast", Words, ForeignKey("forecasts.id"), primary_key=True),
    Column("source", Words, primary_key=True),
    Column("size", Real, primary_key=True),
    Column("truth", Real, nullable=False),
    Column("low", Real, nullable=False),
    Column("middle", Real, nullable=False),
    Column("high", Real, nullable=False),
    Column("pinball", Real, nullable=False),
    Column("crps", Real, nullable=False),
    Column("miss", Real, nullable=False),
    Column("at", UtcTime, nullable=False),
)

DATA_VERSIONS = Table(
    "data_versions",
    METADATA,
    Column("hash", Words, primary_key=True),
    Column("parent", Words, ForeignKey("data_versions.hash")),
    Column("source", Words, nullable=False),
    Column("rows", JSON_TEXT, nullable=False),
    Column("changes", JSON_TEXT, nullable=False),
    Column("created", UtcTime, nullable=False),
)

PACKAGES = Table(
    "packages",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("version", Words, primary_key=True),
    Column("path", Words, nullable=False),
    Column("form", Words, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("manifest_sha256", Words, nullable=False),
    Column("metrics", JSON_TEXT, nullable=False),
    Column("data_version", Words, nullable=False),
    Column("run", Words, ForeignKey("runs.id")),
    Column("created", UtcTime, nullable=False),
)

ALIASES = Table(
    "package_aliases",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("alias", Words, primary_key=True),
    Column("version", Words, nullable=False),
    ForeignKeyConstraint(["name", "version"], ["packages.name", "packages.version"]),
)

ALIAS_CHANGES = Table(
    "package_alias_changes",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("name", Words, nullable=False),
    Column("alias", Words, nullable=False),
    Column("previous", Words),
    Column("version", Words, nullable=False),
    Column("at", UtcTime, nullable=False),
    ForeignKeyConstraint(["name", "version"], ["packages.name", "packages.version"]),
)

KEYS = Table(
    "keys",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("scopes", JSON_TEXT, nullable=False),
    Column("digest", Words, nullable=False),
    Column("hint", Words, nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("last_used", UtcTime),
    Column("revoked", UtcTime),
    Index(None, "digest", unique=True),
)
# Two keys in use never share a name, so that one can be revoked by name; revoked ones may.
Index(
    "ix_keys_name_in_use",
    KEYS.c.name,
    unique=True,
    sqlite_where=KEYS.c.revoked.is_(None),
    postgresql_where=KEYS.c.revoked.is_(None),
)

USAGE = Table(
    "usage",
    METADATA,
    Column("key", Words, primary_key=True),
    Column("model", Words, primary_key=True),
    Column("hour", UtcTime, primary_key=True),
    Column("requests", BigInteger, nullable=False),
    Column("texts", BigInteger, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("milliseconds", Real, nullable=False),
    Index(None, "hour"),
)

# No foreign key to packages or keys: a package served from a folder, or without a key, counts too.
PREDICTIONS = Table(
    "predictions",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("version", Words, nullable=False),
    Column("key", Words),
    Column("at", UtcTime, nullable=False),
    Column("input_sha256", Words, nullable=False),
    Column("text", Words),
    Column("label", Words),
    Column("probability", Real),
    Column("confidence", Real),
    Column("abstained", Boolean, nullable=False),
    Column("latency_ms", Real, nullable=False),
    Index(None, "name", "at"),
    Index(None, "at"),
)

FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("id", Words, primary_key=True),
    Column("prediction", Words, ForeignKey("predictions.id", ondelete="CASCADE"), nullable=False),
    Column("label", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("at", UtcTime, nullable=False),
    Index(None, "prediction"),
)

LOCKS = Table(
    "locks",
    METADATA,
    Column("name", Words, primary_key=True),
    Column("token", Words, nullable=False),
    Column("host", Words, nullable=False),
    Column("machine", Words, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("process_started", Words, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("expires", UtcTime, nullable=False),
)
