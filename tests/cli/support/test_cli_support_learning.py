"""The commands by which a desk learns, on a real one: from reviews to a champion, and back."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli.conftest import Whet
from tests.products.support.learning.conftest import make_desk

from whet.feedback.lesson import is_held_out
from whet.products.support.opening import Desk, open_desk
from whet.store.store import open_store

ASKED = {
    "refund": "the money of my last invoice back please",
    "login": "help with the password of my login card",
    "crash": "since monday my app has a crash",
}
REVIEWERS = ("ann", "bo", "cy", "dee")
SUITE = """\
cases:
  - {name: money back, when: [refund my money], then: {intent: refund}}
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a desk whose model was built."""
    return make_desk(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of the built desk, with a suite; packages lie where they were built."""
    copied = shutil.copytree(built, tmp_path / "desk")
    (copied / "tests.yaml").write_text(SUITE, encoding="utf-8")
    return copied


@contextmanager
def opened(folder: Path) -> Iterator[Desk]:
    """Yield the desk as a server opens it."""
    with open_store(f"sqlite:///{folder / '.whet' / 'whet.db'}") as store:
        desk = open_desk(folder, store)
        try:
            yield desk
        finally:
            desk.close()


def asked(desk: Desk, text: str, customer: str) -> tuple[str, int]:
    """Let a customer ask in a conversation of its own; return it, and the bot's answer."""
    talk = desk.conversations.start("widget", customer=customer, language="en").id
    answer = desk.engine.handle(talk, client_id="1", text=text).answer
    assert answer is not None
    return talk, answer.seq


def aliases(folder: Path) -> dict[str, str]:
    with open_store(f"sqlite:///{folder / '.whet' / 'whet.db'}") as store:
        return store.packages.aliases("shop")


def new_texts(count: int) -> dict[str, str]:
    """Return messages that no row holds, each with its right intent."""
    pairs = list(ASKED.items())
    made = {}
    for i in range(count):
        intent, words = pairs[i % 3]
        made[f"{words} {chr(0x3400 + 41 * i)}{chr(0x3500 + 17 * i)}{chr(0x3600 + 7 * i)}"] = intent
    return made


def taught(whet: Whet, folder: Path, count: int = 16) -> dict[str, str]:
    """Let customers ask, and reviewers label what the queue shows; return texts and intents."""
    right = new_texts(count)
    with opened(folder) as desk:
        for i, text in enumerate(right):
            asked(desk, text, f"customer {i}")
    queue = json.loads(whet("support", "review", "--desk", folder, "--budget", 500, "--json").out)
    places = [place["candidate"] for place in queue["queue"]]
    assert {place["text"] for place in places} == set(right)
    for i, place in enumerate(places):
        words = ("--label", right[place["text"]], "--by", REVIEWERS[i % 4])
        ran = whet("support", "review", place["id"], *words, "--desk", folder)
        assert ran.code == 0, ran.err
        assert ran.out.endswith(f"is accepted as {right[place['text']]}.\n")
    return right


def test_from_reviews_to_a_champion_and_back(whet: Whet, folder: Path) -> None:
    right = taught(whet, folder)
    before = aliases(folder)["champion"]
    ran = whet("support", "retrain", folder)
    assert ran.code == 0, ran.out + ran.err
    learnt = sum(not is_held_out(text) for text in right)
    assert f"learnt from {learnt} examples; {len(right) - learnt} more judge it." in ran.out
    assert "On 48 old rows: " in ran.out and f"On {len(right) - learnt} new rows: " in ran.out
    assert "Regression suite: 1 of 1 cases hold." in ran.out
    assert ran.out.endswith("It passes. To let it answer: whet support promote\n")
    after = aliases(folder)
    assert after["champion"] == before != after["challenger"], "it answers nobody yet"
    assert whet("support", "review", "--desk", folder, "--json").out.count('"id"') == 0

    with opened(folder) as desk:  # as a server that runs on while people promote and go back
        asked(desk, "refund my money", "eve")
        asked(desk, "the password login", "fay")
        desk.shadow.close()
        assert desk.answers.refresh() is False
        ran = whet("support", "shadow", folder)
        assert ran.code == 0, ran.err
        assert f"{after['challenger']} beside {before}, on 2 messages:" in ran.out
        assert "the same answer       100.0%" in ran.out
        ran = whet("support", "promote", folder)
        assert ran.out.startswith(f"{after['challenger']} answers for shop now; before, {before} ")
        assert desk.answers.refresh() is True, "a running server takes the new champion over"
        ran = whet("support", "promote", folder)
        assert (ran.code, ran.out) == (2, "")
        assert "There must be a challenger of 'shop' to promote; there is none." in ran.err
        moved = json.loads(whet("support", "rollback", folder, "--json").out)
        assert (moved["before"], moved["now"]) == (after["challenger"], before)
        assert desk.answers.refresh() is True
    ran = whet("support", "rollback", folder)
    assert (ran.code, ran.out) == (2, "")
    assert "There must have been a champion of 'shop' before" in ran.err


