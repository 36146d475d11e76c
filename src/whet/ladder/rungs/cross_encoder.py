"""What does an encoder bring that reads both texts in one input? The rung of a cross-encoder.

It is the rung of a tuned classifier: a pair is read with what the tokenizer puts around two texts.
"""

from whet.core.errors import InputError
from whet.ladder.context import Context
from whet.ladder.rungs.tuned import TunedRung
from whet.models.encoder import text_separator


def cross_encoder(context: Context, method: str) -> TunedRung:
    """Return the rung of a cross-encoder that a method tunes.

    Raises:
        InputError: the base reads one text only, or does not support the method.
    """
    if text_separator(context.encoder) is None:
        raise InputError(
            f"base {context.card.base!r} must have a tokenizer that puts a token between two texts "
            f"to be tuned by {method!r} on pairs; it has none. Name another base, or leave "
            f"{method!r} out of candidates."
        )
    return TunedRung(context, method)
