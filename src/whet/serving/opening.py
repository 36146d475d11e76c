"""Who answers for a package? The predictor that its form needs."""

from collections.abc import Callable

from whet.serving.label_lists import LabelsAnswer, LabelsPredictor
from whet.serving.package import Package
from whet.serving.passages.predictor import PassageAnswer, PassagePredictor
from whet.serving.predictor import Answer, Predictor
from whet.serving.tagging.predictor import TagAnswer, TagPredictor
from whet.serving.values import ValueAnswer, ValuePredictor

AnyPredictor = Predictor | TagPredictor | ValuePredictor | LabelsPredictor | PassagePredictor
AnyAnswer = Answer | TagAnswer | ValueAnswer | LabelsAnswer | PassageAnswer


def load_predictor(package: Package) -> AnyPredictor:
    """Return what answers for a package, by its kind of target.

    Raises:
        IntegrityError: a file of the package cannot be loaded, or its parts disagree.
    """
    return PREDICTORS[package.contents.kind](package)


PREDICTORS: dict[str, Callable[[Package], AnyPredictor]] = {
    "classes": Predictor,
    "tags": TagPredictor,
    "real": ValuePredictor,
    "labels": LabelsPredictor,
    "pair": Predictor,
    "span": PassagePredictor,
}
"""For each kind of target, who answers for its packages."""
