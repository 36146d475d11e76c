"""What does each section of the report show? Fields only: the list of all a page can hold."""
