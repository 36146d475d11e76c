"""Intents that are mined: groups, names, templates; and what a person decided, which stays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from whet.core.errors import InputError
from whet.core.progress import Progress, Quiet
from whet.models.bases import Base
from whet.models.output import Floats
from whet.products.support.history.decisions import Decided, accept, merge, rename, split
from whet.products.support.history.intents import Intents, read_intents, write_intents
from whet.products.support.history.mine import Wanted, mine
from whet.products.support.history.mining.answers import draft_template
from whet.products.support.history.mining.communities import communities, neighbour_graph
from whet.products.support.history.mining.features import Reader, character_vectors, unit
from whet.products.support.history.mining.grouping import group
from whet.products.support.history.mining.naming import group_terms, suggested_names
from whet.products.support.history.pairs import Pair
from whet.products.support.history.questions import Question


@dataclass(frozen=True)
class Words(Reader):
    """Reads texts by their characters, in place of a base."""

    def found(self) -> Base:
        return Base(self.base, self.folder, "", "", ("en",))

    def vectors(self, texts: Sequence[str], progress: Progress) -> Floats:
        return character_vectors(texts, 0)


WANTED = Wanted(Words("words", Path(), Path()))
ASKED = {
    "refund": "I want a refund {}|please refund me {}|refund {} now|my refund {} is missing",
    "parcel": "where is my parcel {}|parcel {} is late|track parcel {}|the parcel {} is lost",
    "登录密码": "我的登录密码{}忘了|登录密码{}错误|重置登录密码{}|登录密码{}怎么改",
}
FILL = ("today", "from Leeds", "again", "for my son", "again and again")


def questions(answer: str = "We look after {}: order LK-{}.") -> list[Question]:
    found = []
    for topic, texts in ASKED.items():
        for i, text in enumerate(texts.split("|") * 3):
            asked = text.format(FILL[i % 5] if topic != "登录密码" else "")
            own = answer.format(topic, 20100 + i)
            pair = Pair(f"{topic}-{i}", 0, "2026-03-02T08:00:00+00:00", asked, own, "person")
            found.append(Question(replace(pair, resolved=True, confidence=0.9)))
    return found


@pytest.fixture
def mined() -> Decided:
    done = mine(questions(), Intents(), WANTED, Quiet())
    return Decided(done.questions, done.intents)


def test_louvain_finds_the_two_cliques_of_a_barbell() -> None:
    """By hand: two triangles with one edge between them; modularity is best with two parts."""
    features = unit(
        np.array(
            [[1, 0, 0.1], [1, 0.05, 0], [1, 0, 0], [0, 1, 0.1], [0.05, 1, 0], [0, 1, 0]],
            dtype=np.float32,
        )
    )
    graph = neighbour_graph(features, 2)
    found = communities(graph, 1.0, np.random.default_rng(0))
    assert found.tolist() == [0, 0, 0, 1, 1, 1]


def test_communities_are_as_modular_as_those_of_networkx() -> None:
    networkx = pytest.importorskip("networkx")
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(8, 16))
    rows = unit((centres[rng.integers(0, 8, 200)] + 0.7 * rng.normal(size=(200, 16))).astype("f4"))
    graph = neighbour_graph(rows, 6)
    own = communities(graph, 1.0, np.random.default_rng(0))
    drawn = networkx.from_scipy_sparse_array(graph)
    quality = networkx.community.modularity
    ours = quality(drawn, [set(np.flatnonzero(own == c).tolist()) for c in range(own.max() + 1)])
    theirs = quality(drawn, networkx.community.louvain_communities(drawn, seed=0))
    assert ours > theirs - 0.01


def test_few_messages_make_no_groups_and_one_seed_the_same_ones() -> None:
    rows = unit(np.random.default_rng(0).normal(size=(60, 5)).astype("f4"))
    assert group(rows[:4], seed=0, progress=Quiet()).count == 0
    once, again = (group(rows, seed=3, progress=Quiet()) for _ in range(2))
    assert once.member.tolist() == again.member.tolist() and once.count > 1


def test_groups_are_named_by_what_tells_them_apart() -> None:
    terms = group_terms(
        [
            ["I want a refund", "refund my money", "refunds for my order"],
            ["where is my order", "track the order", "tracking of my order please"],
            ["我的快递到哪了", "快递三天没到", "查快递"],
        ]
    )
    assert [own[0] for own in terms] == ["refund", "order", "快递"]
    names = suggested_names([["a", "b"], ["a", "b", "c"], ["a", "b"]], ["a_b"])
    assert names == ["a_b_2", "a_b_c", "a_b_3"]


def test_a_template_is_the_middle_answer_with_slots_for_what_differs() -> None:
    answers = [
        "Hi <NAME_1>, order LK-20418 arrives on 3 March 2026, 5 to 7 days at most.",
        "Hi <NAME_1>, order LK-77777 arrives on 4 March 2026, 5 to 7 days at most.",
        "Hi <NAME_2>, order LK-20500 arrives on 9 March 2026, 5 to 7 days at most.",
        "no idea",
    ]
    drafted = draft_template(answers, [0.9, 0.9, 0.8, 0.1])
    assert drafted is not None
    assert drafted.text == "Hi {name}, order {order_number} arrives on {date}, 5 to 7 days at most."
    assert drafted.slots == ("name", "order_number", "date")
    assert draft_template(["a fee of €4.99"] * 2 + ["the fee is €4.99"], [1, 1, 1]).text == (  # type: ignore[union-attr]
        "a fee of €4.99"
    )
    assert draft_template(["x"], [0.0]) is None
    chinese = draft_template(["<NAME_1>先生您好，订单LK-30102已退款299元"], [1])
    assert chinese is not None
    assert chinese.text == "{name}您好，订单{order_number}已退款{amount}"
    assert draft_template(["use {this} for <EMAIL_1>"], [1]).text == "use (this) for {email}"  # type: ignore[union-attr]


def test_intents_are_mined_in_english_and_chinese(mined: Decided) -> None:
    by_topic: dict[str, set[str | None]] = {}
    for question in mined.questions:
        by_topic.setdefault(question.pair.conversation.split("-")[0], set()).add(question.intent)
    ids = [own - {None} for own in by_topic.values()]
    assert all(own for own in ids)
    assert not set.intersection(*ids) and len(set.union(*ids)) == sum(map(len, ids))
    names = " ".join(intent.name for intent in mined.intents.intents)
    assert "refund" in names and "parcel" in names and "密码" in names
    assert all(intent.template and intent.examples for intent in mined.intents.intents)
    chinese = next(i for i in mined.intents.intents if "密码" in i.name)
    assert chinese.template == {"zh": "We look after 登录密码: order {order_number}."}


def test_mining_again_changes_nothing(mined: Decided) -> None:
    again = mine(mined.questions, mined.intents, WANTED, Quiet())
    assert (again.questions, again.intents) == (mined.questions, mined.intents)
    assert (again.joined, again.added) == (0, 0)


def test_decisions_stay_when_more_history_comes(mined: Decided) -> None:
    refund = next(i for i in mined.intents.intents if "refund" in i.name)
    decided = rename(mined, refund.name, "money_back")
    decided = accept(decided, "money_back", accepted=False)
    fresh = Pair("new-1", 0, "2026-03-03T08:00:00+00:00", "I want a refund today please", "")
    strange = Pair("new-2", 0, "2026-03-03T08:00:00+00:00", "Quantum zebras?", "")
    more = [*decided.questions, Question(fresh), Question(strange)]
    done = mine(more, decided.intents, WANTED, Quiet())
    kept = done.intents.find("money_back")
    assert (kept.id, kept.accepted, kept.by) == (refund.id, False, "person")
    assert done.questions[-2].intent == refund.id and done.questions[-1].intent is None
    assert (done.joined, done.added, kept.messages) == (1, 0, refund.messages + 1)
    old = [q.intent for q in decided.questions if q.intent]
    assert [q.intent for q in done.questions if q.key != "new-1#0" and q.intent] == old


def test_merged_intents_are_one(mined: Decided) -> None:
    first, second, *_ = mined.intents.intents
    done = merge(mined, first.name, [second.id])
    one = done.intents.find(first.id)
    assert one.messages == first.messages + second.messages
    assert (one.name, one.merged, one.by) == (first.name, [second.id], "person")
    assert all(i.id != second.id for i in done.intents.intents)
    assert all(q.intent != second.id for q in done.questions)
    assert done.intents.free_id() not in {i.id for i in mined.intents.intents}


def test_a_split_intent_is_several(mined: Decided) -> None:
    ids = [i.id for i in mined.intents.intents if i.template.keys() == {"en"}]
    whole = merge(mined, ids[0], ids[1:])
    count = whole.intents.find(ids[0]).messages
    done = split(whole, ids[0], 2, WANTED, Quiet())
    parts = [i for i in done.intents.intents if i.by == "person"]
    assert len(parts) == 2 and sum(i.messages for i in parts) == count
    assert done.intents.find(ids[0]).messages >= count / 2
    for part in parts:
        topics = {q.pair.conversation.split("-")[0] for q in done.questions if q.intent == part.id}
        assert len(topics) == 1


def test_decisions_that_cannot_be_are_refused(mined: Decided) -> None:
    first, second, *_ = mined.intents.intents
    refused: list[tuple[Callable[[], Decided], str]] = [
        (lambda: rename(mined, "nonsense", "x"), "There must be an intent 'nonsense' in"),
        (lambda: rename(mined, first.name, "a b"), "without spaces, slashes, braces and colons"),
        (
            lambda: rename(mined, first.name, second.name),
            f"To make them one: whet support intents merge {second.name} {first.name}",
        ),
        (lambda: merge(mined, first.name, [first.id]), "must name two or more intents, each once"),
        (lambda: split(mined, first.id, 99, WANTED, Quiet()), "must be split into 2 to"),
    ]
    for call, sentence in refused:
        with pytest.raises(InputError, match=sentence):
            call()


def test_intents_are_read_as_they_were_written(tmp_path: Path, mined: Decided) -> None:
    path = tmp_path / "intents.yaml"
    write_intents(path, mined.intents)
    assert read_intents(path) == mined.intents
    path.write_text(
        "intents:\n- {id: i1, name: a}\n- {id: i1, name: a b}\n- {id: i2, name: c, acepted: no}\n"
    )
    with pytest.raises(InputError) as caught:
        read_intents(path)
    lines = str(caught.value).split("\n")
    assert len(lines) == 3
    assert "every intent must have its own; 'i1' stands twice" in lines[1] + lines[0]
    assert "Did you mean 'accepted'" in lines[2]


def test_about_as_many_groups_as_are_wanted_are_found() -> None:
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(6, 16))
    rows = unit((np.repeat(centres, 40, axis=0) + 0.3 * rng.normal(size=(240, 16))).astype("f4"))
    found = group(rows, seed=0, progress=Quiet(), wanted=6)
    assert found.count == 6
    assert all(len(set(found.member[i : i + 40].tolist()) - {-1}) == 1 for i in range(0, 240, 40))
