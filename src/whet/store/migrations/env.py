"""How does Alembic run our migrations? On the connection, and in the transaction, of the caller."""

from alembic import context

from whet.store.migrate import VERSION_TABLE
from whet.store.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
)
context.run_migrations()
