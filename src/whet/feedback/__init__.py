"""What people said about answers becomes labelled examples, reviews and warnings of drift."""
