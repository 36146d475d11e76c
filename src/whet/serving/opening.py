"""Who answers for a package? The predictor that its form needs."""

from whet.serving.package import Package
from whet.serving.predictor import Predictor
from whet.serving.tagging.predictor import TagPredictor


def load_predictor(package: Package) -> Predictor | TagPredictor:
    """Return what answers for a package: labels, or spans where the form finds them.

    Raises:
        IntegrityError: a file of the package cannot be loaded, or its parts disagree.
    """
    return TagPredictor(package) if package.contents.finds_spans else Predictor(package)
