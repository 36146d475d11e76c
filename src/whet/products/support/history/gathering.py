"""How do messages become conversations that may be kept? Masked, each once, in order of time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from whet.products.support.history.masking import PLACEHOLDER, Masker, safe_id, without_numbers
from whet.products.support.history.transcript import Message, Transcript
from whet.products.support.history.vault import Original, Vault, as_originals
from whet.products.support.turns import Said

Conversations = dict[str, tuple[Said, ...]]
_NAMED = 3


@dataclass
class Gathered:
    """What one file added."""

    conversations: int = 0
    """New ones."""
    messages: int = 0
    """New ones."""
    known: int = 0
    """Messages that were kept already."""
    masked: int = 0
    """Messages in which something was masked."""
    notes: list[str] = field(default_factory=list)


def gather(
    transcript: Transcript,
    kept: Conversations,
    vault: Vault | None,
    advance: Callable[[int], None] = lambda _: None,
) -> Gathered:
    """Add the messages of a file to `kept`, masked, and their originals to the vault."""
    done = Gathered()
    by_id: dict[str, list[Message]] = {}
    for message in transcript.messages:
        by_id.setdefault(message.conversation, []).append(message)
    disordered = []
    for conversation, messages in by_id.items():
        place = next((b.row for a, b in pairwise(messages) if b.at < a.at), None)
        if place is not None:
            disordered.append(f"{safe_id(conversation)} (row {place})")
        _add(safe_id(conversation), messages, kept, vault, done)
        advance(len(messages))
    if disordered:
        more = len(disordered) - _NAMED
        names = ", ".join(disordered[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        done.notes.append(
            f"{transcript.file.name}: messages out of order of time were sorted in "
            f"{len(disordered)} conversations: {names}."
        )
    return done


def _add(
    conversation: str,
    messages: Sequence[Message],
    kept: Conversations,
    vault: Vault | None,
    done: Gathered,
) -> None:
    """Add the messages of one conversation."""
    before = kept.get(conversation, ())
    original = vault.get(conversation) if vault else Original()
    values = {**_recovered(messages, before), **original.values}
    masker = Masker(_names(messages), values)
    masker.reserve(said.text for said in before)
    seen = {_same(said) for said in before}
    fresh: list[Said] = []
    texts: dict[str, str] = {}
    for message in sorted(messages, key=lambda m: m.at):
        masker.reserve([message.text])
        said = Said(message.author, masker.masked(message.text), message.at)
        if _same(said) in seen:
            done.known += 1
            continue
        seen.add(_same(said))
        fresh.append(said)
        texts[said.text] = message.text
    if not fresh:
        return
    secret = as_originals(texts)
    done.masked += sum(said.text in secret for said in fresh)
    if vault and secret:
        vault.put(conversation, Original(masker.values, original.texts | secret))
    kept[conversation] = tuple(sorted([*before, *fresh], key=lambda said: said.at))
    done.messages += len(fresh)
    done.conversations += not before


def _recovered(messages: Sequence[Message], before: Sequence[Said]) -> dict[str, str]:
    """Return what stands for placeholders of kept messages that the file holds again.

    So a file that was exported anew gives the same values the same placeholders, with no key too.
    """
    kept = {_same(said): said.text for said in before}
    scratch = Masker(_names(messages))
    values: dict[str, str] = {}
    for message in messages if kept else ():
        masked = scratch.masked(message.text)
        if text := kept.get(_same(Said(message.author, masked, message.at))):
            pairs = zip(PLACEHOLDER.finditer(text), PLACEHOLDER.finditer(masked), strict=True)
            values |= {old[0]: scratch.values.get(new[0], "") for old, new in pairs}
    return {placeholder: value for placeholder, value in values.items() if value}


def _same(said: Said) -> tuple[object, ...]:
    """Return what makes two messages one: a file that was exported again holds it again."""
    return said.at, said.author, without_numbers(said.text)


def _names(messages: Sequence[Message]) -> list[str]:
    """Return the names of those who take part."""
    return list(dict.fromkeys(message.name for message in messages if message.name))
