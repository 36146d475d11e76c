"""How does a customer's message get its answer, also when a process dies in between?

engine = Engine(Conversations(store, rules), answerer)
handled = engine.handle(conversation.id, client_id="…", text="Where is my order?")

The message is kept before anything is computed; the answer is computed outside any transaction and
said under the fence. A process that dies in between leaves a lease that runs out, and ``recover``
(at the start, and now and then) answers what is owed.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Protocol

from whet.core.ids import new_id
from whet.products.support.conversation.bot import Work
from whet.products.support.conversation.refusals import Refused
from whet.products.support.conversation.service import Conversations, Receipt
from whet.products.support.turns import Reply, Turn
from whet.store.conversation_rows import Message

_LOG = logging.getLogger(__name__)
_KEEPING_THREADS = 2
"""Threads that keep messages; apart from those that answer, which may all be slow."""


OnAnswer = Callable[[Work, Reply], None]
"""What is told of an answer that was said."""


class Answerer(Protocol):
    """What finds the answer to a message."""

    def answer(self, turn: Turn) -> Reply:
        """Return the answer; called from several threads at once."""
        ...


@dataclass(frozen=True)
class Handled:
    """What became of a customer's message."""

    receipt: Receipt
    said: tuple[Message, ...]
    """What the bot said meanwhile: to this message, and to others that came while it answered."""

    @property
    def answer(self) -> Message | None:
        """The bot's answer to this very message; None where there is none, or not yet."""
        seq = self.receipt.message.seq
        return next((message for message in self.said if message.in_reply_to == seq), None)


class Engine:
    """Answers conversations of the bot; any number of engines may share a store."""

    def __init__(
        self,
        conversations: Conversations,
        answerer: Answerer,
        *,
        threads: int = 32,
        on_answer: OnAnswer | None = None,
    ) -> None:
        """Prepare `threads` threads for answers: most wait for somebody else's computer.

        `on_answer` is told of every answer that was said, after that, and must return at once; it
        cannot fail an answer. `Shadow.see` is one.
        """
        self.conversations = conversations
        self.answerer = answerer
        self._on_answer = on_answer
        self._keeping = ThreadPoolExecutor(_KEEPING_THREADS, thread_name_prefix="whet-keep")
        self._answering = ThreadPoolExecutor(threads, thread_name_prefix="whet-answer")

    def handle(self, conversation: str, *, client_id: str, text: str) -> Handled:
        """Keep a message and answer it where the bot has the conversation and no worker is at it.

        A message that was sent before gets the answer that it got.

        Raises:
            InputError: there is no such conversation, or the text is empty or too long.
            Refused: too many messages in a minute, or the conversation was deleted.
        """
        return self._finish(self._keep(conversation, client_id, text))

    async def handle_async(self, conversation: str, *, client_id: str, text: str) -> Handled:
        """Do as `handle`, without blocking the event loop; slow answers hold up no message."""
        loop = asyncio.get_running_loop()
        receipt = await loop.run_in_executor(
            self._keeping, self._keep, conversation, client_id, text
        )
        return await loop.run_in_executor(self._answering, self._finish, receipt)

    def submit(
        self, conversation: str, *, client_id: str, text: str
    ) -> tuple[Receipt, Future[Handled]]:
        """Keep a message now, and answer it in another thread: for channels that are told later."""
        receipt = self._keep(conversation, client_id, text)
        return receipt, self._answering.submit(self._finish, receipt)

    def recover(self, *, limit: int = 100) -> int:
        """Answer what a worker that is gone has left; return how many answers were said."""
        worker, count = new_id("worker"), 0
        for conversation in self.conversations.unanswered(limit=limit):
            work = self.conversations.lease(conversation.id, worker)
            count += sum(1 for _ in self._answer(work))
        return count

    def close(self) -> None:
        """Wait for answers under way, and end the threads."""
        self._keeping.shutdown()
        self._answering.shutdown()

    def _keep(self, conversation: str, client_id: str, text: str) -> Receipt:
        """Keep a message, and lease its answer to a worker of its own."""
        return self.conversations.customer_says(
            conversation, client_id=client_id, text=text, worker=new_id("worker")
        )

    def _finish(self, receipt: Receipt) -> Handled:
        """Answer what the receipt leased; a message that was sent before has its answer already."""
        said = tuple(self._answer(receipt.work))
        if not receipt.is_new:
            seq = receipt.message.seq
            old = self.conversations.answer_to(receipt.conversation.id, seq)
            said = tuple(m for m in (old,) if m is not None and m not in said) + said
        return Handled(receipt, said)

    def _answer(self, work: Work | None) -> Iterator[Message]:
        """Answer a leased message, and those that came meanwhile, one after the other."""
        while work is not None:
            reply = self._reply(work)
            if reply is None:
                return
            try:
                answered = self.conversations.bot_says(
                    work.conversation,
                    fence=work.fence,
                    in_reply_to=work.in_reply_to,
                    reply=reply,
                    worker=work.worker,
                )
            except Refused as refusal:
                # Somebody was faster, which is what the fence is for; whoever it was goes on.
                _LOG.info("%s: the bot's answer is dropped: %s", work.conversation, refusal)
                return
            self._tell(work, reply)
            if answered.message is not None:
                yield answered.message
            work = answered.following

    def _tell(self, work: Work, reply: Reply) -> None:
        """Tell who wants to know that an answer was said."""
        if self._on_answer is None:
            return
        try:
            self._on_answer(work, reply)
        except Exception:  # the customer has the answer; nothing that comes after may spoil it
            _LOG.exception("%s: what is told of answers failed", work.conversation)

    def _reply(self, work: Work) -> Reply | None:
        """Return the answer to a message; where none can be found, ask for a person instead."""
        started = perf_counter()
        try:
            reply = self.answerer.answer(work.turn)
            if not reply.text.strip() and reply.action != "hand_over":
                raise ValueError("the answer is empty")
        except Exception as error:  # whatever it is, a customer is not left alone with it
            _LOG.exception("%s: the bot could not answer", work.conversation)
            self._hand_over(work, f"the bot could not answer: {type(error).__name__}")
            return None
        return reply if reply.seconds else replace(reply, seconds=perf_counter() - started)

    def _hand_over(self, work: Work, why: str) -> None:
        """Put a conversation into a queue because the bot failed; not when somebody has it now."""
        try:
            self.conversations.ask_for_person(
                work.conversation, who="system", why=why, fence=work.fence
            )
        except Refused as refusal:
            _LOG.info("%s: nobody is asked for: %s", work.conversation, refusal)
