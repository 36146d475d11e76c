"""How is a desk opened to answer customers? Its files, conversations and engine, from a workspace.

    desk = open_desk(Path("desk.yaml"), store)
    talk = desk.conversations.start("widget").id
    desk.engine.handle(talk, client_id="1", text="Where is my order?")

``desk.look()``, called now and then, takes over a new champion of the desk's model, articles that
were indexed since, and templates that were changed, without a restart. A challenger answers beside
the champion, unheard.
"""

import logging
import os
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from whet.core.errors import InputError
from whet.products.support.answering.answerer import Answerer
from whet.products.support.answering.opening import CHAMPION, open_answerer
from whet.products.support.articles.sync import INDEX
from whet.products.support.conversation.service import Conversations
from whet.products.support.desk.read import DeskFiles, read_desk
from whet.products.support.desk.rules import rules_of
from whet.products.support.engine import Engine
from whet.products.support.history.masking import Masker, without_numbers
from whet.products.support.learning.shadow import Shadow
from whet.products.support.turns import Reply, Turn
from whet.store.store import Store

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """A desk that answers."""

    files: DeskFiles
    conversations: Conversations
    engine: Engine
    answers: "CurrentAnswers"
    shadow: Shadow

    @property
    def name(self) -> str:
        """Name of the desk, as customers read it."""
        return self.files.desk.name

    def look(self) -> None:
        """Do what is due: new champions, answers that are owed, timeouts, counts of articles."""
        self.answers.refresh()
        self.shadow.refresh()
        self.engine.recover()
        self.conversations.tick()
        self.answers.count_uses()

    def close(self) -> None:
        """Finish the answers under way."""
        self.engine.close()
        self.shadow.close()
        self.answers.count_uses()


class CurrentAnswers:
    """Answers with the model and the articles that a workspace has now.

    Raises:
        InputError: the environment lacks the key of the desk's endpoint, or the model is none.
        IntegrityError: the package is damaged.
    """

    def __init__(
        self, files: DeskFiles, store: Store, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._files, self._store, self._environment = files, store, environment
        self._uses: Counter[str] = Counter()
        self._unanswered: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._made_of = self._state()
        self._current = self._made()

    @property
    def current(self) -> Answerer:
        """What answers now."""
        return self._current

    def answer(self, turn: Turn) -> Reply:
        """Return the answer to a message; articles that it quotes, and questions without an
        answer, are counted.
        """
        reply = self._current.answer(turn)
        cited = {source.document for source in reply.reason.sources}
        with self._lock:
            self._uses.update(cited)
            if reply.is_unanswered:
                self._unanswered[without_numbers(Masker().masked(turn.text))] += 1
        return reply

    @property
    def files(self) -> DeskFiles:
        """The desk with the templates that answer now."""
        return self._files

    def refresh(self) -> bool:
        """Take over a new champion, the first articles and changed templates; return whether.

        Templates with mistakes leave those that answer as they are.
        """
        state = self._state()
        if state == self._made_of:
            return False
        self._files = self._read()
        self._current = self._made()
        self._made_of = state
        return True

    def count_uses(self) -> None:
        """Write down which articles were quoted, and what was not answered, since the last time.

        What cannot be written now is kept for the next time.
        """
        with self._lock:
            uses, self._uses = self._uses, Counter()
            unanswered, self._unanswered = self._unanswered, Counter()
        try:
            while uses:
                self._store.article_uses.used(INDEX, list(uses))
                uses -= Counter(list(uses))
            while unanswered:
                question = next(iter(unanswered))
                self._store.article_uses.unanswered(INDEX, question, times=unanswered[question])
                del unanswered[question]
        finally:
            with self._lock:
                self._uses += uses
                self._unanswered += unanswered

    def _state(self) -> tuple[str | None, bool, tuple[int, int]]:
        """Return what an answerer depends on: champion, whether articles are there, templates."""
        name = self._files.model
        champion = self._store.packages.aliases(name).get(CHAMPION) if name else None
        templates = self._files.folder / self._files.desk.templates
        found = templates.stat() if templates.is_file() else None
        changed = (found.st_mtime_ns, found.st_size) if found else (0, 0)
        return champion, self._store.passages.version(INDEX) > 0, changed

    def _read(self) -> DeskFiles:
        """Return the desk with the templates of now; all else stays until the next start."""
        try:
            found = read_desk(self._files.folder / self._files.file_name)
        except InputError as error:
            _LOG.error("the templates that answer stay as they are: %s", error)
            return self._files
        return replace(self._files, templates=found.templates)

    def _made(self) -> Answerer:
        """Return what answers with what there is now."""
        # The conversation says that a person takes over; said twice it would read badly.
        return open_answerer(
            self._files, self._store, announces=False, environment=self._environment
        )


def open_desk(path: Path, store: Store, *, environment: Mapping[str, str] = os.environ) -> Desk:
    """Return the desk in a file or folder, over the store of its workspace.

    Raises:
        InputError: one of its files has mistakes, or a variable that it names is not set.
        IntegrityError: the package of its model is damaged.
    """
    files = read_desk(path)
    answers = CurrentAnswers(files, store, environment)
    conversations = Conversations(store, rules_of(files.desk))
    shadow = Shadow(store, files, knowledge=lambda: answers.current.knowledge)
    engine = Engine(conversations, answers, on_answer=shadow.see)
    return Desk(files, conversations, engine, answers, shadow)
