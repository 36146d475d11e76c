"""How is a file that people write read? Plain YAML against a schema, all mistakes at once."""
