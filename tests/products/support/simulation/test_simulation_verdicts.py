"""Lost, doubled, talked over, right and wrong, told from the entries of a conversation."""

from datetime import UTC, datetime
from typing import Any

from whet.products.support.desk.templates import Template
from whet.products.support.simulation.customers import Expects
from whet.products.support.simulation.verdicts import Fingerprints, Sent, Verdict, verdict_of
from whet.store.conversation_rows import Entry

PRINTS = Fingerprints(
    {
        "refund": Template(
            en="The refund of {order} is on its way to you.", zh="{order}的退款正在处理中。"
        ),
        "hours": Template(en="We open at nine."),
    }
)
REFUND = Expects(intents=["refund"])


def _entry(seq: int, who: str, text: str = "", **fields: Any) -> Entry:
    known: dict[str, Any] = {
        "kind": "message", "agent": None, "at": datetime(2026, 6, 17, tzinfo=UTC), "fence": 1,
        "in_reply_to": None, "is_private": False, "client_id": None, "from_state": None,
        "to_state": None, "reply": None,
    }  # fmt: skip
    return Entry(seq=seq, who=who, text=text, **known | fields)


def _asked(seq: int = 1, client_id: str = "a") -> Entry:
    return _entry(seq, "customer", "money back", client_id=client_id)


def _bot(seq: int, text: str, to: int = 1, action: str = "answer", article: str = "") -> Entry:
    sources = [{"document": article}] if article else []
    reply = {"action": action, "reason": {"sources": sources}}
    return _entry(seq, "bot", text, in_reply_to=to, reply=reply)


def _verdict(*entries: Entry, expects: Expects = REFUND, state: str = "bot") -> Verdict:
    return verdict_of([Sent("s", "a", expects)], entries, state, PRINTS)


def test_templates_are_told_by_what_they_say() -> None:
    assert PRINTS.found("The refund of AB1 is on its way to you. Bye") == {"refund"}
    assert PRINTS.found("AB1的退款正在处理中。") == {"refund"}
    assert PRINTS.found("We open at NINE.") == {"hours"}
    assert PRINTS.found("Which order?") == set()


def test_a_right_answer() -> None:
    found = _verdict(_asked(), _bot(2, "The refund of X is on its way to you."))
    assert found == Verdict(messages=1, by_bot=1, judged=1, answered=1)


def test_a_wrong_answer() -> None:
    found = _verdict(_asked(), _bot(2, "We open at nine."))
    assert (found.answered, found.wrong) == (1, 1)
    cited = _verdict(_asked(), _bot(2, "Gift cards last.", article="gift"))
    assert (cited.answered, cited.wrong) == (1, 1)
    right = Expects(articles=["gift"])
    assert _verdict(_asked(), _bot(2, "Gift cards last.", article="gift"), expects=right).wrong == 0


def test_asking_and_handing_over_are_not_wrong() -> None:
    asked = _verdict(_asked(), _bot(2, "Which order?", action="ask"))
    assert (asked.asked_back, asked.answered, asked.wrong) == (1, 0, 0)
    handed = _verdict(_asked(), _bot(2, "A colleague comes.", action="hand_over"), state="waiting")
    assert (handed.handed_over, handed.answered, handed.lost) == (1, 0, 0)


def test_what_is_not_kept_is_lost() -> None:
    assert _verdict().lost == 1
    assert _verdict(_asked()).lost == 1
    assert _verdict(_asked(), state="waiting").lost == 0
    assert _verdict(_asked(), _entry(2, "person", "Hello")).lost == 0


def test_what_is_kept_or_answered_twice_is_doubled() -> None:
    text = "We open at nine."
    assert _verdict(_asked(), _asked(2), _bot(3, text, to=2)).doubled == 1
    assert _verdict(_asked(), _bot(2, text), _bot(3, text)).doubled == 1
    assert _verdict(_asked(), _bot(2, text)).doubled == 0


def test_the_bot_must_be_silent_where_a_person_speaks() -> None:
    taken = _entry(2, "ana", kind="take", to_state="person")
    assert _verdict(_asked(), taken, _bot(3, "We open at nine.")).talked_over == 1
    back = _entry(3, "ana", kind="give_to_bot", to_state="bot")
    assert _verdict(_asked(), taken, back, _bot(4, "We open at nine.")).talked_over == 0


def test_a_hand_over_without_a_word_counts() -> None:
    over = _entry(2, "bot", kind="ask_for_person", to_state="waiting")
    found = _verdict(_asked(), over, state="waiting")
    assert (found.judged, found.handed_over, found.lost, found.by_bot) == (1, 1, 0, 0)
    later = _verdict(_asked(), _asked(2, "b"), _entry(3, "bot", kind="ask", to_state="waiting"))
    assert (later.judged, later.handed_over) == (0, 0)


def test_what_was_refused_is_not_lost_unless_it_was_kept() -> None:
    refused = [Sent("s", "a", REFUND, was_taken=False)]
    found = verdict_of(refused, [], "bot", PRINTS)
    assert (found.messages, found.refused, found.lost) == (1, 1, 0)
    kept = verdict_of(refused, [_asked()], "bot", PRINTS)
    assert (kept.refused, kept.lost) == (0, 1)
