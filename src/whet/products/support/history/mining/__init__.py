"""Which questions do customers ask again and again? Groups of messages, their names, answers."""
