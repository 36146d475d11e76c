"""What does a page of the console get, and what does it give back? One request, as plain values.

Pages are plain functions from an `Ask` to a `Response`; they run in a thread, for the store blocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from whet.core.errors import InputError
from whet.products.support.conversation.service import Conversations
from whet.products.support.desk.read import DeskFiles
from whet.products.support.opening import Desk
from whet.products.support.turns import Reply, Turn
from whet.retrieval.index import Index
from whet.store.store import Store
from whet.store.users import User

ROOT = "/console"
Facts = dict[str, Any]
"""What a template is filled with."""


class Answers(Protocol):
    """What finds the answer to a message, for suggestions."""

    def answer(self, turn: Turn) -> Reply:
        """Return the answer."""
        ...


@dataclass(frozen=True)
class CurrentSuggestions:
    """Answers with the model that a desk has now."""

    desk: Desk

    def answer(self, turn: Turn) -> Reply:
        """Return the answer."""
        return self.desk.answers.current.answer(turn)


@dataclass(frozen=True)
class ConsoleDesk:
    """The desk that a console is about."""

    store: Store
    conversations: Conversations
    folder: Path
    """Folder of the desk: `desk.yaml`, articles, `intents.yaml`."""
    files: DeskFiles | None = None
    """Desk and templates; None where there are no such files."""
    answerer: Answers | None = None
    """Suggests answers; None for none."""
    index: Index | None = None
    """The articles; None where there are none to search."""
    opened: Desk | None = None
    """The desk that answers customers; None for a console alone."""

    @classmethod
    def of(cls, desk: Desk, store: Store) -> Self:
        """Return what the console of an opened desk is about; suggestions count for no article."""
        answerer = CurrentSuggestions(desk)
        files = desk.files
        return cls(store, desk.conversations, files.folder, files, answerer, opened=desk)

    def now(self) -> Self:
        """Return the same with the templates that answer now."""
        return self if self.opened is None else replace(self, files=self.opened.answers.files)

    @property
    def name(self) -> str:
        """Name of the desk."""
        return self.files.desk.name if self.files else "Support"

    @property
    def articles(self) -> Path:
        """Folder of the articles."""
        return self.folder / (self.files.desk.articles if self.files else "articles")


@dataclass(frozen=True)
class Upload:
    """A file that was sent with a form."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Ask:
    """One request of somebody who may make it."""

    desk: ConsoleDesk
    request: Request
    language: str
    """`en` or `zh`."""
    address: str
    """Network address of the browser."""
    user: User | None = None
    """None on pages that need no sign-in."""
    form: Mapping[str, str] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    @property
    def me(self) -> User:
        """Return the user; only pages that need a sign-in ask for it."""
        if self.user is None:
            raise AssertionError("this page needs a user: its route must name a role")
        return self.user

    @property
    def store(self) -> Store:
        """Return the store."""
        return self.desk.store

    def part(self, name: str) -> str:
        """Return a part of the path."""
        return str(self.request.path_params.get(name, ""))

    def query(self, name: str, default: str = "") -> str:
        """Return a parameter of the address."""
        return self.request.query_params.get(name, default)

    def sent(self, name: str) -> str:
        """Return a field of the form; empty where it is missing. Forms send lines as \\r\\n."""
        return self.form.get(name, "").replace("\r\n", "\n")

    def number(self, name: str, default: int | None = None) -> int | None:
        """Return a field of the form as a whole number.

        Raises:
            InputError: it is none.
        """
        text = self.form.get(name, "")
        if not text and default is not None:
            return default
        try:
            return int(text) if text else None
        except ValueError:
            raise InputError(f"{name} must be a whole number; found {text[:40]!r}.") from None

    def done(self, what: str, which: str, **facts: object) -> None:
        """Keep in the audit log that this user did something."""
        plain = {key: value for key, value in facts.items() if value is not None}
        self.store.audit.add(self.me.name, what, which, address=self.address, facts=plain)


def go(path: str, said: str = "", **query: str) -> Response:
    """Return the way to another page of the console; `said` names the sentence shown there."""
    wanted = {key: value for key, value in ({"said": said} | query).items() if value}
    tail = f"?{urlencode(wanted)}" if wanted else ""
    return RedirectResponse(f"{ROOT}{path}{tail}", status_code=303)
