"""How far may the truth be from an answer? Intervals that hold it as often as they promise.

The errors on calibration rows, divided by the error that was expected there, are ranked; an answer
to come gets the expected error times the rank that the promise needs. Where calibration rows and
messages to come are exchangeable and one model answers both, the interval holds the truth with at
least the stated probability, on average over messages, whatever the model.

Sources: Lei et al. 2018, Journal of the American Statistical Association 113, sections 2.2 and 5.2
(split conformal, locally weighted); Romano, Patterson, Candes 2019, arXiv:1905.03222.
"""

import math

import numpy as np

from whet.core.errors import InputError
from whet.evaluation.metrics import Floats


def conformal_factor(errors: Floats, expected: Floats, coverage: float) -> float | None:
    """Return the factor of the expected error within which the truth lies; None with too few rows.

    Args:
        errors: absolute errors (n,) on calibration rows.
        expected: expected error (n,) of each, above 0; ones where nothing is expected.
        coverage: share of truths to hold, in (0, 1).

    Raises:
        InputError: shapes disagree or there are no rows.

    >>> conformal_factor(np.arange(1.0, 10), np.ones(9), 0.9)
    9.0
    >>> conformal_factor(np.ones(8), np.ones(8), 0.9)
    """
    if errors.ndim != 1 or errors.shape != expected.shape or not errors.size:
        raise InputError(
            "Errors and expected errors must both be (n,) with n > 0; "
            f"got {errors.shape} and {expected.shape}. Pass the same rows in both."
        )
    rank = math.ceil(round((len(errors) + 1) * coverage, 9))
    return float(np.sort(errors / expected)[rank - 1]) if rank <= len(errors) else None


def rows_needed(coverage: float) -> int:
    """Return the number of calibration rows below which no interval holds so many truths.

    >>> rows_needed(0.9), rows_needed(0.95)
    (9, 19)
    """
    return math.ceil(round(coverage / (1 - coverage), 9))
