"""OpenAI's own client talks to a desk over a real socket, in both modes."""

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from tests.server.support.conftest import NAME, Serve, Served

QUESTION = "When are refunds paid?"
ANSWER = "Refunds are paid within five working days to the card that you used."


@pytest.fixture
def client(served: Served) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{served.url}/v1", api_key="unused", max_retries=0) as one:
        yield one


def said(*texts: str) -> Any:
    """Return a history: user and assistant in turn."""
    return [
        {"role": "assistant" if i % 2 else "user", "content": text} for i, text in enumerate(texts)
    ]


def conversation_of(completion: Any) -> str:
    """Return the desk's id of a conversation."""
    ident: str = completion.model_extra["whet"]["conversation"]
    return ident


def texts_of(served: Served, conversation: str) -> list[str]:
    """Return what the customer said in a conversation, as it is kept."""
    found = served.desk.conversations.events(conversation)
    return [e.text for e in found if e.kind == "message" and e.who == "customer"]


def test_the_desk_is_a_model(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == [NAME]
    assert client.models.retrieve(NAME).owned_by == "whet"


def test_an_answer_with_its_reason(client: openai.OpenAI, served: Served) -> None:
    found = client.chat.completions.create(model=NAME, messages=said(QUESTION), user="ana")
    assert found.choices[0].message.content == ANSWER
    assert found.choices[0].finish_reason == "stop"
    assert found.model_extra is not None
    reason = found.model_extra["whet"]
    assert (reason["action"], reason["tier"], reason["state"]) == ("answer", "article", "bot")
    assert reason["sources"][0]["url"] == "https://example.com/refunds"
    assert served.desk.conversations.get(reason["conversation"]).customer == "ana"


def test_a_stream_is_the_same_answer_in_pieces(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model=NAME,
        messages=said(QUESTION),
        user="bo",
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    parts = [c.choices[0].delta.content or "" for c in chunks if c.choices]
    assert "".join(parts) == ANSWER
    assert len([part for part in parts if part]) > 1
    assert chunks[-1].usage is not None
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-2].model_extra is not None
    assert chunks[-2].model_extra["whet"]["tier"] == "article"


def test_a_history_goes_on_with_its_conversation(client: openai.OpenAI, served: Served) -> None:
    create = client.chat.completions.create
    first = create(model=NAME, messages=said("hello"), user="cy")
    history = ("hello", str(first.choices[0].message.content), QUESTION)
    second = create(model=NAME, messages=said(*history), user="cy")
    again = create(model=NAME, messages=said(*history), user="cy")
    assert conversation_of(first) == conversation_of(second) == conversation_of(again)
    assert second.choices[0].message.content == again.choices[0].message.content == ANSWER
    assert texts_of(served, conversation_of(first)) == ["hello", QUESTION]


def test_two_customers_who_begin_alike_share_nothing(client: openai.OpenAI, served: Served) -> None:
    create = client.chat.completions.create
    hello = str(create(model=NAME, messages=said("hi there")).choices[0].message.content)
    one = create(model=NAME, messages=said("hi there", hello, "I am Ana"))
    other = create(model=NAME, messages=said("hi there", hello, QUESTION))
    assert conversation_of(one) != conversation_of(other)
    assert texts_of(served, conversation_of(one)) == ["hi there", "I am Ana"]
    assert texts_of(served, conversation_of(other)) == ["hi there", QUESTION]
    more = create(
        model=NAME,
        messages=said("hi there", hello, QUESTION, ANSWER, "thanks"),
    )
    assert conversation_of(more) == conversation_of(other)


def test_a_named_conversation_takes_single_messages(client: openai.OpenAI, served: Served) -> None:
    create = client.chat.completions.create
    name = {"conversation_id": "c-1"}
    for _ in range(2):
        found = create(model=NAME, messages=said("hello"), metadata=name)
    assert texts_of(served, conversation_of(found)) == ["hello", "hello"]
    header = {"X-Conversation-ID": "c-1"}
    same = create(model=NAME, messages=said("hey"), extra_headers=header)
    assert conversation_of(same) == conversation_of(found)
    twice = {"conversation_id": "c-2", "message_id": "m-1"}
    ids = {create(model=NAME, messages=said("hello"), metadata=twice).id for _ in range(2)}
    assert len(ids) == 1


def test_a_hand_over_and_what_the_person_says(client: openai.OpenAI, served: Served) -> None:
    create = client.chat.completions.create
    name = {"conversation_id": "p-1"}
    first = create(model=NAME, messages=said("I want a human agent"), metadata=name)
    assert (
        first.choices[0].message.content == "A colleague will answer you here as soon as possible."
    )
    talks, ident = served.desk.conversations, conversation_of(first)
    assert talks.get(ident).state == "waiting"
    second = create(model=NAME, messages=said("hello?"), metadata=name)
    assert second.choices[0].message.content == (
        "Your message is with our team. A colleague will answer you here."
    )
    taken = talks.take(ident, agent="mia")
    talks.person_says(ident, agent="mia", fence=taken.fence, client_id="1", text="Here I am.")
    third = create(model=NAME, messages=said("great"), metadata=name)
    assert third.choices[0].message.content == "Here I am."


def test_errors_are_openai_s(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as wrong:
        client.chat.completions.create(model="Larkspur helf", messages=said("hello"))
    assert wrong.value.code == "model_not_found"
    assert "Did you mean 'Larkspur help'?" in wrong.value.message
    with pytest.raises(openai.BadRequestError, match="8,000 characters at most; found 100,000"):
        client.chat.completions.create(model=NAME, messages=said("a" * 100_000))
    with pytest.raises(openai.BadRequestError, match="must be of the role 'user'"):
        client.chat.completions.create(model=NAME, messages=said("hello", "hi"))
    with pytest.raises(openai.BadRequestError, match="must say something"):
        client.chat.completions.create(model=NAME, messages=said(" "))
    picture: Any = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]
    with pytest.raises(openai.BadRequestError, match="found a part of type 'image_url'"):
        client.chat.completions.create(model=NAME, messages=picture)


def test_conversations_of_one_key_are_not_another_s(serve: Serve) -> None:
    def ask(served: Served, key: str) -> str:
        name = {"conversation_id": "shared"}
        with openai.OpenAI(base_url=f"{served.url}/v1", api_key=key, max_retries=0) as one:
            create = one.chat.completions.create
            return conversation_of(create(model=NAME, messages=said("hello"), metadata=name))

    with serve() as served:
        keys = [served.store.keys.create(name, ["chat"]).plain for name in ("one", "two")]
        predicts = served.store.keys.create("predicts", ["predict"]).plain
        assert len({ask(served, key) for key in keys}) == 2
        with pytest.raises(openai.PermissionDeniedError, match="a key with the scope 'chat'"):
            ask(served, predicts)
        with pytest.raises(openai.AuthenticationError):
            ask(served, "wrong")
