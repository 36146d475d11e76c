"""How good is the desk? Numbers with intervals, drawn and in tables, by day, channel and intent."""

from datetime import timedelta
from functools import partial

from starlette.responses import Response

from whet.core.errors import InputError
from whet.products.support.quality.numbers import quality as numbers_of
from whet.server.console.ask import Ask
from whet.server.console.charts import MEASURES, chart, interval, told
from whet.server.console.rendering import page

DAYS = (7, 30, 90)
_BY = ("day", "channel", "intent", "language")


def quality(ask: Ask) -> Response:
    """Show the numbers of the last days; `measure` chooses what is drawn."""
    files = ask.desk.files
    if files is None:
        raise InputError("Quality is counted for a desk with a desk.yaml; this one has none.")
    asked, measure = ask.query("days"), ask.query("measure")
    days = int(asked) if asked in map(str, DAYS) else DAYS[1]
    measure = measure if measure in MEASURES else MEASURES[0]
    until = ask.store.database.clock()
    found = numbers_of(ask.store, files.desk, since=until - timedelta(days=days), until=until)
    make = partial(chart, measure=measure, language=ask.language, unit=found.currency)
    return page(
        ask,
        "quality.html",
        active="quality",
        found=found,
        days=days,
        all_days=DAYS,
        measure=measure,
        measures=MEASURES,
        charts=[make(found.by[by], by) for by in _BY],
        interval=interval,
        told=partial(told, unit=found.currency),
    )
