"""Why a run ended, and keys whose scopes are checked from now on.

Until now every key could do everything, whatever its scopes said; keys that exist keep that.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("runs", sa.Column("exit_reason", sa.Text()))
    keys = sa.table("keys", sa.column("scopes", sa.JSON()))
    op.execute(keys.update().values(scopes=["embeddings", "feedback", "predict"]))
