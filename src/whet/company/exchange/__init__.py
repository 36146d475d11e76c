"""How does a plan come from other tools, and get to them? One module per format, pure functions."""
