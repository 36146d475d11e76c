"""How good is the desk? Numbers for people, each with its interval."""
