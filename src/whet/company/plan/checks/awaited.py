"""Does anything say when a milestone that money waits for is reached? A task, or a deadline."""

from collections.abc import Iterator

from whet.company.plan.entries import entries, valid
from whet.company.plan.work import Milestone
from whet.core.yaml.document import Document, Problem

_WAITING = (("revenue", "starts", "revenue"), ("round", "needs", "the round"))


def check_awaited(document: Document) -> Iterator[Problem]:
    """A milestone of which nothing says when it is reached is awaited by no money.

    The simulation would take it as reached on the first day, and count money that may never come.
    """
    led = {document.text(*entry.where, "milestone") for entry in entries(document, "task")}
    open_ended = {
        mark.id
        for _, mark in valid(document, "milestone", Milestone)
        if mark.deadline is None and not mark.after and mark.id not in led
    }
    for kind, field, what in _WAITING:
        for entry in entries(document, kind):
            name = document.text(*entry.where, field)
            if name in open_ended:
                yield document.problem(
                    (*entry.where, field),
                    f"must be a milestone that is reached at some time: {what} waits for {name!r}, "
                    "which has neither tasks nor a deadline. Give it one of them.",
                )
