"""The people: what they answer, what they can do, who alone knows what, whom to train or hire."""
