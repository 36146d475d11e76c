"""What each page of the console shows, and what its buttons do."""
