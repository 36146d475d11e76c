"""Answering a message: the first tier that holds, with its reason."""
