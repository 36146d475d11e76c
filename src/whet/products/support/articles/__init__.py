"""The knowledge base: articles are read, cut by heading, indexed, and answer word for word."""
