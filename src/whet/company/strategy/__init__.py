"""Where should the next unit of money go? Response curves, the best split, and its prices."""
