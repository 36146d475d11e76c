"""A store, a clock that tests set, and the desk's conversations on top."""

from collections.abc import Iterator

import pytest
from tests.support_desk import SetClock

from whet.products.support.conversation.service import Conversations
from whet.store.conversation_rows import Conversation
from whet.store.store import Store, open_store


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def store(store_url: str, clock: SetClock) -> Iterator[Store]:
    with open_store(store_url, clock=clock) as opened:
        yield opened


@pytest.fixture
def desk(store: Store) -> Conversations:
    return Conversations(store)


@pytest.fixture
def talk(desk: Conversations) -> Conversation:
    return desk.start("widget", channel_id="w1", customer="cust_1", language="en")
