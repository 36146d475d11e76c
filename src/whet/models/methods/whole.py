"""Which of the encoder's own weights learn? All of them, or the biases alone."""

from dataclasses import replace

from whet.core.errors import InputError
from whet.models.anatomy import architecture, layers_of
from whet.models.classifier import Classifier
from whet.models.methods.contract import Adapted, Setup, freeze_encoder, plain
from whet.models.methods.vocabulary import keep_used, put_back


def full(model: Classifier, setup: Setup) -> Adapted:
    """Let every weight learn, of the embeddings those of the words that occur."""
    model.requires_grad_(True)

    def merged() -> Classifier:
        put_back(model.views.transformer)
        return model

    return replace(
        plain(model), merged=merged, prepare=lambda rows: keep_used(model.views.transformer, rows)
    )


def bitfit(model: Classifier, setup: Setup) -> Adapted:
    """Let the biases of the layers learn, those of norms included.

    Raises:
        InputError: the layers have no biases.

    Source: Ben Zaken et al. 2022, arXiv:2106.10199.
    """
    freeze_encoder(model)
    transformer = model.views.transformer
    biases = [p for name, p in layers_of(transformer).named_parameters() if name.endswith("bias")]
    if not biases:
        raise InputError(
            f"method 'bitfit' needs a base whose layers have biases; architecture "
            f"{architecture(transformer)!r} has none here. Use the candidate 'ia3' or 'lora'."
        )
    for bias in biases:
        bias.requires_grad_(True)
    return plain(model)
