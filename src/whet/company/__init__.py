"""The company's plan: what to spend, who does what by when, and what it is worth."""
