"""Tests for the inbox and a conversation of the console: as two agents and a customer see it."""

from tests.server.console.conftest import ATTACK, Console


def test_the_queue_shows_who_waits_longest_first(console: Console) -> None:
    first = console.waiting("First!", "Kim")
    console.clock.advance(minutes=5)
    second = console.waiting("Second!", "Lee")
    console.clock.advance(minutes=1)
    console.talks.customer_says(first, client_id="c2", text="Hello?")
    shown = console.as_user("ana").get("/console/inbox/waiting").text
    assert shown.index(first) < shown.index(second)
    assert "waits 6 min" in shown and "Hello?" in shown


def test_an_agent_takes_answers_and_resolves(console: Console) -> None:
    talk, ana = console.waiting(), console.as_user("ana")
    fence = {"fence": str(console.talks.get(talk).fence)}
    assert ana.post(f"/console/talk/{talk}/take", data=fence).status_code == 303
    taken = console.talks.get(talk)
    assert taken.owner == "ana"
    form = {"fence": str(taken.fence), "client_id": "s1", "text": "It is on its way."}
    for _ in range(2):  # a form that is sent twice is one message
        assert ana.post(f"/console/talk/{talk}/send", data=form).status_code == 303
    shown = ana.get(f"/console/talk/{talk}").text
    assert shown.count("It is on its way.") == 1
    fence = {"fence": str(taken.fence), "seen": str(console.talks.get(talk).last_seq)}
    assert ana.post(f"/console/talk/{talk}/resolve", data=fence).status_code == 303
    assert console.talks.get(talk).state == "resolved"
    assert [deed.what for deed in console.store.audit.page(who="ana")][:3] == [
        "resolve",
        "send",
        "send",
    ]


def test_the_second_agent_is_told_who_has_it_and_keeps_the_text(console: Console) -> None:
    talk = console.waiting()
    ana, ed = console.as_user("ana"), console.as_user("ed")
    old = console.talks.get(talk).fence
    ana.post(f"/console/talk/{talk}/take", data={"fence": str(old)})
    late = ed.post(f"/console/talk/{talk}/take", data={"fence": str(old)})
    assert late.status_code == 409
    assert "ana has this conversation. Nothing was sent." in late.text
    form = {"fence": str(old), "client_id": "e1", "text": "Mine & <yours>"}
    late = ed.post(f"/console/talk/{talk}/send", data=form)
    assert late.status_code == 409
    assert "Mine &amp; &lt;yours&gt;</textarea>" in late.text
    assert all(e.text != "Mine & <yours>" for e in console.talks.events(talk, private=True))


def test_a_message_that_came_meanwhile_is_not_closed_unread(console: Console) -> None:
    talk, ana = console.waiting(), console.as_user("ana")
    ana.post(f"/console/talk/{talk}/take")
    found = console.talks.get(talk)
    console.talks.customer_says(talk, client_id="c9", text="One more thing")
    form = {"fence": str(found.fence), "seen": str(found.last_seq)}
    refused = ana.post(f"/console/talk/{talk}/resolve", data=form)
    assert refused.status_code == 409
    assert "The customer has written since." in refused.text


def test_suggested_answers_are_the_bots_and_templates(console: Console) -> None:
    talk, ana = console.waiting(), console.as_user("ana")
    assert "Refunds take" not in ana.get(f"/console/talk/{talk}?suggest=1").text
    ana.post(f"/console/talk/{talk}/take")
    shown = ana.get(f"/console/talk/{talk}?suggest=1").text
    assert "Refunds take five days. (Where is my refund?)" in shown
    assert "A refund takes five days." in shown and "It comes on Monday." in shown
    assert "the bot&#39;s answer, 91 % sure" in shown
    form = {"fence": str(console.talks.get(talk).fence), "client_id": "s1", "text": "A\r\nB"}
    ana.post(f"/console/talk/{talk}/send", data=form)
    assert console.talks.events(talk)[-1].text == "A\nB"
    after = ana.get(f"/console/talk/{talk}?suggest=1").text
    assert "Send 1" not in after  # it is answered: one key must not say it twice


def test_a_note_is_private(console: Console) -> None:
    talk, ana = console.waiting(), console.as_user("ana")
    ana.post(f"/console/talk/{talk}/note", data={"client_id": "n1", "text": "VIP"})
    assert "VIP" in ana.get(f"/console/talk/{talk}").text
    assert all(entry.text != "VIP" for entry in console.talks.events(talk))


def test_give_back_to_bot_and_queue_and_open_again(console: Console) -> None:
    talk, ana = console.waiting(), console.as_user("ana")
    for to, state in (("bot", "bot"), ("queue", "waiting")):
        ana.post(f"/console/talk/{talk}/take")
        form = {"fence": str(console.talks.get(talk).fence), "to": to}
        assert ana.post(f"/console/talk/{talk}/give-back", data=form).status_code == 303
        assert console.talks.get(talk).state == state
    ana.post(f"/console/talk/{talk}/resolve")
    assert ana.post(f"/console/talk/{talk}/reopen").status_code == 303
    assert console.talks.get(talk).owner == "ana"


def test_what_a_customer_writes_is_text(console: Console) -> None:
    talk = console.waiting(ATTACK, customer=ATTACK[:150])
    for address in ("/console/inbox/waiting", f"/console/talk/{talk}"):
        shown = console.as_user("ana").get(address).text
        assert "<script>window" not in shown and "<img" not in shown
        assert "&lt;script&gt;window.hacked=1&lt;/script&gt;" in shown


def test_why_the_bot_answered_is_folded_under_its_answer(console: Console) -> None:
    talk = console.talks.start("widget", customer="Kim").id
    work = console.talks.customer_says(talk, client_id="c1", text="Refund?", worker="w").work
    assert work is not None and console.desk.answerer is not None
    reply = console.desk.answerer.answer(work.turn)
    console.talks.bot_says(talk, fence=work.fence, in_reply_to=work.in_reply_to, reply=reply)
    shown = console.as_user("ana").get(f"/console/talk/{talk}").text
    assert "Why: template, 91.0 %" in shown
    assert "refund 91.0 %, delivery 6.0 %" in shown
    assert "Refunds take five days.</q>" in shown


def test_who_is_away_is_offered_nothing_until_back(console: Console) -> None:
    ana = console.as_user("ana")
    ana.get("/console/inbox/waiting")
    assert [a.name for a in console.talks.online()] == ["ana"]
    ana.post("/console/presence", data={"away": "1"})
    assert "You are away" in ana.get("/console/inbox/waiting").text
    assert console.talks.online() == []
    ana.post("/console/presence")
    assert [a.name for a in console.talks.online()] == ["ana"]


def test_a_conversation_that_is_not_there_is_one_sentence(console: Console) -> None:
    missing = console.as_user("ana").get("/console/talk/conv_nothing")
    assert missing.status_code == 400
    assert "conv_nothing" in missing.text
