"""How are the originals of masked texts kept? Encrypted, under a key that only the user holds.

Fernet (AES-128 in CBC mode with HMAC-SHA-256, from `cryptography`). Without a key nothing of the
originals is kept, and they cannot be brought back.
"""

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from whet.core.errors import InputError, IntegrityError
from whet.core.files import write_atomic

VARIABLE = "WHET_SUPPORT_KEY"
_CHECK = b"whet support"


@dataclass
class Original:
    """What the masked texts of one conversation were."""

    values: dict[str, str] = field(default_factory=dict)
    """What stood for each placeholder."""
    texts: dict[str, str] = field(default_factory=dict)
    """The original of each masked text."""


class Vault:
    """The encrypted file of originals."""

    def __init__(self, path: Path, key: str) -> None:
        self.path = path
        self._fernet = _fernet(key)
        self._tokens: dict[str, str] = {}
        if path.exists():
            check, self._tokens = _read(path)
            self._decrypt(check)

    def get(self, conversation: str) -> Original:
        """Return what is kept of a conversation; empty when nothing is."""
        if (token := self._tokens.get(conversation)) is None:
            return Original()
        held = json.loads(self._decrypt(token))
        return Original(held["values"], held["texts"])

    def put(self, conversation: str, original: Original) -> None:
        """Keep the original of a conversation; it is on the disk after `write`."""
        held = {"values": original.values, "texts": original.texts}
        plain = json.dumps(held, ensure_ascii=False).encode()
        self._tokens[conversation] = self._fernet.encrypt(plain).decode()

    def write(self) -> None:
        """Write the file, which only its owner may read."""
        held = {"check": self._fernet.encrypt(_CHECK).decode(), "conversations": self._tokens}
        write_atomic(self.path, json.dumps(held))
        os.chmod(self.path, 0o600)

    def _decrypt(self, token: str) -> bytes:
        """Return what a token holds."""
        try:
            return self._fernet.decrypt(token.encode())
        except InvalidToken as error:
            raise InputError(
                f"The key must be the one under which {self.path} was written; it is another. "
                f"Set {VARIABLE} or --key-file to that key."
            ) from error


def _read(path: Path) -> tuple[str, dict[str, str]]:
    """Return the token that proves the key, and the token of each conversation."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return str(held["check"]), dict(held["conversations"])
    except (ValueError, KeyError, TypeError) as error:
        raise IntegrityError(
            f"{path} must hold the originals of masked texts, as Whet wrote it; it is damaged. "
            "Restore it from a backup, or move it away: the masked texts stay as they are."
        ) from error


def read_key(variable: str | None, file: Path | None, workspace: Path) -> tuple[str | None, bool]:
    """Return the key, and whether a key file was made for it.

    Args:
        variable: value of `WHET_SUPPORT_KEY`, if it is set; it goes first.
        file: a file that holds the key; it is made, readable by its owner only, if it is missing.
        workspace: root of the workspace, in which a key must not lie.

    Raises:
        InputError: the file lies in the workspace, or others may read it, or holds no key.
    """
    if variable:
        _fernet(variable)
        return variable, False
    if file is None:
        return None, False
    if file.resolve().is_relative_to(workspace.resolve()):
        raise InputError(
            f"--key-file must lie outside the workspace {workspace.resolve()}, or whoever copies "
            f"the one has the other; found {file}. Name a place such as ~/.whet-support.key."
        )
    if not file.exists():
        return _made(file), True
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise InputError(f"{file} must be readable by its owner only. Run: chmod 600 {file}")
    try:
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file} must hold a key; it cannot be read: {error}.") from error
    _fernet(key)
    return key, False


def _made(file: Path) -> str:
    """Return a new key, written to a file of mode 600."""
    key = Fernet.generate_key().decode()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise InputError(f"--key-file {file} cannot be made: {error.strerror}.") from error
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(key + "\n")
    return key


def _fernet(key: str) -> Fernet:
    """Return what encrypts under a key."""
    try:
        return Fernet(key.strip().encode())
    except ValueError as error:
        raise InputError(
            f"The key of the originals must be 32 bytes in url-safe base64, 44 signs; found "
            f"{len(key.strip())} signs. --key-file PATH makes one where there is no file yet."
        ) from error


def open_vault(path: Path, key: str | None) -> Vault | None:
    """Return the vault under a key; None without a key.

    Raises:
        InputError: the vault was written under another key.
    """
    return None if key is None else Vault(path, key)


def original_text(kept: Original, text: str) -> str:
    """Return the original of a masked text; the text itself where nothing of it was masked."""
    return kept.texts.get(text, text)


def as_originals(masked: Mapping[str, str]) -> dict[str, str]:
    """Return only those texts, by their masked form, of which something was masked."""
    return {text: original for text, original in masked.items() if text != original}
