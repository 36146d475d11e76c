"""A conversation between a customer, the bot and people: one owner at a time, and no doubles."""
