"""Which pages are there, and who may do what? One table that a test walks, role by role."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from whet.server.console.ask import Ask
from whet.server.console.pages import (
    articles,
    audit,
    entrance,
    inbox,
    intents,
    people,
    quality,
    review,
    talk,
    talk_moves,
    tests,
)


@dataclass(frozen=True)
class Route:
    """One address of the console."""

    method: str
    path: str
    """Below /console."""
    role: str | None
    """The least role that may; None for everybody, signed in or not."""
    page: Callable[[Ask], Response]


ROUTES: tuple[Route, ...] = (
    Route("GET", "", None, entrance.start),
    Route("GET", "/", None, entrance.start),
    Route("GET", "/sign-in", None, entrance.sign_in_page),
    Route("POST", "/sign-in", None, entrance.sign_in),
    Route("POST", "/sign-out", "agent", entrance.sign_out),
    Route("GET", "/language/{language}", None, entrance.choose_language),
    Route("GET", "/static/{version}/{name}", None, entrance.static),
    Route("GET", "/keys", "agent", entrance.keys),
    Route("POST", "/keys", "agent", entrance.switch_keys),
    Route("GET", "/inbox/{view}", "agent", inbox.inbox),
    Route("POST", "/presence", "agent", inbox.presence),
    Route("GET", "/talk/{talk}", "agent", talk.talk),
    Route("POST", "/talk/{talk}/take", "agent", talk_moves.take),
    Route("POST", "/talk/{talk}/send", "agent", talk_moves.send),
    Route("POST", "/talk/{talk}/note", "agent", talk_moves.note),
    Route("POST", "/talk/{talk}/give-back", "agent", talk_moves.give_back),
    Route("POST", "/talk/{talk}/resolve", "agent", talk_moves.resolve),
    Route("POST", "/talk/{talk}/reopen", "agent", talk_moves.reopen),
    Route("POST", "/talk/{talk}/ask-for-person", "agent", talk_moves.ask_for_person),
    Route("GET", "/intents", "agent", intents.intents),
    Route("GET", "/intents/show/{intent}", "agent", intents.intent),
    Route("POST", "/intents/show/{intent}", "editor", intents.decide),
    Route("GET", "/articles", "agent", articles.articles),
    Route("GET", "/articles/show/{article:path}", "agent", articles.article),
    Route("GET", "/articles/new", "editor", articles.new),
    Route("POST", "/articles/new", "editor", articles.add),
    Route("GET", "/articles/edit/{article:path}", "editor", articles.edit),
    Route("POST", "/articles/edit/{article:path}", "editor", articles.save),
    Route("GET", "/articles/delete/{article:path}", "editor", articles.confirm),
    Route("POST", "/articles/delete/{article:path}", "editor", articles.delete),
    Route("POST", "/articles/sync", "editor", articles.sync),
    Route("POST", "/questions/settle", "editor", articles.settle),
    Route("GET", "/quality", "agent", quality.quality),
    Route("GET", "/review", "editor", review.review),
    Route("POST", "/review", "editor", review.label),
    Route("GET", "/tests", "agent", tests.tests),
    Route("POST", "/tests", "editor", tests.run),
    Route("GET", "/users", "admin", people.users),
    Route("POST", "/users", "admin", people.add),
    Route("POST", "/users/{name}", "admin", people.change),
    Route("GET", "/audit", "admin", audit.audit),
    Route("GET", "/{rest:path}", None, entrance.not_found),
)
