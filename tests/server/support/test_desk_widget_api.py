"""The widget's endpoints: tokens, origins, repeated messages, streams, and abuse."""

import json
import threading
import time
from typing import Any

from tests.server.support.conftest import Serve, Served


def test_a_conversation_from_the_first_word(served: Served) -> None:
    headers = served.begin(language="en")
    said = served.write(headers, "When are refunds paid?", "a")
    assert [entry["who"] for entry in said] == ["customer", "bot"]
    assert said[0]["client_id"] == "a"
    assert said[1]["sources"][0]["url"] == "https://example.com/refunds"
    rating = {"message": said[1]["seq"], "value": 1}
    assert served.post("/widget/ratings", rating, headers=headers).json() == {"recorded": True}


def test_a_message_sent_again_is_one_message(served: Served) -> None:
    headers = served.begin()
    assert served.write(headers, "hello", "a") == served.write(headers, "hello", "a")


def test_only_links_to_the_web_are_given(served: Served) -> None:
    said = served.write(served.begin(), "How do I return a parcel within thirty days?", "a")
    assert said[1]["sources"][0]["title"] == "Returning a parcel"
    assert said[1]["sources"][0]["url"] == ""


def test_a_person_is_asked_for_in_the_page_s_language(served: Served) -> None:
    headers = served.begin(language="zh")
    assert served.post("/widget/person", {}, headers=headers).json() == {"state": "waiting"}
    found = served.client.get("/widget/entries", headers=headers).json()
    assert found["entries"][-1]["text"] == "我们的同事会尽快在这里回复您。"
    assert served.post("/widget/bot", {}, headers=headers).json() == {"state": "bot"}


def test_notes_and_reasons_are_not_for_customers(served: Served) -> None:
    headers = served.begin()
    served.post("/widget/person", {}, headers=headers)
    row = served.desk.conversations.lists.page(_waiting()).lines[0].conversation
    served.desk.conversations.note(row.id, agent="mia", client_id="1", text="a liar")
    text = served.client.get("/widget/entries", headers=headers).text
    assert "liar" not in text
    assert "asked for" not in text


def _waiting() -> Any:
    from whet.store.conversation_lists import Wanted

    return Wanted(states=["waiting"])


def test_wrong_tokens_open_nothing(served: Served) -> None:
    body = {"client_id": "a", "text": "hello"}
    for headers in ({}, {"authorization": "Bearer"}, {"authorization": "Bearer wrong"}):
        response = served.post("/widget/messages", body, headers=headers)
        assert response.status_code == 401
        assert response.json()["error"]["code"] == "conversation_not_found"
        assert served.client.get("/widget/entries", headers=headers).status_code == 401
        assert served.client.get("/widget/events", headers=headers).status_code == 401


def test_foreign_origins_are_refused_and_listed_ones_answered(serve: Serve) -> None:
    more = "channels:\n  widget: {origins: ['https://shop.example']}\n"
    with serve(more=more) as one:
        foreign = {"origin": "https://evil.example"}
        for method, path in (("GET", "/widget/desk"), ("OPTIONS", "/widget/messages")):
            response = one.client.request(method, path, headers=foreign)
            assert response.status_code == 403
            assert "access-control-allow-origin" not in response.headers
        assert one.post("/widget/conversations", {}, headers=foreign).status_code == 403
        assert one.client.get("/widget/desk", headers={"origin": "null"}).status_code == 403
        listed = {"origin": "https://shop.example"}
        response = one.client.options("/widget/messages", headers=listed)
        assert response.status_code == 204
        assert response.headers["access-control-allow-origin"] == "https://shop.example"
        assert "authorization" in response.headers["access-control-allow-headers"]
        assert one.post("/widget/conversations", {}, headers=listed).status_code == 200
        own = {"origin": one.url}
        assert one.post("/widget/conversations", {}, headers=own).status_code == 200


def test_another_desk_is_named(served: Served) -> None:
    response = served.client.get("/widget/desk", params={"desk": "Larkspur halp"})
    assert response.status_code == 404
    assert response.json()["error"]["message"] == (
        "There is no desk 'Larkspur halp'. Did you mean 'Larkspur help'?"
    )


def test_too_many_new_conversations_are_refused(serve: Serve) -> None:
    with serve(more="channels:\n  widget: {starts_per_minute: 2}\n") as one:
        statuses = [one.post("/widget/conversations", {}).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]


def test_a_flood_and_a_huge_message(served: Served) -> None:
    headers = served.begin()
    huge = {"client_id": "huge", "text": "a" * 100_000}
    response = served.post("/widget/messages", huge, headers=headers)
    assert response.status_code == 400
    assert "8,000 characters at most; found 100,000" in response.json()["error"]["message"]
    statuses = []
    for i in range(40):
        body = {"client_id": str(i), "text": f"hello {i}"}
        statuses.append(served.post("/widget/messages", body, headers=headers).status_code)
    assert statuses == [200] * 30 + [429] * 10
    response = served.client.post("/widget/messages", content=b"x", headers=headers)
    assert response.status_code == 415


def test_html_comes_back_as_the_text_it_is(served: Served) -> None:
    text = "<script>alert(1)</script> hello"
    said = served.write(served.begin(), text, "a")
    assert said[0]["text"] == text


def test_a_stream_tells_what_a_person_says(served: Served) -> None:
    headers = served.begin()
    served.post("/widget/person", {}, headers=headers)
    first = served.client.get("/widget/entries", headers=headers).json()["entries"][-1]["seq"]
    talks = served.desk.conversations
    row = talks.lists.page(_waiting()).lines[0].conversation

    def speak() -> None:
        time.sleep(0.3)
        taken = talks.take(row.id, agent="mia")
        talks.person_says(row.id, agent="mia", fence=taken.fence, client_id="1", text="Here.")

    thread = threading.Thread(target=speak)
    thread.start()
    texts: list[str] = []
    with served.client.stream("GET", f"/widget/events?after={first}", headers=headers) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: "):
                found = json.loads(line[6:])
                texts += [e["text"] for e in found["entries"] if e["kind"] == "message"]
            if texts:
                break
    thread.join()
    assert texts == ["Here."]


def test_the_server_stops_though_somebody_listens(serve: Serve) -> None:
    with serve() as one:
        headers = one.begin()
        stream = one.client.stream("GET", "/widget/events", headers=headers)
        response = stream.__enter__()
        assert response.status_code == 200
        started = time.monotonic()
    assert time.monotonic() - started < 10
    stream.__exit__(None, None, None)


def test_the_script_is_small_and_asks_nobody_else(served: Served) -> None:
    response = served.client.get("/widget.js")
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert len(response.content) <= 30_000
    again = served.client.get("/widget.js", headers={"if-none-match": response.headers["etag"]})
    assert again.status_code == 304
    for word in ("innerHTML", "eval(", "insertAdjacentHTML", "document.write", "new Function"):
        assert word not in response.text
