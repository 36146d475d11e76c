"""Tests for the loop: what people say, challengers, trials, promotion, shadow, rollback."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.products.support.learning.conftest import Desk

from whet.cards.read import read_card
from whet.core.errors import InputError
from whet.core.progress import Quiet
from whet.core.workspace import find_workspace
from whet.data.versions import content_address, read_version, write_version
from whet.feedback.guard import Rules
from whet.feedback.lesson import is_held_out
from whet.products.support.answering.opening import predictor_of
from whet.products.support.learning.collecting import collect
from whet.products.support.learning.forgetting import forget
from whet.products.support.learning.promotion import promote, rollback
from whet.products.support.learning.retraining import SuiteResult, retrain
from whet.products.support.learning.reviewing import review, to_review
from whet.products.support.learning.shadow import Shadow
from whet.products.support.learning.shadow_report import shadow_report
from whet.products.support.learning.standing import champion_of, champions
from whet.products.support.opening import open_desk
from whet.store.examples import Example
from whet.store.packages import AliasChange
from whet.store.trials import Shadow as Kept
from whet.store.trials import Trial
from whet.store.versions import DataVersion

WIDE = Rules(least=1000, far=0, nearer=2)


def _taught(desk: Desk, count: int = 12) -> None:
    """Let several reviewers label messages that no row holds."""
    texts = {
        "refund": "the money of my last invoice back please",
        "login": "help with the password of my login card",
        "crash": "since monday my app has a crash",
    }
    pairs = list(texts.items())
    made = []
    for i in range(count):
        label, words = pairs[i % 3]
        text = f"{words} {chr(0x3400 + 41 * i)}{chr(0x3500 + 17 * i)}{chr(0x3600 + 7 * i)}"
        made.append(
            Example(
                f"review:{i}",
                "shop",
                text,
                label,
                None,
                "review",
                f"reviewer:{i % 4}",
                desk.clock(),
                state="accepted",
            )
        )
    desk.store.examples.add(made)


def test_thumbs_agents_and_reopened_conversations_become_examples_once(desk: Desk) -> None:
    engine = desk.engine()
    up, said_up = desk.ask("refund my money", customer="ann", engine=engine)
    down, said_down = desk.ask("the password login 13800138000", customer=None, engine=engine)
    again, _ = desk.ask("crash of my app", customer="cy", engine=engine)
    desk.conversations.rate(up, 1, message=said_up)
    desk.conversations.rate(down, -1, message=said_down)
    desk.conversations.resolve(again, who="customer")
    desk.clock.advance(60)
    engine.handle(again, client_id="2", text="it still does not work")
    fence = desk.conversations.take(down, agent="bo").fence
    answer = "Hello! We have sent the money back to your card; it takes 5 days to arrive. Bo"
    desk.conversations.person_says(down, agent="bo", fence=fence, client_id="1", text=answer)
    assert collect(desk.store, desk.files) == 4
    assert collect(desk.store, desk.files) == 0
    found = {e.source: e for e in desk.store.examples.all("shop") if e.conversation != down}
    assert (found["thumb"].label, found["thumb"].who) == ("refund", "customer:ann")
    assert (found["reopened"].label, found["reopened"].answered) == (None, "crash")
    of_down = {e.source: e for e in desk.store.examples.all("shop") if e.conversation == down}
    assert of_down["thumb"].label is None
    assert of_down["thumb"].who == "customers without a name:widget"
    assert of_down["thumb"].text == "the password login [phone]"
    assert (of_down["agent"].label, of_down["agent"].who) == ("refund", "agent:bo")
    engine.close()


def test_a_forgotten_customer_leaves_no_example(desk: Desk) -> None:
    engine = desk.engine()
    conversation, said = desk.ask("refund my money", customer="ann", engine=engine)
    desk.conversations.rate(conversation, 1, message=said)
    collect(desk.store, desk.files)
    desk.conversations.lists.forget("ann")
    assert desk.store.examples.all("shop") == []
    assert collect(desk.store, desk.files) == 0
    assert to_review(desk.store, desk.files, budget=5) == []
    engine.close()


def test_forgetting_leaves_versions_alone_that_were_mended(desk: Desk) -> None:
    champion = champion_of(desk.store, "shop")
    workspace = find_workspace(desk.files.folder)
    root = champion.data_version
    first = read_version(workspace.versions / root, read_card(desk.files.folder / "card.yaml"))
    texts = tuple(f"{text} [phone]" for text in first.train.texts)
    columns = {**first.train.columns, "text": texts}
    mended = replace(first, train=replace(first.train, texts=texts, columns=columns))
    changes = ["Mask personal data."]
    version = content_address(mended)
    assert version != root
    write_version(workspace, mended, parent=root, changes=changes, created=desk.clock())
    desk.store.versions.add(
        DataVersion(version, "rows.csv", {}, {"done": changes}, desk.clock(), root)
    )
    done = forget(desk.store, workspace, desk.files)
    assert (done.data_versions, done.packages, done.answering) == ((), (), None)
    assert (workspace.versions / version).is_dir()


def test_what_was_said_to_be_wrong_is_reviewed_first(desk: Desk) -> None:
    engine = desk.engine()
    conversation, said = desk.ask("refund my money", customer="ann", engine=engine)
    desk.ask("the password login", customer="bo", engine=engine)
    desk.conversations.rate(conversation, -1, message=said)
    collect(desk.store, desk.files)
    first, second = to_review(desk.store, desk.files, budget=5)
    assert first.candidate.id.startswith("thumb:") and first.candidate.found_wrong
    assert second.candidate.id.startswith("message:")
    done = review(desk.store, desk.files, second.candidate.id, label="crash", by="reviewer:ann")
    assert (done.state, done.label, done.answered) == ("accepted", "crash", "login")
    rejected = review(desk.store, desk.files, first.candidate.id, label=None, by="reviewer:ann")
    assert rejected.state == "rejected"
    assert to_review(desk.store, desk.files, budget=5) == []
    engine.close()


def test_a_label_that_the_model_does_not_know_is_refused(desk: Desk) -> None:
    with pytest.raises(InputError) as error:
        review(desk.store, desk.files, "thumb:x", label="refunds", by="reviewer:ann")
    assert str(error.value) == (
        "The label must be an intent of 'shop' or 'out_of_scope'; found 'refunds'. "
        "Did you mean 'refund'?"
    )


def test_nothing_new_is_not_trained_on(desk: Desk) -> None:
    with pytest.raises(InputError) as error:
        retrain(desk.files.folder, progress=Quiet())
    assert str(error.value) == (
        "There must be an accepted example that is new to train on; found none: 0 are held by the "
        "guard and 0 have no label. Review some: `whet support review`."
    )


def test_a_challenger_is_tried_promoted_and_rolled_back(desk: Desk) -> None:
    _taught(desk)
    before = desk.store.packages.aliases("shop")["champion"]
    folder = desk.files.folder
    trial = retrain(folder, progress=Quiet(), rules=WIDE, clock=desk.clock)
    aliases = desk.store.packages.aliases("shop")
    assert aliases == {"champion": before, "challenger": trial.challenger}, "it answers nobody yet"
    assert trial.facts["taught"] + trial.facts["held_out"] == 12
    assert trial.facts["old_rows"]["rows"] == 48
    assert trial.passed, trial.facts["reasons"]
    assert desk.store.trials.latest("shop") == trial
    version = desk.store.packages.resolve("shop", trial.challenger).data_version
    assert version == trial.facts["data_version"]
    moved = promote(desk.store, desk.files)
    assert (moved.before, moved.now, moved.forced) == (before, trial.challenger, None)
    with pytest.raises(InputError, match=r"has learnt from all .* accepted examples already"):
        retrain(folder, progress=Quiet(), rules=WIDE, clock=desk.clock)
    back = rollback(desk.store, desk.files)
    assert (back.before, back.now) == (trial.challenger, before)
    with pytest.raises(InputError, match="there is none"):
        rollback(desk.store, desk.files)


def test_a_failed_suite_stops_a_challenger_unless_somebody_says_why(desk: Desk) -> None:
    _taught(desk)

    def suite(*_: object) -> SuiteResult:
        return SuiteResult(2, ("a refund: intent must be refund; it is crash",))

    trial = retrain(desk.files.folder, progress=Quiet(), suite=suite, rules=WIDE, clock=desk.clock)
    assert not trial.passed
    with pytest.raises(InputError) as error:
        promote(desk.store, desk.files)
    assert str(error.value) == (
        f"Challenger {trial.challenger} must pass its trial; it did not: regression suite: a "
        "refund: intent must be refund; it is crash. To promote it all the same: --force REASON."
    )
    desk.clock.advance(1)
    assert promote(desk.store, desk.files, force="the case is old").forced == "the case is old"
    kept = desk.store.trials.latest("shop")
    assert kept is not None and kept.facts["forced"] == "the case is old"


def test_without_a_challenger_or_its_trial_nothing_is_promoted(desk: Desk) -> None:
    with pytest.raises(InputError, match="There must be a challenger of 'shop' to promote"):
        promote(desk.store, desk.files)


def test_a_trial_against_another_champion_does_not_count(desk: Desk) -> None:
    champion = desk.store.packages.resolve("shop", "champion")
    desk.store.packages.add(replace(champion, version="2", run=None))
    desk.store.packages.set_alias("shop", "challenger", "2")
    with pytest.raises(InputError, match="must have been compared with the champion; it was not"):
        promote(desk.store, desk.files)
    desk.store.trials.add(Trial("t", "shop", "0", "2", True, desk.clock(), {}))
    with pytest.raises(InputError, match="was compared with 0, but"):
        promote(desk.store, desk.files)


def test_the_line_of_champions_goes_back_and_not_forth(desk: Desk) -> None:
    def change(version: str) -> AliasChange:
        return AliasChange("champion", None, version, desk.clock())

    assert champions([change("a"), change("b"), change("c"), change("b")]) == ["a", "b"]
    assert champions([change("a"), change("b"), change("a")]) == ["a"]


def test_a_shadow_answers_beside_the_champion_unheard(desk: Desk) -> None:
    champion = desk.store.packages.resolve("shop", "champion")
    desk.store.packages.add(replace(champion, version="2", run=None))
    desk.store.packages.set_alias("shop", "challenger", "2")
    with Shadow(desk.store, desk.files) as shadow:
        engine = desk.engine(shadow.see)
        for i, text in enumerate(("refund my money", "the password login", "a person please")):
            conversation = desk.conversations.start("widget", customer=str(i))
            engine.handle(conversation.id, client_id="1", text=text)
        engine.close()
    report = shadow_report(desk.store, "shop", "2")
    assert (report.messages, report.agree.value, shadow.left_out) == (3, 1.0, 0)
    assert report.handed_over[0] == report.handed_over[1]
    assert report.handed_over[1].value == pytest.approx(1 / 3)
    assert report.more_handed_over.value == 0


def test_a_shadow_without_a_challenger_does_nothing(desk: Desk) -> None:
    with Shadow(desk.store, desk.files) as shadow:
        engine = desk.engine(shadow.see)
        desk.ask("refund my money", customer="ann", engine=engine)
        engine.close()
    with pytest.raises(InputError, match="must have seen live messages to be looked at"):
        shadow_report(desk.store, "shop", "2")


def test_a_shadow_follows_the_aliases(desk: Desk) -> None:
    champion = desk.store.packages.resolve("shop", "champion")
    for version in ("2", "3"):
        desk.store.packages.add(replace(champion, version=version, run=None))
    with Shadow(desk.store, desk.files) as shadow:
        engine = desk.engine(shadow.see)
        for challenger in ("2", "3"):
            desk.store.packages.set_alias("shop", "challenger", challenger)
            shadow.refresh()
            desk.ask("refund my money", customer="ann", engine=engine)
        desk.store.packages.set_alias("shop", "champion", "3")  # promoted: nobody to compare with
        shadow.refresh()
        desk.ask("refund my money", customer="ann", engine=engine)
        engine.close()
    assert [len(desk.store.trials.shadows("shop", version)) for version in ("2", "3")] == [1, 1]


def test_a_damaged_challenger_leaves_the_desk_as_it_is(desk: Desk, tmp_path: Path) -> None:
    champion = desk.store.packages.resolve("shop", "champion")
    gone = replace(champion, version="2", run=None, path=str(tmp_path / "none"))
    desk.store.packages.add(gone)
    desk.store.packages.set_alias("shop", "challenger", "2")
    opened = open_desk(desk.files.folder, desk.store)
    talk = opened.conversations.start("widget", customer="ann", language="en").id
    assert opened.engine.handle(talk, client_id="1", text="refund my money").answer is not None
    opened.look()
    opened.close()
    assert desk.store.trials.shadows("shop", "2") == []


def test_a_report_counts_what_was_met_beside_the_present_champion(desk: Desk) -> None:
    def seen(champion: str, message: int, *, agrees: bool) -> Kept:
        talk = desk.conversations.start("widget", customer=f"{message}").id
        values = ("a", "a", "answer", "answer", "template", "template", agrees, 0.01)
        return Kept("shop", "3", talk, message, champion, desk.clock(), *values)

    desk.store.trials.add_shadows([seen("1", 1, agrees=False)])
    desk.clock.advance(60)
    desk.store.trials.add_shadows([seen("2", 2, agrees=True)])
    report = shadow_report(desk.store, "shop", "3")
    assert (report.champion, report.messages, report.agree.value) == ("2", 1, 1.0)


def test_what_is_told_of_an_answer_cannot_spoil_it(desk: Desk) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no")

    engine = desk.engine(broken)
    desk.ask("refund my money", customer="ann", engine=engine)
    engine.close()


def test_the_same_text_is_always_on_the_same_side() -> None:
    sides = [is_held_out(f"text {i}") for i in range(400)]
    assert sides == [is_held_out(f"  TEXT   {i}") for i in range(400)]
    assert 70 < sum(sides) < 130


def test_the_champion_of_a_copy_answers(desk: Desk) -> None:
    assert predictor_of("shop", desk.store) is not None