def test_thumbs_and_edits_are_examples_that_say_where_they_come_from(
    whet: Whet, folder: Path
) -> None:
    with opened(folder) as desk:
        up, said = asked(desk, "refund my money", "ann")
        desk.conversations.rate(up, 1, message=said)
        down, said = asked(desk, "the password login", "bo")
        desk.conversations.rate(down, -1, message=said)
        edited, _ = asked(desk, "crash of my app", "cy")
        fence = desk.conversations.take(edited, agent="dee").fence
        answer = "Hi! Please install the newest version and then start your phone again. Dee"
        desk.conversations.person_says(edited, agent="dee", fence=fence, client_id="1", text=answer)
        again, _ = asked(desk, "money back please", "eve")
        desk.conversations.resolve(again, who="customer")
        desk.engine.handle(again, client_id="2", text="it is still not there")
        queue = json.loads(whet("support", "review", "--desk", folder, "--json").out)["queue"]
        found = {e.conversation: e for e in desk.answers._store.examples.all("shop")}
    wrong = [place["candidate"]["id"].split(":")[0] for place in queue[:2]]
    assert sorted(wrong) == ["reopened", "thumb"], "what customers found wrong comes first"
    told = [(found[t].source, found[t].who, found[t].label) for t in (up, down, edited, again)]
    assert told == [
        ("thumb", "customer:ann", "refund"),
        ("thumb", "customer:bo", None),
        ("agent", "agent:dee", "crash"),
        ("reopened", "customer:eve", None),
    ]
    assert {e.message for e in found.values()} == {2}
    assert up not in str(queue) and edited not in str(queue), "the guard decides on these first"


def test_a_queue_is_shown_to_people_and_a_place_can_be_rejected(whet: Whet, folder: Path) -> None:
    with opened(folder) as desk:
        talk, said = asked(desk, "refund\tall [b]my[/b] money", "ann")
        desk.conversations.rate(talk, -1, message=said)
    ran = whet("support", "review", "--desk", folder)
    assert ran.code == 0
    assert "refund all [b]my[/b] money" in ran.out and "refund (said to be wrong)" in " ".join(
        ran.out.split()
    )
    ident = f"thumb:{talk}:2"
    ran = whet("support", "review", ident, "--desk", folder)
    assert (ran.code, ran.err) == (2, "whet: Say either --label INTENT or --reject.\n")
    ran = whet("support", "review", ident, "--label", "refunds", "--desk", folder)
    assert ran.code == 2 and "Did you mean 'refund'?" in ran.err
    ran = whet("support", "review", "thumb:none:1", "--label", "refund", "--desk", folder)
    assert ran.code == 2 and "thumb:none:1" in ran.err
    ran = whet("support", "review", ident, "--reject", "--by", "bo", "--desk", folder)
    assert (ran.code, ran.out) == (0, f"{ident} is rejected.\n")
    assert json.loads(whet("support", "review", "--desk", folder, "--json").out) == {"queue": []}


def test_one_person_alone_moves_no_intent(whet: Whet, folder: Path) -> None:
    with opened(folder) as desk:
        for i in range(30):  # an agent who answers every question about money with the crash text
            text = f"money back for my invoice number {chr(0x3400 + 41 * i)}{chr(0x3600 + 7 * i)}"
            talk, _ = asked(desk, text, f"customer {i}")
            fence = desk.conversations.take(talk, agent="mallory").fence
            said = "Please install the newest version and then start your phone again."
            desk.conversations.person_says(
                talk, agent="mallory", fence=fence, client_id="1", text=said
            )
    ran = whet("support", "retrain", folder, "--json")
    if ran.code == 2:  # the guard let nothing through, so there was nothing to learn
        assert "30 are held by the guard" in ran.err
    else:
        facts = json.loads(ran.out)["facts"]
        assert facts["taught"] + facts["held_out"] + facts["left_out"] <= 3
        assert len(facts["quarantined"]) >= 27
        assert {held["who"] for held in facts["quarantined"]} == {"agent:mallory"}
    with opened(folder) as desk:
        talk, _ = asked(desk, "money back please", "zed")
        (last,) = desk.conversations.last_entries([talk]).values()
        assert last >= 2
        row = desk.conversations.get(talk)
    assert row.intent == "refund"


def test_a_failed_case_holds_a_challenger_back(whet: Whet, folder: Path) -> None:
    taught(whet, folder)
    wrong = SUITE.replace("intent: refund", "intent: crash")
    (folder / "tests.yaml").write_text(wrong, encoding="utf-8")
    before = aliases(folder)["champion"]
    ran = whet("support", "retrain", folder)
    assert ran.code == 1
    assert "Regression suite: 0 of 1 cases hold." in ran.out
    assert "regression suite: money back: " in ran.out
    ran = whet("support", "promote", folder)
    assert (ran.code, ran.out) == (2, "")
    assert "must pass its trial; it did not: regression suite: money back" in ran.err
    assert aliases(folder)["champion"] == before
    ran = whet("support", "promote", folder, "--force", "the case is old")
    assert ran.code == 0
    assert "Promoted without a passed trial: the case is old" in ran.out


