"""The rows: read from files or the hub, checked, split, kept as versions."""
