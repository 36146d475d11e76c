"""Every error that Whet raises on purpose. Anything else that escapes is a bug.

The command line and the server print a `WhetError` as one sentence and exit 2 or answer 4xx;
other exceptions keep their traceback.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class WhetError(Exception):
    """A problem the user can mend. The text says what must hold, what was found, what to do."""


class InputError(WhetError, ValueError):
    """A file, a row, a card field or an argument is not what Whet accepts."""


class IntegrityError(WhetError):
    """A file is not the one that was written: a hash differs or a part is missing."""


class BusyError(WhetError):
    """Somebody else is doing this right now: a lock is held or a port is taken."""


class UnavailableError(WhetError):
    """Something that Whet needs is gone, and may be back in a moment: a database that restarts."""


class NotInstalledError(WhetError):
    """This needs an optional part of Whet that is not installed."""


def did_you_mean(wrong: str, valid: Iterable[str]) -> str:
    """Return ``Did you mean 'x'?`` or, with nothing near, the list of valid names.

    >>> did_you_mean("macro_f2", ["accuracy", "macro_f1"])
    "Did you mean 'macro_f1'?"
    >>> did_you_mean("zebra", ["accuracy", "ece"])
    'Valid names: accuracy, ece.'
    """
    names = sorted(valid)
    near = get_close_matches(wrong, names, n=1, cutoff=0.6)
    return f"Did you mean {near[0]!r}?" if near else f"Valid names: {', '.join(names)}."
