"""How do the answers of the plan's parts become sections? One module a part, numbers only."""
