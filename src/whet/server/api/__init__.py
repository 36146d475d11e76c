"""The routes: each reads a request, calls one function of `whet.server.service`, and answers."""
