"""Guards over the data that need no model, and their report."""
