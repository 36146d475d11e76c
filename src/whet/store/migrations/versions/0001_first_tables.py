"""The first tables.

A migration never changes after a release: it writes its types out instead of importing the tables
of today. Types that differ by database are those of `whet.store.columns`, as they were.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TIME = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")
_COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _runs()
    _run_tables()
    _data_and_packages()
    _aliases()
    _keys_and_usage()
    _predictions()
    _locks()


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("card", sa.JSON(), nullable=False),
        sa.Column("card_hash", sa.Text(), nullable=False),
        sa.Column("card_path", sa.Text(), nullable=False),
        sa.Column("data_version", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("environment", sa.JSON(), nullable=False),
        sa.Column("git", sa.JSON()),
        sa.Column("facts", sa.JSON()),
        sa.Column("started", _TIME, nullable=False),
        sa.Column("heartbeat", _TIME, nullable=False),
        sa.Column("finished", _TIME),
        sa.Column("seconds", sa.Double()),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("process_started", sa.Text(), nullable=False),
    )
    op.create_index("ix_runs_name_started", "runs", ["name", "started"])


def _run_tables() -> None:
    op.create_table(
        "run_metrics",
        sa.Column("run", sa.Text(), sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("step", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("value", sa.Double()),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "run_costs",
        sa.Column("run", sa.Text(), sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("stage", sa.Text(), primary_key=True),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("predicted_seconds", sa.Double()),
        sa.Column("peak_bytes", sa.BigInteger()),
        sa.Column("rows", sa.BigInteger()),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "run_verdicts",
        sa.Column("run", sa.Text(), sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("candidate", sa.Text(), primary_key=True),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("value", sa.Double()),
        sa.Column("low", sa.Double()),
        sa.Column("high", sa.Double()),
        sa.Column("against", sa.Text()),
        sa.Column("difference", sa.JSON()),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double()),
        sa.Column("predicted_seconds", sa.Double()),
        sa.Column("peak_bytes", sa.BigInteger()),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "curve_points",
        sa.Column("run", sa.Text(), sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("candidate", sa.Text(), primary_key=True),
        sa.Column("metric", sa.Text(), primary_key=True),
        sa.Column("size", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("seed", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("value", sa.Double(), nullable=False),
    )


def _data_and_packages() -> None:
    op.create_table(
        "data_versions",
        sa.Column("hash", sa.Text(), primary_key=True),
        sa.Column("parent", sa.Text(), sa.ForeignKey("data_versions.hash")),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("created", _TIME, nullable=False),
    )
    op.create_table(
        "packages",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("version", sa.Text(), primary_key=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("manifest_sha256", sa.Text(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("data_version", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), sa.ForeignKey("runs.id")),
        sa.Column("created", _TIME, nullable=False),
    )


def _aliases() -> None:
    op.create_table(
        "package_aliases",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("alias", sa.Text(), primary_key=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["name", "version"], ["packages.name", "packages.version"]),
    )
    op.create_table(
        "package_alias_changes",
        sa.Column("id", _COUNTER, primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text()),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["name", "version"], ["packages.name", "packages.version"]),
    )


def _keys_and_usage() -> None:
    op.create_table(
        "keys",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("last_used", _TIME),
        sa.Column("revoked", _TIME),
    )
    op.create_index("ix_keys_digest", "keys", ["digest"], unique=True)
    in_use = sa.text("revoked IS NULL")
    op.create_index(
        "ix_keys_name_in_use",
        "keys",
        ["name"],
        unique=True,
        sqlite_where=in_use,
        postgresql_where=in_use,
    )
    op.create_table(
        "usage",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("model", sa.Text(), primary_key=True),
        sa.Column("hour", _TIME, primary_key=True),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("texts", sa.BigInteger(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("milliseconds", sa.Double(), nullable=False),
    )
    op.create_index("ix_usage_hour", "usage", ["hour"])


def _predictions() -> None:
    op.create_table(
        "predictions",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("key", sa.Text()),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("input_sha256", sa.Text(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("label", sa.Text()),
        sa.Column("probability", sa.Double()),
        sa.Column("confidence", sa.Double()),
        sa.Column("abstained", sa.Boolean(), nullable=False),
        sa.Column("latency_ms", sa.Double(), nullable=False),
    )
    op.create_index("ix_predictions_name_at", "predictions", ["name", "at"])
    op.create_index("ix_predictions_at", "predictions", ["at"])
    op.create_table(
        "feedback",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column(
            "prediction",
            sa.Text(),
            sa.ForeignKey("predictions.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("ix_feedback_prediction", "feedback", ["prediction"])


def _locks() -> None:
    op.create_table(
        "locks",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("pid", sa.BigInteger(), nullable=False),
        sa.Column("process_started", sa.Text(), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("expires", _TIME, nullable=False),
    )
