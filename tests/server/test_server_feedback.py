"""Tests for POST /v1/feedback: right after a prediction, with known labels, once per id."""

from typing import Any

import httpx
import pytest

from whet.store.feedback import Feedback

Running = Any


def recorded(shared: Running, prediction: str) -> list[Feedback]:
    """Return the feedback on a prediction in the store."""
    pairs = shared.store.feedback.corrections("support")
    return [said for asked, said in pairs if asked.id == prediction]


def refusal(response: httpx.Response) -> tuple[int, str, str]:
    error = response.json()["error"]
    return response.status_code, error["code"], error["message"]


def test_feedback_right_after_a_prediction_finds_it(shared: Running) -> None:
    for label in ("refund", "out_of_scope"):
        prediction = shared.predict("lost card")[0]["id"]
        response = shared.post("/v1/feedback", {"prediction_id": prediction, "label": label})
        assert response.status_code == 200
        assert response.json()["recorded"] is True and response.json()["id"].startswith("fb_")
        [feedback] = recorded(shared, prediction)
        assert (feedback.id, feedback.label) == (response.json()["id"], label)
        assert feedback.source == "user"


def test_the_same_id_counts_once(shared: Running) -> None:
    prediction = shared.predict("lost card")[0]["id"]
    body = {"prediction_id": prediction, "label": "card", "source": "agent", "id": "mine"}
    answers = [shared.post("/v1/feedback", body).json() for _ in range(2)]
    assert answers == [{"id": "mine", "recorded": True}, {"id": "mine", "recorded": False}]
    assert [f.source for f in recorded(shared, prediction)] == ["agent"]


@pytest.mark.parametrize(
    ("label", "advice"),
    [
        ("refnud", "Did you mean 'refund'?"),
        ("zzz", "Valid names: card, login, out_of_scope, refund."),
    ],
)
def test_an_unknown_label_is_refused_with_the_nearest(
    shared: Running, label: str, advice: str
) -> None:
    prediction = shared.predict("lost card")[0]["id"]
    response = shared.post("/v1/feedback", {"prediction_id": prediction, "label": label})
    assert refusal(response) == (
        400,
        "invalid_value",
        f"The label must be one that 'support' knows, or 'out_of_scope'; found '{label}'. {advice}",
    )
    assert recorded(shared, prediction) == []


def test_an_unknown_prediction_is_refused(shared: Running) -> None:
    response = shared.post("/v1/feedback", {"prediction_id": "pred_none", "label": "card"})
    assert refusal(response) == (
        404,
        "prediction_not_found",
        "There is no prediction 'pred_none'. Send the id exactly as the answer gave it.",
    )


def test_a_missing_label_is_refused(shared: Running) -> None:
    response = shared.post("/v1/feedback", {"prediction_id": "pred_none"})
    assert refusal(response) == (
        422,
        "invalid_body",
        "The body is not accepted: label: Field required.",
    )


def test_an_id_that_said_something_else_is_refused(shared: Running) -> None:
    prediction = shared.predict("lost card")[0]["id"]
    body = {"prediction_id": prediction, "label": "card", "id": "other"}
    assert shared.post("/v1/feedback", body).status_code == 200
    response = shared.post("/v1/feedback", {**body, "label": "login"})
    assert refusal(response)[:2] == (400, "invalid_value")
