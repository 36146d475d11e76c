"""How does the desk get better? Examples from conversations, challengers, shadow, promotion."""
