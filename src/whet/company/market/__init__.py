"""The market: who may buy, at which price, against whom, and which rules have which dates."""
