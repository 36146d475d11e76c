"""Two texts a row: how they are read, which hang together, and which label is the match."""
