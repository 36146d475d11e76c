"""One training loop per family of tasks; each receives how to evaluate as a function."""
