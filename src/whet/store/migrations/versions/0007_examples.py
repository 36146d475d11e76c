"""What people said about answers, comparisons with a challenger, and answers in its shadow."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_TIME = sa.Text().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "examples",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("label", sa.Text()),
        sa.Column("answered", sa.Text()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), sa.ForeignKey("conversations.id")),
        sa.Column("message", sa.BigInteger()),
        sa.Column("prediction", sa.Text()),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", _TIME),
    )
    op.create_index("ix_examples_model_state_at", "examples", ["model", "state", "at"])
    op.create_index("ix_examples_conversation", "examples", ["conversation"])
    op.create_index("ix_examples_prediction", "examples", ["prediction"])
    op.create_table(
        "trials",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("champion", sa.Text(), nullable=False),
        sa.Column("challenger", sa.Text(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("ix_trials_model_at", "trials", ["model", "at"])
    op.create_table(
        "shadow_answers",
        sa.Column("model", sa.Text(), primary_key=True),
        sa.Column("challenger", sa.Text(), primary_key=True),
        sa.Column("conversation", sa.Text(), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("message", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("champion", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("old_intent", sa.Text()),
        sa.Column("new_intent", sa.Text()),
        sa.Column("old_action", sa.Text(), nullable=False),
        sa.Column("new_action", sa.Text(), nullable=False),
        sa.Column("old_tier", sa.Text(), nullable=False),
        sa.Column("new_tier", sa.Text(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
    )
    op.create_index("ix_shadow_answers_at", "shadow_answers", ["at"])
