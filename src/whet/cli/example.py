"""What does the demo work on, and what does it ask? The example of the source tree, or a copy."""

import shutil
from pathlib import Path

import whet
from whet.core.errors import NotInstalledError

EXAMPLE = Path("examples") / "support"

QUESTIONS: tuple[str, ...] = (
    "You took my money two times for the same month, please check",
    "how do i get my colleague into our workspace",
    "我忘了密码，重置的邮件一直收不到",
    "the app closes by itself whenever I open the timesheet on my phone",
    "Could you send me the receipt for October again?",
    "What should I cook for eight people on Sunday?",
)
"""What the demo asks: in two languages, none of them in the data, the last one out of scope."""


def example_card(copy_to: Path | None) -> Path:
    """Return the card of the example, or of a copy of the example in the folder `copy_to`.

    Raises:
        NotInstalledError: Whet was installed without its source tree.
    """
    source = Path(whet.__file__).parents[2] / EXAMPLE
    if not (source / "card.yaml").is_file():
        raise NotInstalledError(
            "The demo needs the example data, which only the source tree has. "
            "Clone the repository and run `make demo` in it."
        )
    if copy_to is None:
        return source / "card.yaml"
    ours = shutil.ignore_patterns(".whet")  # what the example itself has built
    shutil.copytree(source, copy_to, ignore=ours, dirs_exist_ok=True)
    return copy_to / "card.yaml"


TALKS: tuple[tuple[str, ...], ...] = (
    (
        "since Monday my shifts are missing in google calendar",
        "sorry, I meant outlook",
    ),
    ("are public holidays deducted from leave?",),
    ("怎么升级到商务版",),
    ("please erase our whole workspace",),
    ("Who won the match last night?", "I mean the one in Lisbon"),
)
"""Conversations that the demo has with the desk: a template with a slot and a correction, an
article, Chinese, what always needs a person, and what is out of scope."""
