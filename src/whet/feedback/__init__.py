"""The loop: what people said becomes labelled examples, and a better model is chosen by evidence."""
