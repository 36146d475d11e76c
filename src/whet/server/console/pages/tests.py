"""Does the desk do what its suite says? Run on demand; each case a conversation of its own."""

from starlette.responses import Response

from whet.core.errors import InputError
from whet.products.support.answering.library import knowledge_of
from whet.products.support.answering.opening import models_of
from whet.products.support.suite.read import SUITE_NAME, read_suite
from whet.products.support.suite.run import Outcome, run_suite
from whet.server.console.ask import Ask
from whet.server.console.rendering import page


def tests(ask: Ask) -> Response:
    """Show the cases of the suite."""
    return _show(ask)


def run(ask: Ask) -> Response:
    """Run the suite with the model and the articles that answer now."""
    files = ask.desk.files
    if files is None:
        raise InputError("A suite is run on a desk with a desk.yaml; this one has none.")
    models = models_of(files.model, ask.store)
    known = models.intents.intents if models.intents else None
    cases = read_suite(files.folder / SUITE_NAME, files, known)
    knowledge = knowledge_of(ask.store, models.embedder)
    outcomes = run_suite(cases, files, models.intents, knowledge)
    failed = sum(bool(outcome.problems) for outcome in outcomes)
    ask.done("tests.run", SUITE_NAME, cases=len(outcomes), failed=failed)
    return _show(ask, outcomes)


def _show(ask: Ask, outcomes: list[Outcome] | None = None) -> Response:
    """Return the page of the suite, with what came of it where it was run."""
    files = ask.desk.files
    path = ask.desk.folder / SUITE_NAME
    cases = read_suite(path, files, None) if files is not None and path.is_file() else []
    failed = [outcome for outcome in outcomes or [] if outcome.problems]
    return page(
        ask,
        "tests.html",
        active="tests",
        cases=cases,
        file=SUITE_NAME,
        outcomes=outcomes,
        failed=failed,
    )
