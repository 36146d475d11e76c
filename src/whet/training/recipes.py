"""With which settings does a candidate train? Those of its method, where the card says nothing."""

from whet.cards.tuning import Tuning
from whet.models.methods.registry import find_method
from whet.training.finetune import Recipe


def recipe_for(candidate: str, tuning: Tuning, *, seed: int) -> Recipe:
    """Return the recipe of a candidate such as `lora` or `freeze:4`.

    Raises:
        InputError: there is no such method.
    """
    method = find_method(candidate)
    rate = tuning.learning_rate or method.encoder_rate
    return Recipe(
        seed=seed,
        epochs=tuning.epochs or method.epochs,
        rows_per_batch=tuning.rows_per_batch,
        encoder_rate=rate,
        head_rate=rate * method.head_ratio,
        layer_decay=tuning.layer_decay or method.layer_decay,
        weight_decay=tuning.weight_decay,
        dropout=Recipe.dropout if tuning.dropout is None else tuning.dropout,
        label_smoothing=tuning.label_smoothing,
        focal=tuning.focal,
        balanced=tuning.class_weights == "balanced",
        r_drop=tuning.r_drop,
        patience=tuning.patience,
    )
