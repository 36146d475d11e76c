"""What compares two texts in a package: by words, by one vector a text, or in one input."""
