"""The console of a desk: server-rendered pages for agents, editors and admins."""
