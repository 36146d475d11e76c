"""The rungs of the ladder: one module a way to make a model, and their registry."""
