"""How large is the learning rate at each step? A rise, then a fall."""


def schedule(step: int, total: int, warmup: float) -> float:
    """Return the factor on the learning rate: a linear rise, then a linear fall to zero."""
    rise = max(1, int(total * warmup))
    return (step + 1) / rise if step < rise else max(0.0, (total - step) / max(1, total - rise))
