"""Pretrained bases, their embeddings, and the classifiers that learn on top of them."""
