"""Does the regression suite of a desk hold with another model? What retraining asks."""

from whet.products.support.answering.intents import PackageIntents
from whet.products.support.answering.library import knowledge_of
from whet.products.support.answering.opening import models_of
from whet.products.support.desk.read import DeskFiles
from whet.products.support.learning.retraining import SuiteResult
from whet.products.support.suite.read import SUITE_NAME, read_suite
from whet.products.support.suite.run import run_suite
from whet.serving.predictor import Predictor
from whet.store.store import Store


def run_gate(files: DeskFiles, predictor: Predictor, store: Store) -> SuiteResult | None:
    """Return how the suite beside a desk ends with a model; None where the desk has none.

    Articles are searched as they are now: the champion's embedding, or words.

    Raises:
        InputError: the suite has mistakes.
    """
    path = files.folder / SUITE_NAME
    if not path.is_file():
        return None
    model = PackageIntents(predictor)
    cases = read_suite(path, files, model.intents)
    knowledge = knowledge_of(store, models_of(files.model, store).embedder)
    outcomes = run_suite(cases, files, model, knowledge)
    failed = (
        f"{outcome.case.name}: {'; '.join(outcome.problems)}"
        for outcome in outcomes
        if outcome.problems
    )
    return SuiteResult(len(outcomes), tuple(failed))
