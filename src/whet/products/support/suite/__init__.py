"""What must a desk keep doing right? A regression suite in YAML, and what runs it."""
