"""What the console says, in English and Chinese."""
