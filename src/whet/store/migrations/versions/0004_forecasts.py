"""What was forecast of a learning curve, and what turned out to be true."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_TIME = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "forecasts",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("candidate", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("run", sa.Text()),
        sa.Column("largest", sa.Double(), nullable=False),
        sa.Column("sizes", sa.JSON(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("quantiles", sa.JSON(), nullable=False),
        sa.Column("factor", sa.Double(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("ix_forecasts_name_candidate", "forecasts", ["name", "candidate"])
    op.create_table(
        "forecast_scores",
        sa.Column("forecast", sa.Text(), sa.ForeignKey("forecasts.id"), primary_key=True),
        sa.Column("source", sa.Text(), primary_key=True),
        sa.Column("size", sa.Double(), primary_key=True),
        sa.Column("truth", sa.Double(), nullable=False),
        sa.Column("low", sa.Double(), nullable=False),
        sa.Column("middle", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.Column("pinball", sa.Double(), nullable=False),
        sa.Column("crps", sa.Double(), nullable=False),
        sa.Column("miss", sa.Double(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
