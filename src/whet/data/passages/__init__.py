"""Questions with passages in which the answers stand: read from SQuAD's JSON, JSON Lines, CSV."""
