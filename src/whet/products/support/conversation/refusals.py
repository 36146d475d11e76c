"""What is somebody told whose message or action does not count any more?

None of it is a fault: two people were at work at once, and one was first. A channel answers such a
refusal with 409 (429 for `rate`), the engine drops its answer, and the console reads the
conversation anew.
"""

from typing import Literal

from whet.core.errors import WhetError

Kind = Literal["fence", "answered", "order", "taken", "state", "rate", "seen", "forgotten"]
"""`fence`: the owner or the state has changed since; `answered`: the message has its answer;
`order`: an earlier message has none yet; `taken`: another agent has it; `state`: not in this
state; `rate`: too many messages; `seen`: the customer has written since; `forgotten`: deleted."""


class Refused(WhetError):
    """A send or an action that came too late, twice, or from somebody else than the owner."""

    def __init__(
        self, kind: Kind, sentence: str, *, owner: str | None = None, wait_s: int = 0
    ) -> None:
        super().__init__(sentence)
        self.kind: Kind = kind
        self.wait_s = wait_s
        """Seconds until it may be sent again, where waiting helps."""
        self.owner = owner
        """The agent who has the conversation, where one has."""
