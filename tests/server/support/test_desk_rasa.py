"""Rasa's REST channel."""

from tests.server.support.conftest import Served

PATH = "/webhooks/rest/webhook"


def test_a_message_is_answered(served: Served) -> None:
    body = {"sender": "ana", "message": "When are refunds paid?"}
    assert served.post(PATH, body).json() == [
        {
            "recipient_id": "ana",
            "text": "Refunds are paid within five working days to the card that you used.",
        }
    ]


def test_a_message_with_an_id_is_one_message(served: Served) -> None:
    body = {"sender": "bo", "message": "hello", "metadata": {"message_id": "1"}}
    first, second = (served.post(PATH, body).json() for _ in range(2))
    assert first == second
    row = served.desk.conversations.find("rasa", ":bo")
    assert row is not None
    entries = served.desk.conversations.events(row.id)
    assert [e.who for e in entries if e.kind == "message"] == ["customer", "bot"]


def test_what_is_no_message_is_refused(served: Served) -> None:
    assert served.post(PATH, {"sender": "cy"}).status_code == 422
    assert served.post(PATH, {"sender": "", "message": "hello"}).status_code == 422
    assert served.post(PATH, {"sender": "cy", "message": "x" * 100_000}).status_code == 400
