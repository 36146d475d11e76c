"""What does the server write while it runs? JSON lines to the standard error output."""

import logging
import sys
from collections.abc import Sequence

import structlog
from structlog.typing import Processor

from whet.core.errors import InputError, did_you_mean
from whet.core.settings import settings

_SHARED: Sequence[Processor] = (
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,  # plain tracebacks: no local variables, so no texts
)
_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
_JSON = structlog.processors.JSONRenderer(ensure_ascii=False)


def configure_logging() -> None:
    """Send the lines of Whet and of the libraries below it to stderr, one JSON object a line.

    Raises:
        InputError: WHET_LOG_LEVEL is not a level.
    """
    level = _level(settings().log_level)
    structlog.configure(
        processors=[*_SHARED, _JSON],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _JSON],
        )
    )
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)


def _level(name: str) -> int:
    """Return the number of a level."""
    if name.lower() not in _LEVELS:
        raise InputError(
            f"WHET_LOG_LEVEL must be one of {', '.join(_LEVELS)}; found {name!r}. "
            f"{did_you_mean(name.lower(), _LEVELS)}"
        )
    return _LEVELS[name.lower()]
