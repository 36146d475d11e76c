"""Altered copies of training texts, from which a model may learn more than from the texts alone."""
