"""The report of a build: one HTML file that a product lead reads from top to bottom."""
