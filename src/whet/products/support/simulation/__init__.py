"""What does a day of traffic do to a desk? Customers, agents, and what came of every message."""
