"""What does the console say in this language? One dictionary of all sentences."""

from whet.server.console.wording import content, learning, people, talk

WORDS: dict[str, tuple[str, str]] = people.WORDS | talk.WORDS | content.WORDS | learning.WORDS
"""Key -> English, Chinese. Values stand in braces."""


def words(language: str, key: str, **values: object) -> str:
    """Return a sentence; a key that nobody wrote a sentence for is a mistake of ours."""
    return WORDS[key][language == "zh"].format(**values)
