"""From the trained model to a package that answers as it did: export, quantise, parity, write."""
