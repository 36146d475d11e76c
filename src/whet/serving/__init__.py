"""Load a package, answer with it, batch across requests, follow the champion; no HTTP, no torch."""
