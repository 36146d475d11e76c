"""From the history of a support desk to a card, templates and articles."""
