"""The loop: what people said becomes labelled examples; a better model is chosen by evidence."""
