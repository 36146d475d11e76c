"""How is a store opened, and what is in it? One object; one attribute per concern.

with open_store(workspace.database_url) as store:
    with store.lock("build:support-intents"):
        run = store.runs.create(...)
"""

from contextlib import AbstractContextManager
from typing import Self

from whet.core.clock import Clock, utc_now
from whet.store import locks
from whet.store.articles import ArticleUses
from whet.store.audit import AuditLog
from whet.store.conversation_lists import ConversationLists
from whet.store.conversations import ConversationBox
from whet.store.curves import Curves
from whet.store.database import Database
from whet.store.estimates import BaseEstimates
from whet.store.examples import Examples
from whet.store.feedback import FeedbackBox
from whet.store.forecasts import Forecasts
from whet.store.keys import Keys
from whet.store.measurements import Measurements
from whet.store.migrate import bring_up_to_date
from whet.store.packages import Packages
from whet.store.passages import Passages
from whet.store.predictions import Predictions
from whet.store.runs import Runs
from whet.store.service_numbers import ServiceNumbers
from whet.store.sessions import Sessions
from whet.store.signals import Signals
from whet.store.trials import Trials
from whet.store.usage import Usage
from whet.store.users import Users
from whet.store.versions import DataVersions


class Store:
    """Everything that Whet remembers. One store serves all threads of a process."""

    def __init__(self, database: Database) -> None:
        """Store `database`, which must be up to date: `open_store` sees to that."""
        self.database = database
        self.runs = Runs(database)
        self.measurements = Measurements(database)
        self.curves = Curves(database)
        self.base_estimates = BaseEstimates(database)
        self.forecasts = Forecasts(database)
        self.versions = DataVersions(database)
        self.packages = Packages(database)
        self.passages = Passages(database)
        self.article_uses = ArticleUses(database)
        self.predictions = Predictions(database)
        self.feedback = FeedbackBox(database)
        self.keys = Keys(database)
        self.usage = Usage(database)
        self.conversations = ConversationBox(database)
        self.conversation_lists = ConversationLists(database)
        self.users = Users(database)
        self.sessions = Sessions(database)
        self.audit = AuditLog(database)
        self.signals = Signals(database)
        self.examples = Examples(database)
        self.trials = Trials(database)
        self.service_numbers = ServiceNumbers(database)

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Return a context that holds the lock `name`, for example ``build:<card>``.

        Raises:
            BusyError: another process holds it; the text says which.
        """
        return locks.hold(self.database, name)

    def close(self) -> None:
        """Close every connection."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_store(url: str, *, clock: Clock = utc_now) -> Store:
    """Open the store at a SQLAlchemy URL; make it, or bring it up to date, where needed.

    Raises:
        InputError: the URL, the folder or the permissions are not what a store needs.
        IntegrityError: the file is not a database, or is damaged.
        NotInstalledError: the driver for PostgreSQL is missing.
        WhetError: the server cannot be reached, or a newer Whet has written the store.
    """
    database = Database(url, clock)
    try:
        bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    return Store(database)
