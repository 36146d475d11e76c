"""The kinds of targets that the ladder knows: one module each, and their registry."""
