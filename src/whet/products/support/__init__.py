"""Customer service: answer from history, know when not to, and hand over to a person."""
