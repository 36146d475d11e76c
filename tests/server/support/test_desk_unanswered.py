"""Questions that found no answer: counted while the desk is served, read by editors, masked."""

import time

import pytest
from tests.server.support.conftest import Serve, Served
from typer.testing import CliRunner

from whet.cli.main import app
from whet.core.errors import WhetError
from whet.core.settings import settings
from whet.products.support.articles.sync import INDEX
from whet.products.support.opening import CurrentAnswers
from whet.store.articles import ArticleUse, ArticleUses


def _questions(one: Served, least: int = 1) -> list[tuple[str, int]]:
    """Return what found no answer and how often, once the desk's clock has written it down."""
    found: list[tuple[str, int]] = []
    for _ in range(100):
        found = [(q.question, q.times) for q in one.store.article_uses.questions(INDEX)]
        if len(found) >= least:
            break
        time.sleep(0.05)
    return found


def test_a_question_without_an_answer_is_listed(serve: Serve) -> None:
    with serve() as one:
        headers = one.begin()
        asked = "Hi, do you ship parcels to ann@example.com on Mars?"
        one.write(headers, asked, "a")
        one.write(headers, asked.upper(), "b")
        one.write(headers, "When are refunds paid?", "c")
        one.write(headers, "hello", "d")
        one.write(headers, "I want to talk to a person", "e")
        assert _questions(one) == [("Hi, do you ship parcels to <EMAIL> on Mars?", 2)]
        folder = one.desk.files.folder
        url = {"WHET_DATABASE_URL": f"sqlite:///{folder}/whet.db"}
        command = ["support", "articles", "list", "--questions", "--workspace", str(folder)]
        settings.cache_clear()  # the server of this process has read them
        result = CliRunner().invoke(app, command, env=url)
        settings.cache_clear()
        assert result.exit_code == 0, result.output
        assert "ship parcels" in result.output


def test_what_cannot_be_written_now_is_written_later(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    from whet.core.clock import utc_now
    from whet.products.support.turns import Turn

    answers = CurrentAnswers(served.desk.files, served.store)
    for _ in range(2):
        answers.answer(Turn("Do you ship furniture to the moon?", utc_now()))
        answers.answer(Turn("When are refunds paid?", utc_now()))
    before = {use.document: use.uses for use in served.store.article_uses.all(INDEX)}

    def gone(*_: object, **__: object) -> None:
        raise WhetError("the database is gone")

    for name in ("used", "unanswered"):
        with monkeypatch.context() as patch:
            patch.setattr(ArticleUses, name, gone)
            with pytest.raises(WhetError):
                answers.count_uses()
    answers.count_uses()
    answers.count_uses()
    assert ("Do you ship furniture to the moon?", 2) in _questions(served)
    uses = {use.document: use.uses - before[use.document] for use in _uses(served)}
    assert sorted(uses.values()) == [0, 0, 2]


def _uses(one: Served) -> list[ArticleUse]:
    return one.store.article_uses.all(INDEX)
