"""Spans in texts: how a text is read, and how what a model says about its words is decoded."""
