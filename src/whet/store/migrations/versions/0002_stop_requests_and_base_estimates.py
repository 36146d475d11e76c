"""Requests to stop a run, and what a base was thought to be worth before it was built with."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_TIME = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column("runs", sa.Column("stop_requested", _TIME))
    op.create_table(
        "base_estimates",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("data_version", sa.Text(), primary_key=True),
        sa.Column("base", sa.Text(), primary_key=True),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("logme", sa.Double(), nullable=False),
        sa.Column("logme_low", sa.Double(), nullable=False),
        sa.Column("logme_high", sa.Double(), nullable=False),
        sa.Column("probe", sa.Double(), nullable=False),
        sa.Column("probe_low", sa.Double(), nullable=False),
        sa.Column("probe_high", sa.Double(), nullable=False),
        sa.Column("curve", sa.JSON(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
