"""HTTP: predict, embed, take feedback; keys, limits, metrics, logs."""
