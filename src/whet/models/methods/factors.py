"""How far do factors alone go? IA3, by peft: keys, values and the feed-forward layer are scaled.

Source: Liu et al. 2022, arXiv:2205.05638.
"""

from whet.models.anatomy import dialect_of, inner_paths
from whet.models.classifier import Classifier
from whet.models.methods.contract import Adapted, Setup
from whet.models.methods.low_rank import ADAPTER, injected


def ia3(model: Classifier, setup: Setup) -> Adapted:
    """Add factors, all 1 at the start, which merge into the projections.

    Raises:
        InputError: the base's architecture is not known.
    """
    from peft import IA3Config, IA3Model  # seconds to import, and few builds need it

    transformer = model.views.transformer
    dialect = dialect_of(transformer, "ia3")
    inner = inner_paths(transformer, dialect.feed_forward_output)
    config = IA3Config(
        target_modules=[*inner_paths(transformer, *dialect.keys_and_values), *inner],
        feedforward_modules=inner,
    )
    return injected(model, lambda module: IA3Model(module, {ADAPTER: config}, ADAPTER))