def test_a_killed_retraining_leaves_the_champion_and_can_be_run_again(
    whet: Whet, folder: Path
) -> None:
    taught(whet, folder)
    before = aliases(folder)
    versions = set((folder / ".whet" / "data").glob("*"))
    command = [sys.executable, "-m", "whet.cli", "support", "retrain", str(folder)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    # The new data version is written before the challenger is built: it is killed in between.
    try:
        until = time.monotonic() + 400
        while set((folder / ".whet" / "data").glob("[0-9a-f]*")) == versions:
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.005)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert process.returncode == -signal.SIGKILL
    assert aliases(folder) == before
    with opened(folder) as desk:
        talk, _ = asked(desk, "refund my money", "eve")
        assert desk.conversations.get(talk).intent == "refund"
    ran = whet("support", "retrain", folder)
    assert ran.code == 0, ran.out + ran.err
    assert "challenger" in aliases(folder)


def test_a_forgotten_customer_is_in_nothing_that_stays(whet: Whet, folder: Path) -> None:
    right = taught(whet, folder)
    gone = next(text for text in right if not is_held_out(text))
    judged = next(text for text in right if is_held_out(text))
    names = [f"customer {list(right).index(text)}" for text in (gone, judged)]
    assert whet("support", "retrain", folder).code == 0
    challenger = aliases(folder)["challenger"]
    assert whet("support", "promote", folder).code == 0
    ran = whet("support", "forget", "--customer", names[0], "--desk", folder)
    assert ran.code == 1, "the champion has learnt from it"
    assert ran.out.startswith("Deleted the texts of 1 conversation.\n")
    assert f"{challenger} answers, and has learnt from a deleted text." in ran.out
    assert whet("support", "rollback", folder).code == 0
    ran = whet("support", "forget", "--customer", names[1], "--desk", folder, "--json")
    assert ran.code == 0, ran.err
    done = json.loads(ran.out)
    assert (done["conversations"], done["packages"], done["answering"]) == (1, [challenger], None)
    assert len(done["data_versions"]) == 1
    assert "challenger" not in aliases(folder)
    for path in (folder / ".whet").rglob("*"):
        if path.is_file():
            for text in (gone, judged):
                assert text.encode() not in path.read_bytes(), path
                assert json.dumps(text)[1:-1].encode() not in path.read_bytes(), path
    ran = whet("support", "rollback", folder)
    assert ran.code == 2 and "whose package is still there; there is none" in ran.err
    ran = whet("support", "forget", "--customer", names[0], "--desk", folder)
    assert (ran.code, ran.out) == (2, "")
    assert f"There must be a conversation of customer '{names[0]}' to delete" in ran.err
    ran = whet("support", "retrain", folder)
    assert ran.code == 0, "what is left teaches again"


def test_what_cannot_be_done_yet_is_said(whet: Whet, folder: Path, tmp_path: Path) -> None:
    ran = whet("support", "shadow", folder)
    assert ran.code == 2 and "There must be a challenger of 'shop'; there is none." in ran.err
    ran = whet("support", "retrain", folder)
    assert ran.code == 2 and "found none: 0 are held by the guard and 0 have no label" in ran.err
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "desk.yaml").write_text("name: Bare\n", encoding="utf-8")
    for words in (("promote",), ("rollback",), ("shadow",), ("quality",)):
        ran = whet("support", *words, bare)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("whet: ") and "Traceback" not in ran.err


def test_the_numbers_of_a_desk_are_told_and_counted(whet: Whet, folder: Path) -> None:
    with opened(folder) as desk:
        asked(desk, "refund my money", "ann")
        bad, said = asked(desk, "the password login", "bo")
        desk.conversations.rate(bad, -1, message=said)
        taken, _ = asked(desk, "crash of my app", "cy")
        desk.conversations.ask_for_person(taken)
    found = json.loads(whet("support", "quality", folder, "--json").out)
    whole = found["whole"]
    assert (whole["conversations"], whole["answers"]) == (3, 3)
    assert whole["without_person"]["value"] == pytest.approx(2 / 3)
    assert whole["handed_over"]["value"] == pytest.approx(1 / 3)
    assert whole["wrong_found"]["value"] == pytest.approx(1 / 3)
    by_intent = {n["value"]: n for n in found["by"]["intent"]}
    assert sorted(by_intent) == ["crash", "login", "refund"]
    assert by_intent["login"]["wrong_found"]["value"] == 1
    assert by_intent["refund"]["wrong_found"]["value"] == 0
    assert by_intent["crash"]["without_person"]["value"] == 0
    assert [n["value"] for n in found["by"]["channel"]] == ["widget"]
    ran = whet("support", "quality", folder)
    assert ran.code == 0
    assert "67 %" in ran.out and "33 %" in ran.out
