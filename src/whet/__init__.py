"""Whet: sharpen a pretrained model into a product that can be trusted."""

__version__ = "0.1.0"
