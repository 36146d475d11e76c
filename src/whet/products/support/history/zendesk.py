"""What do tickets of Zendesk say? Ticket JSON with its comments.

Shapes: https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/ (a comment:
`author_id`, `body`, `html_body`, `plain_body`, `public`, `created_at`, `type`),
https://developer.zendesk.com/api-reference/ticketing/tickets/tickets/ (`id`, `subject`,
`description`, `requester_id`, `assignee_id`, `created_at`, `via`), users side-loaded as
`users: [{id, name, role}]` with the roles `end-user`, `agent` and `admin`. The account's JSON
export writes one ticket a line with `requester`, `submitter`, `assignee` and `comments` in it:
https://support.zendesk.com/hc/en-us/articles/4408886165402.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from whet.products.support.history.authors import Known, author_of
from whet.products.support.history.moments import moment
from whet.products.support.history.plain import plain_text
from whet.products.support.history.rows import named
from whet.products.support.history.transcript import Message, Transcript
from whet.products.support.turns import Author

_ROLES: Mapping[str, Author] = {
    "end-user": "customer",
    "end_user": "customer",
    "agent": "person",
    "admin": "person",
}
_SYSTEM_USER = "-1"
"""Author id of what triggers and automations write."""


def is_zendesk(value: Mapping[str, Any]) -> bool:
    """Return whether a JSON object is a ticket with comments, or holds some."""
    if isinstance(value.get("tickets"), list) or isinstance(value.get("ticket"), dict):
        return True
    return isinstance(value.get("comments"), list) and "id" in value


def read_tickets(transcript: Transcript, value: Mapping[str, Any], row: int, known: Known) -> int:
    """Add the messages of one ticket, or of each ticket that an answer of the API holds.

    Returns:
        The number of tickets.
    """
    tickets = value.get("tickets", [value.get("ticket", value)])
    users = _users(value)
    beside = value.get("comments") if "ticket" in value else None
    for i, ticket in enumerate(tickets):
        if not isinstance(ticket, dict) or not named(ticket.get("id")):
            transcript.flaw(row + i, "a ticket must be an object with an `id`.")
            continue
        _read(transcript, ticket, beside, _People(ticket, users, known), row + i)
    return len(tickets)


class _People:
    """Who wrote in a ticket."""

    def __init__(self, ticket: Mapping[str, Any], users: dict[str, dict[str, Any]], known: Known):
        self.users = {**users, **_users(ticket)}
        for who in ("requester", "submitter", "assignee"):
            if isinstance(person := ticket.get(who), dict):
                self.users.setdefault(named(person.get("id")), person)
        requester = ticket.get("requester")
        own = requester.get("id") if isinstance(requester, dict) else None
        self.requester = named(ticket.get("requester_id", own))
        self.known = known

    def who(self, comment: Mapping[str, Any]) -> tuple[Author | None, str]:
        """Return who wrote a comment, and under which name."""
        person = comment.get("author")
        number = named(comment.get("author_id"))
        if isinstance(person, dict):
            number = number or named(person.get("id"))
        else:
            person = self.users.get(number, {})
        name = named(person.get("name"))
        if comment.get("public") is False or number == _SYSTEM_USER:
            return "system", name
        said = self.known.names.get(name.lower()) if name else None
        if said:
            return said, name
        if number and number == self.requester:
            return "customer", name
        by_role = _ROLES.get(named(person.get("role")).lower())
        return by_role or (author_of(name, self.known) if name else self.known.others), name


def _users(value: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the users beside tickets by their ids."""
    users = value.get("users")
    return {
        named(user.get("id")): user
        for user in (users if isinstance(users, list) else [])
        if isinstance(user, dict)
    }


def _read(
    transcript: Transcript, ticket: Mapping[str, Any], beside: Any, people: _People, row: int
) -> None:
    """Add the messages of one ticket."""
    ticket_id = named(ticket["id"])
    comments = ticket.get("comments", beside)
    if not isinstance(comments, list):
        comments = list(_description(ticket))
        if not comments:
            transcript.flaw(
                row,
                f"ticket {ticket_id} must hold its `comments`; it has none. Export tickets with "
                "comments, or ask /api/v2/tickets/ID/comments.",
            )
    for i, comment in enumerate(comments, start=1):
        if wrong := _comment(transcript, ticket_id, comment, people, row):
            transcript.flaw(row, f"ticket {ticket_id}, comment {i}: {wrong}")


def _description(ticket: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the description of a ticket as its first comment, which it is."""
    if text := named(ticket.get("description")):
        author = ticket.get("submitter_id", ticket.get("requester_id"))
        yield {"author_id": author, "body": text, "created_at": ticket.get("created_at")}


def _comment(transcript: Transcript, ticket: str, comment: Any, people: _People, row: int) -> str:
    """Add one comment, or return what is wrong with it."""
    if not isinstance(comment, dict):
        return "must be an object."
    body = comment.get("plain_body") or comment.get("html_body") or comment.get("body")
    text = plain_text(named(body))
    if not text:
        return ""
    found = moment(comment.get("created_at"))
    if found is None:
        return f"`created_at` must be a time; found {comment.get('created_at')!r}."
    author, name = people.who(comment)
    if author is None:
        return (
            f"nobody knows who author_id {comment.get('author_id')!r} is: there is no user of "
            "that id with a role. Export `users` too, or give --others agent."
        )
    transcript.messages.append(Message(f"zendesk-{ticket}", found[0], author, text, name, row))
    return ""
