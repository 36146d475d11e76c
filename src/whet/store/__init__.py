"""Where everything that Whet remembers is kept: SQLite by default, PostgreSQL by URL."""
