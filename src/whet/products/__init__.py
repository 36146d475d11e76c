"""Products on top of the engine: each is plain functions, and none knows another."""
