"""What do intents, articles, quality and review say?"""

WORDS: dict[str, tuple[str, str]] = {}
