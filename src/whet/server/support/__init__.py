"""A support desk over HTTP: OpenAI's clients, Rasa's and Chatwoot's webhooks, and the widget."""
