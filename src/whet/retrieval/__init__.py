"""Find the passages that answer: words and meaning fused, one document at a time in and out."""
